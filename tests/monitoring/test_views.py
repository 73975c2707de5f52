"""The pages of the plan: who may open them, what they say, and how many queries they take."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role
from monitoring.models import Submission
from plans.models import BreakdownTable
from tests.factories import (
    make_activity,
    make_breakdown,
    make_designation,
    make_evidence,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_responsibility,
    make_result,
    make_results,
    make_revision,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
REFERENCE = "Texto de referencia: los nombres de acciones"


@pytest.fixture
def world():
    """A plan with one activity and one indicator, reported in 2022-1 and missing in 2022-2; 2023-1 is open."""

    class World:
        plan = make_plan(code="lima", closed_up_to="2022-2", open_period="2023-1")
        unit = make_unit("GMU", name="Gerencia de la Mujer")
        people = make_people(unit)
        tree = make_tree(plan, lead_unit=unit)
        indicator = make_indicator(
            tree.activity,
            code="IND.01",
            unit=unit,
            targets={"2022-1": 1000, "2022-2": 1000, "2023-1": 50},
            unit_of_measure="persona",
        )
        result = make_result(indicator, "2022-1", "941.65", achievements="Se atendió a quien lo pidió.")
        evidence = make_evidence(result, "Registro de atenciones")

    return World


def open_as(user, name: str, *args, query: str = "", status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(f"monitoring:{name}", args=args) + query)
    assert response.status_code == status
    return response.content.decode()


# --- Home and plans -------------------------------------------------------------------------------------------


def test_home_leads_to_the_only_plan(world, client):
    client.force_login(world.people.alicia)
    assert client.get("/").url == "/planes/lima/escritorio/"


def test_home_lists_several_plans(world):
    make_plan(code="lima-2", first_year=2025, last_year=2027)
    client = Client()
    client.force_login(world.people.alicia)
    page = client.get("/", follow=True).content.decode()
    assert "lima/tablero/" in page
    assert "lima-2/tablero/" in page


def test_plan_list_without_a_post_says_what_to_do():
    page = open_as(make_user(), "plan_list")
    assert "Aún no tiene un plan que ver" in page
    assert "registre su designación" in page


def test_plan_detail_explains_the_parameters(world):
    page = open_as(world.people.alicia, "plan_detail", "lima")
    assert "en meta desde 95 %, cerca desde 75 %" in page
    assert "cada indicador entra con 100 % como máximo" in page
    assert "En curso" in page


def test_reference_text_is_said_only_where_it_is_one(world):
    assert REFERENCE not in open_as(world.people.alicia, "scorecard", "lima")
    world.plan.is_reference = True
    world.plan.save()
    for name, args in (
        ("scorecard", ["lima"]),
        ("plan_detail", ["lima"]),
        ("node_detail", ["lima", world.tree.activity.code]),
        ("indicator_detail", ["lima", "IND.01"]),
        ("unit_list", ["lima"]),
        ("unit_detail", ["lima", "GMU"]),
        ("plan_list", []),
    ):
        assert REFERENCE in open_as(world.people.alicia, name, *args), name


def test_the_set_date_is_said(world, settings):
    settings.PMH_TODAY = "2025-01-13"
    assert "hoy es 13 ene. 2025" in open_as(world.people.alicia, "scorecard", "lima")
    settings.PMH_TODAY = ""
    assert "hoy es" not in open_as(world.people.alicia, "scorecard", "lima")


# --- Who may --------------------------------------------------------------------------------------------------


def test_another_government_does_not_exist(world):
    for name, args in (
        ("plan_detail", ["lima"]),
        ("scorecard", ["lima"]),
        ("node_detail", ["lima", world.tree.activity.code]),
        ("indicator_detail", ["lima", "IND.01"]),
        ("unit_list", ["lima"]),
        ("unit_detail", ["lima", "GMU"]),
        ("evidence_file", [world.evidence.pk]),
    ):
        open_as(world.people.carla, name, *args, status=404)


def test_nobody_reads_without_signing_in(world, client):
    response = client.get(reverse("monitoring:scorecard", args=["lima"]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_unknown_things_are_not_found(world):
    alicia = world.people.alicia
    open_as(alicia, "scorecard", "lima", query="?semestre=1999-1", status=404)
    open_as(alicia, "node_detail", "lima", "NADA", status=404)
    open_as(alicia, "indicator_detail", "lima", "NADA", status=404)
    open_as(alicia, "unit_detail", "lima", "NADA", status=404)


# --- Scorecard ------------------------------------------------------------------------------------------------


def test_scorecard_shows_what_is_missing_as_such(world):
    page = open_as(world.people.alicia, "scorecard", "lima")
    assert "94.2<span" in page  # 94.165, one decimal
    assert "S.I.</a>" in page
    assert ">0.0<" not in page
    assert "cifras oficiales al cierre de 2022-2" in page


def test_scorecard_card_tells_value_target_and_who_answers(world):
    page = open_as(world.people.alicia, "scorecard", "lima", query="?semestre=2022-1")
    assert "<b>941.65</b> de 1,000 (persona) · 94.17 %" in page
    assert "responde GMU desde 2022-1" in page


def test_scorecard_of_an_open_semester_is_not_official(world):
    page = open_as(world.people.alicia, "scorecard", "lima", query="?semestre=2023-1")
    assert "2023-1 en curso" in page
    assert "sus cifras no son oficiales" in page


def test_a_semester_that_nobody_opened_is_not_under_way(world):
    page = open_as(world.people.alicia, "scorecard", "lima", query="?semestre=2023-2")
    assert "2023-2 por abrir" in page
    assert "2023-2 aún no se abre" in page
    assert "en curso:" not in page


def test_a_percentage_given_beside_its_parts_is_shown_as_given(world):
    """Chart and table show the value that counts, not another one made of the parts."""
    rate = make_indicator(
        world.tree.activity,
        code="IND.02",
        unit=world.unit,
        accumulation="average",
        counts="percentage",
        targets={"2022-1": 80},
    )
    make_result(rate, "2022-1", "66.67", numerator=2, denominator=3)
    page = open_as(world.people.alicia, "indicator_detail", "lima", "IND.02", query="?semestre=2022-1")
    assert "resultado 66.67" in page
    assert "83.34" in page  # 66.67 of 80


def test_scorecard_working_figures_say_so_and_take_what_is_under_review(world):
    make_result(world.indicator, "2022-2", 990, state=Submission.State.SUBMITTED)
    official = open_as(world.people.alicia, "scorecard", "lima")
    assert "99.0<" not in official
    working = open_as(world.people.alicia, "scorecard", "lima", query="?cifras=trabajo")
    assert "99.0<" in working
    assert "Cifras de trabajo, con reportes en revisión." in working
    assert "cifras oficiales al cierre" not in working
    assert "Ver las oficiales" in working


def test_working_figures_of_an_open_semester_lead_to_no_official_ones(world):
    page = open_as(world.people.bruno, "scorecard", "lima", query="?semestre=2023-1&cifras=trabajo")
    assert "Ver las oficiales" not in page
    assert "Ver solo lo que tiene conformidad" in page
    assert "2023-1 está en curso: los reportes vencen el" in page


def test_scorecard_on_paper_says_whose_it_is(world, settings):
    settings.PMH_TODAY = "2023-02-03"
    page = open_as(world.people.alicia, "scorecard", "lima", query="?gerencia=GMU")
    line = page.partition('<p class="print-only soft">')[2].partition("</p>")[0]
    assert line == (
        f"{world.plan.government.name} · 2022-2024 · 2022-2 · sobre lo programado"
        " · Gerencia: Gerencia de la Mujer · impreso el 3 feb. 2023"
    )


def test_scorecard_marks_what_passes_120(world):
    other = make_indicator(make_activity(world.tree.actions[0]), targets={"2022-1": 10})
    make_result(other, "2022-1", 13)
    assert "más de 120 %" in open_as(world.people.alicia, "scorecard", "lima")


def test_scorecard_filters(world):
    activity = make_activity(world.tree.actions[0], name="Actividad con enfoque", gender_focus=True)
    make_indicator(activity, targets={"2022-1": 10}, unit=make_unit("GDE"))
    alicia = world.people.alicia
    by_unit = open_as(alicia, "scorecard", "lima", query="?gerencia=GMU")
    assert "Actividad con enfoque" not in by_unit
    assert "Se muestran 1 de 2 actividades." in by_unit
    assert "De todo el plan, sin filtrar:" in by_unit
    assert "De todo el plan, sin filtrar:" not in open_as(alicia, "scorecard", "lima")
    by_gender = open_as(alicia, "scorecard", "lima", query="?genero=1")
    assert "Actividad con enfoque" in by_gender
    assert world.tree.activity.name not in by_gender
    neither = open_as(alicia, "scorecard", "lima", query="?gerencia=GMU&genero=1")
    assert "Ninguna actividad coincide" in neither
    unknown = open_as(alicia, "scorecard", "lima", query="?gerencia=<b>")
    assert "Ninguna gerencia del plan tiene la sigla &lt;b&gt;" in unknown


def test_scorecard_worst_first(world):
    worse = make_activity(world.tree.actions[0], name="La de menor avance")
    make_result(make_indicator(worse, targets={"2022-1": 10}), "2022-1", 1)
    unprogrammed = make_activity(world.tree.actions[0], name="La que no tiene meta")
    make_indicator(unprogrammed)
    page = open_as(world.people.alicia, "scorecard", "lima", query="?orden=peor")
    places = [page.index(f'"name">{name}') for name in (worse.name, world.tree.activity.name, unprogrammed.name)]
    assert places == sorted(places)
    assert f'"name">{world.tree.guidelines[0].name}' not in page


def test_scorecard_of_an_empty_plan_says_what_comes(world):
    make_plan(code="vacio", closed_up_to="2022-1")
    assert "El plan aún no tiene actividades" in open_as(world.people.alicia, "scorecard", "vacio")


# --- Node, indicator, units -----------------------------------------------------------------------------------


def test_node_detail_leads_from_the_matrix_to_the_evidence(world):
    """Two clicks: a cell of the matrix, then the evidence that stands on the activity's page."""
    page = open_as(world.people.bruno, "scorecard", "lima", query="?semestre=2022-1")
    address = reverse("monitoring:node_detail", args=["lima", world.tree.activity.code])
    assert f'href="{address}?semestre=2022-1"' in page
    page = open_as(world.people.bruno, "node_detail", "lima", world.tree.activity.code, query="?semestre=2022-1")
    assert f'href="{reverse("monitoring:evidence_file", args=[world.evidence.pk])}"' in page
    assert "94.17 %" in page


