"""PURE. Counts of people, added up only under the names that they may bear (rules, section 12).

A sum over indicators or semesters counts attentions, never persons, because people repeat. Stocks stand apart at their
latest value and are never added to anything; so do municipal staff. What a result does not break down is told beside
every table, so that table and rest always make the total.

`people` takes indicators, values and cells, whatever they were read from: what is published suppresses first and calls
it with what is left. Standard library and `plans.measures` only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from plans.measures import Accumulation

SEX = "sex"
# A result's people are read by sex from the first of its tables that it has.
TABLES = (SEX, "sex_population", "sex_age", "sex_district", "sex_disability")
# Stands for a sex or a category where a result says nothing of it; "no informado" is something that it says.
NOT_BROKEN_DOWN = "not_broken_down"
ZERO = Decimal(0)


class Kind(StrEnum):
    """Under which name the people of an indicator may be added up, if at all."""

    ATTENTION = "attention"
    STAFF = "staff"  # municipal staff, trained: nobody was attended
    STOCK = "stock"  # at its latest value, added to nothing
    ABOVE = "above"  # measured above the activities: shown beside its node, enters nothing (section 1)
    AVERAGED = "averaged"  # no sum of it means anything


@dataclass(frozen=True, slots=True)
class Fact:
    """An indicator that counts people. `activity` is empty where it measures a node above the activities."""

    code: str
    activity: str
    accumulation: Accumulation
    tables: frozenset[str] = frozenset()

    @property
    def kind(self) -> Kind:
        if not self.activity:
            return Kind.ABOVE
        if self.accumulation == Accumulation.LAST:
            return Kind.STOCK
        if self.accumulation != Accumulation.SUM:
            return Kind.AVERAGED
        # Only municipal staff is asked by sex alone (section 12).
        return Kind.STAFF if self.tables == {SEX} else Kind.ATTENTION


class Value(NamedTuple):
    """What an indicator reported in a semester."""

    indicator: str
    period: str
    value: Decimal


class Cell(NamedTuple):
    """How many of them, in one cell of one table; in the table by sex the category is empty."""

    indicator: str
    period: str
    table: str
    category: str
    sex: str
    number: int


@dataclass(frozen=True)
class Tally:
    """So many by sex, and so many whose results say nothing of it."""

    by_sex: Mapping[str, int]
    not_broken_down: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return sum(self.by_sex.values()) + self.not_broken_down

    def of(self, sex: str) -> Decimal:
        """Those of that sex; all of them where none is named."""
        return Decimal(self.by_sex.get(sex, 0)) if sex else self.total


@dataclass(frozen=True)
class Counted:
    """One result that counts people, with those of its tables that add up to its value: the others are no tables."""

    fact: Fact
    period: str
    value: Decimal
    tables: Mapping[str, Mapping[tuple[str, str], int]]  # table -> (category, sex) -> how many

    @cached_property
    def sex_table(self) -> str:
        return next((table for table in TABLES if table in self.tables), "")

    def part(self, table: str = "", category: str = "", sex: str = "") -> Decimal:
        """How many of its people stand in that cell of a sum; what is not named is not narrowed."""
        cells = self.tables.get(table or self.sex_table)
        if cells is None:
            asked = {category, sex} - {""}
            return self.value if asked <= {NOT_BROKEN_DOWN} else ZERO
        found = (n for (c, s), n in cells.items() if category in ("", c) and sex in ("", s))
        return Decimal(sum(found))

    @cached_property
    def tally(self) -> Tally:
        """Its people by sex."""
        if not self.sex_table:
            return Tally({}, self.value)
        by_sex: Counter[str] = Counter()
        for (_category, sex), count in self.tables[self.sex_table].items():
            by_sex[sex] += count
        return Tally(dict(by_sex))


@dataclass(frozen=True)
class Distribution:
    """One table summed: its categories by sex, and what is not broken down by it. Together they are the total."""

    rows: Mapping[str, Tally]
    not_broken_down: Decimal

    @property
    def whole(self) -> Tally:
        return Tally(tally_of(self.rows.values()).by_sex, self.not_broken_down)


@dataclass(frozen=True)
class Added:
    """Results added up: the whole, by indicator, by activity, and table by table."""

    whole: Tally
    by_indicator: Mapping[str, Tally]
    by_activity: Mapping[str, Tally]
    tables: Mapping[str, Distribution]

    def under(self, activities: Iterable[str]) -> Tally:
        """The sum of those activities."""
        return tally_of(self.by_activity[code] for code in activities if code in self.by_activity)


@dataclass(frozen=True)
class People:
    """The results of a window by the name under which they are told, in order of time; stocks at their latest value."""

    attentions: tuple[Counted, ...]
    staff: tuple[Counted, ...]
    stocks: tuple[Counted, ...]


def people(facts: Iterable[Fact], values: Iterable[Value], cells: Iterable[Cell]) -> People:
    """The results of those indicators; what indicators that are not named reported is left out."""
    by_kind: dict[Kind, list[Counted]] = defaultdict(list)
    for result in _counted(facts, values, cells):
        by_kind[result.fact.kind].append(result)
    latest = {result.fact.code: result for result in by_kind[Kind.STOCK]}
    return People(
        attentions=tuple(by_kind[Kind.ATTENTION]),
        staff=tuple(by_kind[Kind.STAFF]),
        stocks=tuple(latest[code] for code in sorted(latest)),
    )


def _counted(facts: Iterable[Fact], values: Iterable[Value], cells: Iterable[Cell]) -> list[Counted]:
    known = {fact.code: fact for fact in facts}
    tables: dict[tuple[str, str], dict[str, dict[tuple[str, str], int]]] = defaultdict(lambda: defaultdict(dict))
    for indicator, period, table, category, sex, count in cells:
        tables[indicator, period][table][category, sex] = count
    found = []
    for indicator, period, value in sorted(values, key=lambda row: (row.period, row.indicator)):
        if indicator in known:
            adding_up = {
                name: counts
                for name, counts in tables.get((indicator, period), {}).items()
                if sum(counts.values()) == value
            }
            found.append(Counted(known[indicator], period, value, adding_up))
    return found


def add_up(results: Iterable[Counted]) -> Added:
    """Adds results of one kind; never give it stocks."""
    results = list(results)
    by_indicator: dict[str, list[Tally]] = defaultdict(list)
    by_activity: dict[str, list[Tally]] = defaultdict(list)
    for result in results:
        by_indicator[result.fact.code].append(result.tally)
        by_activity[result.fact.activity].append(result.tally)
    activities = {code: tally_of(tallies) for code, tallies in by_activity.items()}
    return Added(
        whole=tally_of(activities.values()),
        by_indicator={code: tally_of(tallies) for code, tallies in by_indicator.items()},
        by_activity=activities,
        tables={table: _distribution(table, results) for table in TABLES if table != SEX},
    )


def tally_of(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    by_sex: Counter[str] = Counter()
    rest = ZERO
    for tally in tallies:
        by_sex.update(tally.by_sex)
        rest += tally.not_broken_down
    return Tally(dict(by_sex), rest)


def _distribution(table: str, results: Iterable[Counted]) -> Distribution:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    rest = ZERO
    for result in results:
        if table not in result.tables:
            rest += result.value
            continue
        for (category, sex), count in result.tables[table].items():
            rows[category][sex] += count
    return Distribution({category: Tally(dict(counts)) for category, counts in rows.items()}, rest)
