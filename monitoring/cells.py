"""Cells of a table of figures: nodes or units in rows, semesters and other times in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitoring import showing
from monitoring.charts import LIGHT_CLASS
from monitoring.chosen import Chosen
from monitoring.progress import SIGNS, IndicatorFigure, Light, NodeFigure, Status
from monitoring.scorecard import Level
from plans.measures import Horizon, year_of

NOTHING = Decimal(-1)


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    period: str  # the semester that a cell leads to
    horizon: Horizon
    is_open: bool = False  # under way: never official
    is_ahead: bool = False  # later than P: nothing is shown
    is_chosen: bool = False
    is_kept: bool = False  # stays on a phone, which holds three
    query: str = ""  # what the link carries

    @property
    def is_semester(self) -> bool:
        return self.horizon == Horizon.SEMESTER


@dataclass(frozen=True, slots=True)
class Line:
    """What a cell's card says of one indicator."""

    value: Decimal | None
    target: Decimal | None
    unit_of_measure: str
    figure: IndicatorFigure
    shown: Decimal | None  # the figure of the reading that is shown
    unit: str
    since: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One row in one column. Without a figure the semester lies ahead, or a unit does not answer in it."""

    column: Column
    figure: NodeFigure | None
    shown: Decimal | None = None  # the figure of the reading that is shown
    is_lit: bool = True  # the reading is the official one, on which alone the light stands
    lines: tuple[Line, ...] = ()

    @property
    def sign(self) -> str:
        return self.figure.sign if self.figure else ""

    @property
    def is_not_due(self) -> bool:
        """In the whole plan, before anything of it falls due (section 5)."""
        return bool(self.figure and self.figure.not_due_yet)

    @property
    def explanation(self) -> str:
        return "" if self.is_not_due else str(showing.SIGN_EXPLANATIONS.get(self.sign, ""))

    @property
    def text(self) -> str:
        """What stands in the cell: a figure of one decimal, or the sign of what is missing."""
        if self.figure is None:
            return "·" if self.column.is_ahead else showing.MISSING
        if self.is_not_due:
            return str(showing.NOT_DUE_YET)
        return self.sign or showing.figure_text(self.shown, showing.AVERAGE_PLACES)

    @property
    def light(self) -> Light | None:
        return self.figure.light if self.figure and self.is_lit else None

    @property
    def tone(self) -> str:
        """How the cell is coloured: by its light; what should have been reported stands out from the rest."""
        missing = (SIGNS[Status.NOT_REPORTED], SIGNS[Status.NOT_AVAILABLE])
        if self.sign in missing and not self.is_not_due:
            return "missing"
        if self.light:
            return LIGHT_CLASS[self.light]
        return "none" if self.sign else "plain"

    @property
    def word(self) -> str:
        return str(showing.LIGHT_WORDS[self.light]) if self.light and not self.sign else ""

    @property
    def is_over(self) -> bool:
        """Whether an indicator of this activity is above 120 % here: was its target well set?"""
        return any(line.figure.needs_review for line in self.lines)


def columns_of(chosen: Chosen, *, whole: bool = False) -> tuple[Column, ...]:
    """The plan's semesters, P's year and the plan to date; the whole plan where it is asked for."""
    semesters = tuple(
        Column(
            label=period.code,
            period=period.code,
            horizon=Horizon.SEMESTER,
            is_open=period.is_open,
            is_ahead=period.code > chosen.code,
            is_chosen=period.code == chosen.code,
            is_kept=period.code == chosen.code,
            query=chosen.query_at(period.code),
        )
        for period in chosen.periods
    )
    open_now, query, plan = chosen.period.is_open, chosen.query, str(showing.LEVEL_NAMES[Level.PLAN])
    sums = [
        Column(str(year_of(chosen.code)), chosen.code, Horizon.YEAR, open_now, is_kept=not whole, query=query),
        Column(plan, chosen.code, Horizon.PLAN, open_now, is_kept=True, query=query),
    ]
    if whole:
        sums.append(Column(plan, chosen.code, Horizon.WHOLE, open_now, is_kept=True, query=query))
    return (*semesters, *sums)


def horizons_of(columns: Sequence[Column]) -> list[Horizon]:
    """The windows that are needed at P to fill the columns."""
    return list(dict.fromkeys(column.horizon for column in columns))


def trend_of(cells: Sequence[Cell]) -> tuple[Decimal | None, ...]:
    """The figures of the semesters, for the thread; what has a sign leaves a gap."""
    return tuple(None if cell.sign else cell.shown for cell in cells if cell.column.is_semester)


def badness(cells: Sequence[Cell]) -> tuple[bool, Decimal]:
    """Worst first by the plan to date; what was programmed and not reported counts 0, what has no figure goes last."""
    shown = next((cell.shown for cell in cells if cell.column.horizon == Horizon.PLAN), None)
    return shown is None, NOTHING if shown is None else shown
