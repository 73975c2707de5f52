"""Reading a plan workbook: every mistake by sheet and cell, all at once, and what is forgiven."""

import datetime as dt
from decimal import Decimal

import pytest

from plans.workbook import Problem, WorkbookProblems, apply_plan, read_plan
from plans.workbook.tenures import Tenure

pytestmark = pytest.mark.django_db

# What is typed, where, and what the report has to say there.
TWENTY = [
    ("Plan", "B2", "150", "«150»", "2, 4 o 6 dígitos"),
    ("Plan", "B14", 60, "menor que el umbral ámbar", "75 o más"),
    ("Plan", "B16", "sobre lo planeado", "«sobre lo planeado»", "«sobre lo programado»"),
    ("Plan", "B20", None, "instrumento de aprobación está incompleto", "tipo, número y fecha"),
    ("Unidades", "A13", "GPV", "«GPV» está repetido", "Unidades A"),
    ("Unidades", "D4", "31/02/2019", "«31/02/2019»", "una fecha"),
    ("Lineamientos", "B3", None, "falta «Nombre»", "un texto"),
    ("Objetivos", "B4", "L.O3", "«L.O3» no está en Lineamientos", "«L.0"),
    ("Acciones", "A7", "OE.01", "«OE.01» está repetido", "Objetivos A2"),
    ("Actividades", "E2", "GCSPR", "«GCSPR» no está en Unidades", "«GCSRP»"),
    ("Actividades", "G4", 0, "«0»", "mayor que 0"),
    ("Actividades", "I6", "6; 99", "«99» no está en la lista", "números de la hoja Listas"),
    ("Actividades", "J5", 16.1, "puede ser 16.1 o 16.10", "formato de texto"),
    ("Indicadores", "B3", "L.01", "«L.01» no se mide con indicadores", "una actividad"),
    ("Indicadores", "P4", "Decreciente", "no puede ser decreciente", "creciente"),
    ("Indicadores", "N2", "Sexo", "no cuenta personas", "«Personas» en Cuenta"),
    ("Indicadores", "X5", -3, "«-3»", "desde 0"),
    ("Indicadores", "Y6", "doce", "«doce» no es un número", "desde 0"),
    ("Indicadores", "S7", 2050, "2050 no es un año verosímil", "1990 a 2024"),
    ("Hoja de ruta", "A5", 1, "«1» está repetido", "Hoja de ruta A2"),
]  # fmt: skip
# The other cells of the rows that two of the mistakes add.
COMPLETION = {
    "Unidades": {"B13": "Otra gerencia", "C13": "Responsable de actividades", "D13": dt.date(2019, 1, 1)},
    "Acciones": {"B7": "OE.01", "C7": "Otra acción"},
}


def problems_of(path) -> dict[tuple[str, str], Problem]:
    with pytest.raises(WorkbookProblems) as refused:
        read_plan(path)
    problems = refused.value.problems
    assert len({(p.sheet, p.cell, p.wrong) for p in problems}) == len(problems)
    return {(problem.sheet, problem.cell): problem for problem in problems}


def test_twenty_mistakes_are_twenty_problems_by_sheet_and_cell(edited, count_rows):
    cells = {sheet: dict(values) for sheet, values in COMPLETION.items()}
    for sheet, cell, typed, *_texts in TWENTY:
        cells.setdefault(sheet, {})[cell] = typed
    before = count_rows()

    with pytest.raises(WorkbookProblems) as refused:
        read_plan(edited(cells))

    found = refused.value.problems
    by_place = {(p.sheet, p.cell): p for p in found}
    assert len(found) == len(by_place) == 20
    for sheet, cell, _typed, wrong, expected in TWENTY:
        assert wrong in by_place[sheet, cell].wrong
        assert expected in by_place[sheet, cell].expected
    assert "20 errores" in str(refused.value)
    assert count_rows() == before


def test_the_reference_plan_reads_without_mistakes(reference):
    workbook = read_plan(reference)
    assert workbook.warnings == ()
    assert workbook.plan.is_reference
    assert len(workbook.activities) == 21
    indicator = next(row for row in workbook.indicators if row.code == "IND.01.ACT.01.02.01")
    assert indicator.targets == dict.fromkeys(("2022-2", "2023-1", "2023-2", "2024-1", "2024-2"), 1)
    assert indicator.responsible == (Tenure("GDE", "2022-1"),)


