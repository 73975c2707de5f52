"""The scorecard in Excel: what is on the screen, as real numbers, and nothing that could run."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from institution.models import User
from monitoring.chosen import Chosen
from monitoring.exports.scorecard import write_scorecard
from monitoring.matrix import load_matrix
from plans.models import Plan
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree, make_unit

pytestmark = pytest.mark.django_db
HEAD = 4
TODAY = dt.date(2023, 2, 3)


@pytest.fixture
def plan() -> Plan:
    """One activity at 2/3 whose name looks like a formula, one never reported, one with nothing programmed."""
    plan = make_plan(code="lima", closed_up_to="2022-2")
    odd, missing, unprogrammed = make_tree(plan, activities=3).activities
    odd.name, odd.gender_focus = "=HYPERLINK(1)", True
    odd.save()
    targets = {"2022-1": 3, "2022-2": 3}
    make_results(make_indicator(odd, unit=make_unit("GMU"), targets=targets), {"2022-1": 2, "2022-2": 2})
    make_indicator(missing, unit=make_unit("GDE"), targets=targets)
    make_indicator(unprogrammed, unit=make_unit("GDE"))
    make_people()
    return plan


def written(plan: Plan, **params: str) -> tuple[bytes, openpyxl.Workbook]:
    chosen = Chosen.of(plan, params, may_see_working=True)
    content = write_scorecard(plan, chosen, load_matrix(plan, chosen, params), on=TODAY)
    return content, openpyxl.load_workbook(io.BytesIO(content))


def table(book: openpyxl.Workbook) -> dict[str, list]:
    """The cells right of the names, by the code of the row."""
    rows = book["Tablero"].iter_rows(min_row=HEAD + 1, values_only=True)
    return {row[1]: list(row[4:]) for row in rows}


def notes(book: openpyxl.Workbook) -> list[tuple[str, str]]:
    return [row for row in book["Notas"].iter_rows(min_row=3, values_only=True) if row[0]]


def test_rows_and_figures_are_those_of_the_screen(plan):
    for params in ({}, {"lectura": "reportado"}, {"genero": "1"}, {"orden": "peor", "horizonte": "todo"}):
        chosen = Chosen.of(plan, params, may_see_working=True)
        matrix = load_matrix(plan, chosen, params)
        found = table(written(plan, **params)[1])
        assert list(found) == [row.code for row in matrix.rows]
        for row in matrix.rows:
            for cell, value in zip(row.cells, found[row.code], strict=True):
                if cell.figure is None or cell.sign or cell.shown is None:
                    assert value == cell.text
                else:
                    assert value == pytest.approx(float(cell.shown) / 100, abs=1e-12)


def test_figures_are_real_percentages_and_signs_are_text(plan):
    book = written(plan)[1]
    sheet = book["Tablero"]
    cells = {row[1].value: row[4] for row in sheet.iter_rows(min_row=HEAD + 1)}
    figure = cells["ACT.01.01.01"]
    assert figure.value == pytest.approx(0.6666666667, abs=1e-10)
    assert figure.number_format == '"▼" 0.0%'
    assert cells["ACT.01.01.02"].value == "S.I."
    assert cells["ACT.01.01.03"].value == "S.P."
    assert table(book)["ACT.01.01.01"][2] == "·"  # 2023-1 lies ahead
    other = written(plan, lectura="reportado")[1]["Tablero"]
    assert other.cell(HEAD + 1, 5).number_format == "0.0%"  # the light is that of the official reading


def test_heads_are_frozen_and_can_be_filtered_and_paper_lies_on_its_side(plan):
    sheet = written(plan)[1]["Tablero"]
    heads = [cell.value for cell in sheet[HEAD]]
    assert heads[:6] == ["Nivel", "Código", "Nombre", "Gerencias", "2022-1", "2022-2"]
    assert heads[-2:] == ["Año 2022", "Plan a la fecha"]
    assert sheet.freeze_panes == "D5"
    assert sheet.auto_filter.ref == "A4:L9"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$4:$4"


def test_nothing_in_it_can_run(plan):
    content, book = written(plan)
    name = book["Tablero"]["C7"]
    assert (name.value, name.data_type, name.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            assert b"<f>" not in archive.read(part), part


def test_a_filter_of_the_address_is_text_too(plan):
    noted = notes(written(plan, gerencia='=cmd|"x"', semaforo="rojo", semaforo_en="semestre")[1])
    assert ("Filtro", '=cmd|"x"') not in noted
    assert ("Filtro", 'Gerencia: =cmd|"x"') in noted
    assert ("No se reconoce", 'Ninguna gerencia del plan tiene la sigla =cmd|"x"') in noted
    assert ("Filtro", "Semáforo: Rojo: lejos (semestre)") in noted


def test_the_notes_say_how_to_read_it(plan):
    noted = dict(notes(written(plan, lectura="reportado", orden="peor", gerencia="GMU")[1]))
    assert noted["Lectura que se muestra"] == "sobre lo reportado"
    assert noted["Lectura oficial del plan"] == "sobre lo programado"
    assert noted["Cifras"] == "cifras oficiales"
    assert noted["Semestre"] == "2022-2 (cerrado)"
    assert noted["Filtro"] == "Gerencia: Gerencia GMU"
    assert noted["Filas"].startswith("1 de 3 actividades.")
    assert noted["Orden"] == "La peor primero, por el plan a la fecha"
    assert noted["Regla de las cifras"] == "pmh-1"
    assert noted["Escrito el"] == "3 feb. 2023"
    assert "100 %" in noted["Promedios"]
    assert "95 %" in noted["Semáforo"]
    working = dict(notes(written(plan, cifras="trabajo")[1]))
    assert working["Cifras"] == "cifras de trabajo, con reportes en revisión"
    ahead = dict(notes(written(plan, semestre="2023-1")[1]))
    assert ahead["Cifras"] == "semestre sin cerrar, cifras no oficiales"


def test_the_same_matrix_gives_the_same_bytes(plan):
    assert written(plan)[0] == written(plan)[0]


def test_the_page_gives_it_as_a_file(plan, client: Client, settings):
    settings.PMH_TODAY = "2023-02-03"
    client.force_login(User.objects.get(email="bruno@example.org"))
    answer = client.get(reverse("monitoring:scorecard_workbook", args=["lima"]) + "?genero=1")
    assert answer["Content-Disposition"] == 'attachment; filename="tablero-lima-2022-2.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert list(table(book)) == ["L.01", "AE.01.01", "ACT.01.01.01"]
    assert client.get(reverse("monitoring:scorecard_workbook", args=["lima"]) + "?semestre=1999-1").status_code == 404
