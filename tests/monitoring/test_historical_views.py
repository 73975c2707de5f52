"""Results of earlier semesters in the browser: seen before they are loaded, as a whole or not at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from institution.models import Role
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import Evaluation, Period, Result, Submission
from monitoring.workflow import take
from tests.factories import make_designation, make_indicator, make_people, make_plan, make_tree, make_unit, make_user

pytestmark = pytest.mark.django_db
TABLE = "indicator_code,period,value\nIND.01,2022-1,8\nIND.01,2022-2,9\n"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = "2023-02-01"


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    plan = make_plan(code="lima")
    make_indicator(make_tree(plan).activity, code="IND.01", targets={"2022-1": 10, "2022-2": 10})
    return plan


@pytest.fixture
def bruno(plan, people, client):
    client.force_login(people.bruno)
    return client


def address(name, *more):
    return reverse(f"monitoring:historical_{name}", args=["lima", *more])


def send(client, text, name="resultados.csv"):
    return client.post(address("upload"), {"file": SimpleUploadedFile(name, text.encode())}, follow=True)


def confirm(client, page):
    data = {"shown": page.context["preview"].digest}
    return client.post(address("confirm", page.context["upload"].pk), data, follow=True)


def test_what_may_be_loaded_is_said_semester_by_semester(plan, bruno):
    loadable = {each.period.code: each.locked for each in bruno.get(address("upload")).context["periods"]}
    assert (loadable["2022-1"], loadable["2022-2"]) == ("", "")
    assert "aún no termina" in loadable["2023-1"]


def test_it_is_seen_before_it_is_loaded(plan, people, bruno):
    page = send(bruno, TABLE)
    preview = page.context["preview"]
    assert (preview.added, preview.changed, preview.closing) == (2, 0, ("2022-1", "2022-2"))
    assert not Result.objects.exists()
    assert Period.objects.get(plan=plan, code="2022-1").state == Period.State.PLANNED
    done = confirm(bruno, page)
    assert "2 resultados nuevos" in done.content.decode()
    assert [row.value for row in Result.objects.order_by("period__code")] == [8, 9]
    assert Period.objects.get(plan=plan, code="2022-1").is_closed


def test_a_correction_shows_what_stood_there_and_keeps_it(plan, people, bruno):
    confirm(bruno, send(bruno, TABLE))
    page = send(bruno, TABLE.replace("2022-2,9", "2022-2,7"))
    preview = page.context["preview"]
    assert (preview.added, preview.changed, preview.unchanged, preview.closing) == (0, 1, 1, ())
    confirm(bruno, page)
    result = Result.objects.get(period__code="2022-2")
    assert [row.value for row in result.history.all()] == [7, 9]
    assert result.history.first().history_user == people.bruno


def test_a_reopened_report_is_validated_before_anything_is_loaded_over_it(plan, people, bruno):
    confirm(bruno, send(bruno, TABLE))
    submission = Submission.objects.get(period__code="2022-2")
    take(submission, "reopen", by=people.bruno, comment="Un número equivocado")
    page = send(bruno, TABLE.replace("2022-2,9", "2022-2,7"))
    assert "reporte histórico del semestre 2022-2 está reabierto" in page.content.decode()
    assert confirm(bruno, page).status_code == 409
    assert Result.objects.get(period__code="2022-2").value == 9
    Submission.objects.update(state=Submission.State.VALIDATED)
    confirm(bruno, send(bruno, TABLE.replace("2022-2,9", "2022-2,7")))
    assert Result.objects.get(period__code="2022-2").value == 7


NOTED = "indicator_code,period,value,note\nIND.01,2022-1,8,Acta 12\n"


def test_a_table_without_notes_leaves_those_that_there_are(plan, bruno):
    confirm(bruno, send(bruno, NOTED))
    page = send(bruno, "indicator_code,period,value\nIND.01,2022-1,7\n")
    assert "Sin nota" not in page.content.decode()
    confirm(bruno, page)
    result = Result.objects.get()
    assert (result.value, result.note) == (7, "Acta 12")


@pytest.mark.parametrize(("note", "shown"), [("Acta 13", "Acta 13"), ("", "Sin nota")])
def test_a_note_that_changes_is_seen_before_it_does(plan, bruno, note, shown):
    confirm(bruno, send(bruno, NOTED))
    page = send(bruno, NOTED.replace("Acta 12", note))
    assert page.context["preview"].changed == 1
    text = page.content.decode()
    assert "Acta 12" in text
    assert shown in text
    other = send(bruno, NOTED.replace("Acta 12", "Acta 14"))
    assert other.context["preview"].digest != page.context["preview"].digest
    confirm(bruno, send(bruno, NOTED.replace("Acta 12", note)))
    assert Result.objects.get().note == note


def test_a_new_version_is_opened_of_what_is_closed_and_once(plan, people, bruno):
    here = reverse("reports:evaluation_supersede", args=["lima", 2022])
    never = bruno.post(here, {"reason": "Error de digitación"})
    assert never.status_code == 422
    assert "aún no se ha cerrado" in never.content.decode()
    assert not Evaluation.objects.exists()
    confirm(bruno, send(bruno, TABLE))
    close_evaluation(open_evaluation(plan=plan, year=2022, by=people.bruno), by=people.bruno, texts_may_be_empty=True)
    bruno.post(here, {"reason": "Error de digitación"})
    again = bruno.post(here, {"reason": "Otro motivo"})
    assert again.status_code == 422
    text = again.content.decode()
    assert "Ya hay una versión en elaboración" in text
    assert "Otro motivo" in text
    assert Evaluation.objects.get(version=2).reason == "Error de digitación"
    assert bruno.post(reverse("reports:evaluation_supersede", args=["lima", 1999]), {"reason": "x"}).status_code == 404


def test_every_mistake_is_told_by_its_line_and_nothing_is_loaded(plan, bruno):
    page = send(bruno, TABLE + "IND.09,2022-1,3\nIND.01,2023-1,muchos\n")
    text = page.content.decode()
    for told in ("La tabla tiene errores", "fila 4", "fila 5", "no es un indicador del plan", "aún no termina"):
        assert told in text
    assert confirm(bruno, page).status_code == 409
    assert not Result.objects.exists()


def test_a_preview_that_says_something_else_by_now_is_not_confirmed(plan, bruno):
    page = send(bruno, TABLE)
    other = send(bruno, TABLE.replace("2022-2,9", "2022-2,5"))
    confirm(bruno, other)
    # Sending again gave up the first one.
    assert confirm(bruno, page).redirect_chain[-1][0] == address("upload")
    assert Result.objects.get(period__code="2022-2").value == 5


def test_results_that_moved_since_the_preview_are_shown_again(plan, bruno):
    confirm(bruno, send(bruno, TABLE))
    page = send(bruno, TABLE.replace("2022-2,9", "2022-2,7"))
    Result.objects.filter(period__code="2022-2").update(value=6)
    answer = confirm(bruno, page)
    assert answer.status_code == 409
    assert "Algo cambió desde que vio esta página" in answer.content.decode()
    assert Result.objects.get(period__code="2022-2").value == 6


def test_an_evaluated_semester_waits_for_a_new_version(plan, people, bruno):
    confirm(bruno, send(bruno, TABLE))
    first = close_evaluation(
        open_evaluation(plan=plan, year=2022, by=people.bruno), by=people.bruno, texts_may_be_empty=True
    )
    corrected = TABLE.replace("2022-2,9", "2022-2,7")
    assert "La evaluación 2022 está cerrada" in send(bruno, corrected).content.decode()
    opened = bruno.post(
        reverse("reports:evaluation_supersede", args=["lima", 2022]), {"reason": "Error de digitación"}, follow=True
    )
    assert "Abierta la versión 2" in opened.content.decode()
    confirm(bruno, send(bruno, corrected))
    assert Result.objects.get(period__code="2022-2").value == 7
    frozen = first.frozen
    first.refresh_from_db()
    assert first.frozen == frozen


def test_planning_reads_the_page_and_the_coordination_loads(plan, people, client):
    planner = make_user()
    make_designation(planner, make_unit("GP"), Role.PLANNER)
    client.force_login(planner)
    assert "los carga la coordinación" in client.get(address("upload")).content.decode()
    assert send(client, TABLE).status_code == 409
    for person in (people.alicia, people.carla):
        client.force_login(person)
        assert client.get(address("upload")).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"MZ\x90\x00" + b"\0" * 60, "un programa"), (b"", "vacío"), (b"\x00\x01\x02", "no se reconoce")],
)
def test_a_csv_that_is_none_is_refused_in_words(plan, bruno, content, says):
    answer = bruno.post(address("upload"), {"file": SimpleUploadedFile("tabla.csv", content)})
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_new_version_needs_its_reason(plan, people, bruno, reason):
    confirm(bruno, send(bruno, TABLE))
    close_evaluation(open_evaluation(plan=plan, year=2022, by=people.bruno), by=people.bruno, texts_may_be_empty=True)
    answer = bruno.post(reverse("reports:evaluation_supersede", args=["lima", 2022]), {"reason": reason})
    assert answer.status_code == 422
    assert "necesita un motivo" in answer.content.decode()


def test_only_the_coordination_opens_a_new_version(plan, people, client):
    client.force_login(people.alicia)
    address = reverse("reports:evaluation_supersede", args=["lima", 2022])
    assert client.post(address, {"reason": "x"}).status_code == 403
    client.force_login(people.carla)
    assert client.post(address, {"reason": "x"}).status_code == 404