def test_every_cell_of_the_matrix_leads_to_its_evidence_in_two_clicks(world):
    """A cell of an activity: its page, the evidence. One of a guideline or of a unit: its page, the indicator's."""
    bruno = world.people.bruno
    for semester in ("2022-1", "2022-2"):
        make_evidence(make_result(world.indicator, semester, 500) if semester == "2022-2" else world.result)
    page = open_as(bruno, "scorecard", "lima") + open_as(bruno, "unit_comparison", "lima")
    cells = re.findall(r'<a class="cell [^"]*" href="([^"]*)"', page)
    assert len(cells) == 3 * 4 + 4  # guideline, action, activity, unit; two semesters, year and plan to date
    client = Client()
    client.force_login(bruno)
    evidence = re.compile(reverse("monitoring:evidence_file", args=[1]).replace("1", r"\d+"))

    def reached(address: str, clicks: int) -> bool:
        text = client.get(html.unescape(address)).content.decode()
        if evidence.search(text):
            return True
        main = text.partition("<main")[2]
        further = re.findall(r'href="(/planes/lima/(?:nodos|indicadores)/[^"]*)"', main)
        return clicks > 1 and any(reached(link, clicks - 1) for link in further)

    for address in cells:
        assert reached(address, 2), address


def test_node_detail_of_every_level(world):
    make_indicator(world.tree.objectives[0], code="IND.OE", targets={"2022-1": 5})
    for node in (world.tree.guidelines[0], world.tree.objectives[0], world.tree.actions[0]):
        page = open_as(world.people.alicia, "node_detail", "lima", node.code)
        assert world.tree.activity.name in page
    page = open_as(world.people.alicia, "node_detail", "lima", world.tree.objectives[0].code)
    assert "no entran en ningún promedio" in page


