"""The scorecard as a matrix: the page loader of the signature view.

Rows are guidelines, strategic actions and activities; columns the plan's semesters, then year and plan to date, and the
whole plan where it is asked for. The figures are those of `monitoring.scorecard`, one `score` per semester over one
outline: 9 queries, and 3 for what activities respond to, whatever the size of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from monitoring import showing
from monitoring.cells import Cell, Column, Line, badness, columns_of, horizons_of, trend_of
from monitoring.chosen import Chosen
from monitoring.filters import (
    Filter,
    Narrowing,
    commitment_filters,
    guideline_filter,
    horizon_choice,
    light_choice,
    light_filter,
    light_horizon,
    order_choice,
    unit_filter,
)
from monitoring.progress import NodeFigure, Parameters
from monitoring.queries import load_outline
from monitoring.scorecard import IndicatorRow, Level, NodeRow, PlanOutline, Scorecard, score
from plans.measures import Horizon, Reading
from plans.models import Plan

LEVELS = (Level.GUIDELINE, Level.ACTION, Level.ACTIVITY)


@dataclass(frozen=True, slots=True)
class Row:
    level: Level
    code: str
    name: str
    units: tuple[str, ...]
    cells: tuple[Cell, ...]
    parent: str = ""

    @property
    def short_code(self) -> str:
        return showing.short_code(self.code)

    @property
    def is_activity(self) -> bool:
        return self.level == Level.ACTIVITY

    @property
    def trend(self) -> tuple[Decimal | None, ...]:
        return trend_of(self.cells)


@dataclass(frozen=True)
class Matrix:
    plan: str
    upto: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    whole: NodeFigure  # the plan to date
    semester: NodeFigure  # the plan in the chosen semester
    parameters: Parameters
    reading: Reading  # the one that is shown
    activities: int  # of the plan, whatever the filter
    filters: Narrowing

    @property
    def worst_first(self) -> bool:
        return bool(self.filters["orden"])

    @property
    def with_whole(self) -> bool:
        return any(column.horizon == Horizon.WHOLE for column in self.columns)

    @property
    def shown_activities(self) -> int:
        return sum(row.is_activity for row in self.rows)

    @property
    def is_wide(self) -> bool:
        """More semesters than an office screen holds: the table scrolls in its panel."""
        return len(self.columns) > 9


def load_matrix(plan: Plan, chosen: Chosen, params: Mapping[str, str] | None = None) -> Matrix:
    """The matrix as of the chosen semester, narrowed and ordered as the address says (`params`)."""
    params = params or {}
    outline = load_outline(plan, working=chosen.working)
    return _Weaver(outline, chosen, params, commitment_filters(params, plan)).matrix()


class _Weaver:
    """Puts the scorecards of each semester side by side."""

    def __init__(
        self, outline: PlanOutline, chosen: Chosen, params: Mapping[str, str], commitments: tuple[Filter, ...]
    ) -> None:
        self.outline, self.chosen, self.params = outline, chosen, params
        self.upto = chosen.code
        self.horizon, self.order, self.light_at = horizon_choice(params), order_choice(params), light_choice(params)
        self.columns = columns_of(chosen, whole=bool(self.horizon))
        passed = [period for period in outline.periods if period < self.upto]
        self.cards = {period: score(outline, period, [Horizon.SEMESTER]) for period in passed}
        self.cards[self.upto] = score(outline, self.upto, horizons_of(self.columns))
        self.filters = self._filters(commitments)

    def _filters(self, commitments: tuple[Filter, ...]) -> Narrowing:
        units = {code: self._units_of(code) for code in self.indicators}
        at = light_horizon(self.light_at)
        lights = {code: self.card.node(code)[at].light for code in self.indicators}
        return Narrowing(
            (
                guideline_filter(self.params, self.outline),
                unit_filter(self.params, self.outline, units),
                light_filter(self.params, lights),
                *commitments,
            ),
            self.params,
            (self.light_at, self.order, self.horizon),
        )

    @property
    def card(self) -> Scorecard:
        return self.cards[self.upto]

    def matrix(self) -> Matrix:
        return Matrix(
            plan=self.outline.code,
            upto=self.upto,
            columns=self.columns,
            rows=tuple(self._rows()),
            whole=self.card.whole[Horizon.PLAN],
            semester=self.card.whole[Horizon.SEMESTER],
            parameters=self.outline.parameters,
            reading=self.chosen.reading,
            activities=len(self.outline.activities),
            filters=self.filters,
        )

    @cached_property
    def indicators(self) -> Mapping[str, Sequence[str]]:
        """The codes of the indicators of each activity."""
        return {code: [series.code for series in leaf.indicators] for code, leaf in self.outline.activities.items()}

    def _rows(self) -> Iterable[Row]:
        wanted = {code for code in self.outline.activities if self.filters.keeps(code)}
        nodes = [node for node in self.card.nodes if node.level in LEVELS]
        leaves = {node.code: node.leaves for node in self.outline.nodes}
        if not self.order:
            return [self._row(node) for node in nodes if wanted.intersection(leaves[node.code])]
        activities = [self._row(node) for node in nodes if node.code in wanted]
        return sorted(activities, key=lambda row: badness(row.cells))

    def _units_of(self, activity: str) -> tuple[str, ...]:
        """Who answers for its indicators at P, each once."""
        answering = (self.outline.by_indicator[code].unit_at(self.upto) for code in self.indicators[activity])
        return tuple(dict.fromkeys(unit for unit in answering if unit))

    def _row(self, node: NodeRow) -> Row:
        return Row(
            level=node.level,
            code=node.code,
            name=node.name,
            units=self._units_of(node.code) if node.level == Level.ACTIVITY else (),
            cells=tuple(self._cell(node, column) for column in self.columns),
            parent=node.parent or "",
        )

    def _cell(self, node: NodeRow, column: Column) -> Cell:
        if column.is_ahead:
            return Cell(column, None)
        card = self.cards[column.period]
        figure = card.node(node.code)[column.horizon]
        codes = self.indicators.get(node.code, ()) if node.level == Level.ACTIVITY else ()
        return Cell(
            column,
            figure,
            figure.progress.by(self.chosen.reading),
            self.chosen.reads_officially,
            tuple(self._line(card.indicator(code), column) for code in codes),
        )

    def _line(self, row: IndicatorRow, column: Column) -> Line:
        figure = row[column.horizon]
        return Line(
            figure.value,
            figure.target,
            row.unit_of_measure,
            figure,
            figure.progress.by(self.chosen.reading),
            row.unit or "",
            self.outline.by_indicator[row.code].since(column.period),
        )
