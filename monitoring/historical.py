"""Loading results of semesters that were reported before this system existed (rules, section 9, last point)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import User
from institution.permissions import coordinates
from monitoring.models import Evaluation, Period, Result, Submission
from monitoring.periods import close_filled
from monitoring.releasing import release
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
    # None: the table has no notes, and what is noted stays.
    note: str | None = None


class Effect(StrEnum):
    """What a line of historical results does to what is recorded."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """A line beside what is recorded of the same indicator and semester."""

    row: HistoricalResult
    present: Result | None

    @property
    def effect(self) -> Effect:
        if self.present is None:
            return Effect.ADDED
        same = all(getattr(self.present, name) == value for name, value in _values(self.row).items())
        return Effect.UNCHANGED if same else Effect.CHANGED

    @property
    def changes_note(self) -> bool:
        return self.row.note is not None and self.row.note != (self.present.note if self.present else "")


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

    A closed evaluation covers it and no superseding draft is open, it has not ended, units report it here, or a
    historical report of it was reopened: until that one is validated again, what is loaded would count nowhere.
    """
    submissions = Submission.objects.filter(period__plan=plan)
    live = submissions.exclude(is_historical=True, state=Submission.State.VALIDATED)
    reported = {
        False: _("las unidades reportan el semestre %(period)s en este sistema"),
        True: _("un reporte histórico del semestre %(period)s está reabierto: dele conformidad antes"),
    }
    rows = live.order_by("-is_historical").values_list("period__code", "is_historical")
    locked = {code: reported[historical] % {"period": code} for code, historical in rows}
    ahead = _("el semestre %(period)s aún no termina")
    for period in plan.periods.all():
        if period.ends_on >= clock.today():
            locked[period.code] = ahead % {"period": period.code}
    return locked | Evaluation.objects.why_each_locked(plan)


def differences(plan: Plan, rows: Iterable[HistoricalResult]) -> list[Difference]:
    """What each line would do, in one query."""
    present = {
        (result.indicator_id, result.period_id): result for result in Result.objects.filter(indicator__plan=plan)
    }
    return [Difference(row, present.get((row.indicator.pk, row.period.pk))) for row in rows]


@transaction.atomic
def load_historical(*, plan: Plan, rows: list[HistoricalResult], by: User) -> Loaded:
    """Writes the results, marks their submissions historical and validated, and closes the semesters they fill.

    The rows come from a reader that has refused whatever is wrong; a result that is there already is corrected, and
    its earlier value stays in its history. Raises HistoricalRefused for a person who does not coordinate the plan.
    """
    if not coordinates(by, plan.government):
        raise HistoricalRefused(_("Solo la coordinación del plan carga resultados históricos."))
    units = answering_units(plan)
    counts = dict.fromkeys(Effect, 0)
    submissions: dict[tuple[int, int], Submission] = {}
    for difference in differences(plan, rows):
        row = difference.row
        unit = units[row.indicator.pk, row.period.code].unit
        key = (unit.pk, row.period.pk)
        if key not in submissions:
            submissions[key] = record_historical(unit=unit, period=row.period, by=by)
        counts[difference.effect] += 1
        _write(difference, submissions[key], by)
    closed = close_filled(periods={row.period.pk for row in rows}, by=by)
    release(plan, {row.period.code for row in rows})
    return Loaded(**{str(effect): count for effect, count in counts.items()}, closed=tuple(p.code for p in closed))


def _values(row: HistoricalResult) -> dict[str, Any]:
    values = {
        "value": row.value,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "not_available_reason": row.not_available_reason,
    }
    return values if row.note is None else values | {"note": row.note}


def _write(difference: Difference, submission: Submission, by: User) -> None:
    row, present = difference.row, difference.present
    stamp = {"entered_by": by, "entered_at": clock.now()}
    if present is None:
        Result.objects.create(
            submission=submission, indicator=row.indicator, period=row.period, **_values(row), **stamp
        )
    elif difference.effect == Effect.CHANGED:
        for name, value in (_values(row) | stamp).items():
            setattr(present, name, value)
        present._history_user = by
        present.save()