def test_indicator_detail_shows_series_sheet_and_story(world):
    make_breakdown(world.result, BreakdownTable.SEX, {("", "woman"): 600, ("", "man"): 341})
    page = open_as(world.people.alicia, "indicator_detail", "lima", "IND.01", query="?semestre=2022-1")
    assert "<title" in page
    assert "Se atendió a quien lo pidió." in page
    assert "Registro de atenciones" in page
    assert "Ficha técnica" in page
    assert "ND" in page  # there is no baseline
    assert ">600<" in page
    assert "desde 2022-1" in page


def test_indicator_detail_hides_what_does_not_count_yet(world):
    make_result(world.indicator, "2022-2", 777, state=Submission.State.SUBMITTED, achievements="Aún en revisión.")
    page = open_as(world.people.alicia, "indicator_detail", "lima", "IND.01", query="?semestre=2022-2")
    assert "777" not in page
    assert "Aún en revisión." not in page
    assert "Enviado" in page
    working = open_as(
        world.people.alicia, "indicator_detail", "lima", "IND.01", query="?semestre=2022-2&cifras=trabajo"
    )
    assert "777" in working
    assert "Aún en revisión." in working


def test_indicator_detail_tells_reprogramming_and_corrections(world):
    make_revision(world.indicator, "2022-2", 1000, 800, world.people.bruno, explanation="Se cerró un local.")
    world.result.value = 950
    world.result.save()
    page = open_as(world.people.alicia, "indicator_detail", "lima", "IND.01")
    assert "1,000</del> 800" in page
    assert "Se cerró un local." in page
    assert "Memorando 001-2024" in page
    assert "<del>941.65</del> → <ins>950</ins>" in page


