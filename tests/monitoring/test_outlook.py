"""The page that looks ahead: what will be missed first, filtered as the matrix is, never mistaken for a figure."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import User
from monitoring.chosen import Chosen
from monitoring.matrix import load_matrix
from monitoring.outlook import Outlook, load_outlook
from monitoring.projection import Outcome
from plans.models import Plan
from tests.factories import make_indicator, make_large_plan, make_people, make_plan, make_results, make_tree, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    plan = make_plan(code="lima", closed_up_to="2022-2")
    tree = make_tree(plan, guidelines=2, activities=3)
    make_people()
    targets = dict.fromkeys(plan.period_codes, 10)
    reported = {
        "BIEN": {"2022-1": 10, "2022-2": 12},
        "CASI": {"2022-1": 9, "2022-2": "10.2"},
        "MAL": {"2022-1": 4, "2022-2": 4},
        "PEOR": {"2022-1": 0, "2022-2": 2},
        "UNO": {"2022-2": 9},
        "NADA": {},
    }
    for activity, (code, values) in zip(tree.activities, reported.items(), strict=True):
        unit = make_unit("GMU" if code in ("MAL", "UNO") else "GDE")
        make_results(make_indicator(activity, code=code, unit=unit, targets=targets), values)
    share = make_indicator(
        tree.actions[1], code="CUOTA", unit=make_unit("GDE"), accumulation="last", counts="percentage",
        targets={"2022-2": 60, "2023-2": 100},
    )  # fmt: skip
    make_results(share, {"2022-1": 50, "2022-2": 90})
    return plan


def load(plan: Plan, **params: str) -> Outlook:
    return load_outlook(plan, Chosen.of(plan, params, may_see_working=True), params)


def codes(outlook: Outlook) -> dict[Outcome, list[str]]:
    return {group.outcome: [row.code for row in group.rows] for group in outlook.groups}


def page_of(query: str = "", name: str = "outlook", *args: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email="bruno@example.org"))
    answer = client.get(reverse(f"monitoring:{name}", args=["lima", *args]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_will_be_missed_stands_first_the_worst_first(plan):
    assert codes(load(plan)) == {
        Outcome.MISSED: ["PEOR", "MAL"],
        Outcome.NEAR: ["CASI"],
        Outcome.UNKNOWN: ["NADA", "UNO"],
        Outcome.REACHED: ["CUOTA", "BIEN"],
    }


def test_a_share_is_not_expected_above_a_hundred(plan):
    row = next(row for group in load(plan).groups for row in group.rows if row.code == "CUOTA")
    assert row.projection.expected == 100
    assert row.is_above


def test_filters_as_in_the_matrix(plan):
    assert codes(load(plan, gerencia="GMU")) == {
        Outcome.MISSED: ["MAL"],
        Outcome.NEAR: [],
        Outcome.UNKNOWN: ["UNO"],
        Outcome.REACHED: [],
    }
    # An indicator of an action is under its guideline too.
    assert codes(load(plan, lineamiento="L.02"))[Outcome.REACHED] == ["CUOTA"]
    assert load(plan, lineamiento="L.02").shown == 4
    unknown = load(plan, gerencia="NADA", lineamiento="L.07")
    assert len(unknown.filters.problems) == 2
    assert unknown.shown == 0


def test_the_page_says_that_it_is_no_official_figure_and_how_each_pace_reads(plan):
    page = page_of()
    for said in (
        "Es una proyección, no una cifra oficial.",
        "1 por semestre",  # PEOR: 2 in two semesters
        "14.5 por semestre",  # and it needs 58 in four
        "10.00 %",  # six of sixty
        "quedan 4 semestres",
        "Hay un solo semestre reportado; se necesitan dos.",
        "Todavía no hay ningún resultado con el que proyectar.",
        "no entra en promedios",
    ):
        assert said in page, said
    assert page.index(">No llegarían a su meta si nada cambia <") < page.index(">Llegarían a su meta <")
    assert "Ninguna gerencia del plan tiene la sigla X" in page_of("?gerencia=X")
    Plan.objects.get().indicators.get(code="NADA").responsibilities.update(unit=make_unit("GDC"))
    assert "Ningún indicador coincide con lo elegido" in page_of("?gerencia=GDC&lineamiento=L.01")


def test_at_the_end_of_the_plan_no_semester_is_left(plan):
    assert "no quedan semestres" in page_of("?semestre=2024-2")


def test_the_indicator_page_tells_the_same(plan):
    page = page_of("", "indicator_detail", "PEOR")
    section = page.partition('id="proyeccion"')[2].partition("</section>")[0]
    assert "<b>6</b> de 60: 10.00 % de su meta" in section
    assert "14.5 por semestre; quedan 4 semestres" in section
    assert "no cifra oficial" in section
    assert "se necesitan dos" in page_of("", "indicator_detail", "UNO")


def test_a_plan_without_indicators_says_what_comes(plan):
    make_plan(code="vacio", closed_up_to="2022-1")
    client = Client()
    client.force_login(User.objects.get(email="bruno@example.org"))
    page = client.get(reverse("monitoring:outlook", args=["vacio"])).content.decode()
    assert "El plan aún no tiene indicadores" in page


def queries(plan: Plan) -> tuple[int, int]:
    chosen = Chosen.of(plan, {}, may_see_working=True)
    with CaptureQueriesContext(connection) as outlook:
        assert load_outlook(plan, chosen, {}).shown > 0
    with CaptureQueriesContext(connection) as matrix:
        assert load_matrix(plan, chosen, {}).rows
    return len(outlook), len(matrix)


def test_queries_do_not_grow_from_21_activities_and_11_units_to_1050_and_200():
    small, large = queries(make_large_plan(21, units=11)), queries(make_large_plan(1050, units=200))
    # Looking ahead: outline 9; which indicators are shares. Matrix: outline 9; gender focus with IGM; Global
    # Compact; SDG.
    assert small == large == (10, 12)
