"""Walks the table: every address by every person, reading and sending, in the states in which it may be found."""

from __future__ import annotations

import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions.table import TABLE, TOLD, Row
from tests.permissions.world import ANONYMOUS, DEACTIVATED, ENDED, PERSONS, STATES, World, make_world, situations

LONG = os.environ.get("PMH_LONG") == "1"
OUTSIDERS = "CS" + ENDED
NOT_SIGNED_IN = ANONYMOUS + DEACTIVATED
# What is written whoever asks: sessions, how often somebody asked and what was read, and (by allauth) the address of an
# account that it looks at for the first time.
WRITTEN_ANYWAY = (
    "django_session",
    "institution_requestwindow",
    "institution_keyuse",
    "institution_auditentry",
    "account_emailaddress",
)
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Whose answer depends on the state of a report, a document, an evaluation, the plan or a key.
WITH_A_STATE = re.compile(r"^(?:plans|monitoring|reports):(?!public_|robots|sitemap)")


def url_names(patterns=None, prefix: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace in ("admin", "api"):
            continue  # they have tables of their own, see `table`
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern.url_patterns, namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_address_stands_in_the_table():
    assert set(url_names()) == set(TABLE)


def is_asked(state: str, name: str, person: str, method: str) -> bool:
    """Everything in the long run. Else a share drawn by name, in which every address and every person appears."""
    if state != TOLD and not WITH_A_STATE.match(name):
        return False
    share = 1 if LONG else 3 if state == TOLD else 24
    return zlib.crc32(f"{state} {name} {person} {method}".encode()) % share == 0


class Walk:
    """One world, and a browser for each person that is signed in as long as the world lasts."""

    def __init__(self, world: World, state: str) -> None:
        self.world, self.state, self.browsers = world, state, {}
        self.wrong: list[str] = []
        self.cells: Counter[str] = Counter()
        for person in PERSONS:
            self.browsers[person] = Client(raise_request_exception=False)
            if world.people[person] is not None:
                self.browsers[person].force_login(world.people[person])

    def cell(self, name: str, row: Row, person: str, method: str) -> None:
        group = row.reads if method == "get" else row.acts
        if group is not None:
            group += "".join(row.also.get(each, "") for each in situations(self.state))
        browser = self.browsers[person]
        before = browser.cookies.copy()
        connection.queries_log.clear()  # it holds the last 9,000, and forgets silently
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            answer = getattr(browser, method)(reverse(name, kwargs=self.world.named(row.arguments)))
            if answer.streaming:
                answer.getvalue()  # a file stays open until it has been read
            transaction.set_rollback(True)
        browser.cookies = before
        written = {found[1] for query in asked if (found := WRITES.match(query["sql"]))} - set(WRITTEN_ANYWAY)
        self.cells[method] += 1
        taken = is_taken(answer)
        if reason := self._fault(answer, taken, written, person, method, group):
            where = f"{self.state}: {method} {name} by {person}"
            self.wrong.append(f"{where}: {answer.status_code} {answer.get('Location', '')}, {reason}")

    def _fault(
        self, answer: HttpResponse, taken: bool, written: set[str], person: str, method: str, group: str | None
    ) -> str:
        status = answer.status_code
        door = is_door(answer) or status in (403, 404)
        is_other = person not in (group or "")
        faults = {
            "a failure": status >= 500,
            f"reading wrote {sorted(written)}": method == "get" and written,
            f"refused, and wrote {sorted(written)}": not taken and written,
            "no such method": group is None and status != 405 and not door,
            "let in": group is not None and is_other and taken,
            "refused": not is_other and not taken and self.state == TOLD,
            "not sent to sign in": person in NOT_SIGNED_IN
            and person not in (group or "")
            and status != 405
            and not door,
            "told that it is there": person in OUTSIDERS and person not in (group or "") and status not in (404, 405),
        }
        return ", ".join(what for what, is_so in faults.items() if is_so)


def is_door(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and "/cuenta/login/" in answer["Location"]


def is_taken(answer: HttpResponse) -> bool:
    """Whether the person was heard: shown something, or told why it cannot be now."""
    return answer.status_code not in (403, 404, 405) and not is_door(answer)


@pytest.mark.parametrize("state", STATES)
def test_who_reaches_what(db, state, counted, caplog):
    caplog.set_level("CRITICAL", logger="django.request")  # a line for each of thousands of refusals
    world = make_world()
    STATES[state](world)
    walk = Walk(world, state)
    for name, row in TABLE.items():
        for person in PERSONS:
            for method in ("get", "post"):
                if is_asked(state, name, person, method):
                    walk.cell(name, row, person, method)
    counted(f"permissions, {state}: {walk.cells.total()} cells, {len(walk.wrong)} wrong")
    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.cells.total() > 100