def test_indicator_detail_names_a_unit_that_answered_before(world):
    tenure = world.indicator.responsibilities.get()
    tenure.until_period = "2022-1"
    tenure.save()
    make_responsibility(world.indicator, make_unit("GSC", name="Gerencia de Servicios"), "2022-2")
    page = open_as(world.people.alicia, "indicator_detail", "lima", "IND.01")
    assert "de 2022-1 a 2022-1" in page
    assert "Gerencia de Servicios" in page


def test_unit_list_and_detail(world):
    page = open_as(world.people.alicia, "unit_list", "lima")
    assert "Gerencia de la Mujer" in page
    page = open_as(world.people.alicia, "unit_detail", "lima", "GMU", query="?semestre=2022-1")
    assert "Alicia Rojas" in page
    assert "94.17 %" in page
    assert world.tree.activity.name in page


def test_unit_detail_points_to_the_successor(world):
    world.unit.valid_until = "2023-04-09"
    world.unit.successor = make_unit("GIM", name="Gerencia de Igualdad")
    world.unit.save()
    assert "Gerencia de Igualdad" in open_as(world.people.alicia, "unit_detail", "lima", "GMU")


def test_units_of_another_government_are_not_found(world):
    make_unit("GXX", make_government("0701"))
    open_as(world.people.alicia, "unit_detail", "lima", "GXX", status=404)


def test_figures_under_review_are_not_for_readers(world):
    make_result(world.indicator, "2022-2", 900, state=Submission.State.SUBMITTED)
    reader = make_user()
    make_designation(reader, make_unit("GDE"), Role.VIEWER)
    for user, sees in ((world.people.alicia, True), (reader, False)):
        page = open_as(user, "indicator_detail", "lima", world.indicator.code, query="?semestre=2022-2&cifras=trabajo")
        assert ("Cifras de trabajo" in page) is sees
        assert ("900" in page) is sees


# --- Files ----------------------------------------------------------------------------------------------------


def fetch(user, evidence):
    client = Client()
    client.force_login(user)
    return client.get(reverse("monitoring:evidence_file", args=[evidence.pk]))


