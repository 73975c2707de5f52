"""Deadlines kept and missed, unit by unit, over the semesters (rules, section 9: late stays late)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from institution import clock
from institution.models import Unit
from monitoring.models import Extension, Period, Submission
from monitoring.queries import is_only_historical, units_by_period
from plans.models import Plan


class Kept(StrEnum):
    """How a unit stands to the deadline of one semester."""

    ON_TIME = "on_time"
    LATE = "late"  # it came, after the deadline
    MISSING = "missing"  # the deadline has passed, and it never came
    AHEAD = "ahead"  # the deadline has not passed
    HISTORICAL = "historical"  # the report, or all of the semester, is from before this system: no deadline held here
    NOT_ASKED = "not_asked"  # the unit answered for nothing


@dataclass(frozen=True, slots=True)
class Cell:
    period: str
    kept: Kept
    days: int = 0  # calendar days late
    sent_on: dt.date | None = None
    due_on: dt.date | None = None
    is_extended: bool = False


@dataclass(frozen=True)
class UnitRow:
    unit: Unit
    cells: tuple[Cell, ...]

    def count(self, *kept: Kept) -> int:
        return sum(cell.kept in kept for cell in self.cells)

    @property
    def on_time(self) -> int:
        return self.count(Kept.ON_TIME)

    @property
    def asked(self) -> int:
        """The semesters whose deadline was kept or missed."""
        return self.count(Kept.ON_TIME, Kept.LATE, Kept.MISSING)


@dataclass(frozen=True)
class Punctuality:
    periods: tuple[Period, ...]
    rows: tuple[UnitRow, ...]


def load_punctuality(plan: Plan) -> Punctuality:
    """The table of the semesters that have been opened. 4 queries, whatever the number of units and semesters."""
    periods = tuple(Period.objects.filter(plan=plan).exclude(state=Period.State.PLANNED))
    asked = units_by_period(plan, [period.code for period in periods])
    units = {pk: unit for answering in asked.values() for pk, unit in answering.items()}
    sent = {(row.unit_id, row.period_id): row for row in Submission.objects.filter(period__in=periods)}
    extended = {
        (unit, period): due_on
        for unit, period, due_on in Extension.objects.filter(period__in=periods)
        .order_by("granted_on", "id")
        .values_list("unit_id", "period_id", "due_on")
    }

    historical = {
        period.pk
        for period in periods
        if is_only_historical(row for (_unit, semester), row in sent.items() if semester == period.pk)
    }

    def cell(unit: Unit, period: Period) -> Cell:
        if unit.pk not in asked[period.code]:
            return Cell(period.code, Kept.NOT_ASKED)
        if period.pk in historical:
            return Cell(period.code, Kept.HISTORICAL)
        key = (unit.pk, period.pk)
        return _cell(period, sent.get(key), extended.get(key))

    rows = (
        UnitRow(unit, tuple(cell(unit, period) for period in periods))
        for unit in sorted(units.values(), key=lambda unit: unit.acronym)
    )
    return Punctuality(periods, tuple(rows))


def _cell(period: Period, submission: Submission | None, extended_to: dt.date | None) -> Cell:
    told = {"is_extended": extended_to is not None, "due_on": extended_to or period.due_on}
    if submission is None or submission.submitted_on is None:
        days = (clock.today() - told["due_on"]).days
        if days <= 0 and period.is_open:
            return Cell(period.code, Kept.AHEAD, **told)
        return Cell(period.code, Kept.MISSING, max(days, 0), **told)
    if submission.is_historical:
        return Cell(period.code, Kept.HISTORICAL)
    told |= {"sent_on": submission.submitted_on, "due_on": submission.due_on}
    days = (submission.submitted_on - submission.due_on).days
    return Cell(period.code, Kept.LATE, days, **told) if days > 0 else Cell(period.code, Kept.ON_TIME, **told)
