"""Loading results of semesters that were reported before this system existed (rules, section 9, last point)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import User
from institution.permissions import is_coordinator
from monitoring.models import Evaluation, Period, Result, Submission
from monitoring.periods import close_filled
from monitoring.workflow import record_historical
from plans.models import Indicator, Plan, Responsibility


class HistoricalRefused(Exception):
    """The results cannot be loaded; the message says why, in the words of the user."""


@dataclass(frozen=True, slots=True)
class HistoricalResult:
    """One line of historical results, already checked against the plan."""

    indicator: Indicator
    period: Period
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_available_reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: how many results were added, changed or found as they were, and the semesters it closed."""

    added: int
    changed: int
    unchanged: int
    closed: tuple[str, ...]


def answering_units(plan: Plan) -> dict[tuple[int, str], Responsibility]:
    """Who answers for each indicator in each semester of the plan, in one query."""
    return {
        (row.indicator_id, period): row
        for row in Responsibility.objects.filter(indicator__plan=plan).select_related("unit")
        for period in plan.period_codes
        if row.covers(period)
    }


def locked_periods(plan: Plan) -> dict[str, str]:
    """Why historical results may not enter a semester, by its code; a semester that they may enter is not there.

    A closed evaluation covers it and no superseding draft is open, it has not ended, or units report it here.
    """
    live = Submission.objects.filter(period__plan=plan, is_historical=False).values_list("period__code", flat=True)
    reported = _("las unidades reportan el semestre %(period)s en este sistema")
    locked = {code: reported % {"period": code} for code in live}
    ahead = _("el semestre %(period)s aún no termina")
    for period in plan.periods.all():
        if period.ends_on >= clock.today():
            locked[period.code] = ahead % {"period": period.code}
    covered = {code: Evaluation.objects.why_locked(plan, code) for code in plan.period_codes}
    return locked | {code: reason for code, reason in covered.items() if reason}


@transaction.atomic
def load_historical(*, plan: Plan, rows: list[HistoricalResult], by: User) -> Loaded:
    """Writes the results, marks their submissions historical and validated, and closes the semesters they fill.

    The rows come from a reader that has refused whatever is wrong; a result that is there already is corrected, and
    its earlier value stays in its history. Raises HistoricalRefused for a person who does not coordinate the plan.
    """
    if not (by.is_system or is_coordinator(by, plan.government)):
        raise HistoricalRefused(_("Solo la coordinación del plan carga resultados históricos."))
    units = answering_units(plan)
    present = {
        (result.indicator_id, result.period_id): result for result in Result.objects.filter(indicator__plan=plan)
    }
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    submissions: dict[tuple[int, int], Submission] = {}
    for row in rows:
        unit = units[row.indicator.pk, row.period.code].unit
        key = (unit.pk, row.period.pk)
        if key not in submissions:
            submissions[key] = record_historical(unit=unit, period=row.period, by=by)
        counts[_write(row, present.get((row.indicator.pk, row.period.pk)), submissions[key], by)] += 1
    closed = close_filled(periods={row.period.pk for row in rows})
    return Loaded(**counts, closed=tuple(period.code for period in closed))


def _write(row: HistoricalResult, present: Result | None, submission: Submission, by: User) -> str:
    values = {
        "value": row.value,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "not_available_reason": row.not_available_reason,
        "note": row.note,
    }
    stamp = {"entered_by": by, "entered_at": clock.now()}
    if present is None:
        Result.objects.create(submission=submission, indicator=row.indicator, period=row.period, **values, **stamp)
        return "added"
    if all(getattr(present, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in (values | stamp).items():
        setattr(present, name, value)
    present.save()
    return "changed"
