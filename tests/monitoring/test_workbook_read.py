"""Reading what somebody filled in: found wherever it was moved to, and every way of being wrong is told."""

import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from monitoring.entries import NUMBERS, TEXTS
from monitoring.models import Breakdown, Result
from monitoring.recording import record
from monitoring.workbook import read_submission
from monitoring.workbook.layout import HIDDEN, RESULTS
from plans.models import DeclaredTable, Indicator, Responsibility, Target
from plans.workbook.text import clean
from tests.factories import make_designation, make_indicator, make_unit, make_user
from tests.monitoring.workbooks import COLUMN, fill, filled, make_world, opened, row_of, saved

pytestmark = pytest.mark.django_db
TYPED = {"value": 8, "sex::woman": 5, "sex::man": 3, "sex_age:60+:woman": 8, "achievements": "Se llegó a más barrios."}
CANONICAL = {key: str(value) for key, value in TYPED.items()}


@pytest.fixture
def world():
    return make_world()


def changes(comparison) -> dict[tuple[str, str], str]:
    assert [str(each) for each in comparison.problems] == []
    return {(each.indicator.code, each.key): each.new for each in comparison.changes}


def problems(comparison) -> list[tuple[str, str, str]]:
    return [(each.sheet, each.cell, each.wrong) for each in comparison.problems]


def of_first(entry) -> dict[tuple[str, str], str]:
    return {("IND.01", key): text for key, text in entry.items()}


class TestFound:
    def test_what_was_typed_comes_back(self, world):
        file = filled(world.workbook(), IND_01=TYPED, IND_02={"numerator": 3.5, "denominator": "1,000"})
        found = changes(read_submission(file, world.filing))
        shares = {("IND.02", "numerator"): "3.5", ("IND.02", "denominator"): "1000"}
        assert found == of_first(CANONICAL) | shares

    def test_an_untouched_workbook_changes_nothing(self, world):
        record(
            submission=world.submission, indicator=world.people_helped, typed=CANONICAL, seen={}, by=world.people.alicia
        )
        comparison = read_submission(io.BytesIO(world.workbook()), world.filing)
        assert (comparison.changes, comparison.problems, comparison.notes) == ((), (), ())

    def test_moved_rows_and_columns_are_found(self, world):
        book = opened(filled(world.workbook(), IND_01=TYPED).getvalue())
        sheet, tables = book[RESULTS], book["IND.01"]
        first, third = row_of(sheet, "IND.01"), row_of(sheet, "IND.03")
        for place in range(1, sheet.max_column + 1):
            one, other = sheet.cell(first, place), sheet.cell(third, place)
            one.value, other.value = other.value, one.value
        for row in range(1, sheet.max_row + 1):
            one, other = sheet.cell(row, COLUMN["value"]), sheet.cell(row, COLUMN["achievements"])
            one.value, other.value = other.value, one.value
        head = row_of(tables, "tabla:sex")
        for row in (head, head + 1):
            one, other = tables.cell(row, 3), tables.cell(row, 4)
            one.value, other.value = other.value, one.value
        tables.title = "Mi hoja"
        sheet.insert_cols(2)
        sheet.insert_rows(1)
        assert changes(read_submission(saved(book), world.filing)) == of_first(CANONICAL)

    def test_an_emptied_cell_empties_the_field(self, world):
        record(
            submission=world.submission, indicator=world.people_helped, typed=CANONICAL, seen={}, by=world.people.alicia
        )
        file = filled(world.workbook(), IND_01={"value": None, "not_available_reason": "Se perdió el registro"})
        found = changes(read_submission(file, world.filing))
        assert found == of_first({"value": "", "not_available_reason": "Se perdió el registro"})

    def test_what_will_still_be_missing(self, world):
        comparison = read_submission(filled(world.workbook(), IND_01=TYPED), world.filing)
        lacking = [(row.indicator.code, lack.gap) for row, lack in comparison.after().lacking]
        assert lacking == [("IND.01", "evidence"), ("IND.02", "value")]


