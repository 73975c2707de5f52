"""The public site: only what is published, the figures of its document, no cookie, 304 when nothing changed."""

import io
import json
import re
from itertools import chain

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from monitoring.evaluation import close_evaluation, open_evaluation, supersede_evaluation
from monitoring.frozen import sha256_of
from plans.models import BreakdownTable, LibraryItem, Plan
from reports.models import Document
from reports.public.answers import MADE_OF
from reports.showcase import load_shelf
from reports.showcase.preview import Preview, draw_preview
from tests.factories import (
    make_breakdown,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_results,
    make_tree,
    make_unit,
)
from tests.permissions.test_table import url_names
from tests.reports.publishing import publish_evaluation, publish_follow_up, publish_record

pytestmark = pytest.mark.django_db

ARGUMENTS = {
    "public_home": {},
    "public_accessibility": {},
    "public_plan": {"plan": "PMH-T"},
    "public_node": {"plan": "PMH-T", "code": "AE.01.01"},
    "public_indicator": {"plan": "PMH-T", "code": "IND"},
    "public_units": {"plan": "PMH-T"},
    "public_unit": {"plan": "PMH-T", "acronym": "GMU"},
    "public_people": {"plan": "PMH-T"},
    "public_documents": {"plan": "PMH-T"},
    "public_library": {"plan": "PMH-T"},
    "public_data": {"plan": "PMH-T"},
    "public_rules": {"plan": "PMH-T"},
}
OF_A_PLAN = [name for name, arguments in ARGUMENTS.items() if arguments]


@pytest.fixture
def people(db):
    return make_people()


def make_world(by, code="PMH-T", indicators=1, **kw):
    """A plan with two closed semesters and people counted in the first: 3 men in one cell, which nobody may see."""
    plan = make_plan(code=code, closed_up_to="2022-2", **kw)
    unit = make_unit("GMU") if not plan.government.units.filter(acronym="GMU").exists() else None
    unit = unit or plan.government.units.get(acronym="GMU")
    activity = make_tree(plan, lead_unit=unit).activity
    for number in range(indicators):
        indicator = make_indicator(
            activity,
            code=f"IND{number or ''}",
            name=f"Personas atendidas {number}",
            unit=unit,
            counts="people",
            targets={"2022-1": 512, "2022-2": 1024},
            tables=(BreakdownTable.SEX_AGE,),
        )
        result = make_result(indicator, "2022-1", 301)
        cells = {("18-59", "woman"): 271, ("18-59", "man"): 27, ("0-4", "man"): 3}
        make_breakdown(result, BreakdownTable.SEX_AGE, cells)
        make_results(indicator, {"2022-2": 984})
    evaluation = close_evaluation(open_evaluation(plan=plan, year=2022, by=by), by=by, texts_may_be_empty=True)
    return plan, evaluation


@pytest.fixture
def published(people):
    _plan, evaluation = make_world(people.bruno)
    return publish_evaluation(evaluation, people.bruno)


def address(name, **more):
    return reverse(f"reports:{name}", kwargs=ARGUMENTS[name] | more)


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_page_of_the_site_is_tested_here():
    names = (name.removeprefix("reports:") for name in url_names())
    pages = {name for name in names if name.startswith("public_")}
    files = {"public_document_file", "public_library_file", "public_preview", "public_sitemap"}
    files |= {"public_data_file", "public_data_package", "public_iati"}  # tests/reports/test_opendata.py, test_iati.py
    assert pages - files - {"public_nothing"} == set(ARGUMENTS)


