"""The scorecard as a matrix: the page loader of the signature view.

Rows are guidelines, strategic actions and activities; columns the plan's semesters, then year and plan to date. The
figures are those of `monitoring.scorecard`, one `score` per semester over one outline: 9 queries and 1 for the
activities' gender focus, whatever the size of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from monitoring import showing
from monitoring.charts import LIGHT_CLASS
from monitoring.chosen import Chosen
from monitoring.progress import SIGNS, IndicatorFigure, Light, NodeFigure, Parameters, Status
from monitoring.queries import load_outline
from monitoring.scorecard import IndicatorRow, Level, NodeRow, PlanOutline, Scorecard, score
from plans.measures import Horizon, year_of
from plans.models import Activity, Plan

LEVELS = (Level.GUIDELINE, Level.ACTION, Level.ACTIVITY)
NOTHING = Decimal(-1)


@dataclass(frozen=True)
class Filters:
    """Which rows are wanted: those of one unit, those with gender focus, the worst first."""

    unit: str = ""
    gender: bool = False
    worst_first: bool = False

    def __bool__(self) -> bool:
        return bool(self.unit or self.gender)


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    period: str  # the semester that a cell leads to
    horizon: Horizon
    is_open: bool = False  # under way: never official
    is_ahead: bool = False  # later than P: nothing is shown
    is_chosen: bool = False
    query: str = ""  # what the link carries


@dataclass(frozen=True, slots=True)
class Line:
    """What a cell's card says of one indicator."""

    value: Decimal | None
    target: Decimal | None
    unit_of_measure: str
    figure: IndicatorFigure
    official: Decimal | None  # the figure of the official reading
    unit: str
    since: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One node in one column. Without a figure the semester lies ahead."""

    column: Column
    figure: NodeFigure | None
    official: Decimal | None = None
    lines: tuple[Line, ...] = ()

    @property
    def sign(self) -> str:
        return self.figure.sign if self.figure else ""

    @property
    def explanation(self) -> str:
        return str(showing.SIGN_EXPLANATIONS.get(self.sign, ""))

    @property
    def text(self) -> str:
        """What stands in the cell: a figure of one decimal, or the sign of what is missing."""
        if self.figure is None:
            return "·"
        return self.sign or showing.figure_text(self.official, showing.AVERAGE_PLACES)

    @property
    def light(self) -> Light | None:
        return self.figure.light if self.figure else None

    @property
    def tone(self) -> str:
        """How the cell is coloured: by its light; what should have been reported stands out from the rest."""
        if self.sign in (SIGNS[Status.NOT_REPORTED], SIGNS[Status.NOT_AVAILABLE]):
            return "missing"
        return LIGHT_CLASS[self.light] if self.light else "none"

    @property
    def word(self) -> str:
        return str(showing.LIGHT_WORDS[self.light]) if self.light and not self.sign else ""

    @property
    def is_over(self) -> bool:
        """Whether an indicator of this activity is above 120 % here: was its target well set?"""
        return any(line.figure.needs_review for line in self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    level: Level
    code: str
    name: str
    units: tuple[str, ...]
    cells: tuple[Cell, ...]
    trend: tuple[Decimal | None, ...]  # the official reading of each semester, for the thread
    parent: str = ""

    @property
    def short_code(self) -> str:
        return showing.short_code(self.code)

    @property
    def is_activity(self) -> bool:
        return self.level == Level.ACTIVITY


@dataclass(frozen=True)
class Matrix:
    plan: str
    upto: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    whole: NodeFigure  # the plan to date
    semester: NodeFigure  # the plan in the chosen semester
    official: Decimal | None
    parameters: Parameters
    units: Mapping[str, str]  # acronym -> name, of those who answer at P
    all_units: Mapping[str, str]  # the same of those who ever answer
    activities: int  # of the plan, whatever the filter
    filters: Filters

    @property
    def unit_name(self) -> str:
        """The unit that the rows are narrowed to, by its name; what was asked for when there is no such unit."""
        return self.all_units.get(self.filters.unit, self.filters.unit)

    @property
    def is_unit_unknown(self) -> bool:
        """Whether the address names a unit that answers for nothing in this plan, at P or ever."""
        return bool(self.filters.unit) and self.filters.unit not in self.all_units

    @property
    def shown_activities(self) -> int:
        return sum(row.is_activity for row in self.rows)

    @property
    def is_wide(self) -> bool:
        """More semesters than an office screen holds: the table scrolls in its panel."""
        return len(self.columns) > 9


def load_matrix(plan: Plan, chosen: Chosen, filters: Filters = Filters()) -> Matrix:
    """The matrix as of the chosen semester."""
    outline = load_outline(plan, working=chosen.working)
    gender = set(Activity.objects.filter(plan=plan, gender_focus=True).values_list("code", flat=True))
    return _Weaver(outline, chosen, filters, gender).matrix()


class _Weaver:
    """Puts the scorecards of each semester side by side."""

    def __init__(self, outline: PlanOutline, chosen: Chosen, filters: Filters, gender: set[str]) -> None:
        self.outline, self.chosen, self.filters, self.gender = outline, chosen, filters, gender
        self.upto = chosen.code
        self.columns = self._columns()
        self.reading = outline.parameters.reading
        passed = [period for period in outline.periods if period < self.upto]
        self.cards = {period: score(outline, period, [Horizon.SEMESTER]) for period in passed}
        self.cards[self.upto] = score(outline, self.upto, [Horizon.SEMESTER, Horizon.YEAR, Horizon.PLAN])

    @property
    def card(self) -> Scorecard:
        return self.cards[self.upto]

    def matrix(self) -> Matrix:
        whole = self.card.whole[Horizon.PLAN]
        return Matrix(
            plan=self.outline.code,
            upto=self.upto,
            columns=self.columns,
            rows=tuple(self._rows()),
            whole=whole,
            semester=self.card.whole[Horizon.SEMESTER],
            official=whole.progress.by(self.reading),
            parameters=self.outline.parameters,
            units={row.code: row.name for row in self.card.at_level(Level.UNIT)},
            all_units=self.outline.unit_names,
            activities=len(self.outline.activities),
            filters=self.filters,
        )

    def _columns(self) -> tuple[Column, ...]:
        semesters = tuple(
            Column(
                label=p.code,
                period=p.code,
                horizon=Horizon.SEMESTER,
                is_open=p.is_open,
                is_ahead=p.code > self.upto,
                is_chosen=p.code == self.upto,
                query=self.chosen.query_at(p.code),
            )
            for p in self.chosen.periods
        )
        open_now, query = self.chosen.period.is_open, self.chosen.query
        return (
            *semesters,
            Column(str(year_of(self.upto)), self.upto, Horizon.YEAR, open_now, query=query),
            Column(str(showing.LEVEL_NAMES[Level.PLAN]), self.upto, Horizon.PLAN, open_now, query=query),
        )

    @cached_property
    def indicators(self) -> Mapping[str, Sequence[str]]:
        """The codes of the indicators of each activity."""
        return {code: [series.code for series in leaf.indicators] for code, leaf in self.outline.activities.items()}

    def _rows(self) -> Iterable[Row]:
        wanted = {code for code in self.outline.activities if self._is_wanted(code)}
        nodes = [node for node in self.card.nodes if node.level in LEVELS]
        leaves = {node.code: node.leaves for node in self.outline.nodes}
        if not self.filters.worst_first:
            return [self._row(node) for node in nodes if wanted.intersection(leaves[node.code])]
        activities = [self._row(node) for node in nodes if node.code in wanted]
        return sorted(activities, key=_badness)

    def _is_wanted(self, activity: str) -> bool:
        if self.filters.gender and activity not in self.gender:
            return False
        return not self.filters.unit or self.filters.unit in self._units_of(activity)

    def _units_of(self, activity: str) -> tuple[str, ...]:
        """Who answers for its indicators at P, each once."""
        answering = (self.outline.by_indicator[code].unit_at(self.upto) for code in self.indicators[activity])
        return tuple(dict.fromkeys(unit for unit in answering if unit))

    def _row(self, node: NodeRow) -> Row:
        cells = tuple(self._cell(node, column) for column in self.columns)
        return Row(
            level=node.level,
            code=node.code,
            name=node.name,
            units=self._units_of(node.code) if node.level == Level.ACTIVITY else (),
            cells=cells,
            trend=tuple(
                None if cell.sign else cell.official for cell in cells if cell.column.horizon == Horizon.SEMESTER
            ),
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
            figure.progress.by(self.reading),
            tuple(self._line(card.indicator(code), column) for code in codes),
        )

    def _line(self, row: IndicatorRow, column: Column) -> Line:
        figure = row[column.horizon]
        since = self.outline.by_indicator[row.code].since(column.period)
        return Line(
            figure.value,
            figure.target,
            row.unit_of_measure,
            figure,
            figure.progress.by(self.reading),
            row.unit or "",
            since,
        )


def _badness(row: Row) -> tuple[bool, Decimal]:
    """Worst first by the plan to date; what was programmed and not reported counts 0, what has no figure goes last."""
    official = row.cells[-1].official
    return official is None, NOTHING if official is None else official