class TestWrong:
    def test_every_wrong_cell_is_told_at_once(self, world):
        typed = {"value": -1, "sex::woman": 2.5, "sex::man": "tres"}
        file = filled(world.workbook(), IND_01=typed, IND_02={"value": 3, "numerator": "1.234,5"})
        found = problems(read_submission(file, world.filing))
        line = row_of(opened(world.workbook())["IND.01"], "sex:")
        assert {(sheet, cell) for sheet, cell, _wrong in found} == {
            (RESULTS, "I3"),
            ("IND.01", f"C{line}"),
            ("IND.01", f"D{line}"),
            (RESULTS, "I4"),
            (RESULTS, "J4"),
        }

    def test_a_formula_is_never_believed(self, world):
        file = filled(world.workbook(), IND_01={"value": "=4+4", "sex::woman": "=2"})
        found = problems(read_submission(file, world.filing))
        assert [(cell, wrong) for _sheet, cell, wrong in found if cell == "I3"] == [("I3", "tiene una fórmula")]
        assert len(found) == 2

    def test_a_value_beside_a_reason(self, world):
        file = filled(world.workbook(), IND_01={"value": 8, "not_available_reason": "No hay"})
        assert [wrong for *_at, wrong in problems(read_submission(file, world.filing))] == [
            "hay un valor y también un motivo de no disponible"
        ]

    @pytest.mark.parametrize(
        ("spoil", "wrong"),
        [
            (lambda book: book.remove(book[RESULTS]), "falta la hoja o cambió de nombre"),
            (lambda book: setattr(book[RESULTS], "title", "Mis datos"), "falta la hoja o cambió de nombre"),
            (lambda book: book.remove(book["IND.01"]), "falta la hoja de «IND.01»"),
            (lambda book: book.remove(book[HIDDEN]), "le falta la hoja oculta"),
            (lambda book: setattr(book[HIDDEN]["D3"], "value", "2023-1"), "está dañada"),
            (lambda book: book[HIDDEN].delete_rows(2), "está dañada"),
            (lambda book: setattr(book[RESULTS].cell(2, COLUMN["note"]), "value", "Notas"), "falta la columna «Nota»"),
            (lambda book: setattr(book[RESULTS].cell(2, COLUMN["note"]), "value", "Logros"), "está repetida"),
            (lambda book: setattr(book[RESULTS]["A2"], "value", "Cód."), "falta la columna «Código»"),
            (lambda book: book[RESULTS].delete_rows(3), "falta la fila del indicador «IND.01»"),
            (lambda book: setattr(book[RESULTS]["A4"], "value", "IND.01"), "está dos veces"),
            (lambda book: setattr(book[RESULTS]["A4"], "value", "OTRO"), "«OTRO» no está en el reporte"),
            (lambda book: setattr(book[RESULTS]["I9"], "value", 4), "falta el código del indicador"),
            (
                lambda book: book["IND.01"].delete_rows(row_of(book["IND.01"], "sex_age:0-4")),
                "falta la fila «0 a 4» de la tabla",
            ),
            (
                lambda book: setattr(book["IND.01"].cell(row_of(book["IND.01"], "tabla:sex"), 3), "value", "F"),
                "falta la columna «Mujer» de la tabla",
            ),
            (
                lambda book: setattr(book["IND.01"].cell(row_of(book["IND.01"], "tabla:sex"), 1), "value", None),
                "falta la tabla «Sexo»",
            ),
        ],
    )  # fmt: skip
    def test_a_spoilt_workbook_is_explained(self, world, spoil, wrong):
        book = opened(world.workbook())
        spoil(book)
        found = problems(read_submission(saved(book), world.filing))
        assert any(wrong in each for *_at, each in found), found

    def test_a_foreign_workbook_and_no_workbook_at_all(self, world):
        [(_sheet, _cell, wrong)] = problems(read_submission(saved(openpyxl.Workbook()), world.filing))
        assert wrong == "no es el libro de un reporte"
        [(_sheet, _cell, wrong)] = problems(read_submission(io.BytesIO(b"nada"), world.filing))
        assert wrong == "no es un libro de Excel"

    def test_the_workbook_of_another_report(self, world):
        content = world.workbook()
        world.submission.unit.acronym = "GSC"
        world.submission.unit.save()
        world.submission.period.plan.code = "otro"
        world.submission.period.plan.save()
        found = [wrong for *_at, wrong in problems(read_submission(io.BytesIO(content), world.filing))]
        assert found == ["es del plan lima", "es de la unidad GMU"]