class TestOnlyWhatIsPublished:
    @pytest.mark.parametrize("name", ARGUMENTS)
    def test_everybody_reads_it(self, published, client, name):
        assert client.get(address(name)).status_code == 200

    @pytest.mark.parametrize("name", OF_A_PLAN)
    def test_nothing_published_is_not_there(self, people, client, name):
        _plan, evaluation = make_world(people.bruno)
        publish_evaluation(evaluation, people.bruno, published=False)
        answer = client.get(address(name))
        assert answer.status_code == 404
        assert "No encontramos esta página" in said(answer)

    def test_a_plan_in_draft_is_not_there(self, published, client):
        Plan.objects.update(state=Plan.State.DRAFT)
        assert client.get(address("public_plan")).status_code == 404
        assert "PMH-T" not in client.get(address("public_home")).content.decode()

    def test_what_was_withdrawn_is_gone(self, published, client):
        Document.objects.update(withdrawn_on="2024-01-01", withdrawn_why="Tenía un error.")
        assert client.get(address("public_plan")).status_code == 404

    @pytest.mark.parametrize(
        "path", ["nada/", "PMH-T/nodos/NADA/", "PMH-T/indicadores/NADA/", "PMH-T/unidades/NADA/", "PMH-T/nodos/PMH-T/"]
    )
    def test_unknown_codes_are_told_on_a_public_page(self, published, client, path):
        answer = client.get(f"/publico/{path}")
        assert answer.status_code == 404
        assert "layouts/public.html" in {template.name for template in answer.templates}

    def test_live_results_change_nothing(self, published, client):
        before = client.get(address("public_indicator")).content
        indicator = published.plan.indicators.get(code="IND")
        indicator.results.filter(period__code="2022-2").update(value=1)
        assert client.get(address("public_indicator")).content == before

    def test_without_figures_there_are_documents_only(self, people, client):
        plan = make_plan(code="PMH-T")
        publish_record(plan, "road_map", {"steps": []}, people.bruno)
        assert client.get(address("public_plan")).status_code == 200
        assert client.get(address("public_documents")).status_code == 200
        assert client.get(address("public_people")).status_code == 404

    def test_a_record_of_the_first_schema_is_read(self, people, client):
        """Evaluations that were closed before there were sheets and counts of people."""
        _plan, evaluation = make_world(people.bruno)
        old = {
            key: value
            for key, value in evaluation.frozen.items()
            if key not in ("sheets", "people", "links", "previous")
        }
        publish_record(evaluation.plan, "evaluation", old, people.bruno, evaluation=evaluation)
        for name in ARGUMENTS:
            assert client.get(address(name)).status_code == 200
        for name in ("public_data_package", "public_iati"):
            assert client.get(reverse(f"reports:{name}", args=["PMH-T"])).status_code == 200


class TestWhichRecordIsInForce:
    def test_the_latest_cut_off_and_the_evaluation_on_a_tie(self, people, published):
        periods = {period.code: period for period in published.plan.periods.all()}
        publish_follow_up(periods["2022-1"], people.bruno)
        publish_follow_up(periods["2022-2"], people.bruno)
        shelf = load_shelf("PMH-T")
        assert shelf.in_force.code == published.code
        assert shelf.previous.cutoff == "2022-1"

    def test_a_later_semester_comes_before_an_earlier_evaluation(self, people, client):
        plan = make_plan(code="PMH-T", closed_up_to="2023-1")
        make_results(
            make_indicator(make_tree(plan).activity, code="IND", targets={"2022-1": 10, "2022-2": 10, "2023-1": 10}),
            {"2022-1": 10, "2022-2": 5, "2023-1": 9},
        )
        draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
        publish_evaluation(close_evaluation(draft, by=people.bruno, texts_may_be_empty=True), people.bruno)
        publish_follow_up(plan.periods.get(code="2023-1"), people.bruno)
        text = said(client.get(address("public_plan")))
        assert "En 2023-1 el plan alcanzó el 90.0 %" in text
        assert "+5.0 puntos" in text  # 75 to 80 of the plan to date

    def test_while_a_new_version_is_written_the_page_says_so(self, people, published, client):
        assert "En revisión" not in said(client.get(address("public_plan")))
        supersede_evaluation(plan=published.plan, year=2022, by=people.bruno, reason="Corregir.")
        for name in ("public_plan", "public_node", "public_indicator", "public_units", "public_documents"):
            assert "En revisión" in said(client.get(address(name)))

    def test_a_version_whose_successor_is_not_published_stays_and_says_so(self, people, published, client):
        draft = supersede_evaluation(plan=published.plan, year=2022, by=people.bruno, reason="Corregir.")
        second = close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)
        assert "Hay una versión posterior" in said(client.get(address("public_plan")))
        later = publish_evaluation(second, people.bruno)
        publish_follow_up(published.plan.periods.get(code="2022-2"), people.bruno)
        shelf = load_shelf("PMH-T")
        assert (shelf.in_force.code, shelf.previous.code) == (later.code, published.code)
        assert "Hay una versión posterior" not in said(client.get(address("public_plan")))
        assert "Reemplazado por una versión posterior" in said(client.get(address("public_documents")))

    def test_the_reference_text_says_so(self, published, client):
        assert "Texto de referencia" not in said(client.get(address("public_plan")))
        Plan.objects.update(is_reference=True)
        assert "Texto de referencia" in said(client.get(address("public_node")))


