"""Script that somebody stored: in every text that can be written, seen on every page, in every document and letter."""

from __future__ import annotations

from collections.abc import Iterator

import lxml.etree
import lxml.html
import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from institution import outbox
from institution.models import Letter
from reports.documents.asked import NoSuchSubject, asked_of
from reports.documents.kinds import KINDS
from tests.hostile.corpus import LONG, MARK, SCRIPT
from tests.hostile.poison import poisoned
from tests.hostile.test_pages import addresses, client_of, whole
from tests.permissions.world import COORDINATOR, OWN_REPORTER, PLANNER, World

# Each as a browser would take it up where a text is not made harmless: as an element, out of an attribute, out of a
# script or a style, as an address, by a template that was filled twice.
PAYLOADS = {
    "element": SCRIPT,
    "address": f"javascript:{MARK}()//</title></textarea></style></script><svg onload={MARK}>",
    "template": f"{{{{ {MARK} }}}}<b>",
}
# The ordinary run asks with the first, which holds most of the others' ways.
ASKED = PAYLOADS if LONG else ("element",)
READERS = (COORDINATOR, OWN_REPORTER, PLANNER, None) if LONG else (COORDINATOR, None)
RUNS = ("href", "src", "action", "formaction", "xlink:href", "data")


@pytest.fixture(params=ASKED)
def stored(request, world: World) -> World:
    payload = PAYLOADS[request.param]
    took = poisoned(world, lambda longest: payload if len(payload) <= longest else payload[-longest:])
    assert len(took) > 50, sorted(took)
    return world


def code_in(content: bytes) -> Iterator[str]:
    """What a browser would run of a page: of ours there is none in it, all of it comes from files."""
    if not content.strip():
        return
    for element in lxml.html.fromstring(content).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ("script", "style", "svg") and MARK in (element.text or ""):
            yield f"<{element.tag}> {element.text[:80]}"
        for name, value in element.attrib.items():
            if name.startswith("on"):
                yield f"{element.tag} {name}={value[:80]}"
            if name in RUNS and value.strip().lower().startswith(("javascript:", "data:text", "vbscript:")):
                yield f"{element.tag} {name}={value[:80]}"


def test_nothing_that_somebody_wrote_is_run(stored, counted):
    shown, seen, wrong = 0, 0, []
    for name, address in addresses(stored).items():
        for person in READERS:
            answer = client_of(stored, person).get(address)
            content = whole(answer)
            kind = answer["Content-Type"].partition(";")[0]
            if answer.status_code >= 500:
                wrong.append(f"{name} by {person}: {answer.status_code}")
            if kind == "text/html":
                shown += 1
                seen += MARK.encode() in content
                wrong += [f"{name} by {person}: {code}" for code in code_in(content)]
            elif kind.endswith("xml"):
                assert not list(lxml.etree.fromstring(content).iter("{*}script")), name
    counted(f"stored script: {shown} pages read, {seen} show what was written, {len(wrong)} findings")
    assert not wrong, "\n".join(wrong)
    assert seen > 40 * len(READERS)


def test_nothing_that_somebody_wrote_is_code_in_what_documents_are_printed_from(stored, counted):
    made, seen, wrong = [], 0, []
    subject = {"year": "2022", "version": "2", "period": "2022-1", "unit": "GMU"}
    for kind in KINDS.values():
        try:
            asked = asked_of(kind.name, stored.plan, stored.people[COORDINATOR], subject)
        except NoSuchSubject:
            continue  # a receipt is of a report that was sent
        html = render_to_string(kind.template, {"report": kind.content(asked.record), "stamp": None})
        made.append(kind.name)
        seen += html.count(MARK)
        wrong += [f"{kind.name}: {code}" for code in code_in(html.encode())]
    counted(f"stored script, printed: {len(made)} documents, {seen} texts of it, {len(wrong)} findings")
    assert not wrong, "\n".join(wrong)
    assert set(KINDS) - set(made) <= {"receipt"}
    assert seen > 20


def test_letters_are_plain_text(stored):
    """A letter is no page: nothing in it is run, whatever it says."""
    Letter.objects.update(sent_at=None, attempts=0)
    outbox.deliver_due()
    assert mail.outbox
    assert {(type(letter), letter.content_subtype) for letter in mail.outbox} == {(EmailMessage, "plain")}
