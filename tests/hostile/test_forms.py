"""Everything that is sent to a page: whatever stands in its fields, never an error of ours."""

from __future__ import annotations

import inspect
import re
import sys
from collections import Counter

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.forms import BaseForm
from django.test import Client
from django.urls import resolve, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.corpus import LONG, texts
from tests.hostile.test_pages import client_of, whole
from tests.permissions.table import TABLE
from tests.permissions.world import COORDINATOR, OWN_BUDGET, OWN_HEAD, OWN_REPORTER, World

# Of each address that something is sent to, for each person who may send it.
# (The first that hypothesis draws is the plainest.)
EXAMPLES = 40 if LONG else 3
SENDERS = (COORDINATOR, OWN_REPORTER, OWN_HEAD, OWN_BUDGET)
# What a form sends beside the text of its fields, and what a file may hold.
FILES = (b"", b"\0" * 100, b"%PDF-1.7\n", b"PK\x03\x04", b"<script>1</script>", b"a,b\n=1,2\n")
# Keys of rows that there are, that there are not, and that are none.
KEYS = ("0", "1", "2", "-1", "2147483648", "9223372036854775808", "1e3", "on", "true", "2022-1", "GMU", "woman")


def named_in_code(address: str) -> set[str]:
    """The fields that the view of that address looks for: of the forms its module knows, and those it asks by name."""
    module = sys.modules[inspect.unwrap(resolve(address).func).__module__]
    forms = [each for each in vars(module).values() if inspect.isclass(each) and issubclass(each, BaseForm)]
    found = {field for form in forms for field in getattr(form, "base_fields", ())}
    found.update(re.findall(r"(?:POST|FILES)(?:\.get\(|\.getlist\(|\[)\s*[\"'](\w+)", inspect.getsource(module)))
    return found


def named_on_page(client: Client, address: str) -> set[str]:
    """The fields of the forms on the page of that address, where it has one."""
    answer = client.get(address)
    content = whole(answer)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html") or not content.strip():
        return set()
    return {each.get("name") for each in lxml.html.fromstring(content).iter("input", "textarea", "select", "button")}


def sent_badly(client: Client, address: str, names: list[str], cases: Counter[int]) -> list[str]:
    """What was sent where the page failed. Each case is undone, so that the next finds the world as it was."""
    found: list[str] = []
    values = st.one_of(st.sampled_from(KEYS), texts, st.lists(texts, min_size=2, max_size=3))

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        data=st.fixed_dictionaries(dict.fromkeys(names, values)),
        left_out=st.sets(st.sampled_from(names), max_size=2),
        file=st.one_of(st.none(), st.sampled_from(FILES)),
    )
    def send(data: dict, left_out: set[str], file: bytes | None) -> None:
        body: dict = {name: value for name, value in data.items() if name not in left_out}
        if file is not None:
            of_files = (name for name in names if name.rpartition("-")[2].startswith("file"))
            body |= {name: SimpleUploadedFile("a.xlsx", file) for name in of_files}
        with transaction.atomic():
            answer = client.post(address, body)
            whole(answer)
            transaction.set_rollback(True)
        cases[answer.status_code] += 1
        if answer.status_code >= 500:
            found.append(repr(body)[:500])

    send()
    return found


def test_whatever_is_sent_is_answered(world: World, counted):
    cases: Counter[int] = Counter()
    wrong: list[str] = []
    asked: set[str] = set()
    for name, row in TABLE.items():
        if name.startswith(("account_", "mfa_")):  # allauth's own
            continue
        for person in SENDERS:
            if person not in (row.acts or ""):
                continue
            client = client_of(world, person)
            address = reverse(name, kwargs=world.named(row.arguments))
            fields = {*named_in_code(address), *named_on_page(client, address)} - {None, "", "csrfmiddlewaretoken"}
            asked.add(name)
            found = sent_badly(client, address, sorted(fields) or ["x"], cases)
            wrong += [f"{name} by {person}: {body}" for body in found]
    counted(f"hostile forms: {cases.total()} cases to {len(asked)} addresses, {len(wrong)} findings")
    assert not wrong, "\n".join(wrong)
    assert len(asked) > 60
    # Most reach the code behind the form: they are answered with its own refusal, or a page.
    assert cases[200] + cases[302] + cases[409] + cases[422] > cases.total() / 3
