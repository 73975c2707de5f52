"""One indicator of the plan itself, computed step by step, for the page that explains the figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.progress import in_window
from monitoring.scorecard import IndicatorRow, Level
from monitoring.showing import quantity_text
from plans.measures import Accumulation, Direction, Formula, Horizon
from reports.documents.figures import Cell, indicator_cell
from reports.documents.source import Source


@dataclass(frozen=True, slots=True)
class Step:
    """One semester: what was programmed and what was reported."""

    period: str
    target: str
    value: str


@dataclass(frozen=True, slots=True)
class Example:
    code: str
    name: str
    unit_of_measure: str
    steps: tuple[Step, ...]
    target: str
    value: str
    value_sum: str
    target_sum: str
    official: Cell
    when: str


def worked_example(source: Source) -> Example | None:
    """An indicator of an activity that is a plain sum: of the year, or of the plan where its year has one semester.

    Rather one to which no rule beyond the sum applies; None where the plan has none with every result known.
    """
    for horizon in (Horizon.YEAR, Horizon.PLAN):
        found = [
            _example(source, row, horizon, steps)
            for row in source.card.indicators
            for steps in [_steps(source, row, horizon)]
            if _is_plain(source, row) and len(steps) > 1 and not row[horizon].sign
        ]
        if found:
            return next((example for example in found if not example.official.notes), found[0])
    return None


def _is_plain(source: Source, row: IndicatorRow) -> bool:
    series = source.outline.by_indicator[row.code].series
    plain = (series.accumulation, series.formula, series.direction) == (
        Accumulation.SUM,
        Formula.RATIO,
        Direction.INCREASING,
    )
    return plain and row.measures_level == Level.ACTIVITY


def _steps(source: Source, row: IndicatorRow, horizon: Horizon) -> tuple[Step, ...]:
    """The semesters that are added up; none where one of them lacks target or result."""
    entries = source.outline.by_indicator[row.code].series.entries
    inside = [entry for entry in entries if in_window(entry.period, source.card.upto, horizon)]
    if any(entry.target is None or entry.value is None for entry in inside):
        return ()
    return tuple(Step(entry.period, quantity_text(entry.target), quantity_text(entry.value)) for entry in inside)


def _example(source: Source, row: IndicatorRow, horizon: Horizon, steps: tuple[Step, ...]) -> Example:
    figure = row[horizon]
    return Example(
        row.code,
        row.name,
        row.unit_of_measure,
        steps,
        quantity_text(figure.target),
        quantity_text(figure.value),
        " + ".join(step.value for step in steps),
        " + ".join(step.target for step in steps),
        indicator_cell(figure, source.official, source.card.parameters),
        _("el año %s") % source.year if horizon == Horizon.YEAR else _("el plan hasta %s") % source.card.upto,
    )
