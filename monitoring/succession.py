"""One unit takes the place of another by a new organisation (the Municipalidad's changed in April 2023).

Responsibilities are dated rows: those of the unit end at the semester before, the successor's begin. Nothing of the
past moves: what the unit reported, and the evaluations that name it, stay its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Role, Unit, User
from institution.permissions import holds_role
from monitoring.models import Commitment, Evaluation, Submission
from plans.models import Activity, Indicator, Plan, Responsibility

PENDING = (Commitment.State.PENDING, Commitment.State.IN_PROGRESS)


class SuccessionRefused(Exception):
    """The unit cannot be succeeded so; the message says why, in the words of the user."""


@transaction.atomic
def succeed(
    *, unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date | None = None
) -> list[Responsibility]:
    """`successor` answers for everything that `unit` answers for, from `from_period` on; `unit` ends.

    The unit's last day is the one before its successor begins; designations to it end that day, and whoever goes on
    needs a new one. Activities and pending commitments pass on too. Returns the successor's new responsibilities.
    Raises SuccessionRefused with the reason; nothing is changed then.
    """
    on = on or clock.today()
    plans = list(
        Plan.objects.select_for_update()
        .filter(government=unit.government)
        .exclude(state=Plan.State.CLOSED)
        .order_by("pk")
    )
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if refused := next(_refusals(unit, successor, by, on), ""):
        raise SuccessionRefused(refused)
    passed = [
        row
        for plan in plans
        if from_period in plan.period_codes
        for row in _pass_responsibilities(plan, unit, successor, from_period, by)
    ]
    _pass_current_facts(plans, unit, successor, by)
    unit.valid_until, unit.successor = successor.valid_from - dt.timedelta(days=1), successor
    unit.save(update_fields=["valid_until", "successor"])
    _end_designations(unit)
    return passed


def _refusals(unit: Unit, successor: Unit, by: User, on: dt.date) -> Iterator[str]:
    names = {"unit": unit.acronym, "successor": successor.acronym}
    if not (by.is_system or holds_role(by, Role.COORDINATOR, government=unit.government, on=on)):
        yield _("Solo la coordinación del plan registra la sucesión de una unidad.")
    if unit == successor:
        yield _("Una unidad no se sucede a sí misma.")
    if unit.government_id != successor.government_id:
        yield _("%(successor)s es de otro gobierno local.") % names
    if unit.successor:
        yield _("%(unit)s ya tiene una unidad sucesora: %(successor)s.") % {
            **names,
            "successor": unit.successor.acronym,
        }
    if successor.valid_until is not None:
        yield _("%(successor)s ya no está vigente.") % names
    if successor.valid_from <= unit.valid_from:
        yield _("%(successor)s no empieza después que %(unit)s.") % names


def _pass_responsibilities(plan: Plan, unit: Unit, successor: Unit, from_period: str, by: User) -> list[Responsibility]:
    """Splits every responsibility of the unit that reaches `from_period` or beyond."""
    # Writers of responsibilities hold a lock on the indicator (see Responsibility.clean).
    held = Q(responsibilities__unit=unit) & (
        Q(responsibilities__until_period__isnull=True) | Q(responsibilities__until_period__gte=from_period)
    )
    indicators = Indicator.objects.filter(held, plan=plan).values_list("pk", flat=True)
    list(Indicator.objects.select_for_update().filter(pk__in=set(indicators)).order_by("pk"))
    rows = list(
        Responsibility.objects.filter(
            Q(until_period__isnull=True) | Q(until_period__gte=from_period), unit=unit, indicator__plan=plan
        ).select_related("indicator")
    )
    if rows and (refused := next(_refusals_of_rows(plan, unit, rows, from_period), "")):
        raise SuccessionRefused(refused)
    before = plan.period_codes[plan.period_codes.index(from_period) - 1]
    passed = []
    for row in rows:
        new = Responsibility(
            indicator=row.indicator, unit=successor, from_period=from_period, until_period=row.until_period
        )
        row.until_period = before
        row._history_user = new._history_user = by
        row.save()
        new.save()
        passed.append(new)
    return passed


def _refusals_of_rows(plan: Plan, unit: Unit, rows: list[Responsibility], from_period: str) -> Iterator[str]:
    for row in rows:
        if row.from_period >= from_period:
            yield _("%(unit)s responde por %(indicator)s recién desde %(since)s: la sucesión debe empezar después.") % {
                "unit": unit.acronym,
                "indicator": row.indicator.code,
                "since": row.from_period,
            }
    if locked := Evaluation.objects.why_locked(plan, from_period):
        yield locked
    reported = Submission.objects.filter(unit=unit, period__plan=plan, period__code__gte=from_period)
    for submission in reported.select_related("period"):
        yield _("%(unit)s ya tiene un reporte de %(period)s: la sucesión debe empezar en un semestre posterior.") % {
            "unit": unit.acronym,
            "period": submission.period.code,
        }


def _pass_current_facts(plans: list[Plan], unit: Unit, successor: Unit, by: User) -> None:
    """What has no dates of its own, and is told as of today: who leads, who supports, who owes a commitment."""
    for activity in Activity.objects.filter(plan__in=plans, lead_unit=unit):
        activity.lead_unit, activity._history_user = successor, by
        activity.save()
    for activity in Activity.objects.filter(plan__in=plans, supporting_units=unit):
        activity._history_user = by
        activity.supporting_units.add(successor)
        activity.supporting_units.remove(unit)
    for commitment in Commitment.objects.filter(evaluation__plan__in=plans, responsible_unit=unit, state__in=PENDING):
        commitment.responsible_unit, commitment._history_user = successor, by
        commitment.save()


def _end_designations(unit: Unit) -> None:
    posts = Designation.objects.filter(unit=unit)
    # A post that had not begun yet never will: it ends on the day it would have begun, for none is ever deleted.
    for post in posts.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=unit.valid_until)):
        post.ends_on = max(post.starts_on, unit.valid_until)
        post.save(update_fields=["ends_on"])