@pytest.mark.parametrize(
    ("sheet", "cell", "typed", "wrong"),
    [
        ("Plan", "B2", "10", "no corresponde al tipo de gobierno"),
        ("Plan", "B6", "PMH 2022", "«PMH 2022»"),
        ("Plan", "B7", None, "falta «Nombre del plan»"),
        ("Plan", "B7", "x" * 251, "251 caracteres"),
        ("Plan", "B7", True, "no es un texto"),
        ("Plan", "B7", dt.date(2022, 3, 1), "no es un texto"),
        ("Plan", "B9", 2022.5, "«2022.5»"),
        ("Plan", "B10", 2021, "anterior al primer año"),
        ("Plan", "B10", 2099, "78 años"),
        ("Plan", "B11", "Cerrado", "no se cierra con un libro"),
        ("Plan", "B13", 0, "«0»"),
        ("Plan", "B14", "=SUM(1,2)", "fórmula"),
        ("Plan", "B20", dt.datetime(2022, 6, 30, 8, 30), "08:30"),
        ("Unidades", "A2", "G;C", "«G;C»"),
        ("Actividades", "A2", 1.1, "puede haber perdido cifras"),
        ("Actividades", "A2", "ACT/01", "«ACT/01»"),
        ("Actividades", "A2", "PMH-2022-2024", "está repetido"),
        ("Actividades", "A3", "act.01.01.01", "está repetido"),
        ("Actividades", "F2", "GPV; GPV", "«GPV» está repetido"),
        ("Actividades", "K2", "9", "«9»"),
        ("Actividades", "H2", "quizás", "«quizás»"),
        ("Indicadores", "N4", "Sexo y edad; Sexo y color", "«Sexo y color»"),
        ("Indicadores", "R2", None, "falta «Línea de base»"),
        ("Indicadores", "W2", "GPV;GDE", "«GDE»"),
        ("Indicadores", "W2", "GPV;GDE:2025-1", "no es un semestre del plan"),
        ("Indicadores", "W2", "GPV:2023-1;GDE:2022-2", "no sigue en el tiempo"),
        ("Indicadores", "W2", ";", "«;»"),
        ("Indicadores", "X2", "#REF!", "contiene el error #REF!"),
        ("Indicadores", "X2", 1.23456, "demasiados decimales"),
        ("Indicadores", "X2", 10**12, "demasiado grande"),
        ("Indicadores", "X2", "12,5", "los decimales van con punto"),
        ("Indicadores", "X2", True, "no es un número"),
        ("Indicadores", "X2", dt.time(8, 30), "ni una fecha"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_once(edited, sheet, cell, typed, wrong):
    found = problems_of(edited({sheet: {cell: typed}}))
    assert wrong in found[sheet, cell].wrong
    # What hangs on the code that was spoilt may be reported too, and nothing else.
    others = [problem for place, problem in found.items() if place != (sheet, cell)]
    assert all("no está en" in problem.wrong for problem in others)


def test_percent_format_is_refused_because_it_hides_a_hundredth(edited):
    def format_as_percent(book):
        book["Indicadores"]["X2"] = 0.4
        book["Indicadores"]["X2"].number_format = "0%"

    assert "40% es 0.4" in problems_of(edited(change=format_as_percent))["Indicadores", "X2"].wrong


def test_forbidden_measures(edited):
    sum_over_baseline = {"O3": "Se suma", "Q3": "Con línea de base (Tipo II)", "R3": "ND"}
    target_within_baseline = {"O2": "average", "Q2": "baseline", "R2": 90}
    found = problems_of(edited({"Indicadores": sum_over_baseline | target_within_baseline}))
    assert "no se usa con valores que se suman" in found["Indicadores", "Q3"].wrong
    assert "necesita el valor" in found["Indicadores", "R3"].wrong
    assert "mayor que 90" in found["Indicadores", "X2"].expected


def test_successors_may_not_form_a_circle(edited):
    ends = dt.date(2023, 4, 30)
    found = problems_of(edited({"Unidades": {"E2": ends, "F2": "GCSRP", "E3": ends, "F3": "GC"}}))
    circles = [problem for problem in found.values() if "círculo" in problem.wrong]
    assert [problem.cell for problem in circles] == ["F2"]
    assert "GC → GCSRP → GC" in circles[0].wrong


def test_a_unit_ends_after_it_begins_and_before_its_successor_takes_over(edited):
    found = problems_of(edited({"Unidades": {"E2": dt.date(2018, 1, 1), "F3": "GPV"}}))
    assert "termina antes de empezar" in found["Unidades", "E2"].wrong
    assert "necesita fecha de término" in found["Unidades", "E3"].wrong


def test_units_have_to_exist_when_they_answer(edited):
    cells = {"D2": dt.date(2023, 5, 1)}
    found = problems_of(edited({"Unidades": cells}))
    assert found
    assert all(problem.wrong == "GC no está vigente en 2022-1" for problem in found.values())
    found = problems_of(edited({"Unidades": {"D2": dt.date(2010, 1, 1), "E2": dt.date(2012, 1, 1)}}))
    assert any(sheet == "Actividades" and "años del plan" in p.wrong for (sheet, _cell), p in found.items())


def test_headers_missing_repeated_unknown_and_out_of_the_plan(edited):
    def spoil(book):
        book["Unidades"]["B1"] = "Nombres"
        book["Actividades"]["D1"] = "Nombre"
        book["Indicadores"]["AD1"] = "Meta 2025-1"
        book["Plan"]["A3"] = "Gobierno locales"
        book["Hoja de ruta"]["H3"] = "suelto"

    found = problems_of(edited(change=spoil))
    assert "columna desconocida «Nombres»" in found["Unidades", "B1"].wrong
    assert "«Nombre»" in found["Unidades", "B1"].expected
    assert "falta la columna «Nombre»" in found["Unidades", "G1"].wrong
    assert "columna repetida" in found["Actividades", "D1"].wrong
    assert "fuera de los años del plan" in found["Indicadores", "AD1"].wrong
    assert "campo desconocido" in found["Plan", "A3"].wrong
    assert "falta el campo «Gobierno local»" in found["Plan", "A21"].wrong
    assert "sin encabezado" in found["Hoja de ruta", "H3"].wrong
    assert len(found) == 8  # "Descripción" is missing besides


def test_a_missing_sheet_is_one_error(edited):
    def remove(book):
        del book["Lineamientos"]
        book["Unidades"].title = "Unidad"

    found = problems_of(edited(change=remove))
    assert {sheet for sheet, _cell in found} == {"Lineamientos", "Unidades"}
    assert "hay una «Unidad»" in found["Unidades", ""].wrong


def test_a_plan_code_belongs_to_one_government(edited, reference):
    apply_plan(read_plan(reference))
    found = problems_of(edited({"Plan": {"B2": "0701"}}))
    assert "ya existe y es de Municipalidad Metropolitana de Lima" in found["Plan", "B2"].wrong


def test_columns_may_be_moved_rows_left_empty_and_words_written_freely(edited, reference):
    def rearrange(book):
        sheet = book["Indicadores"]
        sheet.insert_rows(3)
        sheet.move_range("AC1:AC28", cols=1)
        sheet["AD1"] = "  2024-2 "
        book["Objetivos"]["A1"] = " codigo  "
        book["Hoja de ruta"].title = "HOJA DE RUTA "
        book["Plan"].insert_rows(4)
        sheet["O2"], sheet["P2"] = "POOLED", " creciente"

    cells = {
        "Plan": {"B2": 1501, "B9": "2022", "B12": True, "B13": "100.00", "B20": "09/06/2022"},
        "Actividades": {"H2": "NO", "I2": "17;3", "J2": "10.7. Migración ;10.2", "K2": 1, "F2": " GPV "},
        "Indicadores": {"X3": "1.0", "X4": "300"},
    }
    assert read_plan(edited(cells, rearrange)) == read_plan(reference)


def test_numbers_come_as_they_were_typed(edited):
    cells = {"X2": "1,234.5", "Y2": 0.1 + 0.2, "Z2": 40.0, "AA2": 0, "AB2": None}
    indicator = read_plan(edited({"Indicadores": cells})).indicators[0]
    assert indicator.targets == {
        "2022-1": Decimal("1234.5"),
        "2022-2": Decimal("0.3"),
        "2023-1": Decimal(40),
        "2023-2": Decimal(0),
        "2024-2": Decimal(65),
    }


def test_responsibility_over_time(edited):
    cells = {"W2": "GPV; GDS : 2023-1", "W3": "GCSRP:2022-2..2023-1", "W4": "GPV:2022-1..2023-1"}
    first, second, third, *_rest = read_plan(edited({"Indicadores": cells})).indicators
    assert first.responsible == (Tenure("GPV", "2022-1", "2022-2"), Tenure("GDS", "2023-1"))
    assert second.responsible == (Tenure("GCSRP", "2022-2", "2023-1"),)
    assert third.responsible == (Tenure("GPV", "2022-1", "2023-1"),)


def test_warnings_do_not_refuse(edited):
    def add_activity(book):
        row = [book["Actividades"].cell(2, column).value for column in range(1, 15)]
        book["Actividades"].append(["ACT.01.01.99", *row[1:]])

    workbook = read_plan(edited({"Indicadores": {"N4": None}}, add_activity))
    assert [(w.sheet, w.cell) for w in workbook.warnings] == [("Indicadores", "N4"), ("Actividades", "A23")]


def test_a_workbook_does_not_rename_a_government_with_another_plan(edited, reference):
    """The likeliest mistake of who starts from another's workbook: the own name beside the other's ubigeo."""
    apply_plan(read_plan(reference))
    copy = edited({"Plan": {"B3": "Municipalidad de San Juan", "B6": "PMH-SJ"}})
    with pytest.raises(WorkbookProblems) as found:
        read_plan(copy)
    assert [(problem.sheet, problem.cell) for problem in found.value.problems] == [("Plan", "B2")]


def test_money_beyond_the_budget_comes_with_its_reason(edited):
    with pytest.raises(WorkbookProblems) as caught:
        read_plan(edited({"Actividades": {"M2": "Sí", "N2": None, "M3": "No"}}))
    (problem,) = caught.value.problems
    assert (problem.cell, problem.expected) == ("N2", "para qué y cuánto, más o menos")
