"""The counts of people that may leave the house: from what was published alone, and read back as they were written."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.attentions import Kind, Tally
from monitoring.disclosure import PublishedPeople, full_people, published_people, results_of
from monitoring.frozen import canonical
from monitoring.models import Evaluation, Submission
from monitoring.suppression import Level, Told, is_small
from plans.models import BreakdownTable as Table
from plans.models import Indicator, Plan
from tests.factories import (
    make_breakdown,
    make_government,
    make_indicator,
    make_plan,
    make_result,
    make_tree,
    make_user,
)

pytestmark = pytest.mark.django_db
PEOPLE = Indicator.Counts.PEOPLE
FLOW = (Table.SEX_POPULATION, Table.SEX_AGE)


def reported(indicator: Indicator, period: str, value: int, tables: dict[str, dict[tuple[str, str], int]], **kw):
    result = make_result(indicator, period, value, **kw)
    for table, cells in tables.items():
        make_breakdown(result, table, cells)
    return result


@pytest.fixture
def world():
    """Two activities: one told whole in 2022-2 and with small cells in 2023; a stock, staff, and what stands above."""

    class World:
        plan = make_plan(code="lima", closed_up_to="2023-2", open_period="2024-1")
        tree = make_tree(plan, activities=2)
        first, second = tree.activities
        helped = make_indicator(first, code="HELP", counts=PEOPLE, tables=FLOW)
        trained = make_indicator(second, code="TRAIN", counts=PEOPLE, tables=(Table.SEX_DISTRICT,))
        staff = make_indicator(second, code="STAFF", counts=PEOPLE, tables=(Table.SEX,))
        stock = make_indicator(first, code="STOCK", counts=PEOPLE, tables=(Table.SEX_POPULATION,), accumulation="last")
        above = make_indicator(tree.actions[0], code="ABOVE", counts=PEOPLE, tables=(Table.SEX_POPULATION,))
        things = make_indicator(second, code="THINGS")

    reported(
        World.helped,
        "2022-2",
        30,
        {
            Table.SEX_POPULATION: {("migrant", "woman"): 20, ("host", "man"): 10},
            Table.SEX_AGE: {("18-59", "woman"): 20, ("18-59", "man"): 10},
        },
    )
    reported(
        World.helped,
        "2023-1",
        40,
        {
            Table.SEX_POPULATION: {("migrant", "woman"): 25, ("refugee", "woman"): 2, ("host", "man"): 13},
            Table.SEX_AGE: {("18-59", "woman"): 27, ("18-59", "man"): 13},
        },
    )
    reported(
        World.helped,
        "2023-2",
        25,
        {
            Table.SEX_POPULATION: {("migrant", "woman"): 24, ("host", "woman"): 1},
            Table.SEX_AGE: {("18-59", "woman"): 21, ("60+", "woman"): 4},
        },
    )
    reported(World.trained, "2023-1", 12, {Table.SEX_DISTRICT: {("outside", "woman"): 9, ("outside", "man"): 3}})
    reported(World.staff, "2023-1", 9, {Table.SEX: {("", "woman"): 5, ("", "man"): 4}})
    reported(World.staff, "2023-2", 11, {Table.SEX: {("", "woman"): 6, ("", "man"): 5}})
    reported(World.stock, "2023-1", 60, {Table.SEX_POPULATION: {("migrant", "woman"): 60}})
    reported(World.stock, "2023-2", 70, {Table.SEX_POPULATION: {("migrant", "woman"): 67, ("host", "woman"): 3}})
    reported(World.above, "2023-1", 52, {Table.SEX_POPULATION: {("migrant", "woman"): 36, ("host", "man"): 16}})
    make_result(World.things, "2023-1", 3)
    return World


def tables(record, indicator: str, period: str) -> dict[str, Told]:
    found = next(r for r in PublishedPeople.of(record).results if (r.indicator, r.period) == (indicator, period))
    return dict(found.tables)


def test_each_table_is_told_as_far_as_it_may(world):
    record = published_people(world.plan, "2023-2")
    assert tables(record, "HELP", "2022-2")[Table.SEX_AGE].level == Level.FULL
    assert tables(record, "HELP", "2023-1") == {
        Table.SEX_POPULATION: Told(Level.SEX, {("", "woman"): 27, ("", "man"): 13}),
        Table.SEX_AGE: Told(Level.FULL, {("18-59", "woman"): 27, ("18-59", "man"): 13}),
    }
    assert tables(record, "TRAIN", "2023-1") == {Table.SEX_DISTRICT: Told(Level.TOTAL, {})}
    assert tables(record, "STAFF", "2023-1") == {Table.SEX: Told(Level.TOTAL, {})}
    # TRAIN keeps its sexes back, and lies beneath.
    assert tables(record, "ABOVE", "2023-1") == {Table.SEX_POPULATION: Told(Level.TOTAL, {})}
    values = {(r["indicator"], r["period"]): r["value"] for r in record["results"]}
    assert values["TRAIN", "2023-1"] == "12"
    assert ("THINGS", "2023-1") not in values


def test_what_is_added_up_is_what_was_published(world):
    people = PublishedPeople.of(published_people(world.plan, "2023-2"))
    year, plan = people.year, people.plan
    assert year.periods == ("2023-1", "2023-2")
    # 40 and 25 by sex; the 12 of TRAIN keep theirs back.
    assert year.attentions == Tally({"woman": 52, "man": 13}, Decimal(12))
    assert year.attentions.total == 77
    assert plan.attentions == Tally({"woman": 72, "man": 23}, Decimal(12))
    age = year.tables[Table.SEX_AGE]
    assert age.rows == {"18-59": Tally({"woman": 27, "man": 13})}
    assert age.not_broken_down == 37  # 25 told by sex alone, 12 without the table
    assert plan.tables[Table.SEX_POPULATION].rows == {"migrant": Tally({"woman": 20}), "host": Tally({"man": 10})}
    assert plan.tables[Table.SEX_POPULATION].not_broken_down == 77
    assert year.nodes["L.01"] == year.nodes["AE.01.01"] == year.attentions
    assert year.nodes["ACT.01.01.02"] == Tally({}, Decimal(12))
    assert year.indicators["HELP"].total == 65
    assert [(each.indicator, each.period, each.tally) for each in year.staff] == [
        ("STAFF", "2023-2", Tally({"woman": 6, "man": 5}, Decimal(9)))
    ]
    assert [(each.indicator, each.period, each.tally) for each in year.stocks] == [
        ("STOCK", "2023-2", Tally({"woman": 70}))
    ]
    assert people.kinds == {
        "HELP": Kind.ATTENTION,
        "TRAIN": Kind.ATTENTION,
        "STAFF": Kind.STAFF,
        "STOCK": Kind.STOCK,
        "ABOVE": Kind.ABOVE,
    }
    assert people.coarser == 7


def numbers(part) -> list[int]:
    if isinstance(part, dict):
        return [n for each in part.values() for n in numbers(each)]
    if isinstance(part, list):
        return [n for each in part for n in numbers(each)]
    return [part] if isinstance(part, int) else []


def test_no_count_of_1_to_4_stands_anywhere_in_it(world):
    record = published_people(world.plan, "2023-2")
    assert numbers(record)
    assert not any(map(is_small, numbers(record)))


def test_later_semesters_and_reports_under_review_are_left_out(world):
    early = published_people(world.plan, "2022-2")
    assert [(r["indicator"], r["period"]) for r in early["results"]] == [("HELP", "2022-2")]
    reported(world.helped, "2024-1", 50, {}, state=Submission.State.SUBMITTED)
    late = published_people(world.plan, "2024-1")
    assert "2024-1" not in {r["period"] for r in late["results"]}
    assert late["year"]["attentions"]["total"] == "0"


def test_it_can_be_written_hashed_and_read_again(world):
    record = published_people(world.plan, "2023-2")
    again = json.loads(canonical(record))
    assert canonical(again) == canonical(record)
    assert PublishedPeople.of(again) == PublishedPeople.of(record)
    assert PublishedPeople.of({}) is PublishedPeople.of(None) is None


def frozen(plan: Plan, people) -> None:
    by = make_user()
    day = plan.periods.get(code="2023-2").closed_on
    Evaluation.objects.create(
        plan=plan,
        year=2023,
        state=Evaluation.State.CLOSED,
        opened_by=by,
        opened_on=day,
        closed_by=by,
        closed_on=day,
        frozen={"people": people} if people is not None else {"schema": "pmh-evaluation-1"},
        sha256="x" * 64,
    )


def test_what_a_closed_evaluation_kept_back_stays_so_after_a_correction(world):
    before = published_people(world.plan, "2023-2")
    cell = world.stock.results.get(period__code="2023-2").breakdown.get(category="host")
    cell.count = 5
    cell.save()
    world.stock.results.filter(period__code="2023-2").update(value=72)
    assert tables(published_people(world.plan, "2023-2"), "STOCK", "2023-2")[Table.SEX_POPULATION].level == Level.FULL
    frozen(world.plan, before)
    asked = published_people(world.plan, "2023-2")
    assert tables(asked, "STOCK", "2023-2")[Table.SEX_POPULATION] == Told(Level.SEX, {("", "woman"): 72})


def test_an_evaluation_from_before_there_were_any_people_in_it_is_passed_over(world):
    before = published_people(world.plan, "2023-2")
    frozen(world.plan, None)
    assert published_people(world.plan, "2023-2") == before


def test_who_may_see_the_reports_gets_every_table_whole(world):
    found = {(r.indicator, r.period): r.tables for r in results_of(full_people(world.plan, "2023-2"))}
    assert found["TRAIN", "2023-1"][Table.SEX_DISTRICT].cells == {("outside", "woman"): 9, ("outside", "man"): 3}
    assert len(found) == len(published_people(world.plan, "2023-2")["results"])


def test_the_number_of_queries_does_not_grow(world):
    def count() -> int:
        plan = Plan.objects.get(code="lima")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            published_people(plan, "2023-2")
        return len(queries)

    before = count()
    for number in range(5):
        more = make_indicator(world.first, code=f"MORE{number}", counts=PEOPLE, tables=FLOW)
        reported(more, "2023-1", 10, {Table.SEX_AGE: {("18-59", "woman"): 10}})
    make_government("150103")
    # The outline 9; facts; results and their cells; what agencies and closed evaluations were told; districts, and
    # their government.
    assert count() == before == 16
