"""Every address of the site, asked with whatever parameters: never an error of ours, never a text shown as code."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.corpus import LONG, MARK, SCRIPT, texts
from tests.permissions.table import TABLE
from tests.permissions.test_table import url_names
from tests.permissions.world import COORDINATOR, OWN_REPORTER, World

# Of each address, for each person.
EXAMPLES = 20 if LONG else 1
PERSONS = (COORDINATOR, OWN_REPORTER, None)


@cache
def parameters() -> tuple[str, ...]:
    """Every name that some code of ours looks up in an address: a new one is tried without being told here."""
    found: set[str] = set()
    for app in ("institution", "plans", "monitoring", "reports", "pmh"):
        for path in (Path(site.BASE_DIR) / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found.update(re.findall(r"GET(?:\.get\(|\.getlist\(|\[)\s*[\"'](\w+)", text))
            if path.stem in {"filters", "chosen", "forms"} or "views" in path.parts:
                found.update(re.findall(r"[\"']([a-z_]{2,20})[\"']", text))
    return tuple(sorted(found))


def addresses(world: World) -> dict[str, str]:
    return {
        name: reverse(name, kwargs=world.named(row.arguments))
        for name, row in TABLE.items()
        if name != "account_logout"
    }


def client_of(world: World, person: str | None, **options: bool) -> Client:
    client = Client(raise_request_exception=False, **options)
    if person:
        client.force_login(world.people[person])
    return client


def refused(client: Client, address: str, cases: Counter[int]) -> list[dict[str, str]]:
    """The parameters with which the page failed."""
    found: list[dict[str, str]] = []

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(query=st.dictionaries(st.sampled_from(parameters()), texts, min_size=1, max_size=8))
    def ask(query: dict[str, str]) -> None:
        answer = client.get(address, query)
        whole(answer)
        cases[answer.status_code] += 1
        if answer.status_code >= 500:
            found.append(query)

    ask()
    return found


def whole(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def test_whatever_stands_in_an_address_is_answered(world, counted):
    cases: Counter[int] = Counter()
    wrong: list[str] = []
    for (name, address), person in product(addresses(world).items(), PERSONS):
        wrong += [f"{name} {query!r}" for query in refused(client_of(world, person), address, cases)]
    counted(f"hostile addresses: {cases.total()} cases, {len(wrong)} findings")
    assert not wrong
    assert cases.total() >= (10_000 if LONG else 300)


def test_nothing_of_an_address_comes_back_as_code(world):
    """Reflected script: every parameter at once, on every page."""
    query = dict.fromkeys(parameters(), SCRIPT)
    shown = []
    for (name, address), person in product(addresses(world).items(), (COORDINATOR, None)):
        content = whole(client_of(world, person).get(address, query)).decode("utf-8", "replace")
        if f"<script>{MARK}" in content or f"<img src=x onerror={MARK}" in content:
            shown.append((name, person))
    assert not shown


def test_a_form_that_another_site_sends_is_refused(world):
    """No page takes a POST without our token, whoever is signed in."""
    taken = {}
    for person in PERSONS[:2]:
        client = client_of(world, person, enforce_csrf_checks=True)
        for name, address in {**addresses(world), "account_logout": reverse("account_logout")}.items():
            status = client.post(address).status_code
            # 405: the page takes no POST at all; CSRF is checked before the page is asked.
            if status != 403:
                taken[name] = status
    assert not taken
    assert set(url_names()) == set(TABLE)
