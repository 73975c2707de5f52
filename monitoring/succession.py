"""Who answers from a semester on: a unit takes the place of another, ends, or passes on a single indicator.

The Municipalidad's organisation changed in April 2023. Responsibilities are dated rows: those of the unit end at the
semester before, the successor's begin. Nothing of the past moves: what the unit reported, and the evaluations that
name it, stay its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Government, Role, Unit, User
from institution.permissions import coordinates, somebody_coordinates
from institution.units import create_unit, why_not_create
from monitoring.models import Commitment, Evaluation, Period, Result, Submission
from plans.models import Activity, Indicator, Plan, Responsibility

PENDING = (Commitment.State.PENDING, Commitment.State.IN_PROGRESS)
A_DAY = dt.timedelta(days=1)


class SuccessionRefused(Exception):
    """The unit cannot be succeeded or ended so, nor pass something on; the message says why, in the user's words."""


# --- What would pass on: the preview reads these too ----------------------------------------------------------------


def unfinished_plans(government: Government) -> QuerySet[Plan]:
    return Plan.objects.filter(government=government).exclude(state=Plan.State.CLOSED).order_by("pk")


def reaching(unit: Unit, from_period: str) -> QuerySet[Responsibility]:
    """The unit's responsibilities in unfinished plans that reach the semester or beyond."""
    lasting = Q(until_period__isnull=True) | Q(until_period__gte=from_period)
    rows = Responsibility.objects.filter(lasting, unit=unit).exclude(indicator__plan__state=Plan.State.CLOSED)
    return rows.select_related("indicator__plan").order_by("indicator__plan", "indicator__code", "from_period")


def led(unit: Unit) -> QuerySet[Activity]:
    return Activity.objects.filter(lead_unit=unit).exclude(plan__state=Plan.State.CLOSED)


def supported(unit: Unit) -> QuerySet[Activity]:
    return Activity.objects.filter(supporting_units=unit).exclude(plan__state=Plan.State.CLOSED)


def owed(unit: Unit) -> QuerySet[Commitment]:
    """The commitments that the unit has not fulfilled yet."""
    rows = Commitment.objects.filter(responsible_unit=unit, state__in=PENDING)
    return rows.exclude(evaluation__plan__state=Plan.State.CLOSED)


def ending(unit: Unit, last_day: dt.date) -> QuerySet[Designation]:
    """The designations that would reach beyond the unit's last day."""
    return Designation.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day), unit=unit)


# --- One unit takes the place of another ----------------------------------------------------------------------------


@transaction.atomic
def succeed(
    *, unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date | None = None
) -> list[Responsibility]:
    """`successor` answers for everything that `unit` answers for, from `from_period` on; `unit` ends.

    A successor that is not kept yet is made in the same act. The unit's last day is the one before its successor
    begins; designations to it end that day, and whoever goes on needs a new one. Activities and pending commitments
    pass on too. Returns the successor's new responsibilities. Raises SuccessionRefused with the reason; nothing is
    changed then.
    """
    on = on or clock.today()
    unit = _locked(unit)
    if refused := why_not_succeed(unit, successor, from_period, by, on):
        raise SuccessionRefused(refused)
    if successor._state.adding:
        create_unit(unit=successor, by=by, on=on)
    passed = [_pass_row(row, successor, from_period, by) for row in reaching(unit, from_period)]
    _pass_current_facts(unit, successor, by)
    _end(unit, successor.valid_from - A_DAY, successor, by)
    return passed


def why_not_succeed(unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date | None = None) -> str:
    """Why the one cannot take the other's place from that semester on; empty when it can."""
    return next(_refusals(unit, successor, from_period, by, on or clock.today()), "")


@transaction.atomic
def end_unit(*, unit: Unit, last_day: dt.date, by: User, on: dt.date | None = None) -> Unit:
    """The unit ends without a successor, since it answers for nothing any more; designations to it end that day."""
    on = on or clock.today()
    unit = _locked(unit)
    if refused := next(_refusals_to_end(unit, last_day, by, on), ""):
        raise SuccessionRefused(refused)
    _end(unit, last_day, None, by)
    return unit


# --- One indicator passes from one unit to another ------------------------------------------------------------------


@transaction.atomic
def pass_responsibility(
    *, indicator: Indicator, unit: Unit, from_period: str, by: User, on: dt.date | None = None
) -> Responsibility:
    """`unit` answers for the indicator from `from_period` on; whoever answered until then keeps what was before.

    Raises SuccessionRefused with the reason; nothing is changed then.
    """
    on = on or clock.today()
    Plan.objects.select_for_update().get(pk=indicator.plan_id)
    # Writers of responsibilities hold a lock on the indicator (see Responsibility.clean).
    indicator = (
        Indicator.objects.select_for_update(of=("self",)).select_related("plan__government").get(pk=indicator.pk)
    )
    holder = indicator.responsibilities.at(from_period).select_related("unit").first()
    if refused := next(_refusals_to_pass(indicator, holder, unit, from_period, by, on), ""):
        raise SuccessionRefused(refused)
    if holder:
        return _pass_row(holder, unit, from_period, by)
    row = Responsibility(indicator=indicator, unit=unit, from_period=from_period)
    row._history_user = by
    try:
        row.full_clean()
    except ValidationError as error:
        raise SuccessionRefused(" ".join(error.messages)) from error
    row.save()
    return row


