"""The workbooks made of a record: annex, results with breakdowns, and all that an evaluation says in numbers."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import User
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.exports.annex import write_annex
from monitoring.exports.evaluation import evaluation_workbook, workbook_name
from monitoring.exports.results import write_results
from monitoring.frozen import canonical
from monitoring.models import Commitment
from monitoring.record import plan_record
from plans.models import BreakdownTable as Table
from plans.models import Indicator, Plan
from tests.factories import (
    make_breakdown,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_results,
    make_revision,
    make_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db
HEAD = 4


@pytest.fixture
def world():
    """Up to 2022-2: a flow of people at 2/3 with a name like a formula, a pooled percentage, one never reported."""

    class World:
        plan = make_plan(code="LIMA", closed_up_to="2022-2")
        people = make_people()
        tree = make_tree(plan, activities=3)
        first, second, third = tree.activities
        helped = make_indicator(
            first,
            code="HELP",
            name="=1+1",
            unit=make_unit("GMU"),
            targets={"2022-1": 30, "2022-2": 60, "2023-1": 90},
            counts=Indicator.Counts.PEOPLE,
            tables=(Table.SEX_POPULATION, Table.SEX_AGE),
            baseline=12,
            baseline_year=2021,
        )
        share = make_indicator(
            second, code="SHARE", accumulation="pooled", unit_of_measure="porcentaje", targets={"2022-1": 80}
        )
        missing = make_indicator(third, code="MISS", targets={"2022-2": 5})

    first = make_result(World.helped, "2022-1", 20, difficulties="Faltó local")
    make_breakdown(first, Table.SEX_POPULATION, {("migrant", "woman"): 12, ("host", "man"): 8})
    second = make_result(World.helped, "2022-2", 40)
    make_breakdown(second, Table.SEX_POPULATION, {("migrant", "woman"): 27, ("host", "woman"): 3, ("host", "man"): 10})
    make_breakdown(second, Table.SEX_AGE, {("18-59", "woman"): 30, ("18-59", "man"): 7, ("60+", "man"): 3})
    make_result(World.share, "2022-1", numerator=3, denominator=4)
    make_revision(World.helped, "2022-2", 100, 60)
    return World


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    heads, *lines = book[sheet].iter_rows(min_row=HEAD, values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def one(book: openpyxl.Workbook, sheet: str, **wanted: Any) -> dict[str, Any]:
    (found,) = [row for row in rows(book, sheet) if all(row[key] == value for key, value in wanted.items())]
    return found


def test_the_annex_has_ceplans_columns(world):
    book = opened(write_annex(plan_record(world.plan, "2022-2")))
    assert book.sheetnames == ["Anexo", "Notas por indicador", "Notas"]
    row = one(book, "Anexo", **{"Código del indicador": "HELP"})
    assert (row["Código del elemento"], row["Objetivo, acción o actividad"]) == (
        "ACT.01.01.01",
        "Actividad ACT.01.01.01",
    )
    assert (row["Línea de base: año"], row["Línea de base: valor"]) == ("2021", 12)
    assert (row["2022-1 · Meta"], row["2022-1 · Valor obtenido"]) == (30, 20)
    assert row["2022-1 · Avance"] == pytest.approx(2 / 3, abs=1e-10)
    assert row["2023-1 · Meta"] == 90
    assert (row["2023-2 · Meta"], row["2024-2 · Meta"]) == ("S.P.", "S.P.")
    assert (row["Año 2022 · Meta"], row["Año 2022 · Valor"]) == (90, 60)
    assert row["Plan a la fecha · Avance sobre lo programado"] == pytest.approx(2 / 3, abs=1e-10)
    assert row["Unidad responsable"] == "GMU"
    assert row["Notas"] == (
        "Meta de 2022-2: de 100 a 60 (Memorando 001-2024).\n1 nota de la unidad en «Notas por indicador»."
    )
    remark = one(book, "Notas por indicador", **{"Código del indicador": "HELP"})
    assert (remark["Semestre"], remark["Qué"]) == ("2022-1", "Dificultad")
    assert remark["Lo que informó la unidad"] == "Faltó local"
    share = one(book, "Anexo", **{"Código del indicador": "SHARE"})
    assert share["2022-1 · Valor obtenido"] == 75
    assert (share["Línea de base: año"], share["Línea de base: valor"]) == ("–", "ND")
    missing = one(book, "Anexo", **{"Código del indicador": "MISS"})
    assert (missing["2022-1 · Valor obtenido"], missing["2022-2 · Valor obtenido"]) == ("S.P.", "S.I.")


def test_progress_is_a_real_percentage_with_its_light(world):
    book = opened(write_annex(plan_record(world.plan, "2022-2")))
    heads = [cell.value for cell in book["Anexo"][HEAD]]
    line = next(row for row in book["Anexo"].iter_rows(min_row=HEAD + 1) if row[2].value == "HELP")
    cell = line[heads.index("Año 2022 · Avance sobre lo programado")]
    assert (cell.data_type, cell.number_format) == ("n", '"▼" 0.00%')
    other = line[heads.index("Año 2022 · Avance sobre lo reportado")]
    assert other.number_format == "0.00%"


def test_results_stand_one_a_row(world):
    book = opened(write_results(plan_record(world.plan, "2022-2")))
    assert book.sheetnames == ["Resultados", "Desagregación", "Atenciones", "Notas"]
    assert len(rows(book, "Resultados")) == 6
    row = one(book, "Resultados", **{"Código del indicador": "SHARE", "Semestre": "2022-1"})
    assert (row["Numerador"], row["Denominador"], row["Valor"], row["Meta"]) == (3, 4, 75, 80)
    assert row["Avance del semestre"] == pytest.approx(0.9375)
    assert row["Estado"] == "Con cifra"
    assert one(book, "Resultados", **{"Código del indicador": "MISS", "Semestre": "2022-2"})["Valor"] == "S.I."


def test_what_is_published_keeps_small_cells_back(world):
    book = opened(write_results(plan_record(world.plan, "2022-2")))
    cells = [
        tuple(row[key] for key in ("Semestre", "Tabla", "Se publica", "Categoría", "Sexo", "Número"))
        for row in rows(book, "Desagregación")
    ]
    assert cells == [
        ("2022-1", "Sexo y población", "completa", "Migrante", "Mujer", 12),
        ("2022-1", "Sexo y población", "completa", "De acogida", "Hombre", 8),
        ("2022-2", "Sexo y población", "solo por sexo", "todas", "Mujer", 30),
        ("2022-2", "Sexo y población", "solo por sexo", "todas", "Hombre", 10),
        ("2022-2", "Sexo y edad", "solo por sexo", "todas", "Mujer", 30),
        ("2022-2", "Sexo y edad", "solo por sexo", "todas", "Hombre", 10),
    ]
    total = one(book, "Atenciones", **{"Tiempo": "Año 2022", "Según": "Total"})
    assert (total["Mujer"], total["Hombre"], total["Otro"], total["Sin desagregar"], total["Total"]) == (
        42,
        18,
        None,
        0,
        60,
    )
    people = "\n".join(str(row[1]) for row in book["Notas"].iter_rows(values_only=True))
    assert "1 a 4" in people


def test_who_reviews_gets_every_cell_marked_as_internal(world):
    client = Client()
    client.force_login(world.people.bruno)
    address = reverse("monitoring:results_workbook", args=["LIMA"])
    answer = client.get(address + "?semestre=2022-2&celdas=todas")
    assert answer["Content-Disposition"] == 'attachment; filename="resultados-LIMA-2022-2-interno.xlsx"'
    book = opened(answer.content)
    numbers = [row["Número"] for row in rows(book, "Desagregación")]
    assert numbers == [12, 8, 27, 3, 10, 30, 7, 3]
    assert "Uso interno" in [row[0] for row in book["Notas"].iter_rows(values_only=True)]
    client.force_login(User.objects.get(email="alicia@example.org"))
    assert client.get(address + "?celdas=todas").status_code == 403
    assert client.get(address).status_code == 200


def closed(world, **kw):
    evaluation = open_evaluation(plan=world.plan, year=2022, by=world.people.bruno)
    Commitment.objects.create(
        evaluation=evaluation,
        recommendation="@Reforzar",
        action_to_take="Más horas",
        responsible_unit=make_unit("GMU"),
        due_on=dt.date(2023, 6, 30),
    )
    return close_evaluation(evaluation, by=world.people.bruno, texts_may_be_empty=True)


def test_an_evaluation_has_all_its_numbers_in_one_workbook(world):
    record = closed(world).frozen
    book = opened(evaluation_workbook(record))
    assert book.sheetnames == [
        "Tablero",
        "Anexo",
        "Notas por indicador",
        "Resultados",
        "Desagregación",
        "Atenciones",
        "Compromisos",
        "Notas",
    ]
    plan = one(book, "Tablero", **{"Nivel": "Plan"})
    assert plan["Año 2022 sobre lo programado"] == pytest.approx((2 / 3 + 0.9375 + 0) / 3, abs=1e-9)
    assert plan["Plan a la fecha: cobertura de reporte"] == pytest.approx(0.75)
    assert plan["Indicadores: sin información"] == 1
    assert one(book, "Tablero", **{"Nivel": "Unidad orgánica", "Código": "GMU"})["2022-1"] == pytest.approx(2 / 3)
    commitment = one(book, "Compromisos", **{"Unidad responsable": "GMU"})
    assert commitment["Plazo"] == dt.datetime(2023, 6, 30)
    assert (commitment["Evaluación"], commitment["Estado"]) == ("2022", "Pendiente")
    notes = dict(row[:2] for row in book["Notas"].iter_rows(min_row=3, values_only=True))
    assert len(notes["Huella de los datos"]) == len("SHA-256 ") + 64
    assert notes["Regla de las cifras"] == "pmh-1"
    assert workbook_name(record) == "evaluacion-2022-lima-v1.xlsx"


def test_the_same_record_gives_the_same_bytes_and_nothing_in_it_can_run(world):
    record = closed(world).frozen
    content = evaluation_workbook(record)
    assert evaluation_workbook(json.loads(canonical(record))) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            assert b"<f>" not in archive.read(part), part
    book = opened(content)
    (name,) = {cell for row in book["Anexo"].iter_rows(min_row=HEAD + 1) for cell in row if cell.value == "=1+1"}
    assert (name.data_type, name.quotePrefix) == ("s", True)


def test_every_table_has_frozen_heads_and_filters(world):
    book = opened(evaluation_workbook(closed(world).frozen))
    for sheet in book.worksheets[:-1]:
        assert sheet.freeze_panes.endswith(str(HEAD + 1))
        assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"


def test_records_without_people_and_without_an_evaluation_are_taken_too(world):
    record = plan_record(world.plan, "2022-2")
    assert opened(evaluation_workbook(record)).sheetnames[-1] == "Notas"
    assert workbook_name(record) == "seguimiento-2022-2-lima.xlsx"
    del record["people"]
    assert opened(evaluation_workbook(record)).sheetnames == [
        "Tablero",
        "Anexo",
        "Notas por indicador",
        "Resultados",
        "Notas",
    ]
    follow_up = {"period": "2023-1", "state": "in_progress", "text": "Se contrató", "on": "2023-07-20"}
    given = {"recommendation": "R", "action": "A", "unit": "GMU", "due_on": "2023-06-30", "state": "in_progress"}
    record |= {"commitments": [], "earlier_commitments": [given | {"year": 2021, "follow_ups": [follow_up]}]}
    row = one(opened(evaluation_workbook(record)), "Compromisos", **{"Evaluación": "2021"})
    assert (row["Último avance: semestre"], row["Avances"]) == ("2023-1", "2023-1: Se contrató")
    assert row["Último avance: fecha"] == dt.datetime(2023, 7, 20)


def test_pages_offer_them(world):
    closed(world)
    client = Client()
    client.force_login(world.people.bruno)
    page = client.get(reverse("monitoring:scorecard", args=["LIMA"])).content.decode()
    for name in ("annex_workbook", "results_workbook"):
        assert f'href="{reverse(f"monitoring:{name}", args=["LIMA"])}?semestre=2022-2"' in page
    assert "celdas=todas" in page
    address = reverse("reports:evaluation_workbook", args=["LIMA", 2022])
    assert address in client.get(reverse("reports:evaluation_detail", args=["LIMA", 2022])).content.decode()
    assert client.get(address)["Content-Disposition"] == 'attachment; filename="evaluacion-2022-lima-v1.xlsx"'
    client.force_login(world.people.alicia)
    assert "celdas=todas" not in client.get(reverse("monitoring:scorecard", args=["LIMA"])).content.decode()


def test_the_number_of_queries_does_not_grow(world):
    def count() -> int:
        plan = Plan.objects.get(code="LIMA")
        with CaptureQueriesContext(connection) as queries:
            write_results(plan_record(plan, "2022-2"))
        return len(queries)

    before = count()
    for number in range(5):
        make_results(make_indicator(world.first, code=f"MORE{number}", targets={"2022-1": 2}), {"2022-1": 2})
    assert count() == before
