"""The receipt of a sending: what was sent, whatever has happened since."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.filing import load_receipt
from monitoring.models import Result
from reports.documents.receipt import record_of_receipt
from tests.reports.papers import TODAY, add_indicators, make_world
from tests.reports.printing import breaches, content_of, printed, stored, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_tells_what_the_page_tells(world):
    paper, page = content_of("receipt", record_of_receipt(world.submission)), load_receipt(world.submission)
    assert paper.head.kind == "Cargo de recepción 2022-2/GMU/1"
    assert paper.head.lead == "Gerencia de la Mujer (GMU)"
    assert dict(paper.head.facts)["Plazo"] == "20 ene. 2023, a tiempo"
    assert dict(paper.head.facts)["Envió"] == "Alicia Rojas, enlace técnico"
    assert paper.fingerprint.replace(" ", "") == page.sha256
    assert [(line.code, line.target, line.value) for line in paper.lines] == [
        ("IND.A", "60", "3"),
        ("IND.B", "80", "30 / 40"),
    ]
    assert paper.lines[0].tables == (("Sexo", "3"),)
    assert paper.lines[0].evidence[0].hash.replace(" ", "") == page.lines[0].evidence[0]["sha256"]
    assert paper.lines[1].evidence[0].url == "https://example.org/registro"
    assert (paper.is_draft, paper.is_reference, paper.head.is_internal) == (False, True, True)


def test_what_happens_later_does_not_change_it(world):
    before = stored(record_of_receipt(world.submission, "1"))
    Result.objects.filter(indicator=world.counted, period=world.period).update(value=50)
    event = world.submission.events.get(sent__isnull=False)
    event.pk, event.sent = None, {**event.sent, "indicators": []}
    event.save()  # a second sending
    assert stored(record_of_receipt(world.submission, "1")) == before
    assert record_of_receipt(world.submission)["sending"]["number"] == 2


def test_nothing_sent_nothing_received(world):
    assert record_of_receipt(world.submission, "7") is None
    assert record_of_receipt(world.submission, "x")["sending"]["number"] == 1


def test_queries_do_not_grow(world):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record_of_receipt(world.submission)
        return len(queries)

    few = count()
    add_indicators(world, 20)
    assert count() == few


def test_the_paper(pango, world, tmp_path):
    record = record_of_receipt(world.submission)
    content = printed("receipt", record)
    text = text_of(content)
    for shown in ("Mujeres formadas", "30 / 40", "Lista de egresadas", "Sexo: 3", "Código de verificación"):
        assert shown in text
    assert breaches(content, tmp_path) == []
    assert printed("receipt", stored(record)) == content


def test_is_dated_on_the_day_of_the_sending(world):
    assert record_of_receipt(world.submission)["document"]["issued_on"] == TODAY.isoformat()