class TestFigures:
    def test_are_those_of_the_record(self, published, client):
        """1,285 of 1,536: 83.66 as an indicator, 83.7 as an average."""
        assert "83.7 %" in said(client.get(address("public_plan")))
        assert "83.7 %" in said(client.get(address("public_node")))
        assert "83.7 %" in said(client.get(address("public_unit")))
        assert "83.66 %" in said(client.get(address("public_indicator")))
        assert "cerca de la meta" in said(client.get(address("public_plan")))

    def test_the_example_is_computed_as_it_says(self, published, client):
        text = said(client.get(address("public_rules")))
        assert "301 + 984 = 1,285" in text
        assert "512 + 1,024 = 1,536" in text
        assert "83.66 %" in text

    def test_a_small_cell_is_nowhere(self, published, client):
        text = said(client.get(address("public_indicator")))
        assert "se publica solo por sexo" in text
        assert "271" in text
        assert "0 a 4" not in text
        for name in ARGUMENTS:
            assert not re.search(r">\s*(3|27)\s*<", client.get(address(name)).content.decode())
        record = reverse("reports:public_document_file", args=["PMH-T", published.code, "json"])
        assert b'"0-4"' not in client.get(record).content

    def test_attentions_are_not_called_persons(self, published, client):
        text = said(client.get(address("public_people")))
        assert "1,285 atenciones" in text
        assert "271 a mujeres, 30 a hombres, 984 sin desagregar" in text


