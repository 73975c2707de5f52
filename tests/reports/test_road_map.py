"""The approval road map on paper: steps, who, planned and done, how late."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import ApprovalStep
from reports.documents.road_map import record_of_road_map
from tests.factories import make_plan, make_unit
from tests.reports.printing import breaches, content_of, printed, stored, text_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2022, 6, 10)


@pytest.fixture
def plan():
    plan = make_plan(code="lima", instrument_kind="ordinance", instrument_number="2500-2022",
                     instrument_date=dt.date(2022, 6, 9))  # fmt: skip
    unit = make_unit("GPV")
    steps = [
        ("Opinión legal", unit, dt.date(2022, 4, 8), dt.date(2022, 4, 12), "Informe 012-2022"),
        ("Sesión del Concejo", unit, dt.date(2022, 6, 1), None, ""),
        ("Publicación", None, dt.date(2022, 6, 30), None, ""),
        ("Difusión", None, None, None, ""),
    ]
    for order, (name, unit, planned, done, document) in enumerate(steps, 1):
        ApprovalStep.objects.create(plan=plan, order=order, name=name, responsible_unit=unit, planned_on=planned,
                                    done_on=done, document=document, notes=f"Nota {order}")  # fmt: skip
    return plan


def test_steps_and_how_late(plan):
    paper = content_of("road_map", record_of_road_map(plan, on=TODAY))
    assert paper.head.lead == "1 de 4 pasos cumplidos; 1 atrasado."
    assert [(step.planned, step.done, step.lateness, step.state) for step in paper.steps] == [
        ("8 abr. 2022", "12 abr. 2022", "4 días después", "done"),
        ("1 jun. 2022", "pendiente", "9 días de atraso", "late"),
        ("30 jun. 2022", "pendiente", "", "open"),
        ("–", "pendiente", "", "open"),
    ]
    assert paper.units == (("GPV", "Gerencia de Participación Vecinal"),)
    assert dict(paper.head.facts)["Aprobado por"].endswith("N.º 2500-2022, 9 jun. 2022")
    assert not paper.head.is_internal


def test_two_queries_more_than_none_whatever_the_number_of_steps(plan):
    def count():
        with CaptureQueriesContext(connection) as queries:
            record_of_road_map(plan, on=TODAY)
        return len(queries)

    few = count()
    for order in range(5, 25):
        ApprovalStep.objects.create(plan=plan, order=order, name="Otro", responsible_unit=make_unit(f"G{order}"))
    assert count() == few


def test_one_without_steps(pango):
    record = record_of_road_map(make_plan(code="vacio"), on=TODAY)
    assert "aún no tiene pasos" in text_of(printed("road_map", record))


def test_the_paper(pango, plan, tmp_path):
    record = record_of_road_map(plan, on=TODAY)
    content = printed("road_map", record)
    text = text_of(content)
    for shown in ("Opinión legal", "4 días después", "9 días de atraso", "Informe 012-2022", "Nota 3"):
        assert shown in text
    assert breaches(content, tmp_path) == []
    assert printed("road_map", stored(record)) == content
