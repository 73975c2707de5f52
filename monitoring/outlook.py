"""Looking ahead: the page loader of what will be missed if nothing changes.

Each indicator is projected by `monitoring.projection`; nothing here is a figure of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from monitoring.chosen import Chosen
from monitoring.filters import Narrowing, guideline_filter, unit_filter
from monitoring.progress import IndicatorFigure, Parameters, measure
from monitoring.projection import Outcome, Projection, project
from monitoring.queries import ceilings, load_outline
from monitoring.scorecard import IndicatorOutline, Level
from plans.measures import Horizon
from plans.models import Plan

OUTCOMES = (Outcome.MISSED, Outcome.NEAR, Outcome.UNKNOWN, Outcome.REACHED)


@dataclass(frozen=True, slots=True)
class OutlookRow:
    code: str
    name: str
    unit_of_measure: str
    node: str  # the code of what it measures
    is_above: bool  # it measures an action or an objective, and enters no average
    unit: str  # who answers at P
    to_date: IndicatorFigure
    projection: Projection


@dataclass(frozen=True)
class Group:
    """The indicators of which the same is expected, the worst first."""

    outcome: Outcome
    rows: list[OutlookRow]


@dataclass(frozen=True)
class Outlook:
    groups: list[Group]  # all four, those without rows too
    filters: Narrowing
    parameters: Parameters
    indicators: int  # of the plan, whatever the filter
    last_period: str

    @property
    def shown(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def load_outlook(plan: Plan, chosen: Chosen, params: Mapping[str, str]) -> Outlook:
    """Every indicator as of the chosen semester. 10 queries, whatever the size of the plan."""
    outline = load_outline(plan, working=chosen.working)
    highest = ceilings(plan)
    answering = {row.code: row.unit_at(chosen.code) for row in outline.indicators}
    filters = Narrowing(
        (
            guideline_filter(params, outline, {row.code: row.measures for row in outline.indicators}),
            unit_filter(params, outline, {code: (unit,) for code, unit in answering.items() if unit}),
        ),
        params,
    )

    def row(indicator: IndicatorOutline) -> OutlookRow:
        return OutlookRow(
            code=indicator.code,
            name=indicator.name,
            unit_of_measure=indicator.unit_of_measure,
            node=indicator.measures,
            is_above=indicator.measures_level != Level.ACTIVITY,
            unit=answering[indicator.code] or "",
            to_date=measure(indicator.series, chosen.code, Horizon.PLAN, outline.parameters),
            projection=project(indicator.series, chosen.code, outline.parameters, highest.get(indicator.code)),
        )

    rows = [row(indicator) for indicator in outline.indicators if filters.keeps(indicator.code)]
    rows.sort(key=_expectation)
    return Outlook(
        groups=[Group(each, [row for row in rows if row.projection.outcome == each]) for each in OUTCOMES],
        filters=filters,
        parameters=outline.parameters,
        indicators=len(outline.indicators),
        last_period=outline.periods[-1],
    )


def _expectation(row: OutlookRow) -> tuple[Decimal, str]:
    """Worst first; those of which nothing is expected in the order of their codes."""
    progress = row.projection.progress
    return progress if progress is not None else Decimal(0), row.code
