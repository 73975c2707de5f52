"""PURE. What whoever reviews a report should look at twice: numbers in, cautions out.

A caution is a question to the unit, never an error: nothing is refused because of one. Standard library and the
dataclasses of `monitoring.progress` only; every figure comes measured. The sentences are in `monitoring/showing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from statistics import median

from monitoring.progress import Entry, IndicatorFigure, Light, Parameters
from plans.measures import Accumulation, Direction

__all__ = ["NOT_INFORMED", "Caution", "Rule", "Semester", "Told", "Use", "cautions", "usual_of"]

TIMES = Decimal(10)
# The code of the row and of the column of those of whom nothing is known, in every breakdown table.
NOT_INFORMED = "not_informed"


class Rule(StrEnum):
    """Why a result asks for a second look, in the order in which it is told."""

    ABOVE = "above"  # progress above 120 % (rules, section 4)
    TEN_TIMES = "ten_times"  # ten times the usual value, or more
    A_TENTH = "a_tenth"  # a tenth of the usual value, or less
    SAME = "same"  # the last reported value, to the digit
    FALLS = "falls"  # a stock below what it was
    NOT_INFORMED = "not_informed"  # a breakdown that says nothing
    DISAGREE = "disagree"  # two breakdowns of the same people that count other women and men
    USED_BEFORE = "used_before"  # a file or link that already backs another result
    NO_ACHIEVEMENTS = "no_achievements"  # a value above 0 without a word about it
    NO_DIFFICULTIES = "no_difficulties"  # below amber without a word about it


@dataclass(frozen=True, slots=True)
class Semester:
    """One semester of the indicator: what was entered, and its figure in the window of that semester alone."""

    entry: Entry
    figure: IndicatorFigure

    @property
    def period(self) -> str:
        return self.entry.period

    @property
    def value(self) -> Decimal | None:
        return self.figure.value

    @property
    def digits(self) -> tuple[Decimal | None, ...]:
        """What the unit typed; of a pooled percentage both parts, for 1/2 and 2/4 are not the same."""
        return (self.entry.value, self.entry.numerator, self.entry.denominator)


@dataclass(frozen=True, slots=True)
class Use:
    """Another result that the same file or link backs."""

    title: str
    indicator: str
    period: str
    unit: str
    is_link: bool = False


@dataclass(frozen=True)
class Told:
    """One result of a report, with all that it is held against."""

    now: Semester
    earlier: tuple[Semester, ...]  # the semesters reported before, in order of time
    accumulation: Accumulation
    direction: Direction
    parameters: Parameters
    tables: Mapping[str, Mapping[tuple[str, str], int]] = field(default_factory=dict)  # (category, sex) -> people
    uses: tuple[Use, ...] = ()
    achievements: str = ""
    difficulties: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """One reason for a second look, with the numbers that its sentence tells."""

    rule: Rule
    value: Decimal | None = None  # what is reported
    against: Decimal | None = None  # what it is held against: target, usual value, earlier value, threshold
    progress: Decimal | None = None
    period: str = ""  # the earlier semester
    semesters: int = 0  # so many earlier ones make up the usual value
    table: str = ""
    by_sex: bool = False  # whether it is the sex that nothing is known of, or the table's other dimension
    people: int = 0
    sexes: Mapping[str, int] = field(default_factory=dict)  # of the table, by the code of the sex
    other_table: str = ""  # the one that it is held against
    other_sexes: Mapping[str, int] = field(default_factory=dict)
    use: Use | None = None
    parts: tuple[Decimal, Decimal] | None = None  # of a pooled percentage: numerator and denominator


def usual_of(told: Told) -> Decimal | None:
    """The usual value: the median of the earlier semesters that were reported; None where there is none."""
    values = [each.value for each in told.earlier if each.value is not None]
    return median(values) if values else None


def cautions(told: Told) -> tuple[Caution, ...]:
    """Everything about the result that asks for a second look, in the order of `Rule`."""
    found = [*_of_size(told), *_of_the_past(told), *_of_tables(told), *_of_tables_together(told)]
    found += [Caution(Rule.USED_BEFORE, use=use) for use in told.uses]
    found += _of_words(told)
    return tuple(found)


def _of_size(told: Told) -> Iterator[Caution]:
    """Above 120 %, ten times or a tenth of the usual. A 0 is no slip of the comma: its light already tells it."""
    figure, usual = told.now.figure, usual_of(told)
    if figure.needs_review:
        readings = (figure.progress.programmed, figure.progress.reported)
        highest = max(each for each in readings if each is not None)
        yield Caution(Rule.ABOVE, value=figure.value, against=figure.target, progress=highest)
    if not figure.value or not usual:
        return
    semesters = sum(each.value is not None for each in told.earlier)
    if figure.value >= usual * TIMES:
        yield Caution(Rule.TEN_TIMES, value=figure.value, against=usual, semesters=semesters)
    elif figure.value * TIMES <= usual:
        yield Caution(Rule.A_TENTH, value=figure.value, against=usual, semesters=semesters)


def _of_the_past(told: Told) -> Iterator[Caution]:
    """The same as the last one reported; a stock that falls, where growing is what it is meant to do."""
    now = told.now
    last = next((each for each in reversed(told.earlier) if each.value is not None), None)
    if last is None or last.value is None or now.value is None:
        return
    if now.digits == last.digits:
        numerator, denominator = now.entry.numerator, now.entry.denominator
        parts = None if numerator is None or denominator is None else (numerator, denominator)
        yield Caution(Rule.SAME, value=now.value, period=last.period, parts=parts)
    grows = told.accumulation == Accumulation.LAST and told.direction == Direction.INCREASING
    if grows and now.value < last.value:
        yield Caution(Rule.FALLS, value=now.value, against=last.value, period=last.period)


def _of_tables(told: Told) -> Iterator[Caution]:
    """A table whose people all stand in "no informado" of one of its two dimensions."""
    for table, cells in told.tables.items():
        people = sum(cells.values())
        if not people:
            continue
        without_sex = sum(count for (_category, sex), count in cells.items() if sex == NOT_INFORMED)
        without_category = sum(count for (category, _sex), count in cells.items() if category == NOT_INFORMED)
        if people in (without_sex, without_category):
            yield Caution(Rule.NOT_INFORMED, table=table, by_sex=people == without_sex, people=people)


def _of_tables_together(told: Told) -> Iterator[Caution]:
    """Tables of one result that count the same people, and not the same women and men: each is held against the first.

    A table that knows nobody's sex has its own caution, and cannot disagree.
    """
    by_sex = {table: _by_sex(cells) for table, cells in told.tables.items()}
    known = {table: sexes for table, sexes in by_sex.items() if set(sexes) - {NOT_INFORMED}}
    first = next(iter(known), "")
    for table, sexes in known.items():
        if sexes != known[first]:
            yield Caution(Rule.DISAGREE, table=first, sexes=known[first], other_table=table, other_sexes=sexes)


def _by_sex(cells: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """How many there are of each sex; what has nobody is left out."""
    found: dict[str, int] = {}
    for (_category, sex), count in cells.items():
        if count:
            found[sex] = found.get(sex, 0) + count
    return found


def _of_words(told: Told) -> Iterator[Caution]:
    figure = told.now.figure
    if figure.value and figure.value > 0 and not told.achievements.strip():
        yield Caution(Rule.NO_ACHIEVEMENTS, value=figure.value)
    if figure.light == Light.RED and not told.difficulties.strip():
        progress = figure.progress.by(told.parameters.reading)
        yield Caution(Rule.NO_DIFFICULTIES, progress=progress, against=told.parameters.amber)
