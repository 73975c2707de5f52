"""PURE. Which counts of people may leave the house (rules, section 12).

A table of a result goes out whole, or by sex alone, or not at all: never with holes, since what a hole hides the
margins give back. Standard library only.

Why nothing of 1 to 4 can be computed from what is left, whatever is subtracted from what:

- A table that goes out whole, and sums by sex that go out, hold only 0 and counts from 5 on. Sums of such counts are 0
  or at least 5 again, so no sum and no difference of two sums over the same people names a small cell.
- A table by sex alone leaves in each column a sum of 0, where nothing is small, or of 5 and more over at least two
  categories: with only one category the cells are the sums, and the table would have gone out whole. A small cell in
  such a column can always give one to, or take one from, another cell of it, and the rule would say the same.
- A table of which only the total goes out says less. Its sexes may not be read from another table of the same result:
  where two tables count the same sexes, both have the small sum, and neither goes out.
- Results share no cells. Sums over indicators and semesters are made of what went out, so they are equations that
  anybody could have written. The one sum that a plan implies lies between an indicator of an action or an objective
  and those below it, which is why none is told finer than what lies beneath it (`parts`).
- A table that once went out coarser is never told finer (`earlier`): a later version with one person more would tell
  what the earlier one kept back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

SEX = "sex"
# Counts from which a person could be recognised.
FEWEST, MOST = 1, 4

Cells = Mapping[tuple[str, str], int]  # (category, sex) -> how many; in the table by sex the category is empty


class Level(StrEnum):
    """How much of a table is told."""

    FULL = "full"
    SEX = "sex"  # by sex alone
    TOTAL = "total"  # nothing but the value of its result


# From the coarsest to the finest.
LEVELS = (Level.TOTAL, Level.SEX, Level.FULL)


@dataclass(frozen=True, slots=True)
class BrokenDown:
    """A result that counts people, with its tables as they were reported."""

    indicator: str
    period: str
    value: Decimal
    tables: Mapping[str, Cells]

    @property
    def adding_up(self) -> dict[str, Cells]:
        """Those of its tables that add up to its value: the others are no tables (section 12)."""
        return {name: cells for name, cells in self.tables.items() if sum(cells.values()) == self.value}


@dataclass(frozen=True, slots=True)
class Told:
    """One table as it goes out: by (category, sex) if whole; by ("", sex) if by sex alone; empty if only the total."""

    level: Level
    cells: Cells

    @property
    def by_sex(self) -> dict[str, int]:
        return _by_sex(self.cells)


@dataclass(frozen=True, slots=True)
class Where:
    """One table of one result."""

    indicator: str
    period: str
    table: str


def is_small(count: int) -> bool:
    return FEWEST <= count <= MOST


def level_of(cells: Cells) -> Level:
    """How much of a table may be told, looked at alone."""
    if not any(map(is_small, cells.values())):
        return Level.FULL
    return Level.TOTAL if any(map(is_small, _by_sex(cells).values())) else Level.SEX


def tell(cells: Cells, level: Level) -> Told:
    """The table at that level."""
    if level == Level.FULL:
        return Told(level, dict(cells))
    return Told(level, {("", sex): n for sex, n in _by_sex(cells).items()} if level == Level.SEX else {})


def publish(
    results: Iterable[BrokenDown],
    *,
    parts: Mapping[str, Collection[str]] | None = None,
    earlier: Mapping[Where, Level] | None = None,
) -> dict[tuple[str, str], dict[str, Told]]:
    """What may be told of each result, by (indicator, period) and table; its value is always told.

    `parts` names, for an indicator above the activities, those that lie beneath its node. `earlier` is how much of a
    table an earlier document told.
    """
    known = {(result.indicator, result.period): result for result in results}
    levels = _levels(known, parts or {}, earlier or {})
    return {
        where: {name: tell(cells, levels[Where(*where, name)]) for name, cells in result.adding_up.items()}
        for where, result in known.items()
    }


def _levels(
    known: Mapping[tuple[str, str], BrokenDown],
    parts: Mapping[str, Collection[str]],
    earlier: Mapping[Where, Level],
) -> dict[Where, Level]:
    own: dict[Where, Level] = {
        Where(*where, name): min(level_of(cells), earlier.get(Where(*where, name), Level.FULL), key=LEVELS.index)
        for where, result in known.items()
        for name, cells in result.adding_up.items()
    }
    of_result: dict[tuple[str, str], dict[str, Level]] = defaultdict(dict)
    for place, level in own.items():
        of_result[place.indicator, place.period][place.table] = level

    def beneath(place: Where) -> Iterator[Level]:
        for part in parts.get(place.indicator, ()):
            result = known.get((part, place.period))
            if result is not None and result.value:
                yield _left_by(of_result[part, place.period], place.table)

    # What lies beneath a part lies beneath the whole too and is asked itself, so parts are asked for their own level.
    return {place: min([level, *beneath(place)], key=LEVELS.index) for place, level in own.items()}


def _left_by(tables: Mapping[str, Level], table: str) -> Level:
    """How much of a table of the whole may be told beside what is told of a part: the difference is the part's."""
    if not tables or Level.TOTAL in tables.values():
        return Level.TOTAL
    return tables.get(table, Level.SEX)


def _by_sex(cells: Cells) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for (_category, sex), count in cells.items():
        sums[sex] += count
    return dict(sums)
