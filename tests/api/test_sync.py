"""A partner's copy of the results: read a little at a time while reports get conformity, are reopened and corrected."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import connections
from django.test import Client

from institution.models import Role
from monitoring.models import Submission
from monitoring.queries import results_that_count
from monitoring.recording import record
from monitoring.workflow import take
from tests.api.world import API, give_key, make_agency
from tests.factories import (
    make_activity,
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

UNITS, ROUNDS = 4, 5


@dataclass
class Copy:
    """What a partner would write: a table of results by their id, and the cursor of the last answer."""

    key: str
    plan: str
    rows: dict[str, dict] = field(default_factory=dict)
    cursor: str | None = None
    withdrawn: int = 0

    def read(self) -> None:
        """Everything that there is to read now."""
        while True:
            query = {"page_size": 3} | ({"since": self.cursor} if self.cursor else {})
            answer = Client().get(
                f"{API}/plans/{self.plan}/results/changes/", query, headers={"Authorization": f"Api-Key {self.key}"}
            )
            assert answer.status_code == 200, answer.content
            told = answer.json()
            for row in told["results"]:
                if row["status"] == "withdrawn":
                    self.withdrawn += 1
                    self.rows.pop(row["id"], None)
                else:
                    self.rows[row["id"]] = row
            self.cursor = told["cursor"]
            if not told["more"]:
                return


def whole(key: str, plan: str) -> dict[str, dict]:
    """The server's own state: every page of the collection."""
    found, address = {}, f"{API}/plans/{plan}/results/?page_size=4"
    while address:
        told = Client().get(address, headers={"Authorization": f"Api-Key {key}"}).json()
        found |= {row["id"]: row for row in told["results"]}
        address = told["next"]
    return found


def in_threads(*works: Callable[[], None]) -> list[BaseException]:
    failed: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_reads_while_everything_changes_ends_as_the_server_is(transactional_db, settings):
    settings.API_PER_MINUTE = 100_000
    people = make_people()
    plan = make_plan(code="lima", closed_up_to="2022-2", open_period="2023-1", requires_signoff=False)
    action = make_tree(plan).actions[0]
    reports = []
    for number in range(UNITS):
        unit, typist = make_unit(f"U{number}"), make_user()
        make_designation(typist, unit, Role.REPORTER)
        for part in range(3):
            indicator = make_indicator(make_activity(action), code=f"I{number}{part}", unit=unit, targets={"2023-1": 5})
            result = make_result(
                indicator, "2023-1", part, state=Submission.State.SUBMITTED, by=typist, no_evidence_reason="Un acta."
            )
        reports.append((result.submission, typist))
    key = give_key(make_agency(plan.government), people.bruno)[1]
    copies = [Copy(key, plan.code) for _copy in range(2)]
    over = threading.Event()

    def change(submission: Submission, typist, seed: int) -> Callable[[], None]:
        def work() -> None:
            chance = random.Random(seed)  # noqa: S311  (a test that can be run again)
            for _round in range(ROUNDS):
                take(submission, "validate", by=people.bruno)
                take(submission, "reopen", by=people.bruno, comment="Se corrige.")
                for row in submission.results.select_related("indicator"):
                    seen = {"value": f"{row.value.normalize():f}"}
                    typed = {"value": str(chance.randint(0, 99))}
                    record(submission=submission, indicator=row.indicator, typed=typed, seen=seen, by=typist)
                take(submission, "submit", by=typist)
            take(submission, "validate", by=people.bruno)

        return work

    def follow(copy: Copy) -> Callable[[], None]:
        def work() -> None:
            while not over.is_set():
                copy.read()

        return work

    def write() -> None:
        try:
            failed = in_threads(*(change(report, typist, n) for n, (report, typist) in enumerate(reports)))
            assert failed == []
        finally:
            over.set()

    assert in_threads(write, *map(follow, copies)) == []
    state = whole(key, plan.code)
    assert len(state) == results_that_count(plan).count() == 3 * UNITS
    for copy in copies:
        copy.read()
        assert copy.rows == state
    # Whoever comes later gets the same in one go, and whoever is up to date gets nothing.
    late = Copy(key, plan.code)
    late.read()
    assert late.rows == state
    assert late.withdrawn == 0
    answer = (
        Client()
        .get(f"{API}/plans/lima/results/changes/", {"since": late.cursor}, headers={"Authorization": f"Api-Key {key}"})
        .json()
    )
    assert (answer["results"], answer["more"], answer["cursor"]) == ([], False, late.cursor)


@pytest.mark.django_db
def test_a_withdrawn_result_comes_as_a_tombstone_under_the_same_id(world):
    copy = Copy(world.keys["all"], "lima")
    copy.read()
    assert len(copy.rows) == 6
    report = Submission.objects.get(period__code="2023-1")
    world.plan.periods.filter(code="2023-1").update(state="open", closed_on=None)
    report.refresh_from_db()
    take(Submission.objects.get(pk=report.pk), "reopen", by=world.people.bruno, comment="Falta un acta.")
    copy.read()
    assert copy.withdrawn == 2
    assert copy.rows == whole(world.keys["all"], "lima")
    assert len(copy.rows) == 4
