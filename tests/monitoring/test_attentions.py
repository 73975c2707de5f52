"""Counts of people: what may be added up under which name, and that every sum is whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.attentions import NOT_BROKEN_DOWN, SEX, TABLES, Cell, Fact, Kind, Tally, Value, add_up, people
from plans.measures import Accumulation
from plans.models import BreakdownTable

FLOW = Fact("A", "ACT.1", Accumulation.SUM, frozenset({"sex_population", "sex_district"}))
OTHER = Fact("B", "ACT.2", Accumulation.SUM)
STOCK = Fact("S", "ACT.1", Accumulation.LAST, frozenset({"sex_population"}))
STAFF = Fact("M", "ACT.2", Accumulation.SUM, frozenset({SEX}))


def cells(indicator: str, period: str, table: str, counts: dict[tuple[str, str], int]) -> list[Cell]:
    return [Cell(indicator, period, table, category, sex, count) for (category, sex), count in counts.items()]


def value(indicator: str, period: str, count: int) -> Value:
    return Value(indicator, period, Decimal(count))


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (FLOW, Kind.ATTENTION),
        (OTHER, Kind.ATTENTION),
        (STAFF, Kind.STAFF),
        (STOCK, Kind.STOCK),
        (Fact("X", "ACT.1", Accumulation.LAST, frozenset({SEX})), Kind.STOCK),
        (Fact("X", "ACT.1", Accumulation.SUM, frozenset({SEX, "sex_age"})), Kind.ATTENTION),
        (Fact("X", "", Accumulation.SUM), Kind.ABOVE),
        (Fact("X", "", Accumulation.LAST), Kind.ABOVE),
        (Fact("X", "ACT.1", Accumulation.AVERAGE), Kind.AVERAGED),
        (Fact("X", "ACT.1", Accumulation.POOLED), Kind.AVERAGED),
    ],
)
def test_the_name_under_which_people_are_added(fact, kind):
    assert fact.kind == kind


def test_it_knows_every_table_that_there_is():
    assert set(TABLES) == set(BreakdownTable.values)


def test_semesters_and_indicators_add_up_to_attentions():
    found = people(
        [FLOW, OTHER],
        [value("A", "2023-1", 10), value("A", "2023-2", 5), value("B", "2023-1", 4)],
        [
            *cells("A", "2023-1", "sex_population", {("migrant", "woman"): 6, ("host", "man"): 4}),
            *cells("A", "2023-1", "sex_district", {("150101", "woman"): 6, ("outside", "man"): 4}),
            *cells("A", "2023-2", "sex_population", {("migrant", "woman"): 5}),
        ],
    )
    added = add_up(found.attentions)
    assert added.whole == Tally({"woman": 11, "man": 4}, Decimal(4))
    assert added.whole.total == 19
    assert added.by_activity == {"ACT.1": Tally({"woman": 11, "man": 4}), "ACT.2": Tally({}, Decimal(4))}
    assert added.tables["sex_population"].rows == {"migrant": Tally({"woman": 11}), "host": Tally({"man": 4})}
    assert added.tables["sex_population"].not_broken_down == 4
    # 2023-2 has no table by district.
    assert added.tables["sex_district"].not_broken_down == 9
    assert added.tables["sex_age"].whole == Tally({}, Decimal(19))
    assert added.under(["ACT.2", "ACT.9"]).total == 4


def test_stocks_stand_apart_at_their_latest_value():
    found = people(
        [FLOW, STOCK],
        [value("S", "2023-2", 140), value("S", "2023-1", 100), value("A", "2023-1", 10)],
        cells("S", "2023-2", "sex_population", {("migrant", "woman"): 140}),
    )
    assert [(stock.period, stock.value) for stock in found.stocks] == [("2023-2", 140)]
    assert found.stocks[0].tally == Tally({"woman": 140})
    assert add_up(found.attentions).whole.total == 10


def test_staff_trained_is_no_attention():
    found = people([FLOW, STAFF], [value("A", "2023-1", 10), value("M", "2023-1", 60)], [])
    assert add_up(found.attentions).whole.total == 10
    assert add_up(found.staff).whole.total == 60


def test_what_is_measured_above_the_activities_or_averaged_enters_nothing():
    facts = [Fact("X", "", Accumulation.SUM), Fact("Y", "ACT.1", Accumulation.AVERAGE)]
    found = people(facts, [value("X", "2023-1", 10), value("Y", "2023-1", 7)], [])
    assert (found.attentions, found.staff, found.stocks) == ((), (), ())


def test_a_table_that_does_not_add_up_is_no_table():
    found = people([FLOW], [value("A", "2023-1", 10)], cells("A", "2023-1", "sex_population", {("host", "man"): 9}))
    added = add_up(found.attentions)
    assert added.whole == Tally({}, Decimal(10))
    assert added.tables["sex_population"].rows == {}


def test_a_table_published_at_a_coarser_level_still_tells_the_sexes():
    """What issue 6 does to small cells: the table by population goes, the one by sex stays."""
    found = people([FLOW], [value("A", "2023-1", 10)], cells("A", "2023-1", SEX, {("", "woman"): 7, ("", "man"): 3}))
    added = add_up(found.attentions)
    assert found.attentions[0].fact.kind == Kind.ATTENTION
    assert added.whole == Tally({"woman": 7, "man": 3})
    assert added.tables["sex_population"].not_broken_down == 10


def test_zero_is_a_value():
    added = add_up(people([FLOW], [value("A", "2023-1", 0)], []).attentions)
    assert added.by_indicator == {"A": Tally({}, Decimal(0))}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, 10),
        ({"sex": "woman"}, 6),
        ({"sex": NOT_BROKEN_DOWN}, 0),
        ({"table": "sex_district"}, 10),
        ({"table": "sex_district", "category": "150101"}, 7),
        ({"table": "sex_district", "category": "150101", "sex": "woman"}, 6),
        ({"table": "sex_district", "category": "150102"}, 0),
        ({"table": "sex_age", "category": NOT_BROKEN_DOWN}, 10),
        ({"table": "sex_age", "category": "18-59"}, 0),
        ({"table": "sex_district", "category": NOT_BROKEN_DOWN}, 0),
    ],
)
def test_how_much_of_a_result_stands_in_a_cell(asked, expected):
    counts = {("150101", "woman"): 6, ("150101", "man"): 1, ("outside", "man"): 3}
    (result,) = people([FLOW], [value("A", "2023-1", 10)], cells("A", "2023-1", "sex_district", counts)).attentions
    assert result.part(**asked) == expected


# --- Whatever the numbers are -----------------------------------------------------------------------------------

SEXES = ("woman", "man", "other", "not_informed")
CATEGORIES = ("a", "b", "not_informed")
FACTS = [FLOW, OTHER, STOCK, STAFF, Fact("C", "ACT.1", Accumulation.SUM, frozenset({"sex_age"}))]
counts_of_a_table = st.dictionaries(
    st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(SEXES)), st.integers(0, 50), max_size=6
)


@st.composite
def reported(draw) -> tuple[list[Value], list[Cell]]:
    """Values of some semesters; each table adds up, is missing, or is wrong."""
    values, found = [], []
    for fact in FACTS:
        for period in draw(st.sets(st.sampled_from(["2022-1", "2022-2", "2023-1"]))):
            main = draw(counts_of_a_table)
            values.append(value(fact.code, period, sum(main.values())))
            for table in draw(st.sets(st.sampled_from(TABLES))):
                counts = draw(st.sampled_from([main, {("a", "woman"): sum(main.values())}, {("a", "man"): 7}]))
                found += cells(fact.code, period, table, counts)
    return values, found


@given(reported())
def test_every_table_and_its_rest_make_the_total(data):
    values, found = data
    results = people(FACTS, values, found).attentions
    added = add_up(results)
    attended = {"A", "B", "C"}
    total = sum(row.value for row in values if row.indicator in attended)
    assert added.whole.total == total
    assert sum(tally.total for tally in added.by_indicator.values()) == total
    assert added.under(["ACT.1", "ACT.2"]).total == total
    for table, distribution in added.tables.items():
        assert distribution.whole.total == total
        assert distribution.not_broken_down >= 0
        assert distribution.not_broken_down == sum(r.part(table, NOT_BROKEN_DOWN) for r in results)
        for category, tally in distribution.rows.items():
            for sex in SEXES:
                assert tally.of(sex) == sum(r.part(table, category, sex) for r in results)
    for sex in SEXES:
        assert added.whole.of(sex) == sum(r.part(sex=sex) for r in results)


@given(reported(), st.randoms(use_true_random=False))
def test_order_is_irrelevant(data, chance):
    values, found = data
    shuffled = [chance.sample(rows, len(rows)) for rows in (FACTS, values, found)]
    assert people(*shuffled) == people(FACTS, values, found)


@given(reported())
def test_stocks_and_staff_change_no_attention(data):
    values, found = data
    without = people([f for f in FACTS if f.kind == Kind.ATTENTION], values, found)
    everything = people(FACTS, values, found)
    assert everything.attentions == without.attentions
    assert {stock.fact.kind for stock in everything.stocks} <= {Kind.STOCK}
    assert len(everything.stocks) <= 1


@given(reported(), reported())
def test_two_windows_add_up_to_one(first, second):
    """Semesters are added, so attentions of two halves are those of the whole."""
    values = [row._replace(period="2024" + row.period[4:]) for row in second[0] if row.period != "2022-1"]
    found = [row._replace(period="2024" + row.period[4:]) for row in second[1] if row.period != "2022-1"]
    halves = [add_up(people(FACTS, *half).attentions) for half in (first, (values, found))]
    whole = add_up(people(FACTS, first[0] + values, first[1] + found).attentions)
    assert whole.whole.total == sum(half.whole.total for half in halves)
