"""What is published gives no cell of 1 to 4 away, whatever is subtracted from what.

`determined` is an attacker: it knows every published number, that tables of one result count the same sexes, that an
indicator above the activities is the sum of those beneath it, and solves the equations exactly. `leaks` is a stronger
one for small results: it knows the rule itself, and goes through every result that would have been published alike.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.attentions import Fact, Value, add_up, people
from monitoring.disclosure import cells_told
from monitoring.suppression import LEVELS, SEX, BrokenDown, Cells, Level, Told, Where, level_of, publish
from plans.measures import Accumulation

SEXES = ("woman", "man", "other")
CATEGORIES = {
    SEX: ("",),
    "sex_population": ("refugee", "migrant", "host"),
    "sex_age": ("0-4", "5-11", "12-17", "18-59"),
    "sex_disability": ("yes", "no"),
    "sex_district": ("150101", "150103", "outside"),
}
PARTS = {"O": ("A", "B")}
Unknown = tuple[str, str, str, str, str]  # indicator, period, table, category, sex
Equation = tuple[dict[Unknown, int], int]
Published = dict[tuple[str, str], dict[str, Told]]


def is_small(count: int) -> bool:
    """Section 12; not taken from the code, which could be wrong about it."""
    return count in (1, 2, 3, 4)


# --- The attackers ------------------------------------------------------------------------------------------------


def equations(results: Iterable[BrokenDown], told: Published, parts: dict[str, tuple[str, ...]]) -> Iterator[Equation]:
    """All that somebody can write down who sees what is published."""
    known = {(r.indicator, r.period): r for r in results}
    for where, result in known.items():
        for table, cells in result.tables.items():
            yield {(*where, table, *cell): 1 for cell in all_cells(table)}, sum(cells.values())
            yield from of_table((*where, table), told[where][table])
        for one, other in itertools.pairwise(result.tables):
            for sex in SEXES:
                yield column(*where, one, sex) | column(*where, other, sex, weight=-1), 0
    for (whole, period), result in known.items():
        beneath = [known[part, period] for part in parts.get(whole, ()) if (part, period) in known]
        yield from of_parts(result, beneath) if beneath else ()


def of_table(where: tuple[str, str, str], told: Told) -> Iterator[Equation]:
    if told.level == Level.SEX:
        yield from ((column(*where, sex), count) for (_category, sex), count in told.cells.items())
    if told.level == Level.FULL:  # a cell that is not there is 0
        yield from (({(*where, *cell): 1}, told.cells.get(cell, 0)) for cell in all_cells(where[2]))


def of_parts(whole: BrokenDown, parts: list[BrokenDown]) -> Iterator[Equation]:
    """The whole is the sum of its parts: cell by cell where all have the table, and by sex in any case."""
    for table in whole.tables:
        if all(table in part.tables for part in parts):
            for cell in all_cells(table):
                sums = {(part.indicator, part.period, table, *cell): -1 for part in parts}
                yield {(whole.indicator, whole.period, table, *cell): 1} | sums, 0
        for sex in SEXES:
            equation = column(whole.indicator, whole.period, table, sex)
            for part in parts:
                equation |= column(part.indicator, part.period, next(iter(part.tables)), sex, weight=-1)
            yield equation, 0


def of_sums(results: list[BrokenDown], told: Published) -> Iterator[Equation]:
    """What is added up of it, over indicators, semester by semester and over all of them (`monitoring.attentions`)."""
    below = [result for result in results if result.indicator not in PARTS]
    facts = [Fact(code, f"ACT.{code}", Accumulation.SUM) for code in {result.indicator for result in below}]
    for periods in [{result.period} for result in below] + [{result.period for result in below}]:
        inside = [result for result in below if result.period in periods]
        values = [Value(result.indicator, result.period, result.value) for result in inside]
        tables = {(r.indicator, r.period): told[r.indicator, r.period] for r in inside}
        added = add_up(
            people(facts, values, (c for r in inside for c in cells_told(r, tables[r.indicator, r.period]))).attentions
        )
        for sex, count in added.whole.by_sex.items():
            equation: dict[Unknown, int] = {}
            for where, each in tables.items():
                if shown := next((name for name, one in each.items() if one.level != Level.TOTAL), None):
                    equation |= column(*where, shown, sex)
            yield equation, count
        for table, distribution in added.tables.items():
            whole = [where for where, each in tables.items() if table in each and each[table].level == Level.FULL]
            for category, tally in distribution.rows.items():
                for sex, count in tally.by_sex.items():
                    yield {(*where, table, category, sex): 1 for where in whole}, count


def column(indicator: str, period: str, table: str, sex: str, *, weight: int = 1) -> dict[Unknown, int]:
    return {(indicator, period, table, category, sex): weight for category in CATEGORIES[table]}


def determined(system: Iterable[Equation]) -> dict[Unknown, Fraction]:
    """The unknowns that the equations leave one value, by exact elimination.

    Counts are not negative: where all terms of a sum of 0 have one sign they are 0, and that is put in until nothing
    new follows.
    """
    system = list(system)
    zeros: set[Unknown] = set()
    while True:
        rows = reduced([*system, *(({unknown: 1}, 0) for unknown in zeros)])
        found = {next(iter(terms)): constant for terms, constant in rows if len(terms) == 1}
        new = {
            unknown
            for terms, constant in [*rows, *without(system, zeros)]
            if constant == 0 and len({weight > 0 for weight in terms.values()}) == 1
            for unknown in terms
        } - zeros
        if not new:
            return found
        zeros |= new


def without(system: Iterable[Equation], zeros: set[Unknown]) -> Iterator[Equation]:
    yield from (({u: w for u, w in terms.items() if u not in zeros}, constant) for terms, constant in system)


def reduced(system: Iterable[Equation]) -> list[tuple[dict[Unknown, Fraction], Fraction]]:
    """Gauss and Jordan over fractions; each row begins with its pivot, which stands in no other."""
    rows: dict[Unknown, tuple[dict[Unknown, Fraction], Fraction]] = {}
    for terms, constant in system:
        row, rest = {u: Fraction(w) for u, w in terms.items()}, Fraction(constant)
        for pivot in [u for u in row if u in rows]:
            row, rest = combined(row, rest, rows[pivot], -row[pivot])
        if not row:
            assert rest == 0, "what was published contradicts itself"
            continue
        pivot, weight = next(iter(row.items()))
        row, rest = {u: w / weight for u, w in row.items()}, rest / weight
        for other, (others, constant_of) in rows.items():
            if pivot in others:
                rows[other] = combined(others, constant_of, (row, rest), -others[pivot])
        rows[pivot] = row, rest
    return list(rows.values())


def combined(row, rest, other, factor):
    terms, constant = other
    out = dict(row)
    for unknown, weight in terms.items():
        out[unknown] = out.get(unknown, Fraction(0)) + factor * weight
    return {u: w for u, w in out.items() if w}, rest + factor * constant


def all_cells(table: str) -> list[tuple[str, str]]:
    return [(category, sex) for category in CATEGORIES[table] for sex in SEXES]


def given_away(results: list[BrokenDown], told: Published, parts=None) -> list[Unknown]:
    """The cells of 1 to 4 that the first attacker finds."""
    known = determined([*equations(results, told, parts or {}), *of_sums(results, told)])
    true = {
        (r.indicator, r.period, table, *cell): count
        for r in results
        for table, cells in r.tables.items()
        for cell, count in cells.items()
    }
    return [unknown for unknown, count in true.items() if is_small(count) and known.get(unknown) == count]


# --- Random breakdowns --------------------------------------------------------------------------------------------

# Small counts often, so that there is much to hide; 5 and more often enough for whole tables.
counts = st.one_of(st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 9)), st.integers(0, 30))


@st.composite
def split(draw, total: int, places: int) -> list[int]:
    """A sum in so many parts, some of them small."""
    parts = []
    for _place in range(places - 1):
        parts.append(min(total - sum(parts), draw(counts)))
    return draw(st.permutations([*parts, total - sum(parts)]))


@st.composite
def tables_of(draw, sexes: dict[str, int], names: Iterable[str]) -> dict[str, Cells]:
    """Tables that count the same sexes; a cell of 0 is there or not."""
    found = {}
    for name in names:
        cells = {}
        for sex, total in sexes.items():
            for category, count in zip(CATEGORIES[name], draw(split(total, len(CATEGORIES[name]))), strict=True):
                if count or draw(st.booleans()):
                    cells[category, sex] = count
        found[name] = cells
    return found


names_of = st.lists(st.sampled_from(list(CATEGORIES)), min_size=1, max_size=3, unique=True)


@st.composite
def results_of_two_activities(draw, *, same_tables: bool = False) -> list[BrokenDown]:
    """Two indicators of activities and one above them that is their sum, over one or two semesters."""
    results = []
    for period in ("2023-1", "2023-2")[: draw(st.integers(1, 2))]:
        below = []
        shared = draw(names_of)
        for code in ("A", "B"):
            sexes = {sex: draw(counts) for sex in SEXES}
            tables = draw(tables_of(sexes, shared if same_tables else draw(names_of)))
            below.append(BrokenDown(code, period, Decimal(sum(sexes.values())), tables))
        in_both = [name for name in below[0].tables if name in below[1].tables]
        together = {name: added(part.tables[name] for part in below) for name in in_both}
        value = sum(part.value for part in below)
        results += [*below, BrokenDown("O", period, value, together)]
    return results


def added(tables: Iterable[Cells]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for cells in tables:
        for cell, count in cells.items():
            sums[cell] += count
    return dict(sums)


@given(results_of_two_activities())
def test_no_equation_gives_a_small_cell(results):
    assert given_away(results, publish(results, parts=PARTS), PARTS) == []


@given(results_of_two_activities(same_tables=True))
def test_nor_the_difference_of_a_sum_and_its_parts(results):
    assert given_away(results, publish(results, parts=PARTS), PARTS) == []


@given(results_of_two_activities(), results_of_two_activities())
def test_what_goes_out_holds_no_small_count_and_no_sum_of_it_does(one, other):
    told = [
        each
        for results in (one, other)
        for tables in publish(results, parts=PARTS).values()
        for each in tables.values()
    ]
    assert not any(is_small(count) for each in told for count in each.cells.values())
    # Sums over any results, by any margin: of counts of 0 or at least 5.
    for cell in {cell for each in told for cell in each.cells}:
        assert not is_small(sum(each.cells.get(cell, 0) for each in told))
    for sex in SEXES:
        assert not is_small(sum(each.by_sex.get(sex, 0) for each in told))


@given(results_of_two_activities())
def test_a_later_version_tells_no_table_finer_than_an_earlier_one(results):
    """What a version kept back is kept back in the next, which is the same with one person more in every cell."""
    before = publish(results, parts=PARTS)
    earlier = {Where(*where, name): told.level for where, tables in before.items() for name, told in tables.items()}
    grown = []
    for result in results:
        tables = {name: {cell: count + 5 for cell, count in cells.items()} for name, cells in result.tables.items()}
        totals = {sum(cells.values()) for cells in tables.values()}
        if len(totals) == 1:
            grown.append(BrokenDown(result.indicator, result.period, Decimal(totals.pop()), tables))
    for where, tables in publish(grown, parts=PARTS, earlier=earlier).items():
        for name, told in tables.items():
            assert LEVELS.index(told.level) <= LEVELS.index(earlier[Where(*where, name)])


# --- Who knows the rule -------------------------------------------------------------------------------------------


def small_tables(value: int, names: tuple[str, ...], sexes: tuple[str, ...] = SEXES[:2]) -> Iterator[dict[str, Cells]]:
    """Every way to break a value down by tables that count the same sexes."""
    for by_sex in compositions(value, len(sexes)):
        choices = []
        for name in names:
            columns = [list(compositions(total, len(CATEGORIES[name]))) for total in by_sex]
            choices.append(
                [
                    {
                        (category, sex): count
                        for sex, column in zip(sexes, way, strict=True)
                        for category, count in zip(CATEGORIES[name], column, strict=True)
                    }
                    for way in itertools.product(*columns)
                ]
            )
        for tables in itertools.product(*choices):
            yield dict(zip(names, tables, strict=True))


def compositions(total: int, places: int) -> Iterator[tuple[int, ...]]:
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in compositions(total - first, places - 1))


def ways_of(value: int, table: str) -> list[dict[str, Cells]]:
    return list(small_tables(value, (table,)))


def leaks(value: int, names: tuple[str, ...], rule: Callable[[BrokenDown], object]) -> list[tuple]:
    """Publications after which some cell can only have one value, from 1 to 4, though all ways are gone through."""
    alike: dict[object, list[dict[str, Cells]]] = defaultdict(list)
    for tables in small_tables(value, names):
        alike[rule(BrokenDown("A", "2023-1", Decimal(value), tables))].append(tables)
    found = []
    for published, ways in alike.items():
        for name in names:
            for cell in ways[0][name]:
                seen = {way[name][cell] for way in ways}
                if len(seen) == 1 and is_small(min(seen)):
                    found.append((published, name, cell))
    return found


def as_published(result: BrokenDown) -> object:
    told = publish([result])["A", "2023-1"]
    return tuple((name, each.level, tuple(sorted(each.cells.items()))) for name, each in told.items())


WAYS = [((SEX,), 13), (("sex_disability",), 13), (("sex_population",), 13), ((SEX, "sex_disability"), 13)]
WAYS += [(("sex_disability", "sex_population"), 9)]  # later there are too many


@pytest.mark.parametrize(("names", "end"), WAYS, ids=str)
def test_who_knows_the_rule_learns_no_small_cell(names, end):
    for value in range(end):
        assert leaks(value, names, as_published) == []


@pytest.mark.parametrize(("one", "other"), [(3, 5), (5, 5), (2, 8), (6, 7), (5, 9)])
def test_nor_does_who_sees_a_sum_and_its_parts(one, other):
    """All ways to break two values down, with the indicator above them that is their sum."""
    table = "sex_disability"
    alike: dict[object, list[tuple[Cells, Cells]]] = defaultdict(list)
    for a, b in itertools.product(ways_of(one, table), ways_of(other, table)):
        both = added([a[table], b[table]])
        results = [
            BrokenDown(code, "2023-1", Decimal(sum(cells.values())), {table: cells})
            for code, cells in (("A", a[table]), ("B", b[table]), ("O", both))
        ]
        told = publish(results, parts=PARTS)
        seen = tuple(
            (where, each[table].level, tuple(sorted(each[table].cells.items()))) for where, each in told.items()
        )
        alike[seen].append((a[table], b[table], both))
    for ways in alike.values():
        for place, cells in enumerate(ways[0]):
            for cell in cells:
                values = {way[place][cell] for way in ways}
                assert len(values) > 1 or not is_small(min(values))


# --- The attackers are worth their name ---------------------------------------------------------------------------


def with_a_hole(result: BrokenDown) -> object:
    """What must not be done: only the small cells left out."""
    tables = result.tables.items()
    return tuple((name, tuple((cell, n) for cell, n in cells.items() if not is_small(n))) for name, cells in tables)


def test_a_hole_is_filled_from_the_margins():
    assert leaks(7, (SEX,), with_a_hole)
    cells = {("migrant", "woman"): 20, ("host", "woman"): 3}
    holes = Told(Level.FULL, {("migrant", "woman"): 20})
    result = BrokenDown("A", "2023-1", Decimal(23), {"sex_population": cells})
    system = [
        (dict.fromkeys((("A", "2023-1", "sex_population", *cell) for cell in cells), 1), 23),
        *(({("A", "2023-1", "sex_population", *cell): 1}, n) for cell, n in holes.cells.items()),
    ]
    assert determined(system)["A", "2023-1", "sex_population", "host", "woman"] == 3
    assert given_away([result], publish([result])) == []


def test_a_sum_over_results_made_of_what_was_kept_back_is_caught():
    """Two indicators, one whole, one kept back: a plan's sum of all cells would give the second by subtraction."""
    whole = BrokenDown("A", "2023-1", Decimal(30), {"sex_age": {("18-59", "woman"): 30}})
    kept = BrokenDown("B", "2023-1", Decimal(20), {"sex_age": {("18-59", "woman"): 17, ("60+", "woman"): 3}})
    told = publish([whole, kept])
    assert told["B", "2023-1"]["sex_age"] == Told(Level.SEX, {("", "woman"): 20})
    assert given_away([whole, kept], told) == []
    unsafe = {("A", "2023-1", "sex_age", "0-4", "woman"): 1, ("B", "2023-1", "sex_age", "0-4", "woman"): 1}
    assert determined([*equations([whole, kept], told, {}), (unsafe, 3)])["B", "2023-1", "sex_age", "0-4", "woman"] == 3