class TestCaches:
    @pytest.mark.parametrize("name", ARGUMENTS)
    def test_no_cookie_and_a_repeat_is_304(self, published, client, people, name):
        client.force_login(people.bruno)  # who is signed in gets the very same page
        answer = client.get(address(name))
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
        assert answer["Cache-Control"] == "public, max-age=300"
        assert "csrf" not in answer.content.decode()
        again = client.get(address(name), headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
        assert again["Cache-Control"] == "public, max-age=300"
        assert not again.content

    def test_what_makes_the_open_formats_is_part_of_every_tag(self):
        """Or browsers would keep files that older code wrote."""
        made_of = {file for folder, pattern in MADE_OF for file in folder.glob(pattern)}
        for package in ("reports/iati", "reports/opendata", "reports/showcase"):
            assert set((settings.BASE_DIR / package).rglob("*.py")) <= made_of
        assert settings.BASE_DIR / "institution" / "delimited.py" in made_of

    def test_what_is_published_next_is_another_page(self, published, people, client):
        before = client.get(address("public_plan"))["ETag"]
        publish_follow_up(published.plan.periods.get(code="2022-1"), people.bruno)
        answer = client.get(address("public_plan"), headers={"if-none-match": before})
        assert answer.status_code == 200

    def test_what_is_not_there_touches_no_cookie(self, client, db):
        answer = client.get("/publico/nada/")
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies

    @pytest.mark.parametrize("indicators", [1, 20])
    def test_few_queries_whatever_the_plan_holds(self, people, client, django_assert_num_queries, indicators):
        _plan, evaluation = make_world(people.bruno, indicators=indicators)
        publish_evaluation(evaluation, people.bruno)
        for name in ARGUMENTS:
            # what is published, and the record in force (the library: its items)
            expected = {"public_home": 3, "public_documents": 1, "public_data": 1, "public_accessibility": 0}
            with django_assert_num_queries(expected.get(name, 2)):
                etag = client.get(address(name))["ETag"]
            if name == "public_library":
                continue
            with django_assert_num_queries({"public_home": 3, "public_accessibility": 0}.get(name, 1)):
                client.get(address(name), headers={"if-none-match": etag})

    @pytest.mark.parametrize("plans", [1, 20])
    def test_few_queries_however_many_plans(self, people, client, django_assert_num_queries, plans):
        for number in range(plans):
            _plan, evaluation = make_world(people.bruno, code=f"PMH-{number}")
            publish_evaluation(evaluation, people.bruno)
        with django_assert_num_queries(3):  # how many there are, which of them are on the page, what they published
            client.get(address("public_home"))
        with django_assert_num_queries(1):
            assert client.get("/sitemap.xml").content.decode().count("/sitemap.xml</loc>") == plans
        with django_assert_num_queries(2):  # and the codes of its nodes and indicators
            assert client.get(reverse("reports:public_sitemap", args=["PMH-0"])).content.decode().count("<url>") > 8


class TestManyPlaces:
    """The front page of an installation that serves many municipalities."""

    PLACES = {"0701": "Áncash", "0702": "Breña", "0703": "Ñaña", "1502": "Cañete", "1503": "Huaura"}

    @pytest.fixture
    def places(self, people, monkeypatch):
        monkeypatch.setattr("reports.showcase.home.PER_PAGE", 2)
        for ubigeo, place in self.PLACES.items():
            _plan, evaluation = make_world(people.bruno, code=f"PMH-{ubigeo}")
            publish_evaluation(evaluation, people.bruno)
            government = make_government(ubigeo)
            government.name, government.place = f"Municipalidad de {place}", place
            government.save()
            Plan.objects.filter(code=f"PMH-{ubigeo}").update(government=government)

    def shown(self, client, **query) -> list[str]:
        text = client.get(address("public_home"), query).content.decode()
        return re.findall(r'<h2><a href="/publico/PMH-(\d+)/"', text)

    def test_every_plan_is_on_one_page(self, places, client):
        pages = [self.shown(client, pagina=number) for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [2, 2, 1]
        assert sorted(chain(*pages)) == sorted(self.PLACES)
        assert self.shown(client) == pages[0] == ["0701", "0702"]
        # What is no page is the nearest one.
        assert self.shown(client, pagina="0") == self.shown(client, pagina="99") == pages[2]
        assert self.shown(client, pagina="x") == pages[0]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("ñana", ["0703"]),
            ("MUNICIPALIDAD canete", ["1502"]),
            ("150", ["1502", "1503"]),
            ("02", []),
            ("lima áncash", []),
        ],
    )
    def test_a_place_is_found_by_name_or_ubigeo_without_accents(self, places, client, words, found):
        assert self.shown(client, q=words) == found

    def test_nothing_found_says_so_and_leads_back(self, places, client):
        page = client.get(address("public_home"), {"q": "<b>Cusco"}).content.decode()
        assert "Ningún plan publicado coincide" in page
        assert "&lt;b&gt;Cusco" in page
        assert "<b>Cusco" not in page

    def test_the_words_go_along_to_the_next_page(self, places, client):
        page = client.get(address("public_home"), {"q": "07"}).content.decode()
        assert 'href="?q=07&amp;pagina=2"' in page
        assert self.shown(client, q="07", pagina=2) == ["0703"]

    def test_other_words_are_another_page(self, places, client):
        tags = {client.get(address("public_home"), query)["ETag"] for query in ({}, {"q": "07"}, {"pagina": 2})}
        assert len(tags) == 3

    def test_few_plans_need_no_field(self, published, client):
        page = client.get(address("public_home")).content.decode()
        assert 'role="search"' not in page
        assert 'class="pager"' not in page