# --- Why not --------------------------------------------------------------------------------------------------------


def _refusals(unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(unit.government, by, on)
    yield from _refusals_of_pair(unit, successor)
    if successor._state.adding and (refused := why_not_create(successor, by, on)):
        yield refused
    yield from _refusals_of_rows(unit, from_period)
    yield from _refusals_of_time(successor, from_period)
    yield from _refusals_of_coordination(unit, successor.valid_from - A_DAY, on)


def _refusals_of_author(government: Government, by: User, on: dt.date) -> Iterator[str]:
    if not coordinates(by, government, on):
        yield _("Solo la coordinación del plan registra la sucesión de una unidad.")


def _refusals_of_pair(unit: Unit, successor: Unit) -> Iterator[str]:
    names = {"unit": unit.acronym, "successor": successor.acronym}
    if unit == successor:
        yield _("Una unidad no se sucede a sí misma.")
    if unit.government_id != successor.government_id:
        yield _("%(successor)s es de otro gobierno local.") % names
    if unit.successor:
        yield _("%(unit)s ya tiene una unidad sucesora: %(successor)s.") % {
            **names,
            "successor": unit.successor.acronym,
        }
    if unit in (line := successors_of(successor)):
        way = " → ".join(each.acronym for each in (successor, *line))
        yield _(
            "%(unit)s ya es sucesora de %(successor)s (%(way)s): una sucesión no vuelve atrás. Cree otra unidad."
        ) % {
            **names,
            "way": way,
        }
    if successor.valid_until is not None:
        yield _("%(successor)s ya no está vigente: elija otra, o cree una unidad nueva.") % names
    if successor.valid_from <= unit.valid_from:
        yield _("%(successor)s no empieza después que %(unit)s.") % names


def successors_of(unit: Unit) -> list[Unit]:
    """Who came after the unit, and after that one, up to today's; a circle in old data ends where it closes."""
    line: list[Unit] = []
    while (unit := unit.successor) and unit not in line:
        line.append(unit)
    return line


def _refusals_of_rows(unit: Unit, from_period: str) -> Iterator[str]:
    rows = list(reaching(unit, from_period))
    for row in rows:
        if from_period not in row.indicator.plan.period_codes:
            yield _("El plan %(plan)s no tiene el semestre %(period)s, y %(unit)s responde por %(indicator)s.") % {
                "plan": row.indicator.plan.code,
                "period": from_period,
                "unit": unit.acronym,
                "indicator": row.indicator.code,
            }
        if row.from_period >= from_period:
            yield _("%(unit)s responde por %(indicator)s recién desde %(since)s: la sucesión debe empezar después.") % {
                "unit": unit.acronym,
                "indicator": row.indicator.code,
                "since": row.from_period,
            }
    for plan in {row.indicator.plan for row in rows}:
        if locked := Evaluation.objects.why_locked(plan, from_period):
            yield locked
        reported = Submission.objects.filter(unit=unit, period__plan=plan, period__code__gte=from_period)
        for submission in reported.select_related("period"):
            yield _(
                "%(unit)s ya tiene un reporte de %(period)s: la sucesión debe empezar en un semestre posterior."
            ) % {
                "unit": unit.acronym,
                "period": submission.period.code,
            }


def _refusals_of_time(successor: Unit, from_period: str) -> Iterator[str]:
    """The successor begins in the semester from which it answers, or in the one before: nobody reports for nobody."""
    day = successor.valid_from
    begins = f"{day.year}-{1 if day.month <= 6 else 2}"
    following = f"{day.year}-2" if day.month <= 6 else f"{day.year + 1}-1"
    told = {"successor": successor.acronym, "day": formats.date_format(day), "period": from_period}
    if from_period < begins:
        yield _("%(successor)s recién empieza el %(day)s, después de %(period)s: elija %(begins)s.") % {
            **told,
            "begins": begins,
        }
    if from_period > following:
        yield _(
            "Es tarde: %(successor)s empieza el %(day)s, y hasta %(period)s nadie reportaría. Elija %(begins)s o "
            "%(following)s."
        ) % {**told, "begins": begins, "following": following}


def _refusals_of_coordination(unit: Unit, last_day: dt.date, on: dt.date) -> Iterator[str]:
    leaving = [post for post in ending(unit, last_day) if post.role == Role.COORDINATOR]
    after = max(last_day + A_DAY, on)
    if leaving and not somebody_coordinates(unit.government, after, without=leaving):
        yield _(
            "Desde el %(day)s nadie coordinaría el plan: primero invite a la coordinación a alguien de la unidad que "
            "queda, y espere a que acepte."
        ) % {"day": formats.date_format(after)}


def _refusals_to_end(unit: Unit, last_day: dt.date, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(unit.government, by, on)
    if unit.valid_until and unit.valid_until < on:
        day = formats.date_format(unit.valid_until)
        yield _("%(unit)s ya terminó el %(day)s.") % {"unit": unit.acronym, "day": day}
    if last_day < unit.valid_from:
        yield _("%(unit)s empezó el %(day)s: no puede terminar antes.") % {
            "unit": unit.acronym,
            "day": formats.date_format(unit.valid_from),
        }
    period = f"{last_day.year}-{1 if last_day.month <= 6 else 2}"
    counts = (reaching(unit, period).count(), led(unit).count(), owed(unit).count())
    if any(counts):
        yield _(
            "%(unit)s aún responde por %(indicators)s indicadores, conduce %(activities)s actividades y debe "
            "%(commitments)s compromisos: registre su sucesora, o pase antes cada uno a otra unidad."
        ) % {"unit": unit.acronym, **dict(zip(("indicators", "activities", "commitments"), counts, strict=True))}
    yield from _refusals_of_coordination(unit, last_day, on)


def _refusals_to_pass(
    indicator: Indicator, holder: Responsibility | None, unit: Unit, from_period: str, by: User, on: dt.date
) -> Iterator[str]:
    plan = indicator.plan
    told = {"unit": unit.acronym, "indicator": indicator.code, "period": from_period}
    yield from _refusals_of_author(plan.government, by, on)
    if plan.is_closed:
        yield _("El plan está cerrado: quién responde ya no cambia.")
    if unit.government_id != plan.government_id:
        yield _("%(unit)s es de otro gobierno local.") % told
    if from_period not in plan.period_codes:
        yield _("%(plan)s no tiene el semestre %(period)s.") % {**told, "plan": plan.code}
    else:
        semester = Period(plan=plan, code=from_period)
        if unit.valid_from > semester.ends_on or (unit.valid_until and unit.valid_until < semester.ends_on):
            yield _("%(unit)s no está vigente al terminar %(period)s.") % told
    if holder and holder.unit_id == unit.pk:
        yield _("%(unit)s ya responde por %(indicator)s en %(period)s.") % told
    if holder and holder.from_period >= from_period:
        yield _("%(holder)s responde por %(indicator)s desde %(period)s: elija un semestre posterior.") % {
            **told,
            "holder": holder.unit.acronym,
        }
    if locked := Evaluation.objects.why_locked(plan, from_period):
        yield locked
    if result := Result.objects.filter(indicator=indicator, period__code__gte=from_period).order_by("period").first():
        yield _("%(indicator)s ya tiene un resultado de %(since)s: elija un semestre posterior.") % {
            **told,
            "since": result.period.code,
        }
    editable = (Submission.State.DRAFT, Submission.State.RETURNED)
    sent = Submission.objects.filter(unit=unit, period__plan=plan, period__code__gte=from_period)
    if first := sent.exclude(state__in=editable).select_related("period").order_by("period__code").first():
        yield _("%(unit)s ya envió su reporte de %(since)s: elija un semestre posterior.") % {
            **told,
            "since": first.period.code,
        }


# --- How ------------------------------------------------------------------------------------------------------------


def _locked(unit: Unit) -> Unit:
    """The unit, held until the end with its government, its plans and the indicators it answers for."""
    government = Government.objects.select_for_update().get(pk=unit.government_id)
    list(unfinished_plans(government).select_for_update())
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    unit.government = government
    # Writers of responsibilities hold a lock on the indicator (see Responsibility.clean).
    answered = Responsibility.objects.filter(unit=unit).values("indicator")
    list(Indicator.objects.select_for_update().filter(pk__in=answered).order_by("pk"))
    return unit


def _pass_row(row: Responsibility, unit: Unit, from_period: str, by: User) -> Responsibility:
    """Splits the responsibility: until the semester before its own unit's, from then on the other's."""
    codes = row.indicator.plan.period_codes
    new = Responsibility(indicator=row.indicator, unit=unit, from_period=from_period, until_period=row.until_period)
    row.until_period = codes[codes.index(from_period) - 1]
    row._history_user = new._history_user = by
    row.save()
    new.save()
    return new


def _pass_current_facts(unit: Unit, successor: Unit, by: User) -> None:
    """What has no dates of its own, and is told as of today: who leads, who supports, who owes a commitment."""
    for activity in list(led(unit)):
        activity.lead_unit, activity._history_user = successor, by
        activity.save()
    for activity in list(supported(unit)):
        activity._history_user = by
        activity.supporting_units.add(successor)
        activity.supporting_units.remove(unit)
    for commitment in list(owed(unit)):
        commitment.responsible_unit, commitment._history_user = successor, by
        commitment.save()


def _end(unit: Unit, last_day: dt.date, successor: Unit | None, by: User) -> None:
    unit.valid_until, unit.successor, unit._history_user = last_day, successor, by
    unit.save(update_fields=["valid_until", "successor"])
    # A post that had not begun yet never will: it ends on the day it would have begun, for none is ever deleted.
    for post in ending(unit, last_day):
        post.ends_on = max(post.starts_on, last_day)
        post.end_reason = post.end_reason or _("Terminó la unidad")
        post._history_user = by
        post.save(update_fields=["ends_on", "end_reason"])
