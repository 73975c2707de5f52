"""What partner agencies are told: in which order, how finely, and that it is always what counts."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from institution import clock
from institution.models import Role
from monitoring.disclosure import published_people
from monitoring.models import Period, ReleaseBook, ReleasedResult, Submission
from monitoring.periods import close_period, reopen_period
from monitoring.queries import results_that_count
from monitoring.releasing import release, release_what_was_never_told
from monitoring.suppression import Level
from monitoring.workflow import take
from plans.models import BreakdownTable
from tests.factories import (
    make_activity,
    make_breakdown,
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

State = Submission.State
POPULATION = BreakdownTable.SEX_POPULATION


@pytest.fixture
def people(db):
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(closed_up_to="2022-2", open_period="2023-1")


@pytest.fixture
def action(plan):
    return make_tree(plan).actions[0]


def told(plan) -> dict:
    rows = ReleasedResult.objects.filter(plan=plan).select_related("indicator", "period")
    return {(row.indicator.code, row.period.code): row for row in rows}


def people_of(action, code: str, period: str, cells: dict, value: int | None = None, **kw):
    indicator = make_indicator(
        make_activity(action), code=code, counts="people", tables=(POPULATION,), unit=make_unit("GMU")
    )
    result = make_result(indicator, period, sum(cells.values()) if value is None else value, **kw)
    make_breakdown(result, POPULATION, cells)
    return result


def test_everything_that_counts_is_told_once(plan, action):
    make_result(make_indicator(make_activity(action), code="A"), "2022-1", 5)
    pooled = make_indicator(make_activity(action), code="B", accumulation="pooled", counts="percentage")
    make_result(pooled, "2022-1", numerator=1, denominator=3)
    make_result(make_indicator(make_activity(action), code="C", unit=make_unit("X")), "2022-2", 1, state=State.DRAFT)
    assert release(plan) == 2
    assert release(plan) == 0
    rows = told(plan)
    assert set(rows) == {("A", "2022-1"), ("B", "2022-1")}
    assert rows["A", "2022-1"].told["value"] == "5"
    assert rows["B", "2022-1"].told["value"] == "33.3333333333"
    assert {row.number for row in rows.values()} == {1, 2}


def test_a_correction_gets_a_later_number_and_a_withdrawal_leaves_a_tombstone(plan, action):
    first = make_result(make_indicator(make_activity(action), code="A"), "2022-1", 5)
    make_result(make_indicator(make_activity(action), code="B"), "2022-1", 7)
    release(plan)
    first.value = 6
    first.save()
    assert release(plan, ["2022-2"]) == 0
    assert release(plan, ["2022-1"]) == 1
    assert told(plan)["A", "2022-1"].number == 3
    first.delete()
    assert release(plan) == 1
    gone = told(plan)["A", "2022-1"]
    assert (gone.number, gone.withdrawn, gone.told) == (4, True, {})
    assert [row.indicator.code for row in ReleasedResult.objects.filter(plan=plan).in_force()] == ["B"]


def test_conformity_tells_and_reopening_takes_back(plan, action, people):
    indicator = make_indicator(make_activity(action), code="A", unit=make_unit("GMU"))
    result = make_result(indicator, "2023-1", 5, state=State.SUBMITTED, by=people.alicia)
    take(result.submission, "validate", by=people.bruno)
    assert told(plan)["A", "2023-1"].told["value"] == "5"
    take(result.submission, "reopen", by=people.bruno, comment="Falta un acta.")
    assert told(plan)["A", "2023-1"].withdrawn


def test_tables_wait_for_the_close_of_their_semester(plan, action, people, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: dt.date(2023, 8, 1))
    people_of(action, "P", "2023-1", {("migrant", "woman"): 20, ("host", "man"): 10})
    release(plan)
    assert told(plan)["P", "2023-1"].told["tables"] == {}
    close_period(period=Period.objects.get(plan=plan, code="2023-1"), by=people.bruno)
    row = told(plan)["P", "2023-1"]
    assert row.told["tables"][POPULATION]["level"] == Level.FULL
    assert row.levels == {POPULATION: "full"}
    reopen_period(period=Period.objects.get(plan=plan, code="2023-1"), by=people.bruno, reason="Se corrige.")
    assert told(plan)["P", "2023-1"].told["tables"] == {}


def test_what_was_told_coarser_is_never_told_finer(plan, action):
    result = people_of(action, "P", "2022-1", {("migrant", "woman"): 20, ("host", "woman"): 3})
    release(plan)
    assert told(plan)["P", "2022-1"].told["tables"] == {POPULATION: {"level": "sex", "cells": [["", "woman", 23]]}}
    result.breakdown.filter(category="host").update(count=6)
    result.value = 26
    result.save()
    release(plan)
    assert told(plan)["P", "2022-1"].told["tables"] == {POPULATION: {"level": "sex", "cells": [["", "woman", 26]]}}
    # Nor in an evaluation or a follow-up report that is made afterwards.
    [published] = published_people(plan, "2022-2")["results"]
    assert published["tables"][POPULATION]["level"] == "sex"


def test_what_was_never_told_is_told_once(plan, action):
    make_result(make_indicator(make_activity(action), code="A"), "2022-1", 5)
    assert not ReleaseBook.objects.exists()
    release_what_was_never_told()
    assert ReleaseBook.objects.get(plan=plan).last_number == 1
    with CaptureQueriesContext(connection) as queries:
        release_what_was_never_told()
    assert len(queries) == 1


def test_the_number_of_queries_does_not_grow(plan, action):
    people_of(action, "P", "2022-1", {("migrant", "woman"): 20})
    release(plan)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            release(plan)
        return len(queries)

    before = count()
    for number in range(8):
        people_of(action, f"Q{number}", "2022-1", {("migrant", "woman"): 20})
    release(plan)
    assert count() == before


@pytest.mark.django_db(transaction=True)
def test_releases_become_visible_in_the_order_of_their_numbers(transactional_db):
    """Two reports get conformity at once: a reader who saw the second number has seen the first."""
    people = make_people()
    plan = make_plan(closed_up_to="2022-2", open_period="2023-1")
    action = make_tree(plan).actions[0]
    reports = []
    for number in range(6):
        unit = make_unit(f"U{number}")
        typist = make_user()
        make_designation(typist, unit, Role.REPORTER)
        indicator = make_indicator(make_activity(action), code=f"I{number}", unit=unit)
        reports.append(make_result(indicator, "2023-1", number, state=State.SUBMITTED, by=typist).submission)
    seen: list[int] = []
    missed: list[int] = []
    over = threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                numbers = list(
                    ReleasedResult.objects.filter(plan=plan).order_by("number").values_list("number", flat=True)
                )
                missed.extend(n for n in numbers if seen and n < max(seen) and n not in seen)
                seen.extend(n for n in numbers if n not in seen)
        finally:
            connections.close_all()

    def validate(report: Submission) -> None:
        try:
            take(report, "validate", by=people.bruno)
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=validate, args=(report,)) for report in reports]
    reader.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    reader.join()
    assert missed == []
    assert ReleaseBook.objects.get(plan=plan).last_number == 6
    assert ReleasedResult.objects.filter(plan=plan).in_force().count() == results_that_count(plan).count() == 6