def test_without_asking_what_lies_beneath_a_node_would_give_its_part_away():
    a = BrokenDown("A", "2023-1", Decimal(12), {"sex_disability": {("yes", "woman"): 2, ("no", "woman"): 10}})
    b = BrokenDown("B", "2023-1", Decimal(18), {"sex_disability": {("yes", "woman"): 8, ("no", "woman"): 10}})
    whole = BrokenDown(
        "O", "2023-1", Decimal(30), {"sex_disability": added(r.tables["sex_disability"] for r in (a, b))}
    )
    results = [a, b, whole]
    assert given_away(results, publish(results), PARTS)
    told = publish(results, parts=PARTS)
    assert told["O", "2023-1"]["sex_disability"].level == Level.SEX
    assert given_away(results, told, PARTS) == []


def test_what_a_part_keeps_back_in_another_table_is_kept_back_above():
    """A is told as its total in one table; the sexes of the sum less those of B would give its own."""
    a = BrokenDown("A", "2023-1", Decimal(12), {"sex_age": {("18-59", "woman"): 10, ("18-59", "man"): 2}})
    b = BrokenDown("B", "2023-1", Decimal(10), {"sex_disability": {("no", "woman"): 10}})
    whole = BrokenDown("O", "2023-1", Decimal(22), {"sex_disability": {("no", "woman"): 20, ("no", "man"): 2}})
    big = BrokenDown("O", "2023-1", Decimal(30), {"sex_disability": {("no", "woman"): 20, ("no", "man"): 10}})
    for above in (whole, big):
        assert publish([a, b, above], parts=PARTS)["O", "2023-1"]["sex_disability"].level == Level.TOTAL


