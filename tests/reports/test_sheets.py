"""The technical sheets: everything of the sheet, in the order of the tree, of the plan, a node or an indicator."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.documents.sheets import NoSuchNode, record_of_sheets
from tests.factories import make_indicator, make_plan, make_responsibility, make_tree, make_unit
from tests.reports.papers import TODAY
from tests.reports.printing import breaches, content_of, printed, stored, text_of

pytestmark = pytest.mark.django_db

SHEET = {
    "justification": "Formarse abre puertas.",
    "relevance": "Mide lo que importa.",
    "limitations": "No mide el empleo.",
    "method": "Se cuentan las egresadas.",
    "assumptions": "Hay docentes.",
    "source": "Registro de la gerencia.",
    "what_counts": "Quien egresa.",
    "what_does_not": "Quien se inscribe.",
}


@pytest.fixture
def plan():
    """Two guidelines of two activities; IND.A is whole, the others bare, IND.O measures an objective."""
    plan = make_plan(code="lima", is_reference=True)
    tree = make_tree(plan, guidelines=2, activities=2)
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    indicator = make_indicator(
        tree.activities[0],
        code="IND.A",
        name="Mujeres formadas",
        unit=unit,
        targets={"2022-1": 40, "2022-2": 0},
        tables=("sex", "sex_age"),
        unit_of_measure="mujer",
        counts="people",
        people_may_repeat=True,
        baseline=12,
        baseline_year=2021,
        **SHEET,
    )
    indicator.responsibilities.update(until_period="2022-2")
    make_responsibility(indicator, make_unit("GDS", name="Gerencia de Desarrollo Social"), "2023-1")
    for number, activity in enumerate(tree.activities[1:]):
        make_indicator(activity, code=f"IND.{number}")
    make_indicator(tree.objectives[1], code="IND.O")
    return plan


def test_everything_of_the_sheet(plan):
    sheet = content_of("sheets", record_of_sheets(plan, on=TODAY)).groups[0].sheets[0]
    assert (sheet.code, sheet.name, sheet.baseline) == ("IND.A", "Mujeres formadas", "12 (2021)")
    assert sheet.targets == ("40", "0", "S.P.", "S.P.", "S.P.", "S.P.")
    assert sheet.responsible == (
        "Gerencia de la Mujer (GMU), de 2022-1 a 2022-2",
        "Gerencia de Desarrollo Social (GDS), desde 2023-1",
    )
    assert {text for _label, text in sheet.texts} == set(SHEET.values())
    facts = dict(sheet.facts)
    assert facts["Unidad de medida"] == "mujer"
    assert facts["Cuenta"] == "Personas; una persona puede repetirse"
    assert (facts["Sentido"], facts["Acumulación"]) == ("Creciente", "Se suma")
    assert facts["Fórmula"] == "Valor entre meta (Tipo I)"
    assert facts["Desagregaciones"] == "Sexo, Sexo y edad"
    assert facts["Peso"] == "igual a los demás"


def test_in_the_order_of_the_tree_under_their_actions(plan):
    groups = content_of("sheets", record_of_sheets(plan)).groups
    assert [(group.code, [sheet.code for sheet in group.sheets]) for group in groups] == [
        ("AE.01.01", ["IND.A", "IND.0"]),
        ("OE.02", ["IND.O"]),
        ("AE.02.01", ["IND.1", "IND.2"]),
    ]


@pytest.mark.parametrize(("code", "found"), [
    ("L.02", {"IND.O", "IND.1", "IND.2"}),
    ("OE.02", {"IND.O", "IND.1", "IND.2"}),
    ("AE.01.01", {"IND.A", "IND.0"}),
    ("ACT.01.01.02", {"IND.0"}),
    ("IND.A", {"IND.A"}),
])  # fmt: skip
def test_of_one_node_or_indicator(plan, code, found):
    record = record_of_sheets(plan, code)
    assert {row["code"] for row in record["indicators"]} == found
    paper = content_of("sheets", record)
    assert code in dict(paper.head.facts)["Alcance"]
    assert paper.file_name.startswith(f"fichas-{code.lower()}-lima-")


def test_a_code_that_is_not_there(plan):
    with pytest.raises(NoSuchNode):
        record_of_sheets(plan, "NADA")


def test_queries_do_not_grow(plan):
    def count():
        with CaptureQueriesContext(connection) as queries:
            record_of_sheets(plan)
        return len(queries)

    few = count()
    for number in range(20):
        make_indicator(plan.activities.first(), code=f"MAS.{number}", targets={"2022-1": 1}, tables=("sex",))
    assert count() == few


def test_a_plan_without_indicators(pango):
    record = record_of_sheets(make_plan(code="vacio"), on=TODAY)
    assert "No hay indicadores que mostrar." in text_of(printed("sheets", record))


def test_the_paper(pango, plan, tmp_path):
    record = record_of_sheets(plan, on=TODAY)
    content = printed("sheets", record)
    text = text_of(content)
    for shown in (*SHEET.values(), "12 (2021)", "Contenido", "Documento de referencia"):
        assert shown in text
    assert "Uso interno" not in text
    assert breaches(content, tmp_path) == []
    assert printed("sheets", stored(record)) == content