class TestFiles:
    def file(self, client, document, form):
        return client.get(reverse("reports:public_document_file", args=[document.plan.code, document.code, form]))

    def test_the_archived_bytes(self, published, client):
        answer = self.file(client, published, "pdf")
        assert answer.getvalue() == b"%PDF-1.7 " + published.code.encode()
        assert answer["Content-Type"] == "application/pdf"
        assert published.file_name in answer["Content-Disposition"]

    def test_the_record_has_the_hash_that_is_told(self, published, client):
        answer = self.file(client, published, "json")
        assert sha256_of(json.loads(answer.content)) == published.record_sha256
        assert published.record_sha256 in client.get(address("public_documents")).content.decode()

    def test_the_workbook_where_there_is_one(self, published, client):
        offered = b".xlsx" in client.get(address("public_documents")).content
        assert self.file(client, published, "xlsx").status_code == (200 if offered else 404)

    def test_not_what_is_unpublished_nor_of_another_plan(self, published, people, client):
        hidden = publish_follow_up(published.plan.periods.get(code="2022-1"), people.bruno, published=False)
        assert self.file(client, hidden, "pdf").status_code == 404
        _other, evaluation = make_world(people.bruno, code="PMH-U")
        publish_evaluation(evaluation, people.bruno)
        crossed = reverse("reports:public_document_file", args=["PMH-U", published.code, "pdf"])
        assert client.get(crossed).status_code == 404

    def test_a_repeat_is_304(self, published, client):
        link = reverse("reports:public_document_file", args=["PMH-T", published.code, "pdf"])
        first = client.get(link)
        first.getvalue()
        assert client.get(link, headers={"if-none-match": first["ETag"]}).status_code == 304


class TestLibrary:
    @pytest.fixture
    def items(self, published):
        stored = default_storage.save("library/a.pdf", ContentFile(b"%PDF-1.7 norma"))
        make = LibraryItem.objects.create
        return {
            "shown": make(plan=published.plan, kind="ordinance", title="La norma", file=stored, is_public=True),
            "inner": make(plan=published.plan, kind="minutes", title="El acta interna", file=stored),
            "withdrawn": make(
                plan=published.plan,
                kind="other",
                title="Lo retirado",
                url="https://example.org/x",
                is_public=True,
                withdrawn_on="2024-01-01",
            ),
        }

    def test_only_what_is_public_and_in_use(self, items, client):
        text = said(client.get(address("public_library")))
        assert "La norma" in text
        assert "El acta interna" not in text
        assert "Lo retirado" not in text

    def test_its_files(self, items, client):
        def get(name):
            return client.get(reverse("reports:public_library_file", args=["PMH-T", items[name].pk]))

        assert get("shown").getvalue() == b"%PDF-1.7 norma"
        assert get("inner").status_code == 404
        assert get("withdrawn").status_code == 404


class TestSharing:
    def meta(self, answer, name):
        found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', answer.content.decode())
        return found and found.group(1)

    def test_the_figure_is_told_in_words(self, published, client, settings):
        answer = client.get(address("public_plan"))
        site = settings.SITE_URL.rstrip("/")
        assert "83.7 %" in self.meta(answer, "og:description")
        assert self.meta(answer, "og:url") == f"{site}{address('public_plan')}"
        assert f'<link rel="canonical" href="{site}{address("public_plan")}">' in answer.content.decode()
        image = self.meta(answer, "og:image").removeprefix(site)
        assert client.get(image)["Content-Type"] == "image/png"

    @pytest.mark.parametrize("code", ["PMH-T", "AE.01.01", "IND", "GMU"])
    def test_the_picture_is_always_the_same(self, published, client, code):
        link = reverse("reports:public_preview", args=["PMH-T", code])
        first = client.get(link)
        assert Image.open(io.BytesIO(first.content)).size == (1200, 630)
        draw_preview.cache_clear()
        assert client.get(link).content == first.content
        assert client.get(link, headers={"if-none-match": first["ETag"]}).status_code == 304

    def test_no_picture_of_what_is_not_there(self, published, client):
        assert client.get(reverse("reports:public_preview", args=["PMH-T", "NADA"])).status_code == 404

    def test_long_names_stay_inside(self):
        assert draw_preview(Preview("Lima", "palabra " * 80, "S.I.", "Año 2022 " * 30)).startswith(b"\x89PNG")

    def test_machines_are_told_where_to_look(self, published, client):
        robots = client.get("/robots.txt").content.decode()
        assert "Allow: /publico/" in robots
        assert "Disallow: /\n" in robots
        assert "/sitemap.xml" in robots
        listed = client.get("/sitemap.xml").content.decode()
        own = reverse("reports:public_sitemap", args=["PMH-T"])
        assert f"{own}</loc>" in listed
        sitemap = client.get(own).content.decode()
        for name in ("public_plan", "public_indicator", "public_documents"):
            assert f"{address(name)}</loc>" in sitemap

    def test_the_door_leads_here(self, client, db):
        assert reverse("reports:public_home") in client.get(reverse("account_login")).content.decode()
