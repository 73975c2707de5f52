"""The pages of the report in Excel: who gets there, what they say, and that nothing is written before its time."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from institution.models import Role
from monitoring.models import OfflineUpload, Result, Submission
from monitoring.periods import close_period, left_open
from monitoring.recording import record
from monitoring.workbook import read_submission
from tests.factories import make_designation, make_unit, make_user
from tests.monitoring.workbooks import filled, make_world

pytestmark = pytest.mark.django_db
REPORT = ["lima", "2022-1", "GMU"]
TYPED = {"value": 8, "sex::woman": 5}
PAGES = ["workbook_upload", "submission_workbook"]


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def alicia(world, client):
    client.force_login(world.people.alicia)
    return client


def address(name: str, *more) -> str:
    return reverse(f"monitoring:{name}", args=[*REPORT, *more])


def send(client, file: io.BytesIO, name: str = "reporte.xlsx", *, follow: bool = True):
    given = SimpleUploadedFile(name, file.getvalue())
    return client.post(address("workbook_upload"), {"file": given}, follow=follow)


def confirm(client, page, **choices):
    upload = page.context["upload"]
    data = {"shown": page.context["comparison"].digest} | choices
    return client.post(address("workbook_confirm", upload.pk), data, follow=True)


def test_from_download_to_confirmation(world, alicia):
    answer = alicia.get(address("submission_workbook"))
    assert answer["Content-Disposition"] == 'attachment; filename="reporte-2022-1-GMU.xlsx"'
    page = send(alicia, filled(answer.content, IND_01=TYPED))
    text = page.content.decode()
    assert "Confirmar 2 cambios" in text
    assert "Resultados · I3" in text
    assert "Después aún faltarán" in text
    assert not Result.objects.exists()
    done = confirm(alicia, page)
    assert done.redirect_chain[-1][0] == address("submission_form")
    assert "Guardado lo que llenó en Excel" in done.content.decode()
    assert Result.objects.get().value == 8


def test_downloading_writes_nothing_and_sending_begins_the_report(world, alicia):
    Submission.objects.all().delete()
    content = alicia.get(address("submission_workbook")).content
    assert not Submission.objects.exists()
    assert alicia.get(address("workbook_upload")).status_code == 200
    assert not Submission.objects.exists()
    assert "Confirmar" in send(alicia, filled(content, IND_01=TYPED)).content.decode()
    assert Submission.objects.get().started_by == world.people.alicia


def test_the_workbook_holds_what_was_reported_before(world, alicia):
    content = alicia.get(address("submission_workbook")).content
    assert read_submission(io.BytesIO(content), world.filing).changes == ()


def test_mistakes_are_listed_and_nothing_can_be_confirmed(world, alicia):
    page = send(alicia, filled(world.workbook(), IND_01={"value": "=1+1", "sex::woman": -4}))
    text = page.content.decode()
    assert "Hay 2 errores" in text
    assert "Tiene una fórmula" in text
    assert "Confirmar" not in text
    assert confirm(alicia, page).status_code == 409
    assert not Result.objects.exists()


def test_a_conflict_is_shown_with_who_and_the_choice_is_kept(world, alicia):
    renzo = make_user("Renzo Talledo")
    make_designation(renzo, make_unit("GMU"))
    content = world.workbook()
    record(submission=world.submission, indicator=world.people_helped, typed={"value": "7"}, seen={}, by=renzo)
    page = send(alicia, filled(content, IND_01=TYPED))
    assert "Renzo Talledo" in page.content.decode()
    name = f"c-{world.people_helped.pk}:value"
    record(
        submission=world.submission, indicator=world.people_helped, typed={"value": "6"}, seen={"value": "7"}, by=renzo
    )
    again = confirm(alicia, page, **{name: "excel"})
    assert again.status_code == 409
    text = again.content.decode()
    assert "Algo cambió desde que vio esta página" in text
    assert 'value="excel" checked' in text
    confirm(alicia, again, **{name: "excel"})
    assert Result.objects.get().value == 8


def test_pressed_twice_it_is_written_once(world, alicia):
    page = send(alicia, filled(world.workbook(), IND_01=TYPED))
    assert confirm(alicia, page).status_code == 200
    assert confirm(alicia, page).redirect_chain[-1][0] == address("submission_form")
    assert Result.objects.get().revision == 1


def test_a_pending_workbook_is_offered_and_can_be_discarded(world, alicia):
    page = send(alicia, filled(world.workbook(), IND_01=TYPED))
    assert "nada de él se ha guardado todavía" in alicia.get(address("workbook_upload")).content.decode()
    upload = page.context["upload"]
    done = alicia.post(address("workbook_discard", upload.pk), follow=True)
    assert "Libro descartado" in done.content.decode()
    assert alicia.get(address("workbook_preview", upload.pk)).status_code == 302
    assert confirm(alicia, page).redirect_chain[-1][0] == address("workbook_upload")
    assert not Result.objects.exists()


@pytest.mark.parametrize(("file", "says"), [(None, "Elija el libro"), (b"hola", "reporte.xlsx")])
def test_what_is_no_workbook_is_refused_in_words(alicia, file, says):
    data = {} if file is None else {"file": SimpleUploadedFile("reporte.xlsx", file)}
    answer = alicia.post(address("workbook_upload"), data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not OfflineUpload.objects.exists()


def test_a_locked_report_says_why(world, alicia):
    page = send(alicia, filled(world.workbook(), IND_01=TYPED))
    period = world.submission.period
    close_period(period=period, by=world.people.bruno, seen=left_open(period).mark)
    assert "El semestre está cerrado" in alicia.get(address("workbook_upload")).content.decode()
    assert alicia.get(address("submission_workbook")).url == address("workbook_upload")
    assert confirm(alicia, page).status_code == 409
    assert send(alicia, filled(world.workbook())).status_code == 409
    assert not Result.objects.exists()


def test_only_those_who_type_get_there(world, client):
    renzo = make_user()
    make_designation(renzo, make_unit("GMU"), Role.REPORTER)
    client.force_login(world.people.alicia)
    upload = send(client, filled(world.workbook(), IND_01=TYPED)).context["upload"]
    for person in (world.people.bruno, world.people.carla):
        client.force_login(person)
        for name in PAGES:
            assert client.get(address(name)).status_code == 404
        assert send(client, io.BytesIO(b"x")).status_code == 404
    # What a colleague sent is theirs.
    client.force_login(renzo)
    assert client.get(address("workbook_upload")).status_code == 200
    assert client.get(address("workbook_preview", upload.pk)).status_code == 404
    for name in ("workbook_confirm", "workbook_discard"):
        assert client.post(address(name, upload.pk)).status_code == 404


def test_the_form_and_the_report_lead_there(alicia):
    for name in ("submission_form", "submission_detail"):
        assert address("workbook_upload") in alicia.get(address(name)).content.decode()
