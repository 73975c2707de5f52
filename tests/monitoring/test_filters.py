"""The matrix narrowed: every filter alone and together, kept in the address, taken off one by one, or not known."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from institution.models import GCMObjective, IGMDimension, SDGTarget, User
from monitoring.chosen import Chosen, UnknownReading
from monitoring.matrix import load_matrix
from monitoring.scorecard import Level
from plans.measures import Horizon, Reading
from plans.models import Plan
from tests.factories import make_activity, make_indicator, make_people, make_plan, make_results, make_tree, make_unit

pytestmark = pytest.mark.django_db
HELPED = {"2022-1": 100, "2022-2": 100}


@pytest.fixture
def plan() -> Plan:
    """Two guidelines of two activities: green, amber, red, and one that was never reported."""
    plan = make_plan(code="lima", closed_up_to="2022-2")
    tree = make_tree(plan, guidelines=2, activities=2)
    reported = [{"2022-1": 100, "2022-2": 100}, {"2022-1": 60, "2022-2": 100}, {"2022-1": 10, "2022-2": 10}, {}]
    units = ["GMU", "GMU", "GDE", "GDE"]
    for activity, values, unit in zip(tree.activities, reported, units, strict=True):
        make_results(make_indicator(activity, unit=make_unit(unit), targets=HELPED), values)
    first, second, third, _fourth = tree.activities
    first.gcm_objectives.add(GCMObjective.objects.get(number=2))
    second.gcm_objectives.add(GCMObjective.objects.get(number=2))
    second.sdg_targets.add(SDGTarget.objects.get(code="10.7"))
    third.igm_dimension, third.gender_focus = IGMDimension.objects.get(number=3), True
    third.save()
    make_people()
    return plan


def shown(plan: Plan, **params: str) -> list[str]:
    """The activities that the address leaves, by the last part of their codes: "1.1" for ACT.01.01.01."""
    chosen = Chosen.of(plan, params, may_see_working=True)
    rows = load_matrix(plan, chosen, params).rows
    return [f"{int(r.code[4:6])}.{int(r.code[-2:])}" for r in rows if r.level == Level.ACTIVITY]


ALL = ["1.1", "1.2", "2.1", "2.2"]


@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({}, ALL),
        ({"lineamiento": "L.02"}, ["2.1", "2.2"]),
        ({"gerencia": "GMU"}, ["1.1", "1.2"]),
        ({"genero": "1"}, ["2.1"]),
        ({"pacto": "2"}, ["1.1", "1.2"]),
        ({"ods": "10.7"}, ["1.2"]),
        ({"igm": "3"}, ["2.1"]),
        ({"semaforo": "verde"}, ["1.1"]),
        ({"semaforo": "ambar"}, ["1.2"]),
        ({"semaforo": "rojo"}, ["2.1"]),
        ({"semaforo": "gris"}, ["2.2"]),
        ({"semaforo": "verde", "semaforo_en": "semestre"}, ["1.1", "1.2"]),
        ({"semaforo": "rojo", "semaforo_en": "semestre", "semestre": "2022-1"}, ["1.2", "2.1"]),
        ({"semaforo": "ambar", "semaforo_en": "anio"}, ["1.2"]),
        ({"pacto": "2", "semaforo": "ambar", "gerencia": "GMU", "lineamiento": "L.01"}, ["1.2"]),
        ({"pacto": "2", "gerencia": "GDE"}, []),
        ({"orden": "peor"}, ["2.2", "2.1", "1.2", "1.1"]),
        ({"orden": "peor", "gerencia": "GDE"}, ["2.2", "2.1"]),
    ],
)
def test_filters_leave_what_they_say_alone_and_together(plan, params, left):
    assert shown(plan, **params) == left


def test_the_light_that_is_filtered_by_is_the_official_one_whatever_is_read(plan):
    """In what was reported, 1.2 has 80 as well; 2.2 has no figure in either."""
    assert shown(plan, semaforo="ambar", lectura="reportado") == ["1.2"]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"gerencia": "NADA"}, "Ninguna gerencia del plan tiene la sigla NADA"),
        ({"lineamiento": "L.09"}, "El plan no tiene un lineamiento con el código L.09"),
        ({"genero": "x"}, "El enfoque de género no es «x»."),
        ({"semaforo": "morado"}, "El semáforo no tiene un color que se llame «morado»"),
        ({"semaforo": "rojo", "semaforo_en": "siglo"}, "No hay un tiempo que se llame «siglo»."),
        ({"pacto": "23"}, "Ninguna actividad responde al objetivo «23» del Pacto Mundial."),
        ({"ods": "99.9"}, "Ninguna actividad responde a la meta «99.9» de los ODS."),
        ({"igm": "seis"}, "Ninguna actividad está en la dimensión «seis» de los IGM."),
        ({"orden": "mejor"}, "No hay un orden que se llame «mejor»."),
        ({"horizonte": "siglo"}, "No hay un tiempo que se llame «siglo»."),
    ],
)
def test_what_there_is_not_is_said_and_nothing_is_shown(plan, params, said):
    chosen = Chosen.of(plan, {}, may_see_working=True)
    matrix = load_matrix(plan, chosen, params)
    assert any(problem.startswith(said) for problem in matrix.filters.problems)
    assert not matrix.rows


def page_of(plan: Plan, query: str = "", name: str = "scorecard", status: int = 200) -> str:
    client = Client()
    client.force_login(User.objects.get(email="bruno@example.org"))
    answer = client.get(reverse(f"monitoring:{name}", args=[plan.code]) + query)
    assert answer.status_code == status
    return answer.content.decode()


def test_each_filter_can_be_taken_off_and_all_of_them(plan):
    kept = "lectura=reportado&orden=peor&horizonte=todo"
    page = page_of(plan, f"?semestre=2022-2&gerencia=GMU&pacto=2&semaforo=ambar&semaforo_en=anio&{kept}")
    bar = page.partition('class="filtered" role="status"')[2].partition("</div>")[0]
    found = re.findall(r'href="([^"]*)">([^<:]*)', bar)
    links = {text: href.replace("&amp;", "&") for href, text in found}
    assert links == {
        "Gerencia": f"?semestre=2022-2&pacto=2&semaforo=ambar&semaforo_en=anio&{kept}",
        "Semáforo": f"?semestre=2022-2&gerencia=GMU&pacto=2&{kept}",
        "Pacto Mundial": f"?semestre=2022-2&gerencia=GMU&semaforo=ambar&semaforo_en=anio&{kept}",
        "Quitar todos": f"?semestre=2022-2&{kept}",
    }
    assert "Semáforo: Ámbar: cerca (año)" in bar
    assert "Se muestran 1 de 4 actividades." in page


def test_the_form_of_further_filters_carries_the_rest_of_the_address(plan):
    page = page_of(plan, "?semestre=2022-1&gerencia=GMU&lectura=reportado&ods=10.7")
    form = page.partition('<form class="menu-panel more_filters"')[2].partition("</form>")[0]
    kept = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form))
    assert kept == {"semestre": "2022-1", "gerencia": "GMU", "lectura": "reportado"}
    assert re.search(r'<option value="10.7" selected>10.7 ', form)


def test_an_unknown_filter_on_the_page_offers_the_way_back(plan):
    page = page_of(plan, "?gerencia=%3Cb%3E&ods=99.9&semestre=2022-1&orden=otro&horizonte=todo")
    assert "Ninguna gerencia del plan tiene la sigla &lt;b&gt;" in page
    assert "Ninguna actividad responde a la meta «99.9» de los ODS." in page
    assert '<a href="?semestre=2022-1&amp;horizonte=todo">Quitar los filtros</a>' in page


# --- Reading and time -------------------------------------------------------------------------------------------------


def cells_of(plan: Plan, code: str, **params: str) -> list[str]:
    chosen = Chosen.of(plan, params, may_see_working=True)
    row = next(row for row in load_matrix(plan, chosen, params).rows if row.code == code)
    return [cell.text for cell in row.cells]


def test_both_readings(plan):
    """Guideline 2: one activity at 10, one never reported: 5 of what was programmed, 10 of what was reported."""
    assert cells_of(plan, "L.02")[:2] == ["5.0", "5.0"]
    assert cells_of(plan, "L.02", lectura="reportado")[:2] == ["10.0", "10.0"]
    assert cells_of(plan, "L.02", lectura="programado") == cells_of(plan, "L.02")


def test_the_reading_that_is_not_official_has_no_lights(plan):
    official = page_of(plan)
    assert "cell--good" in official
    other = page_of(plan, "?lectura=reportado")
    assert "cell--good" not in other
    assert "Sin colores: el semáforo es de la lectura oficial, sobre lo programado." in other
    Plan.objects.update(official_reading=Reading.REPORTED)
    assert "cell--good" in page_of(plan)


def test_the_reading_goes_along_with_every_link(plan):
    page = page_of(plan, "?lectura=reportado")
    address = reverse("monitoring:node_detail", args=["lima", "ACT.01.01.01"])
    assert f'href="{address}?semestre=2022-1&amp;lectura=reportado"' in page
    assert f'href="{reverse("monitoring:scorecard_workbook", args=["lima"])}?lectura=reportado"' in page


def test_a_reading_that_there_is_not_is_not_found(plan):
    with pytest.raises(UnknownReading):
        Chosen.of(plan, {"lectura": "otra"}, may_see_working=True)
    page_of(plan, "?lectura=otra", status=404)


def test_the_whole_plan_is_a_column_for_who_asks(plan):
    activity = make_activity(plan.actions.first(), code="ACT.01.01.09")
    make_indicator(activity, targets={"2023-1": 10})
    assert len(cells_of(plan, "ACT.01.01.01")) == 8
    assert cells_of(plan, "ACT.01.01.01", horizonte="todo")[-1] == "100.0"
    assert cells_of(plan, "ACT.01.01.09", horizonte="todo")[-1] == "aún no vence"
    chosen = Chosen.of(plan, {}, may_see_working=True)
    matrix = load_matrix(plan, chosen, {"horizonte": "todo"})
    assert matrix.columns[-1].horizon == Horizon.WHOLE
    assert all(row.cells[-1].light is None for row in matrix.rows)
    assert sum(column.is_kept for column in matrix.columns) == 3  # what a phone holds