# --- The rule -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "level"),
    [
        ({}, Level.FULL),
        ({("yes", "woman"): 0, ("no", "woman"): 5}, Level.FULL),
        ({("yes", "woman"): 1, ("no", "woman"): 4}, Level.SEX),
        ({("yes", "woman"): 4, ("no", "woman"): 6, ("no", "man"): 0}, Level.SEX),
        ({("yes", "woman"): 5, ("no", "man"): 4}, Level.TOTAL),
        ({("yes", "woman"): 1, ("no", "woman"): 2, ("no", "man"): 50}, Level.TOTAL),
        ({("", "woman"): 5, ("", "man"): 1}, Level.TOTAL),
    ],
)
def test_a_table_goes_out_whole_by_sex_or_as_its_total(cells, level):
    assert level_of(cells) == level


def test_each_table_is_told_by_its_own_cells_and_those_that_do_not_add_up_not_at_all():
    result = BrokenDown(
        "A",
        "2023-1",
        Decimal(20),
        {
            "sex_age": {("18-59", "woman"): 12, ("18-59", "man"): 8},
            "sex_population": {("host", "woman"): 11, ("migrant", "woman"): 1, ("host", "man"): 8},
            "sex_disability": {("no", "woman"): 19},
        },
    )
    told = publish([result])["A", "2023-1"]
    assert set(told) == {"sex_age", "sex_population"}
    assert told["sex_age"].level == Level.FULL
    assert told["sex_population"] == Told(Level.SEX, {("", "woman"): 12, ("", "man"): 8})


def test_once_told_coarser_it_is_never_told_finer():
    """Five refugee women where an earlier version kept a cell back: one more would tell that there had been four."""
    result = BrokenDown(
        "A", "2023-1", Decimal(15), {"sex_population": {("refugee", "woman"): 5, ("host", "woman"): 10}}
    )
    assert publish([result])["A", "2023-1"]["sex_population"].level == Level.FULL
    for level in Level:
        earlier = {Where("A", "2023-1", "sex_population"): level}
        assert publish([result], earlier=earlier)["A", "2023-1"]["sex_population"].level == level
