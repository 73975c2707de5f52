"""The acts: a unit is succeeded, ends, or passes on one indicator. Nothing is changed where one is refused."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Government, Unit, User
from institution.units import create_unit
from monitoring.succession.allowed import refusals_to_end, refusals_to_pass, why_not_succeed
from monitoring.succession.passing import (
    ending,
    last_day_before,
    led,
    owed,
    passes_function,
    reaching,
    supported,
    unfinished_plans,
)
from plans.models import Indicator, Plan, Responsibility


class SuccessionRefused(Exception):
    """The unit cannot be succeeded or ended so, nor pass something on; the message says why, in the user's words."""


@transaction.atomic
def succeed(
    *, unit: Unit, successor: Unit, from_period: str, by: User, on: dt.date | None = None
) -> list[Responsibility]:
    """`successor` answers for everything that `unit` answers for, from `from_period` on; `unit` ends.

    A successor that is not kept yet is made in the same act. The unit's last day is the one before its successor
    begins; designations to it end that day, and whoever goes on needs a new one. Activities, pending commitments and
    the unit's function pass on too. Returns the successor's new responsibilities. Raises SuccessionRefused with the
    reason; nothing is changed then.
    """
    on = on or clock.today()
    unit = _locked(unit)
    if not successor._state.adding:
        successor = Unit.objects.select_for_update(no_key=True).get(pk=successor.pk)
    if refused := why_not_succeed(unit, successor, from_period, by, on):
        raise SuccessionRefused(refused)
    _pass_function(unit, successor, by)
    if successor._state.adding:
        create_unit(unit=successor, by=by, on=on)
    passed = [_pass_row(row, successor, from_period, by) for row in reaching(unit, from_period)]
    _pass_current_facts(unit, successor, by)
    _end(unit, last_day_before(successor, unit, on), successor, by)
    return passed


@transaction.atomic
def end_unit(*, unit: Unit, last_day: dt.date, by: User, on: dt.date | None = None) -> Unit:
    """The unit ends without a successor, since it answers for nothing any more; designations to it end that day."""
    on = on or clock.today()
    unit = _locked(unit)
    if refused := next(refusals_to_end(unit, last_day, by, on), ""):
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
    Plan.objects.select_for_update(no_key=True).get(pk=indicator.plan_id)
    # Who answers in the plan stays so while it is held; whoever answers until now is held as the one who will.
    before = indicator.responsibilities.at(from_period).values_list("unit", flat=True)
    unit = next(each for each in Unit.objects.held(unit.pk, *before) if each.pk == unit.pk)
    # Writers of responsibilities hold a lock on the indicator (see Responsibility.clean).
    held = Indicator.objects.select_for_update(of=("self",), no_key=True).select_related("plan__government")
    indicator = held.get(pk=indicator.pk)
    holder = indicator.responsibilities.at(from_period).select_related("unit").first()
    if refused := next(refusals_to_pass(indicator, holder, unit, from_period, by, on), ""):
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


# --- How --------------------------------------------------------------------------------------------------------------


def _locked(unit: Unit) -> Unit:
    """The unit, held until the end with its government, its plans and the indicators it answers for.

    Against whoever else decides about them, not against what refers to them: a report that gets conformity names the
    unit of its reviewer and then the plan, in the other order than here.
    """
    government = Government.objects.select_for_update(no_key=True).get(pk=unit.government_id)
    list(unfinished_plans(government).select_for_update(no_key=True))
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    unit.government = government
    # Writers of responsibilities hold a lock on the indicator (see Responsibility.clean).
    answered = Responsibility.objects.filter(unit=unit).values("indicator")
    list(Indicator.objects.select_for_update(no_key=True).filter(pk__in=answered).order_by("pk"))
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


def _pass_function(unit: Unit, successor: Unit, by: User) -> None:
    if not passes_function(unit) or successor.function == unit.function:
        return
    successor.function = unit.function
    if not successor._state.adding:
        successor._history_user = by
        successor.save(update_fields=["function"])


def _pass_current_facts(unit: Unit, successor: Unit, by: User) -> None:
    """What has no dates of its own, and is told as of today: who leads, who supports, who owes a commitment."""
    for activity in list(led(unit)):
        activity.lead_unit, activity._history_user = successor, by
        activity.save()
        activity.supporting_units.remove(successor)  # nobody leads and supports the same activity
    for activity in list(supported(unit)):
        activity._history_user = by
        if activity.lead_unit_id != successor.pk:
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
