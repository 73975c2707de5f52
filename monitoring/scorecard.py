"""PURE. A whole plan scored at one semester: every indicator, node and unit in every horizon.

`PlanOutline` is what a loader brings (`monitoring.queries.load_outline`), `score` computes, `Scorecard` is what every
page, document, workbook and JSON reads. Standard library, `plans.measures` and `monitoring.progress` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from monitoring.progress import (
    FORMULA_VERSION,
    Entry,
    IndicatorFigure,
    Leaf,
    NodeFigure,
    Parameters,
    Series,
    Share,
    average,
    measure,
    share_of,
)
from plans.measures import Horizon


class Level(StrEnum):
    """The levels that have figures, from the bottom up; a unit stands beside the tree."""

    ACTIVITY = "activity"
    ACTION = "action"
    OBJECTIVE = "objective"
    GUIDELINE = "guideline"
    PLAN = "plan"
    UNIT = "unit"


class Figures(StrEnum):
    """Official: validated results of a closed semester only. Working: submitted ones too, or a semester under way."""

    OFFICIAL = "official"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Tenure:
    """A unit that answers for an indicator from one semester to another, both included (None: still does)."""

    unit: str
    from_period: str
    until_period: str | None = None

    def covers(self, period: str) -> bool:
        return self.from_period <= period and (self.until_period is None or period <= self.until_period)


@dataclass(frozen=True, slots=True)
class IndicatorOutline:
    """An indicator with the node that it measures and who answers for it since when."""

    series: Series
    name: str
    unit_of_measure: str
    measures: str
    measures_level: Level
    tenures: tuple[Tenure, ...] = ()

    @property
    def code(self) -> str:
        return self.series.code

    def tenure_at(self, period: str) -> Tenure | None:
        """Who answers in that semester, since when and until when."""
        return next((tenure for tenure in self.tenures if tenure.covers(period)), None)

    def unit_at(self, period: str) -> str | None:
        """The acronym of the unit that answers in that semester."""
        tenure = self.tenure_at(period)
        return tenure.unit if tenure else None

    def since(self, period: str) -> str:
        """Since which semester that unit answers; empty where nobody does."""
        tenure = self.tenure_at(period)
        return tenure.from_period if tenure else ""


@dataclass(frozen=True, slots=True)
class NodeOutline:
    """A node of the tree, or a unit (which has no parent). `leaves`: codes of the activities under it."""

    level: Level
    code: str
    name: str
    parent: str | None = None
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanOutline:
    """Everything that `score` needs of a plan. `nodes` in reading order: guideline, its objectives, their actions, …"""

    code: str
    name: str
    parameters: Parameters
    periods: tuple[str, ...]
    closed_periods: frozenset[str]
    indicators: tuple[IndicatorOutline, ...]
    nodes: tuple[NodeOutline, ...]
    activities: Mapping[str, Leaf]  # in order; the indicators of each, those of higher nodes are not here
    unit_names: Mapping[str, str]
    with_submitted: bool = False  # results under review are among the series

    @property
    def default_upto(self) -> str:
        """The last closed semester; the first one while none is closed (section 1)."""
        return max(self.closed_periods, default=self.periods[0])

    def as_of(self, upto: str) -> PlanOutline:
        """The same plan knowing nothing of what was reported after that semester; what was programmed stays."""

        def known(series: Series) -> Series:
            entries = (e if e.period <= upto else Entry(e.period, e.target) for e in series.entries)
            return replace(series, entries=tuple(entries))

        indicators = tuple(replace(row, series=known(row.series)) for row in self.indicators)
        series = {row.code: row.series for row in indicators}
        activities = {
            code: replace(leaf, indicators=tuple(series[own.code] for own in leaf.indicators))
            for code, leaf in self.activities.items()
        }
        closed = frozenset(period for period in self.closed_periods if period <= upto)
        return replace(self, indicators=indicators, activities=activities, closed_periods=closed)

    def figures_at(self, upto: str) -> Figures:
        official = upto in self.closed_periods and not self.with_submitted
        return Figures.OFFICIAL if official else Figures.WORKING

    @cached_property
    def by_indicator(self) -> Mapping[str, IndicatorOutline]:
        return {indicator.code: indicator for indicator in self.indicators}

    def units_at(self, upto: str) -> Iterator[NodeOutline]:
        """Every unit that answers for an indicator of an activity in that semester, by acronym."""
        leaves: dict[str, dict[str, None]] = {}
        for activity in self.activities.values():
            for series in activity.indicators:
                if unit := self.by_indicator[series.code].unit_at(upto):
                    leaves.setdefault(unit, {})[activity.code] = None
        for unit in sorted(leaves):
            yield NodeOutline(Level.UNIT, unit, self.unit_names.get(unit, unit), None, tuple(leaves[unit]))

    def own_leaves(self, unit: NodeOutline, upto: str) -> list[Leaf]:
        """The unit's activities, each with the unit's own indicators only; whole where all are."""

        def own(activity: Leaf) -> tuple[Series, ...]:
            return tuple(s for s in activity.indicators if self.by_indicator[s.code].unit_at(upto) == unit.code)

        activities = (self.activities[code] for code in unit.leaves)
        return [
            activity if (part := own(activity)) == activity.indicators else Leaf(activity.code, part, activity.weight)
            for activity in activities
        ]


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of a scorecard: its figure in each horizon, and who answers for it at P."""

    code: str
    name: str
    unit_of_measure: str
    measures: str
    measures_level: Level
    unit: str | None
    figures: Mapping[Horizon, IndicatorFigure]

    def __getitem__(self, horizon: str) -> IndicatorFigure:
        return self.figures[Horizon(horizon)]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node or unit of a scorecard: its figure in each horizon."""

    level: Level
    code: str
    name: str
    parent: str | None
    figures: Mapping[Horizon, NodeFigure]

    def __getitem__(self, horizon: str) -> NodeFigure:
        return self.figures[Horizon(horizon)]


@dataclass(frozen=True)
class Scorecard:
    """The plan's figures as of one semester. Nodes: the tree in reading order, then the plan, then the units."""

    plan: str
    upto: str
    figures: Figures
    parameters: Parameters
    indicators: tuple[IndicatorRow, ...]
    nodes: tuple[NodeRow, ...]
    formula: str = FORMULA_VERSION

    @cached_property
    def _by_code(self) -> Mapping[tuple[bool, str], NodeRow]:
        return {(row.level == Level.UNIT, row.code): row for row in self.nodes}

    @cached_property
    def _indicators(self) -> Mapping[str, IndicatorRow]:
        return {row.code: row for row in self.indicators}

    def node(self, code: str) -> NodeRow:
        """A node of the tree, or the plan by its own code. Raises KeyError."""
        return self._by_code[False, code]

    def unit(self, acronym: str) -> NodeRow:
        """A unit that answers for something at P. Raises KeyError."""
        return self._by_code[True, acronym]

    def indicator(self, code: str) -> IndicatorRow:
        """An indicator by its code. Raises KeyError."""
        return self._indicators[code]

    @property
    def whole(self) -> NodeRow:
        """The plan's own row."""
        return self.node(self.plan)

    def at_level(self, level: Level) -> list[NodeRow]:
        return [row for row in self.nodes if row.level == level]

    def indicators_of(self, code: str) -> list[IndicatorRow]:
        """The indicators that measure exactly this node."""
        return [row for row in self.indicators if row.measures == code]


