"""The pages of evaluations: who sees which version, and what is said of it."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Result
from reports.issuing import issue_evaluation
from reports.pdf import PdfUnavailable
from reports.views import evaluations as views
from tests.factories import make_indicator, make_people, make_plan, make_results, make_tree
from tests.reports.publishing import publish_evaluation

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


def make_evaluated(by, code="PMH-T", activities=1):
    """A plan whose 2022 is closed: 1,285 of 1,536 in each activity."""
    plan = make_plan(code=code, closed_up_to="2022-2")
    for activity in make_tree(plan, activities=activities).activities:
        indicator = make_indicator(activity, targets={"2022-1": 512, "2022-2": 1024})
        make_results(indicator, {"2022-1": 301, "2022-2": 984})
    close(plan, by)
    return plan


def close(plan, by, reason=""):
    draft = open_evaluation(plan=plan, year=2022, by=by, reason=reason)
    return close_evaluation(draft, by=by, texts_may_be_empty=True)


@pytest.fixture
def plan(people):
    return make_evaluated(people.bruno)


def address(name, **more):
    return reverse(f"reports:{name}", kwargs={"plan": "PMH-T", **more})


def get(client, user, name, query="", **more):
    client.force_login(user)
    return client.get(address(name, **more) + query)


def said(answer):
    return answer.content.decode()


class TestEvaluationList:
    def test_every_cut_off_evaluated_or_not(self, plan, people, client):
        page = said(get(client, people.alicia, "evaluation_list"))
        assert "83.7 %" in page
        assert "Cerrada, versión 1" in page
        assert page.count("Por abrir") == 2
        assert address("evaluation_pdf", year=2022) in page

    def test_a_later_version_under_way(self, plan, people, client):
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Una corrección.")
        page = said(get(client, people.alicia, "evaluation_list"))
        assert "en revisión" in page
        assert "Ver el borrador" not in page
        assert "Ver el borrador" in said(get(client, people.bruno, "evaluation_list"))


class TestEvaluationDetail:
    def test_shows_what_was_frozen(self, plan, people, client):
        before = said(get(client, people.alicia, "evaluation_detail", year=2022))
        Result.objects.update(value=1)
        after = said(get(client, people.alicia, "evaluation_detail", year=2022))
        assert "83.7" in before
        assert "83.7" in after
        assert plan.evaluations.get().sha256 in after
        assert "Sección sin texto al cierre." in after

    def test_a_draft_is_for_the_coordination(self, plan, people, client):
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Una corrección.")
        assert get(client, people.alicia, "evaluation_detail", "?version=2", year=2022).status_code == 404
        page = said(get(client, people.bruno, "evaluation_detail", "?version=2", year=2022))
        assert "Borrador." in page
        assert "Una corrección." in page

    def test_while_a_draft_is_open_the_closed_one_stays_and_says_so(self, plan, people, client):
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Una corrección.")
        page = said(get(client, people.alicia, "evaluation_detail", year=2022))
        assert "En revisión." in page
        assert "Versión 1 · cerrada" in page

    def test_the_draft_is_not_offered_to_others(self, plan, people, client):
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Corrección")
        for user, offered in ((people.bruno, True), (people.alicia, False)):
            page = get(client, user, "evaluation_detail", year=2022).content.decode()
            assert ("?version=2" in page) is offered

    def test_a_superseded_version_points_to_the_one_in_force(self, plan, people, client):
        close(plan, people.bruno, reason="Una corrección.")
        assert "Versión 2 · cerrada" in said(get(client, people.alicia, "evaluation_detail", year=2022))
        page = said(get(client, people.alicia, "evaluation_detail", "?version=1", year=2022))
        assert "reemplazada por la versión 2" in page

    @pytest.mark.parametrize("query", ["?version=9", "?version=x", "?version=²"])
    def test_a_version_that_is_none(self, plan, people, client, query):
        assert get(client, people.bruno, "evaluation_detail", query, year=2022).status_code == 404

    def test_a_year_without_evaluation(self, plan, people, client):
        assert get(client, people.bruno, "evaluation_detail", year=2023).status_code == 404


class TestEvaluationPdf:
    def test_of_a_closed_version_is_the_archived_file(self, plan, people, client):
        document = publish_evaluation(plan.evaluations.get(), people.bruno, published=False)
        answer = get(client, people.alicia, "evaluation_pdf", year=2022)
        assert answer["Location"] == reverse("reports:document_file", args=[document.code])

    def test_of_a_closed_version_without_a_document_says_so(self, plan, people, client):
        client.force_login(people.alicia)
        answer = client.get(address("evaluation_pdf", year=2022), follow=True)
        assert answer.redirect_chain == [(f"{address('evaluation_detail', year=2022)}?version=1", 302)]
        assert "todavía no se ha emitido" in said(answer)

    @pytest.mark.parametrize("who", ["bruno", "alicia"])
    def test_of_a_closed_version_whose_document_is_not_made_leads_to_where_it_is_made(self, plan, people, client, who):
        document = issue_evaluation(evaluation=plan.evaluations.get(), by=people.bruno)
        client.force_login(getattr(people, who))
        answer = client.get(address("evaluation_pdf", year=2022), follow=True)
        page = reverse("reports:document_detail", args=["PMH-T", document.code])
        assert answer.redirect_chain == [(page, 302)]
        assert "El PDF se está haciendo" in said(answer)

    def test_of_a_draft_has_a_good_name_and_its_figures(self, plan, people, client, pango):
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Una corrección.")
        answer = get(client, people.bruno, "evaluation_pdf", "?version=2", year=2022)
        assert answer["Content-Type"] == "application/pdf"
        assert "83.66" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)

    def test_of_a_draft_only_for_the_coordination(self, plan, people, client, monkeypatch):
        monkeypatch.setattr(views, "pdf_of", lambda evaluation: b"%PDF-")
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Una corrección.")
        assert get(client, people.alicia, "evaluation_pdf", "?version=2", year=2022).status_code == 404
        answer = get(client, people.bruno, "evaluation_pdf", "?version=2", year=2022)
        assert "borrador" in answer["Content-Disposition"]

    def test_a_machine_that_cannot_print_says_so(self, plan, people, client, monkeypatch):
        def refuse(evaluation):
            raise PdfUnavailable("Falta Pango.")

        monkeypatch.setattr(views, "pdf_of", refuse)
        open_evaluation(plan=plan, year=2022, by=people.bruno, reason="Una corrección.")
        client.force_login(people.bruno)
        answer = client.get(f"{address('evaluation_pdf', year=2022)}?version=2", follow=True)
        assert answer.redirect_chain
        assert "Falta Pango." in said(answer)


@pytest.mark.parametrize(
    ("name", "more"),
    [("evaluation_list", {}), ("evaluation_detail", {"year": 2022}), ("evaluation_pdf", {"year": 2022})],
)
class TestWho:
    def test_another_government_finds_nothing(self, plan, people, client, name, more):
        assert get(client, people.carla, name, **more).status_code == 404

    def test_nobody_is_sent_to_sign_in(self, plan, client, name, more):
        assert client.get(address(name, **more)).status_code == 302

    def test_read_only(self, plan, people, client, name, more):
        client.force_login(people.bruno)
        assert client.post(address(name, **more)).status_code == 405


@pytest.mark.parametrize(("name", "year"), [("evaluation_list", None), ("evaluation_detail", 2022)])
def test_queries_do_not_grow_with_the_plan(people, client, name, year):
    def count(code):
        client.force_login(people.bruno)
        kwargs = {"plan": code, **({"year": year} if year else {})}
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"reports:{name}", kwargs=kwargs)).status_code == 200
        return len(queries)

    make_evaluated(people.bruno, "UNO", activities=1)
    make_evaluated(people.bruno, "VEINTE", activities=20)
    assert count("UNO") == count("VEINTE")
