"""The report as a workbook: what it asks, what is locked, what Excel checks, and nothing that could run."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest

from monitoring.recording import record
from monitoring.workbook import LastReported
from monitoring.workbook.layout import HIDDEN, sheet_names
from plans.models import BreakdownTable
from tests.factories import make_indicator
from tests.monitoring.workbooks import COLUMN, make_world, opened, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_the_sheets_are_those_of_the_unit(world):
    book = opened(world.workbook())
    assert book.sheetnames == ["Instrucciones", "Resultados", "IND.01", HIDDEN]
    assert book[HIDDEN].sheet_state == "veryHidden"
    assert book.active.title == "Resultados"
    assert book["Resultados"].freeze_panes == "D3"
    told = " ".join(str(cell.value) for row in book["Instrucciones"].iter_rows() for cell in row if cell.value)
    for text in ("2022-1", "GMU", "2 con meta", "amarillas", "no está disponible", "documentos ni teléfonos"):
        assert text in told


def test_a_row_says_what_is_asked_and_what_was_reported_before(world):
    last = {
        world.people_helped.pk: LastReported("2021-2", Decimal("12.5")),
        world.share.pk: LastReported("2021-1", None),
    }
    sheet = opened(world.workbook(last))["Resultados"]
    rows = [[cell.value for cell in row[:8]] for row in sheet.iter_rows(min_row=3, max_row=5)]
    assert rows[0][0] == "IND.01"
    assert rows[0][3:] == ["persona", "Cada persona, una vez", 80, 12.5, "2021-2"]
    assert rows[1][5:] == [90, "ND", "2021-1"]
    assert rows[2][5:] == ["sin meta este semestre", "–", "–"]


def test_only_what_is_to_be_filled_in_is_open(world):
    book = opened(world.workbook())
    sheet = book["Resultados"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    row = row_of(sheet, "IND.01")
    assert [sheet.cell(row, place).protection.locked for place in range(1, 9)] == [True] * 8
    locked = {key: sheet.cell(row, place).protection.locked for key, place in COLUMN.items()}
    assert {key for key, is_locked in locked.items() if is_locked} == {"numerator", "denominator"}
    pooled = row_of(sheet, "IND.02")
    assert sheet.cell(pooled, COLUMN["value"]).protection.locked
    assert not sheet.cell(pooled, COLUMN["numerator"]).protection.locked
    tables = book["IND.01"]
    line = row_of(tables, "sex_age:5-11")
    assert [tables.cell(line, place).protection.locked for place in range(3, 8)] == [False] * 4 + [True]


def test_excel_itself_checks_numbers_and_explains_cells(world):
    sheet = opened(world.workbook())["Resultados"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    people, things = rules["I3"], rules["I5"]
    assert (people.type, people.formula1, things.type) == ("whole", "0", "decimal")
    assert "J3" not in rules
    assert all(rule.promptTitle and rule.prompt for rule in rules.values())
    assert (rules["N3"].type, rules["N3"].formula1) == ("textLength", "4000")


def test_what_is_recorded_is_there_and_adds_up(world):
    typed = {"value": "8", "sex::woman": "5", "sex::man": "3", "achievements": "=HYPERLINK(1)", "note": "-x"}
    record(submission=world.submission, indicator=world.people_helped, typed=typed, seen={}, by=world.people.alicia)
    book = opened(world.workbook())
    sheet, tables = book["Resultados"], book["IND.01"]
    row = row_of(sheet, "IND.01")
    assert sheet.cell(row, COLUMN["value"]).value == 8
    for key in ("achievements", "note"):
        cell = sheet.cell(row, COLUMN[key])
        assert (cell.value, cell.data_type, cell.quotePrefix) == (typed[key], "s", True)
    line = row_of(tables, "sex:")
    assert [tables.cell(line, place).value for place in (3, 4)] == [5, 3]
    assert tables.cell(line, 7).value == f"=SUM(C{line}:F{line})"
    assert tables.cell(line + 2, 2).value.startswith("=IF('Resultados'!$I$3=")


def test_no_text_of_others_is_a_formula(world):
    make_indicator(
        world.people_helped.activity, code="=IND", name="=1+1", unit=world.submission.unit, what_counts="@SUM(A1)"
    )
    sheet = opened(world.workbook())["Resultados"]
    row = row_of(sheet, "=IND")
    assert [sheet.cell(row, place).data_type for place in (1, 3, 5)] == ["s"] * 3


def test_the_same_report_gives_the_same_bytes_but_for_when_and_by_whom(world, settings):
    settings.PMH_TODAY = "2022-07-05"
    first = world.workbook()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert b"2022-01-01" in archive.read("docProps/core.xml")
    assert opened(first).properties.created == dt.datetime(2022, 1, 1)


@pytest.mark.parametrize("codes", [["A/B", "A-B", "a*b"], ["x" * 40, "x" * 41], ["Resultados", "History"]])
def test_sheet_names_are_such_as_excel_takes(codes):
    names = list(sheet_names(codes).values())
    assert len({name.lower() for name in names}) == len(codes)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert not {name.lower() for name in names} & {"resultados", "history"}


def test_every_table_has_its_grid(world):
    every = tuple(BreakdownTable.values)
    make_indicator(world.people_helped.activity, code="IND.09", unit=world.submission.unit, tables=every)
    sheet = opened(world.workbook())["IND.09"]
    assert {f"tabla:{table}" for table in every} <= {sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)}
