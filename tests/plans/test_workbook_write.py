"""The workbook as a file: typed cells, drop-downs, explanations, and nothing that a spreadsheet takes for a formula."""

import datetime as dt
import io
from dataclasses import replace

import openpyxl
import pytest

from plans.workbook import read_plan, write_workbook
from tests.plans.conftest import REFERENCE, parts_of

pytestmark = pytest.mark.django_db

DATA_SHEETS = [
    "Plan",
    "Unidades",
    "Lineamientos",
    "Objetivos",
    "Acciones",
    "Actividades",
    "Indicadores",
    "Hoja de ruta",
]


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(REFERENCE)


def written(workbook) -> io.BytesIO:
    file = io.BytesIO()
    write_workbook(workbook, file)
    return file


def test_the_reference_file_is_what_the_code_writes(reference):
    """Whoever changes the layout writes the file anew: import it into an empty database and export it."""
    assert parts_of(written(read_plan(reference))) == parts_of(reference)


def test_sheets_headers_and_frozen_panes(book):
    assert book.sheetnames == ["Instrucciones", *DATA_SHEETS, "Listas"]
    assert book["Plan"].freeze_panes == "B2"
    assert book["Actividades"].freeze_panes == "D2"
    assert [cell.value for cell in book["Indicadores"][1]][-6:] == [
        f"Meta {year}-{half}" for year in (2022, 2023, 2024) for half in (1, 2)
    ]
    assert all(cell.comment for cell in book["Indicadores"][1])


def test_numbers_and_dates_are_typed(book):
    assert book["Indicadores"]["X2"].value == 40
    assert isinstance(book["Plan"]["B13"].value, int)
    assert book["Hoja de ruta"]["D2"].value == dt.datetime(2022, 1, 28)
    assert book["Plan"]["B2"].value == "1501"
    assert book["Actividades"]["J2"].number_format == "@"


def test_every_column_is_explained(book):
    explained = {(row[0], row[1]) for row in book["Instrucciones"].iter_rows(values_only=True)}
    for title in DATA_SHEETS[1:]:
        headers = [cell.value for cell in book[title][1] if not cell.value.startswith("Meta 2")]
        assert {(title, header) for header in headers} <= explained
    assert {("Plan", row[0].value) for row in book["Plan"].iter_rows(min_row=2)} <= explained


def test_drop_downs_offer_what_reading_accepts(book, reference):
    """Each list's source is a range that holds the labels; every cell below such a column has one of them."""
    rules = {}
    for title in DATA_SHEETS:
        for rule in book[title].data_validations.dataValidation:
            if rule.type == "list":
                sheet, cells = rule.formula1.split("!")
                options = {row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]}
                rules[title, str(rule.sqref).split(":")[0]] = options
    assert {"Creciente", "Decreciente"} == rules["Indicadores", "P2"]
    assert "4. Bienestar socioeconómico de las personas migrantes" in rules["Actividades", "K2"]
    assert {"GPV", "GDE"} < rules["Actividades", "E2"]
    for (title, first), options in rules.items():
        if title != "Plan":
            column = "".join(filter(str.isalpha, first))
            assert {cell.value for cell in book[title][column][1:]} <= options | {None}


def test_a_text_like_a_formula_stays_a_text(reference):
    workbook = read_plan(reference)
    dangerous = ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", '=cmd|"/c calc"!A1', "=1+1\nsegunda línea"]
    activities = tuple(
        replace(row, name=text, description=text) for row, text in zip(workbook.activities, dangerous * 4, strict=False)
    )
    workbook = replace(workbook, activities=activities[:21])
    file = written(workbook)
    cells = [row[2] for row in openpyxl.load_workbook(file)["Actividades"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    assert read_plan(file) == workbook


def test_the_same_plan_gives_the_same_bytes(reference):
    workbook = read_plan(reference)
    assert written(workbook).getvalue() == written(workbook).getvalue()


def test_a_text_that_no_cell_can_hold_is_refused(reference):
    workbook = read_plan(reference)
    long = replace(workbook.guidelines[0], description="x" * 32_768)
    with pytest.raises(ValueError, match="Lineamientos C2"):
        write_workbook(replace(workbook, guidelines=(long, *workbook.guidelines[1:])), io.BytesIO())
