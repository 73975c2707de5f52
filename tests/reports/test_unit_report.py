"""The whole report of a unit: values, breakdowns, words, evidence, observations, history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitoring.models import Submission
from reports.documents.unit_report import record_of_unit_report
from tests.factories import make_period, make_unit
from tests.reports.papers import TODAY, add_indicators, make_world
from tests.reports.printing import breaches, content_of, printed, stored, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def record_of(world):
    return record_of_unit_report(world.plan, world.unit, world.period, world.bruno, on=TODAY)


def test_tells_the_report_as_it_stands(world):
    paper = content_of("unit_report", record_of(world))
    facts = dict(paper.head.facts)
    assert (facts["Estado"], facts["Enviado"]) == ("Devuelto", "10 ene. 2023, a tiempo")
    counted, pooled = paper.lines
    assert (counted.value, counted.target, counted.progress, counted.previous) == ("3", "60", "5.00", "32 en 2022-1")
    assert (pooled.value, pooled.parts, pooled.progress) == ("75 %", "30 / 40", "93.75")
    assert dict(counted.words) == {
        "Logros": "Dos grupos egresaron.",
        "Dificultades": "Faltó una sala.",
        "Medidas tomadas": "La prestó el centro cultural.",
    }
    table = counted.tables[0]
    assert (table.name, table.sexes, table.totals, table.total) == ("Sexo", ("Mujer", "Hombre"), ("2", "1"), "3")
    thread = counted.threads[0]
    assert (thread.text, thread.state) == ("¿Por qué tan pocas?", "respondida, por resolver")
    assert [reply.text for reply in thread.replies] == ["El local era pequeño."]
    assert [what for _when, what, _who, _comment in paper.events] == [
        "Empezar el reporte",
        "Enviar el reporte",
        "Devolver con observaciones",
    ]


def test_what_was_corrected_since_it_was_sent(world):
    result = world.submission.results.get(indicator=world.counted)
    result.value = 30
    result.save()
    changes = content_of("unit_report", record_of(world)).lines[0].changes
    assert changes == (("Valor obtenido", "3", "30"),)


def test_a_sign_stands_for_what_is_missing_and_is_explained(world):
    result = world.submission.results.get(indicator=world.pooled)
    result.numerator = result.denominator = None
    result.not_available_reason = "Se perdió el registro."
    result.save()
    paper = content_of("unit_report", record_of(world))
    assert (paper.lines[1].value, paper.lines[1].progress) == ("ND", "ND")
    assert [sign for sign, _text in paper.signs] == ["ND"]


def test_a_withdrawn_file_is_not_told(world):
    proof = world.submission.results.get(indicator=world.counted).evidence.get()
    proof.withdrawn_at, proof.withdrawn_by = timezone.now(), world.alicia
    proof.save()
    assert content_of("unit_report", record_of(world)).lines[0].proofs == ()


def test_it_does_not_depend_on_who_reads(world):
    theirs = record_of_unit_report(world.plan, world.unit, world.period, world.alicia, on=TODAY)
    assert theirs == record_of(world)


def test_a_report_that_nobody_began(world):
    period = make_period(world.plan, "2023-1")
    with pytest.raises(ValueError, match="nobody"):
        record_of_unit_report(world.plan, make_unit("GDE"), period, world.bruno)


def test_one_without_indicators_prints(pango, world):
    unit = make_unit("GDE")
    Submission.objects.create(unit=unit, period=world.period, started_by=world.bruno)
    record = record_of_unit_report(world.plan, unit, world.period, world.bruno, on=TODAY)
    assert "no responde por ningún indicador" in text_of(printed("unit_report", record))


def test_queries_do_not_grow(world):
    def count():
        with CaptureQueriesContext(connection) as queries:
            record_of(world)
        return len(queries)

    few = count()
    add_indicators(world, 20)
    assert count() == few


def test_the_paper(pango, world, tmp_path):
    record = record_of(world)
    content = printed("unit_report", record)
    text = text_of(content)
    for shown in ("93.75", "30 / 40", "Faltó una sala.", "¿Por qué tan pocas?", "El local era pequeño.", "Uso interno"):
        assert shown in text
    assert breaches(content, tmp_path) == []
    assert printed("unit_report", stored(record)) == content