def test_evidence_file_is_sealed(world):
    response = fetch(world.people.alicia, world.evidence)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"".join(response).startswith(b"%PDF")


def test_evidence_file_of_another_type_is_downloaded(world):
    page = make_evidence(
        world.result, "Página", content=b"<script>1</script>", file_name="acta.html", content_type="text/html"
    )
    response = fetch(world.people.alicia, page)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"


def test_evidence_file_before_validation_is_for_the_unit_and_the_reviewers(world):
    result = make_result(world.indicator, "2022-2", 900, state=Submission.State.SUBMITTED)
    evidence = make_evidence(result)
    reader = make_user()
    make_designation(reader, make_unit("GDE"), Role.VIEWER)
    assert fetch(world.people.alicia, evidence).status_code == 200
    assert fetch(world.people.bruno, evidence).status_code == 200
    assert fetch(reader, evidence).status_code == 404
    assert fetch(reader, world.evidence).status_code == 200


def test_evidence_file_may_be_framed_by_our_own_pages_only(world):
    response = fetch(world.people.alicia, world.evidence)
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Content-Security-Policy"].endswith("; frame-ancestors 'self'")
    client = Client()
    client.force_login(world.people.alicia)
    page = client.get(reverse("monitoring:scorecard", args=["lima"]))
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_evidence_file_withdrawn_stays_with_the_unit_and_the_reviewers(world):
    world.evidence.withdrawn_at = world.evidence.uploaded_at
    world.evidence.save()
    reader = make_user()
    make_designation(reader, make_unit("GDE"), Role.VIEWER)
    assert fetch(world.people.alicia, world.evidence).status_code == 200
    assert fetch(world.people.bruno, world.evidence).status_code == 200
    assert fetch(reader, world.evidence).status_code == 404
    page = open_as(world.people.alicia, "indicator_detail", "lima", "IND.01", query="?semestre=2022-1")
    assert "Registro de atenciones" not in page


# --- Queries --------------------------------------------------------------------------------------------------


def queries_of(user, name: str, *args, query: str = "") -> int:
    client = Client()
    client.force_login(user)
    address = reverse(f"monitoring:{name}", args=args) + query
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def grow(world) -> None:
    """Nineteen more activities with an indicator, results, evidence and units of their own; and more of the first."""
    for number in range(19):
        unit = make_unit(f"U{number:02}")
        activity = make_activity(world.tree.actions[0], lead_unit=unit)
        for node in (activity, world.tree.activity):
            indicator = make_indicator(node, unit=unit, targets={"2022-1": 10, "2022-2": 10})
            for result in make_results(indicator, {"2022-1": 8, "2022-2": 9}):
                make_evidence(result, url="https://example.org/acta")
        make_revision(world.indicator, "2022-2", 10 + number, 11 + number)
        make_plan(first_year=2030, last_year=2031)


PAGES = [
    ("plan_list",),
    ("plan_detail", "lima"),
    ("scorecard", "lima"),
    ("scorecard_workbook", "lima"),
    ("annex_workbook", "lima"),
    ("results_workbook", "lima"),
    ("unit_comparison", "lima"),
    ("outlook", "lima"),
    ("node_detail", "lima", "ACT.01.01.01"),
    ("node_detail", "lima", "L.01"),
    ("indicator_detail", "lima", "IND.01"),
    ("unit_list", "lima"),
    ("unit_detail", "lima", "GMU"),
]


@pytest.mark.parametrize("page", PAGES, ids="-".join)
def test_queries_do_not_grow_with_the_plan(world, page):
    before = queries_of(world.people.bruno, *page, query="?semestre=2022-1")
    grow(world)
    assert queries_of(world.people.bruno, *page, query="?semestre=2022-1") == before


def test_scorecard_takes_as_many_queries_as_it_says(world):
    # session, user, posts of the person, plan with its government, role, semesters; outline 9; gender focus
    # with IGM, Global Compact, SDG; whether the person reviews reports
    assert queries_of(world.people.bruno, "scorecard", "lima") == 19
