"""The handover of a unit or post: promised, reported, observed, owed, backed, people and dates; and as a workbook."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role
from monitoring.exports.handover import write_handover
from reports.documents.handover import record_of_handover
from reports.documents.kinds import KINDS
from tests.factories import make_designation, make_indicator, make_responsibility, make_result, make_unit, make_user
from tests.reports.papers import OPEN, TODAY, add_indicators, add_people, make_world, owe
from tests.reports.printing import breaches, content_of, printed, stored, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    owe(world)
    owe(world, state="done", due_on=dt.date(2023, 6, 1), action_to_take="Capacitar.")
    world.plan.extra_budget_due_on = dt.date(2022, 12, 15)
    world.plan.save()
    return world


def record_of(world, **kw):
    return record_of_handover(world.plan, world.unit, on=TODAY, **kw)


def test_promised_and_reported_semester_by_semester(world):
    paper = content_of("handover", record_of(world))
    counted, pooled = paper.indicators
    assert [(cell.target, cell.value, cell.mark) for cell in counted.cells] == [
        ("40", "32", ""),
        ("60", "3", "r"),
        ("70", "–", ""),
        ("–", "–", ""),
        ("–", "–", ""),
        ("–", "–", ""),
    ]
    assert [cell.value for cell in pooled.cells][:2] == ["–", "75"]
    assert (counted.since, paper.past) == ("desde 2022-1", ())
    assert dict(paper.marks) == {"r": "enviado, aún sin conformidad"}


def test_what_another_unit_reported_shows_only_once_validated(world):
    other = make_unit("GDS")
    indicator = make_indicator(world.counted.activity, code="IND.C", unit=other, targets={"2022-1": 5, OPEN: 5})
    indicator.responsibilities.update(until_period="2022-2")
    make_responsibility(indicator, world.unit, "2023-1")
    make_result(indicator, "2022-1", 4, unit=other)
    make_result(indicator, OPEN, 9, unit=other, state="draft")
    row = next(row for row in content_of("handover", record_of(world)).indicators if row.code == "IND.C")
    assert [(cell.value, cell.mark, cell.own) for cell in row.cells[:3]] == [
        ("4", "o", False),
        ("S.I.", "", False),
        ("–", "", True),
    ]


def test_what_it_answered_for_before_stands_apart(world):
    world.pooled.responsibilities.update(until_period="2022-2")
    paper = content_of("handover", record_of(world))
    assert [row.code for row in paper.past] == ["IND.B"]
    assert [row.code for row in paper.indicators] == ["IND.A"]


def test_what_comes_next(world):
    tasks = content_of("handover", record_of(world)).tasks
    assert [(task.text, task.due, task.is_late) for task in tasks] == [
        ("Corregir y volver a enviar el reporte 2022-2, que fue devuelto", "20 ene. 2023", False),
        ("Cumplir el compromiso de la evaluación 2022: Buscar un local.", "1 dic. 2022", True),
        ("Decir si 1 actividad necesita presupuesto adicional: ACT.01.01.01", "15 dic. 2022", True),
        ("Designar a quien falta en el puesto: gerente", "", False),
        ("Designar a quien falta en el puesto: enlace presupuestal", "", False),
        ("Preparar el reporte 2023-1, que aún no se abre", "21 jul. 2023", False),
    ]


def test_an_observation_without_answer_waits(world):
    world.submission.observations.create(text="Falta el acta.", by=world.bruno, at=world.submission.events.last().at)
    paper = content_of("handover", record_of(world))
    assert "Responder 1 observación del reporte 2022-2" in [task.text for task in paper.tasks]
    assert {caption: text for text, caption in paper.numbers}["observación sin responder"] == "1"


def test_observed_owed_backed(world):
    paper = content_of("handover", record_of(world))
    assert [(row.about, row.thread.state) for row in paper.open_threads] == [
        ("2022-2, Mujeres formadas", "respondida, por resolver")
    ]
    assert paper.settled == ()
    assert [(row.action, row.state, row.is_late) for row in paper.commitments] == [
        ("Buscar un local.", "Pendiente", True),
        ("Capacitar.", "Cumplido", False),
    ]
    assert [(row.code, row.is_open) for row in paper.budget] == [("ACT.01.01.01", True)]
    (group,) = paper.proofs
    assert group.period == OPEN
    assert [(code, proof.title, proof.kind) for code, proof in group.proofs] == [
        ("IND.A", "Lista de egresadas", "PDF"),
        ("IND.B", "Registro de casos", "enlace"),
    ]


def test_people_and_dates(world):
    before = make_user("Rosa Díaz")
    make_designation(before, world.unit, starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2021, 12, 31),
                     document="Memorando 1", end_reason="renuncia")  # fmt: skip
    old = make_unit(
        "GM",
        name="Gerencia antigua",
        valid_from=dt.date(2015, 1, 1),
        valid_until=dt.date(2018, 12, 31),
        successor=world.unit,
    )
    paper = content_of("handover", record_of(world))
    assert {(post.name, post.role, post.is_now) for post in paper.posts} == {
        ("Rosa Díaz", "Enlace técnico", False),
        ("Alicia Rojas", "Enlace técnico", True),
    }
    assert any(post.until == "31 dic. 2021 (renuncia)" for post in paper.posts)
    assert dict(paper.place)["Antes"] == f"{old.name} (GM)"


def test_of_one_post(world):
    post = world.alicia.designations.get(role=Role.REPORTER)
    paper = content_of("handover", record_of(world, post=post))
    assert paper.head.title == "Enlace técnico: Alicia Rojas"
    assert paper.head.lead == "Gerencia de la Mujer (GMU)"
    assert paper.title == "Entrega de cargo. Gerencia de la Mujer (GMU), enlace técnico"  # lists name nobody
    assert paper.file_name == "entrega-gmu-reporter-lima-2023-01-10.pdf"


def test_a_unit_that_has_done_nothing(pango):
    world = make_world()
    record = record_of_handover(world.plan, make_unit("NADA"), on=TODAY)
    paper = content_of("handover", record)
    assert (paper.tasks, paper.indicators, paper.proof_count) == ((), (), 0)
    assert "No queda nada por hacer hoy." in text_of(printed("handover", record))


def test_queries_do_not_grow(world):
    def count():
        with CaptureQueriesContext(connection) as queries:
            record_of(world)
        return len(queries)

    few = count()
    add_indicators(world, 20)
    add_people(world, 20)
    for _number in range(20):
        owe(world)
    assert count() == few


class TestTheWorkbook:
    def test_typed_cells_frozen_heads_filters_and_notes(self, world):
        book = openpyxl.load_workbook(io.BytesIO(write_handover(stored(record_of(world)))))
        assert book.sheetnames == [
            "Metas y resultados",
            "Reportes",
            "Observaciones",
            "Compromisos",
            "Presupuesto",
            "Medios de verificación",
            "Personas",
            "Notas",
        ]
        for sheet in book.worksheets[:-1]:
            assert sheet.freeze_panes == "A2"
            assert sheet.auto_filter.ref
        heads, *rows = book["Metas y resultados"].iter_rows(values_only=True)
        row = dict(zip(heads, rows[1], strict=True))
        assert (row["Semestre"], row["Meta"], row["Resultado"], row["Estado del reporte"]) == (OPEN, 60, 3, "Devuelto")
        assert rows[6][heads.index("Resultado")] == "S.P."
        assert book["Compromisos"]["D2"].value == dt.datetime(2022, 12, 1)
        assert "No lo publique" in " ".join(str(row[1]) for row in book["Notas"].iter_rows(values_only=True))

    def test_nothing_in_it_runs(self, world):
        world.submission.observations.update(text="=CMD()")
        book = openpyxl.load_workbook(io.BytesIO(write_handover(stored(record_of(world)))))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert "=CMD()" in [cell.value for cell in cells]

    def test_same_record_same_bytes(self, world):
        record = record_of(world)
        assert write_handover(record) == write_handover(stored(record))

    def test_is_given_to_those_who_may_have_the_document(self, client, world):
        address = reverse("reports:handover_workbook", args=["lima", "GMU"])
        client.force_login(world.alicia)
        answer = client.get(address)
        assert answer["Content-Disposition"].startswith('attachment; filename="entrega-gmu-lima-')
        assert openpyxl.load_workbook(io.BytesIO(answer.getvalue())).sheetnames[0] == "Metas y resultados"
        other = make_user()
        make_designation(other, make_unit("GDE"))
        client.force_login(other)
        assert client.get(address).status_code == 403
        assert client.get(reverse("reports:handover_workbook", args=["lima", "NADA"])).status_code == 404

    def test_travels_inside_the_document(self, world):
        record = stored(record_of(world))
        (book,) = KINDS["handover"].attachments(record)
        assert (book.name, book.content) == ("entrega-gmu-lima-2023-01-10.xlsx", write_handover(record))


def test_the_paper(pango, world, tmp_path):
    record = record_of(world)
    content = printed("handover", record)
    text = text_of(content)
    for shown in ("Qué sigue", "Buscar un local.", "Mujeres formadas", "¿Por qué tan pocas?", "Lista de egresadas",
                  "Alicia Rojas", "Uso interno", "Recibe"):  # fmt: skip
        assert shown in text
    assert breaches(content, tmp_path) == []
    assert printed("handover", stored(record)) == content
