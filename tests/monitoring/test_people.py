"""The pages of attentions: what they add up, what each number leads to, and how many queries they take."""

from __future__ import annotations

import io
from decimal import Decimal
from html.parser import HTMLParser

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role
from monitoring.chosen import Chosen
from monitoring.models import Submission
from monitoring.people import Selection, load_people
from monitoring.progress import measure
from plans.measures import Horizon
from plans.models import BreakdownTable, Indicator
from tests.factories import (
    make_activity,
    make_breakdown,
    make_designation,
    make_evidence,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
PEOPLE = Indicator.Counts.PEOPLE
ATE, COMAS = "150103", "150110"
Table = BreakdownTable


def reported(indicator, period: str, women: dict[str, int], men: dict[str, int] | None = None, **kw):
    """A result whose people live in those districts; all are migrants of unknown age."""
    men = men or {}
    total = sum(women.values()) + sum(men.values())
    result = make_result(indicator, period, total, **kw)
    sexes = {"woman": women, "man": men}
    make_breakdown(
        result, Table.SEX_DISTRICT, {(d, sex): n for sex, places in sexes.items() for d, n in places.items()}
    )
    make_breakdown(
        result, Table.SEX_POPULATION, {("migrant", sex): sum(places.values()) for sex, places in sexes.items()}
    )
    return result


@pytest.fixture
def world():
    """Two guidelines; flows, a stock, staff, and one without any table, as of 2023-2."""

    class World:
        plan = make_plan(code="lima", closed_up_to="2023-2", open_period="2024-1")
        gmu = make_unit("GMU", name="Gerencia de la Mujer")
        people = make_people(gmu)
        tree = make_tree(plan, guidelines=2, lead_unit=gmu)
        first, second = tree.activities
        helped = make_indicator(
            first, code="HELP", unit=gmu, counts=PEOPLE, tables=(Table.SEX_DISTRICT, Table.SEX_POPULATION)
        )
        trained = make_indicator(second, code="TRAIN", counts=PEOPLE, unit=make_unit("GED"))
        stock = make_indicator(
            second, code="STOCK", counts=PEOPLE, accumulation="last", tables=(Table.SEX_POPULATION,), unit=gmu
        )
        staff = make_indicator(first, code="STAFF", counts=PEOPLE, tables=(Table.SEX,), unit=gmu)
        things = make_indicator(first, code="THINGS", unit=gmu)

    reported(World.helped, "2022-2", {ATE: 100})
    early = reported(World.helped, "2023-1", {ATE: 7, COMAS: 2}, {COMAS: 1})
    late = reported(World.helped, "2023-2", {COMAS: 20, "outside": 1}, {"not_informed": 4})
    World.evidence = make_evidence(late, "Registro de atenciones")
    make_evidence(early, "Acta", url="https://example.org/acta")
    make_result(World.trained, "2023-1", 50)
    make_result(World.stock, "2023-1", 60)
    make_breakdown(make_result(World.stock, "2023-2", 77), Table.SEX_POPULATION, {("migrant", "woman"): 77})
    make_breakdown(make_result(World.staff, "2023-1", 30), Table.SEX, {("", "woman"): 18, ("", "man"): 12})
    make_result(World.things, "2023-1", 9999)
    return World


def load(world, **params):
    chosen = Chosen.of(world.plan, params, may_see_working=True)
    return load_people(world.plan, chosen, Selection.of(params))


def open_as(user, name: str, *args, query: str = "", status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(f"monitoring:{name}", args=["lima", *args]) + query)
    assert response.status_code == status
    return response.content.decode()


# --- What is added up ---------------------------------------------------------------------------------------------


def test_the_year_adds_flows_and_nothing_else(world):
    page = load(world)
    assert page.scope.span == "2023"
    assert page.whole.tally.by_sex == {"woman": 30, "man": 5}
    assert page.whole.tally.not_broken_down == 50
    assert page.whole.tally.total == 85
    assert [(line.node, line.tally.total) for line in page.by_node.lines] == [
        ("L.01", 35),
        ("AE.01.01", 35),
        ("ACT.01.01.01", 35),
        ("L.02", 50),
        ("AE.02.01", 50),
        ("ACT.02.01.01", 50),
    ]


@pytest.mark.parametrize(
    ("params", "total"),
    [
        ({"tiempo": "semestre"}, 25),
        ({"tiempo": "semestre", "semestre": "2023-1"}, 60),
        ({"semestre": "2023-1"}, 60),
        ({"tiempo": "plan"}, 185),
        ({"semestre": "2022-2"}, 100),
        ({"nodo": "L.01"}, 35),
        ({"nodo": "OE.02"}, 50),
        ({"nodo": "AE.01.01"}, 35),
        ({"nodo": "ACT.02.01.01"}, 50),
        ({"gerencia": "GED"}, 50),
        ({"gerencia": "GMU", "tiempo": "plan"}, 135),
        ({"tiempo": "siempre", "sexo": "nadie"}, 85),
    ],
)
def test_the_address_says_what_is_added(world, params, total):
    page = load(world, **params)
    assert page.whole.tally.total == total
    for table in page.tables:
        assert sum(line.tally.total for line in table.lines) + table.rest == total
        assert table.whole.tally.total == total


def test_a_flow_is_the_value_that_the_figures_have(world):
    for time, horizon in (("semestre", Horizon.SEMESTER), ("anio", Horizon.YEAR), ("plan", Horizon.PLAN)):
        page = load(world, tiempo=time)
        series = page.scope.outline.by_indicator["HELP"].series
        assert page.added.by_indicator["HELP"].total == measure(series, "2023-2", horizon).value


def test_districts_are_sorted_by_what_is_drawn_and_end_with_the_unknown(world):
    table = next(table for table in load(world).tables if table.key == "distrito")
    assert [line.label for line in table.lines] == ["Comas", "Ate", "No informado", "Fuera de la provincia"]
    drawn = next(table for table in load(world, sexo="hombre").tables if table.key == "distrito")
    assert drawn.top == 4
    assert table.rest == 50


def test_too_many_activities_are_told_by_action(world, monkeypatch):
    monkeypatch.setattr("monitoring.people.page.MOST_LINES", 5)
    whole = load(world)
    assert [line.node for line in whole.by_node.lines] == ["L.01", "AE.01.01", "L.02", "AE.02.01"]
    assert {node.code for node in whole.nodes}.isdisjoint({"ACT.01.01.01"})
    assert "se muestran sus acciones" in open_as(world.people.bruno, "people_reached")
    action = load(world, nodo="AE.01.01")
    assert [line.node for line in action.by_node.lines] == ["AE.01.01", "ACT.01.01.01"]
    assert not action.is_by_action


def test_stocks_and_staff_stand_apart(world):
    page = load(world)
    assert [(each.code, each.period, each.tally.total) for each in page.stocks] == [("STOCK", "2023-2", 77)]
    assert [(each.code, each.tally.by_sex) for each in page.staff] == [("STAFF", {"woman": 18, "man": 12})]
    # Inside its window: at 2023-1 the stock was 60, without a table.
    assert load(world, semestre="2023-1").stocks[0].tally.not_broken_down == 60


def test_every_indicator_of_people_says_how_it_enters(world):
    above = make_indicator(world.tree.objectives[0], code="ABOVE", counts=PEOPLE)
    make_result(above, "2023-1", 500)
    page = load(world)
    assert page.whole.tally.total == 85
    assert {each.code: each.kind.value for each in page.entering} == {
        "HELP": "attention",
        "STAFF": "staff",
        "ABOVE": "above",
        "TRAIN": "attention",
        "STOCK": "stock",
    }
    (trained,) = [each for each in page.entering if each.code == "TRAIN"]
    assert trained.why_unknown == "El indicador no pide ninguna tabla."


def test_a_historical_result_without_tables_is_not_broken_down(world):
    make_result(world.helped, "2022-1", 40)
    page = load(world, semestre="2022-2")
    assert page.whole.tally.not_broken_down == 40
    (helped,) = [each for each in page.entering if each.code == "HELP"]
    assert helped.why_unknown == "Hay resultados sin tabla: los históricos no la llevan."


def test_only_results_that_count_enter(world):
    reported(world.helped, "2024-1", {ATE: 11}, state=Submission.State.SUBMITTED)
    assert load(world, semestre="2024-1").whole.tally.total == 0
    assert load(world, semestre="2024-1", cifras="trabajo").whole.tally.total == 11
    reader = make_user()
    make_designation(reader, make_unit("GDE"), Role.VIEWER)
    query = "?semestre=2024-1&cifras=trabajo"
    assert "HELP" not in open_as(reader, "people_reached_results", query=query)
    assert "HELP" in open_as(world.people.bruno, "people_reached_results", query=query)


def test_a_government_whose_districts_nobody_has_placed_gets_no_map(world):
    assert len(load(world).tiles) == 43
    assert load(world, nodo="L.02").tiles == []  # nothing is broken down by district there
    plan = make_plan(make_government("0701"), code="callao", closed_up_to="2023-2")
    indicator = make_indicator(make_tree(plan).activity, counts=PEOPLE, tables=(Table.SEX_DISTRICT,))
    reported(indicator, "2023-2", {"outside": 5})
    chosen = Chosen.of(plan, {}, may_see_working=True)
    page = load_people(plan, chosen, Selection())
    assert page.tiles == []
    assert page.whole.tally.total == 5


# --- What the pages say, and where their numbers lead ---------------------------------------------------------------


class Links(HTMLParser):
    """The links of a page whose text is a number: (address, number)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Decimal]] = []
        self.address = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.address = dict(attrs).get("href", "") if tag == "a" else self.address

    def handle_endtag(self, tag):
        self.address = "" if tag == "a" else self.address

    def handle_data(self, data):
        if "/resultados/" in self.address and data.strip().replace(",", "").isdigit():
            self.found.append((self.address, Decimal(data.strip().replace(",", ""))))


@pytest.mark.parametrize("query", ["", "?nodo=L.01", "?tiempo=plan&gerencia=GMU", "?nodo=L.02&sexo=mujer"])
def test_every_number_leads_to_results_that_add_up_to_it(world, query):
    client = Client()
    client.force_login(world.people.bruno)
    links = Links(client.get(reverse("monitoring:people_reached", args=["lima"]) + query).content.decode()).found
    assert len(links) > 3
    for address, number in links:
        context = client.get(address).context
        assert context["total"] == number, address
        assert sum(line.count for line in context["results"]) == number, address


def test_the_committees_number_with_its_districts_and_its_evidence(world):
    query = f"?semestre=2023-2&nodo=L.01&tabla=distrito&categoria={COMAS}&sexo=mujer"
    page = open_as(world.people.bruno, "people_reached_results", query=query)
    for text in ("Mujer", "Comas", "Lineamiento L.01", "2023", "Registro de atenciones", "https://example.org/acta"):
        assert text in page
    assert reverse("monitoring:evidence_file", args=[world.evidence.pk]) in page


def test_the_page_never_says_persons_of_a_sum(world):
    page = open_as(world.people.alicia, "people_reached")
    assert "Son atenciones, no personas" in page
    assert ">85</dd><dt>atenciones</dt>" in page


def test_results_are_paged_and_keep_the_total(world, monkeypatch):
    monkeypatch.setattr("monitoring.views.people.A_PAGE", 1)
    first = open_as(world.people.bruno, "people_reached_results")
    assert "Página 1 de 3" in first
    assert "<dd>85</dd>" in open_as(world.people.bruno, "people_reached_results", query="?pagina=3")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("people_reached", "?nodo=NADA"),
        ("people_reached", "?semestre=2031-1"),
        ("people_reached_results", "?tabla=NADA"),
        ("people_reached_results", "?sexo=NADA"),
        ("people_reached_workbook", "?nodo=NADA"),
    ],
)
def test_what_does_not_exist_is_not_found(world, name, query):
    open_as(world.people.bruno, name, query=query, status=404)


def test_a_category_that_nobody_reported_has_no_results(world):
    for category in ("150199", "x"):
        query = f"?tabla=distrito&categoria={category}"
        assert "Ningún resultado compone esta cifra" in open_as(
            world.people.bruno, "people_reached_results", query=query
        )


def test_empty_pages_say_what_is_missing(world):
    assert "coincide con lo elegido" in open_as(world.people.bruno, "people_reached", query="?gerencia=NADA")
    assert "Aquí no hay atenciones que sumar" in open_as(
        world.people.bruno, "people_reached", query="?nodo=L.02&gerencia=GMU"
    )
    Indicator.objects.update(counts=Indicator.Counts.THINGS)
    assert "no tiene indicadores que cuenten personas" in open_as(world.people.bruno, "people_reached")


def test_a_node_leads_there_where_it_counts_people(world):
    link = "/atenciones/?semestre=2023-2&amp;nodo=ACT.01.01.01"
    assert link in open_as(world.people.alicia, "node_detail", "ACT.01.01.01")
    Indicator.objects.update(counts=Indicator.Counts.THINGS)
    assert link not in open_as(world.people.alicia, "node_detail", "ACT.01.01.01")


# --- The workbook ---------------------------------------------------------------------------------------------------


def test_the_workbook_has_the_same_numbers_as_numbers(world):
    client = Client()
    client.force_login(world.people.bruno)
    response = client.get(reverse("monitoring:people_reached_workbook", args=["lima"]) + "?nodo=L.01")
    assert response["Content-Disposition"] == 'attachment; filename="atenciones-lima-2023-2.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[0] == "Atenciones"
    rows = list(book["Atenciones"].iter_rows(values_only=True))
    assert rows[0] == (
        "Código",
        "Nivel",
        "Nombre",
        "Mujer",
        "Hombre",
        "Otro",
        "No informado",
        "Sin desagregar",
        "Total",
    )
    assert rows[1] == ("L.01", "Lineamiento", "Lineamiento 1", 30, 5, 0, 0, 0, 35)
    assert rows[-1] == ("L.01", "Total", "Lineamiento 1", 30, 5, 0, 0, 0, 35)
    districts = {row[0]: row[1:] for row in book["Distrito"].iter_rows(values_only=True)}
    assert districts["Comas"] == (22, 1, 0, 0, 23)
    assert districts["Sin desagregar"][-1] == 0
    ages = list(book["Edad"].iter_rows(values_only=True))
    assert ages[1] == ("Sin desagregar", None, None, None, None, 35)
    staff = list(book["Personal municipal"].iter_rows(values_only=True))
    assert staff[1][3:] == (18, 12, 0, 0, 0, 30)
    notes = " ".join(str(row[1]) for row in book["Notas"].iter_rows(values_only=True))
    assert "Se cuentan atenciones, no personas" in notes
    assert "Tiempo: 2023. Nivel: L.01 Lineamiento 1. Gerencia: todas." in notes


def test_names_that_look_like_formulas_stay_text(world):
    world.tree.guidelines[0].name = "=1+1"
    world.tree.guidelines[0].save()
    client = Client()
    client.force_login(world.people.bruno)
    content = client.get(reverse("monitoring:people_reached_workbook", args=["lima"])).content
    cell = openpyxl.load_workbook(io.BytesIO(content))["Atenciones"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


# --- How many queries -----------------------------------------------------------------------------------------------


def grow(world) -> None:
    for number in range(19):
        unit = make_unit(f"U{number:02}")
        activity = make_activity(world.tree.actions[0], lead_unit=unit)
        indicator = make_indicator(activity, unit=unit, counts=PEOPLE, tables=(Table.SEX_DISTRICT,))
        make_evidence(reported(indicator, "2023-1", {ATE: 3, COMAS: number + 1}), url="https://example.org/acta")


def queries_of(user, name: str) -> int:
    client = Client()
    client.force_login(user)
    address = reverse(f"monitoring:{name}", args=["lima"])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # session, user, posts, plan with its government, role, semesters: 6; outline 9; indicators of people with
        # their tables, their results, cells: 3; districts: 1; results listed and their evidence: 2
        ("people_reached", 21),
        ("people_reached_results", 20),  # no districts
        ("people_reached_workbook", 19),  # neither posts nor results and evidence; its line in the audit log
    ],
)
def test_queries_do_not_grow_with_the_plan(world, name, expected):
    before = queries_of(world.people.bruno, name)
    grow(world)
    assert queries_of(world.people.bruno, name) == before == expected


def test_the_loader_takes_as_many_queries_as_it_says(world):
    chosen = Chosen.of(world.plan, {}, may_see_working=True)
    with CaptureQueriesContext(connection) as queries:
        load_people(world.plan, chosen, Selection())
    # outline 9; indicators of people with their tables; their results; cells; districts
    assert len(queries) == 13
