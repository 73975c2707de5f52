"""PURE. The words in which an indicator says how it is measured, and what may be combined with what.

Standard library only. Every enum's value is what the database, the workbook and the JSON carry. The rules are those of
`docs/rules.md`, sections 1 to 4.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "Accumulation",
    "Direction",
    "Formula",
    "Horizon",
    "MeasureProblem",
    "Reading",
    "days_of",
    "is_period",
    "lies_beyond",
    "measure_problems",
    "period_of",
    "periods_between",
    "year_of",
]


class Accumulation(StrEnum):
    """How the values of several semesters become one (section 3)."""

    SUM = "sum"
    LAST = "last"
    AVERAGE = "average"
    POOLED = "pooled"


class Direction(StrEnum):
    """Whether more is better or less is better."""

    INCREASING = "increasing"
    DECREASING = "decreasing"


class Formula(StrEnum):
    """Against what a value is held (section 4): CEPLAN's "Tipo I" (`ratio`) or "Tipo II" (`baseline`)."""

    RATIO = "ratio"
    BASELINE = "baseline"


class Horizon(StrEnum):
    """The four windows onto a series (section 2)."""

    SEMESTER = "semester"
    YEAR = "year"
    PLAN = "plan"
    WHOLE = "whole"


class Reading(StrEnum):
    """The two readings of progress (section 5): over what was programmed, over what was reported."""

    PROGRAMMED = "programmed"
    REPORTED = "reported"


class MeasureProblem(StrEnum):
    """What a plan may not say of an indicator (section 3, "not allowed")."""

    DECREASING_SUM = "decreasing_sum"
    BASELINE_ACCUMULATION = "baseline_accumulation"
    BASELINE_MISSING = "baseline_missing"
    TARGET_NOT_BEYOND_BASELINE = "target_not_beyond_baseline"


def lies_beyond(baseline: Decimal, target: Decimal, direction: Direction) -> bool:
    """Whether `target` lies beyond `baseline` in the declared direction (equal is not beyond)."""
    return target > baseline if direction == Direction.INCREASING else target < baseline


def measure_problems(
    accumulation: Accumulation,
    direction: Direction,
    formula: Formula,
    baseline: Decimal | None,
    first_target: Decimal | None,
) -> list[MeasureProblem]:
    """Every combination that is refused when a plan is entered; an empty list when the measure is sound.

    `baseline` is None for ND, `first_target` None where nothing is programmed yet.
    """
    problems = []
    if accumulation == Accumulation.SUM and direction == Direction.DECREASING:
        problems.append(MeasureProblem.DECREASING_SUM)
    if formula == Formula.BASELINE:
        if accumulation in (Accumulation.SUM, Accumulation.POOLED):
            problems.append(MeasureProblem.BASELINE_ACCUMULATION)
        if baseline is None:
            problems.append(MeasureProblem.BASELINE_MISSING)
        elif first_target is not None and not lies_beyond(baseline, first_target, direction):
            problems.append(MeasureProblem.TARGET_NOT_BEYOND_BASELINE)
    return problems


def periods_between(first_year: int, last_year: int) -> tuple[str, ...]:
    """The codes of the semesters of those years in order: `2022-1`, `2022-2`, …"""
    return tuple(f"{year}-{half}" for year in range(first_year, last_year + 1) for half in (1, 2))


def year_of(period: str) -> int:
    """The year of a semester's code. Codes sort as text in the order of time."""
    return int(period[:4])


def days_of(period: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a semester."""
    year = year_of(period)
    if period.endswith("1"):
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    return dt.date(year, 7, 1), dt.date(year, 12, 31)


def period_of(day: dt.date) -> str:
    """The semester in which a day lies."""
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def is_period(code: str) -> bool:
    """Whether the text is a semester's code, `2022-1` or `2022-2`."""
    return len(code) == 6 and code[4] == "-" and code[5] in "12" and code[:4].isascii() and code[:4].isdigit()