def score(outline: PlanOutline, upto: str, horizons: Iterable[Horizon] = tuple(Horizon)) -> Scorecard:
    """The scorecard of the plan as of semester `upto`. Raises ValueError when the plan has no such semester."""
    if upto not in outline.periods:
        raise ValueError(f"{outline.code} has no semester {upto}")
    horizons = tuple(horizons)
    measured = {
        horizon: {
            indicator.code: measure(indicator.series, upto, horizon, outline.parameters)
            for indicator in outline.indicators
        }
        for horizon in horizons
    }

    # An activity's share is the same in every average above it.
    shares = {
        horizon: {
            code: share_of(leaf, measured[horizon], outline.parameters) for code, leaf in outline.activities.items()
        }
        for horizon in horizons
    }

    def share(leaf: Leaf, horizon: Horizon) -> Share:
        whole = leaf is outline.activities[leaf.code]
        return shares[horizon][leaf.code] if whole else share_of(leaf, measured[horizon], outline.parameters)

    def row(node: NodeOutline, leaves: list[Leaf]) -> NodeRow:
        figures = {h: average([share(leaf, h) for leaf in leaves], h, outline.parameters) for h in horizons}
        return NodeRow(node.level, node.code, node.name, node.parent, figures)

    whole = NodeOutline(Level.PLAN, outline.code, outline.name, None, tuple(outline.activities))
    tree = (*outline.nodes, whole)
    return Scorecard(
        plan=outline.code,
        upto=upto,
        figures=outline.figures_at(upto),
        parameters=outline.parameters,
        indicators=tuple(
            IndicatorRow(
                indicator.code,
                indicator.name,
                indicator.unit_of_measure,
                indicator.measures,
                indicator.measures_level,
                indicator.unit_at(upto),
                {horizon: measured[horizon][indicator.code] for horizon in horizons},
            )
            for indicator in outline.indicators
        ),
        nodes=(
            *(row(node, [outline.activities[code] for code in node.leaves]) for node in tree),
            *(row(unit, outline.own_leaves(unit, upto)) for unit in outline.units_at(upto)),
        ),
    )
