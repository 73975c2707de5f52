"""The units side by side: each column its own semester, successors and predecessors as they were."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.chosen import Chosen
from monitoring.comparison import Comparison, load_comparison
from monitoring.queries import scorecard
from plans.measures import Horizon
from plans.models import Plan
from tests.factories import (
    make_indicator,
    make_large_plan,
    make_people,
    make_plan,
    make_responsibility,
    make_results,
    make_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    """GSC answers for an indicator until 2022-2, GSCV from 2023-1 on; GMU answers for another all the time."""
    plan = make_plan(code="lima", closed_up_to="2023-1")
    passed, kept = make_tree(plan, activities=2).activities
    before, after = make_unit("GSC"), make_unit("GSCV")
    before.valid_until, before.successor = "2023-01-01", after
    before.save()
    targets = {"2022-1": 10, "2022-2": 10, "2023-1": 10}
    indicator = make_indicator(passed, unit=before, targets=targets)
    indicator.responsibilities.update(until_period="2022-2")
    make_responsibility(indicator, after, "2023-1")
    make_results(indicator, {"2022-1": 10, "2022-2": 5, "2023-1": 6})
    make_results(make_indicator(kept, unit=make_unit("GMU"), targets=targets), {"2022-1": 9, "2023-1": 9})
    return plan


def load(plan: Plan, **params: str) -> Comparison:
    return load_comparison(plan, Chosen.of(plan, params, may_see_working=True), params)


def texts(comparison: Comparison) -> dict[str, list[str]]:
    return {unit.acronym: [cell.text for cell in unit.cells] for unit in comparison.units}


def test_a_unit_has_a_figure_where_it_answers_and_a_dash_where_it_does_not(plan):
    ahead = ["·"] * 3
    assert texts(load(plan)) == {
        "GMU": ["90.0", "S.I.", "90.0", *ahead, "90.0", "60.0"],
        "GSC": ["100.0", "50.0", "–", *ahead, "–", "–"],
        # The plan to date is the indicator's whole series, what the predecessor reported included: 21 of 30.
        "GSCV": ["–", "–", "60.0", *ahead, "60.0", "70.0"],
    }


def test_every_figure_is_that_of_the_scorecard_of_its_semester(plan):
    comparison = load(plan)
    for unit in comparison.units:
        for cell in unit.cells:
            if cell.figure:
                card = scorecard(plan, cell.column.period)
                assert cell.figure == card.unit(unit.acronym)[cell.column.horizon]


def test_who_took_whose_place(plan):
    units = {unit.acronym: unit for unit in load(plan).units}
    assert (units["GSC"].successor, units["GSC"].predecessors) == ("GSCV", ())
    assert (units["GSCV"].successor, units["GSCV"].predecessors) == ("", ("GSC",))
    assert units["GSC"].to_date is None
    assert units["GSCV"].to_date.coverage == 100
    assert round(units["GMU"].to_date.coverage) == 67


def test_as_of_an_earlier_semester_the_successor_is_not_there_yet(plan):
    assert list(texts(load(plan, semestre="2022-2"))) == ["GMU", "GSC"]


def test_the_other_reading_and_the_worst_first(plan):
    assert texts(load(plan, lectura="reportado"))["GMU"][-1] == "90.0"
    assert [unit.acronym for unit in load(plan, orden="peor").units] == ["GMU", "GSCV", "GSC"]
    assert [unit.acronym for unit in load(plan, orden="peor", lectura="reportado").units] == ["GSCV", "GMU", "GSC"]
    assert load(plan, orden="x").order.problem == "No hay un orden que se llame «x»."


def test_the_page_says_it_in_words(plan):
    client = Client()
    client.force_login(make_people().bruno)
    page = client.get(reverse("monitoring:unit_comparison", args=["lima"])).content.decode()
    for said in ("sucede a GSC", "le sucede GSCV", "también lo que reportó", "No responde en este semestre"):
        assert said in page
    unit = reverse("monitoring:unit_detail", args=["lima", "GSC"])
    assert f'href="{unit}?semestre=2022-1"' in page
    wrong = client.get(reverse("monitoring:unit_comparison", args=["lima"]) + "?orden=x").content.decode()
    assert "No hay un orden que se llame «x»." in wrong


def test_a_plan_without_units_says_what_comes():
    plan = make_plan(code="vacio", closed_up_to="2022-1")
    client = Client()
    client.force_login(make_people().bruno)
    page = client.get(reverse("monitoring:unit_comparison", args=[plan.code])).content.decode()
    assert "Ninguna unidad responde por indicadores hasta este semestre" in page


def queries(plan: Plan) -> int:
    chosen = Chosen.of(plan, {}, may_see_working=True)
    with CaptureQueriesContext(connection) as captured:
        comparison = load_comparison(plan, chosen, {})
    assert comparison.units[0].to_date is not None
    assert comparison.units[0].cells[0].column.horizon == Horizon.SEMESTER
    return len(captured)


def test_queries_do_not_grow_from_21_activities_and_11_units_to_1050_and_200():
    small, large = queries(make_large_plan(21, units=11)), queries(make_large_plan(1050, units=200))
    # outline 9; who took whose place
    assert small == large == 10