class TestChangedPlan:
    def test_another_target_is_said_and_does_no_harm(self, world):
        content = world.workbook()
        Target.objects.filter(indicator=world.people_helped).update(value=90)
        comparison = read_submission(filled(content, IND_01=TYPED), world.filing)
        assert comparison.notes == ("La meta de IND.01 era 80 y ahora es 90.",)
        assert changes(comparison) == of_first(CANONICAL)

    def test_new_indicators_and_tables_are_said(self, world):
        content = world.workbook()
        make_indicator(world.people_helped.activity, code="IND.04", unit=world.submission.unit)
        DeclaredTable.objects.create(indicator=world.people_helped, table="sex_disability")
        comparison = read_submission(filled(content, IND_01=TYPED), world.filing)
        assert [note.split(":")[0] for note in comparison.notes] == [
            "IND.01 pide ahora la tabla «Sexo y discapacidad»",
            "IND.04 es nuevo y no está en el libro",
        ]
        assert changes(comparison) == of_first(CANONICAL)

    def test_what_is_no_longer_asked_is_refused_only_where_something_was_typed(self, world):
        content = world.workbook()
        Responsibility.objects.filter(indicator=world.things).delete()
        DeclaredTable.objects.filter(indicator=world.people_helped, table="sex_age").delete()
        quiet = read_submission(filled(content, IND_01={"value": 8}), world.filing)
        assert changes(quiet) == {("IND.01", "value"): "8"}
        assert len(quiet.notes) == 2
        loud = read_submission(filled(content, IND_01=TYPED, IND_03={"value": 1}), world.filing)
        assert {wrong for *_at, wrong in problems(loud)} == {
            "IND.03 ya no es de su unidad",
            "IND.01 ya no pide esa tabla",
        }

    def test_an_indicator_that_now_means_something_else(self, world):
        content = world.workbook()
        Indicator.objects.filter(pk=world.people_helped.pk).update(counts="things")
        assert changes(read_submission(io.BytesIO(content), world.filing)) == {}
        found = problems(read_submission(filled(content, IND_01=TYPED), world.filing))
        assert found == [(RESULTS, "I3", "el indicador cambió desde la descarga (IND.01)")]


def test_a_colleague_s_typing_is_laid_beside(world):
    renzo = make_user("Renzo Talledo")
    make_designation(renzo, make_unit("GMU"))
    content = world.workbook()
    theirs = {"value": "7", "note": "Nota", "sex::woman": "5"}
    record(submission=world.submission, indicator=world.people_helped, typed=theirs, seen={}, by=renzo)
    comparison = read_submission(filled(content, IND_01=TYPED), world.filing)
    [conflict] = comparison.conflicts
    assert (conflict.key, conflict.seen, conflict.old, conflict.new, conflict.by) == ("value", "", "7", "8", renzo)
    assert conflict.at is not None
    # What both typed alike, and what only the colleague typed, is no question.
    assert {change.key for change in comparison.plain} == {"sex::man", "sex_age:60+:woman", "achievements"}
    assert comparison.after().indicators[0].entry["value"] == "7"
    assert comparison.after({conflict.name}).indicators[0].entry["value"] == "8"


# --- Whatever is recorded comes back as it was; whatever is typed comes back as typed

amounts = st.one_of(
    st.integers(0, 10**10).map(str),
    st.decimals(0, 10**9, places=4, allow_nan=False).map(lambda number: format(number.normalize(), "f")),
)
counts = st.integers(0, 2_147_483_647).map(str)
texts = st.text(max_size=200).map(clean).filter(lambda text: "x005F_" not in text)
# What a page takes as a text and a cell holds as such.
entries = st.fixed_dictionaries(
    {},
    optional={"value": st.integers(0, 10**10).map(str)}
    | {key: texts.filter(bool) for key in TEXTS if key != "not_available_reason"}
    | {f"sex_age:{age}:{sex}": counts for age in Breakdown.Age.values for sex in ("woman", "other")},
)
shares = st.fixed_dictionaries({}, optional={"numerator": amounts, "denominator": amounts, "note": texts.filter(bool)})


def as_cell(key: str, text: str):
    number = (":" in key or key in NUMBERS) and text
    return (int(text) if text.isdigit() else float(text)) if number else text or None


class TestRoundTrip(HypothesisTestCase):
    @given(entries, shares, entries)
    def test_nothing_is_lost_and_nothing_is_made_up(self, first, second, edits):
        world = make_world()
        for indicator, typed in ((world.people_helped, first), (world.share, second)):
            record(submission=world.submission, indicator=indicator, typed=typed, seen={}, by=world.people.alicia)
        content = world.workbook()
        assert changes(read_submission(io.BytesIO(content), world.filing)) == {}
        book = opened(content)
        fill(book, "IND.01", {key: as_cell(key, text) for key, text in edits.items()})
        for key in edits.keys() & set(TEXTS):
            book[RESULTS].cell(row_of(book[RESULTS], "IND.01"), COLUMN[key]).data_type = "s"
        found = changes(read_submission(saved(book), world.filing))
        assert found == of_first({key: text for key, text in edits.items() if first.get(key, "") != text})


def test_decimals_survive_the_cell(world):
    typed = {"numerator": "12345678901.2345", "denominator": "0.0001"}
    record(submission=world.submission, indicator=world.share, typed=typed, seen={}, by=world.people.alicia)
    assert Result.objects.get().numerator == Decimal("12345678901.2345")
    assert changes(read_submission(io.BytesIO(world.workbook()), world.filing)) == {}
