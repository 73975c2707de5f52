"""Reprogramming in the browser: the list, one target with its preview, and many by workbook."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.evaluation import close_evaluation, open_evaluation
from plans.models import Plan, PlanUpload, Target, TargetRevision
from tests.factories import (
    make_activity,
    make_indicator,
    make_people,
    make_plan,
    make_results,
    make_revision,
    make_tree,
)
from tests.monitoring.test_targets_book import TOLD, book_of, file_of, fill

pytestmark = pytest.mark.django_db
TYPED = {
    "new_value": "25",
    "reason": "priority",
    "explanation": "Menos presupuesto.",
    "document_kind": "Acta",
    "document_number": "006-2023",
    "document_date": "2023-09-08",
    "seen": "30",
}


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = "2023-09-15"


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def indicator(people):
    plan = make_plan(code="lima", closed_up_to="2022-2")
    indicator = make_indicator(
        make_tree(plan).activity, code="IND.01", targets={"2022-1": 10, "2022-2": 20, "2023-1": 30}
    )
    make_results(indicator, {"2022-1": 10, "2022-2": 10})
    return indicator


@pytest.fixture
def bruno(indicator, people, client):
    client.force_login(people.bruno)
    return client


def address(name, *more):
    return reverse(f"monitoring:{name}", args=["lima", *more])


def one(period="2023-1", code="IND.01"):
    return f"{address('revision_create')}?indicador={code}&semestre={period}"


def target(indicator, period="2023-1"):
    return Target.objects.filter(indicator=indicator, period=period).values_list("value", flat=True).first()


class TestList:
    def test_it_tells_old_new_why_by_what_and_who(self, indicator, people, client):
        make_revision(indicator, "2023-1", 30, 25, people.bruno, explanation="Menos presupuesto.")
        client.force_login(people.alicia)
        text = client.get(address("revision_list")).content.decode()
        for told in ("2023-1", "<del>30</del>", "<b>25</b>", "Corrección", "Menos presupuesto.", "001-2024", "Bruno"):
            assert told in text
        assert "Reprogramar una meta" not in text

    def test_it_is_filtered_by_indicator_and_semester(self, indicator, people, bruno):
        other = make_indicator(make_activity(indicator.activity.action, order=2), code="IND.02", name="Otra cosa")
        make_revision(indicator, "2023-1", 30, 25, people.bruno)
        make_revision(other, "2023-2", None, 7, people.bruno)
        text = bruno.get(address("revision_list") + "?semestre=2023-2").content.decode().partition("<tbody")[2]
        assert "Otra cosa" in text
        assert indicator.name not in text
        text = bruno.get(address("revision_list") + "?indicador=IND.01").content.decode().partition("<tbody")[2]
        assert "Otra cosa" not in text
        both = bruno.get(address("revision_list") + "?indicador=IND.01&semestre=2023-2").content.decode()
        assert "Ninguna reprogramación con ese filtro" in both

    def test_as_many_queries_for_twenty_as_for_one(self, indicator, people, bruno):
        def count():
            with CaptureQueriesContext(connection) as queries:
                bruno.get(address("revision_list"))
            return len(queries)

        make_revision(indicator, "2023-1", 30, 0, people.bruno)
        before = count()
        for value in range(1, 20):
            make_revision(indicator, "2023-1", value - 1, value, people.bruno)
        assert count() == before


class TestOne:
    def test_choosing_shows_the_targets_and_the_results(self, indicator, bruno):
        text = bruno.get(f"{address('revision_create')}?indicador=IND.01").content.decode()
        assert "50.00" in text
        assert one().replace("&", "&amp;") in text

    def test_the_preview_says_what_changes_and_writes_nothing(self, indicator, bruno):
        answer = bruno.post(one("2022-2"), {**TYPED, "seen": "20", "new_value": "10"})
        effects = {str(each.horizon): each for each in answer.context["effects"]}
        assert effects["semester"].before.progress.programmed == 50
        assert effects["semester"].after.progress.programmed == 100
        assert effects["plan"].after.progress.programmed == 100
        assert (effects["whole"].before.target, effects["whole"].after.target) == (60, 50)
        assert "Confirmar la reprogramación" in answer.content.decode()
        assert target(indicator, "2022-2") == 20
        assert not TargetRevision.objects.exists()

    def test_confirming_records_it(self, indicator, people, bruno):
        answer = bruno.post(one(), {**TYPED, "confirm": "1"}, follow=True)
        assert "Reprogramada la meta de IND.01 en 2023-1" in answer.content.decode()
        assert target(indicator) == 25
        revision = TargetRevision.objects.get()
        assert (revision.old_value, revision.new_value, revision.entered_by) == (30, 25, people.bruno)
        assert revision.document_date == dt.date(2023, 9, 8)

    def test_nothing_programmed_any_more(self, indicator, bruno):
        bruno.post(one(), {**TYPED, "new_value": "", "nothing": "on", "confirm": "1"})
        assert target(indicator) is None

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"new_value": ""}, "Escriba la meta nueva"),
            ({"nothing": "on"}, "Una de las dos"),
            ({"new_value": "30"}, "igual a la anterior"),
            ({"new_value": "-1"}, "0"),
            ({"document_number": ""}, "obligatorio"),
            ({"document_date": "2023-09-16"}, "posterior"),
        ],
    )
    @pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
    def test_what_is_refused_is_told_and_kept(self, indicator, bruno, typed, says, confirm):
        answer = bruno.post(one(), {**TYPED, **typed, **confirm})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert says in text
        assert "Menos presupuesto." in text
        assert target(indicator) == 30

    def test_a_target_that_moved_meanwhile_is_decided_again(self, indicator, people, bruno):
        make_revision(indicator, "2023-1", 30, 28, people.bruno)
        answer = bruno.post(one(), {**TYPED, "confirm": "1"})
        assert answer.status_code == 422
        assert "cambió desde que usted la vio" in answer.content.decode()
        assert target(indicator) == 28
        again = {**TYPED, "seen": answer.context["form"].data["seen"], "confirm": "1"}
        bruno.post(one(), again)
        assert target(indicator) == 25

    def test_an_evaluated_semester_says_which_evaluation_and_what_to_do(self, indicator, people, bruno):
        draft = open_evaluation(plan=indicator.plan, year=2022, by=people.bruno)
        close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)
        text = bruno.get(one("2022-2")).content.decode()
        assert "La evaluación 2022 está cerrada y cubre 2022-2" in text
        assert reverse("reports:evaluation_list", args=["lima"]) in text.partition("<main")[2]
        bruno.post(one("2022-2"), {**TYPED, "seen": "20", "confirm": "1"})
        assert target(indicator, "2022-2") == 20
        open_evaluation(plan=indicator.plan, year=2022, by=people.bruno, reason="Corrección")
        bruno.post(one("2022-2"), {**TYPED, "seen": "20", "confirm": "1"})
        assert target(indicator, "2022-2") == 25

    def test_a_plan_that_is_not_in_force_says_so(self, indicator, bruno):
        Plan.objects.update(state=Plan.State.DRAFT)
        assert "plan vigente" in bruno.get(one()).content.decode()
        bruno.post(one(), {**TYPED, "confirm": "1"})
        assert target(indicator) == 30

    def test_nobody_else_gets_there(self, indicator, people, client):
        for person in (people.alicia, people.carla):
            client.force_login(person)
            assert client.post(one(), {**TYPED, "confirm": "1"}).status_code == 404
        assert client.get(f"{address('revision_create')}?indicador=NADA").status_code == 404

    def test_an_unknown_indicator_is_not_there(self, bruno):
        assert bruno.get(f"{address('revision_create')}?indicador=NADA").status_code == 404


class TestWorkbook:
    def send(self, client, book):
        file = SimpleUploadedFile("metas.xlsx", file_of(book).getvalue())
        return client.post(address("revision_upload"), {"file": file}, follow=True)

    def confirm(self, client, page):
        preview, upload = page.context["preview"], page.context["upload"]
        return client.post(address("revision_confirm", upload.pk), {"shown": preview.digest}, follow=True)

    def test_from_download_to_confirmation(self, indicator, people, bruno):
        answer = bruno.get(address("revision_workbook"))
        assert answer["Content-Disposition"] == 'attachment; filename="metas-lima.xlsx"'
        book = book_of(indicator.plan, people)
        fill(book, "IND.01", "2023-1", value=25, **TOLD)
        fill(book, "IND.01", "2023-2", value=40, **TOLD)
        page = self.send(bruno, book)
        assert "Reprogramar 2 metas" in page.content.decode()
        assert not TargetRevision.objects.exists()
        done = self.confirm(bruno, page)
        assert "Se reprogramaron 2 metas" in done.content.decode()
        assert (target(indicator), target(indicator, "2023-2")) == (25, 40)
        # Pressed twice, it is written once.
        self.confirm(bruno, page)
        assert TargetRevision.objects.count() == 2

    def test_with_a_mistake_nothing_is_written(self, indicator, people, bruno):
        book = book_of(indicator.plan, people)
        fill(book, "IND.01", "2023-1", value=25, **TOLD)
        fill(book, "IND.01", "2023-2", value="muchos", **TOLD)
        page = self.send(bruno, book)
        text = page.content.decode()
        assert "El libro tiene errores" in text
        assert "Metas · G" in text
        assert self.confirm(bruno, page).status_code == 409
        assert not TargetRevision.objects.exists()

    def test_a_preview_upon_which_nobody_can_decide_any_more_is_recognised(self, indicator, people, bruno):
        book = book_of(indicator.plan, people)
        fill(book, "IND.01", "2023-1", value=25, **TOLD)
        page = self.send(bruno, book)
        make_revision(indicator, "2023-1", 30, 28, people.bruno)
        answer = self.confirm(bruno, page)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "Algo cambió desde que vio esta página" in text
        assert "La meta de hoy es 28" in text
        assert target(indicator) == Decimal(28)

    def test_a_pending_one_is_offered_and_discarded(self, indicator, people, bruno):
        book = book_of(indicator.plan, people)
        fill(book, "IND.01", "2023-1", value=25, **TOLD)
        page = self.send(bruno, book)
        assert "aún no lo confirma" in bruno.get(address("revision_upload")).content.decode()
        bruno.post(address("revision_discard", page.context["upload"].pk))
        assert self.confirm(bruno, page).redirect_chain[-1][0] == address("revision_upload")
        assert not TargetRevision.objects.exists()

    @pytest.mark.parametrize(("content", "says"), [(None, "Elija el archivo"), (b"hola", "texto simple")])
    def test_what_is_no_workbook_is_refused_in_words(self, bruno, content, says):
        data = {} if content is None else {"file": SimpleUploadedFile("metas.xlsx", content)}
        answer = bruno.post(address("revision_upload"), data)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert not PlanUpload.objects.exists()
