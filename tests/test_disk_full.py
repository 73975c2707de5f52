"""A full disk wherever files are kept: it is told in words, what was typed stays, and nothing is half there."""

import errno

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from institution.models import Job
from monitoring.models import Evidence, OfflineUpload
from monitoring.workflow import start
from plans.models import LibraryItem, PlanUpload
from reports import issuing
from reports.documents.asked import Asked
from reports.documents.road_map import record_of_road_map
from reports.issuing import issue, job_of
from tests.factories import make_indicator, make_people, make_plan, make_tree, make_unit
from tests.reports.archived import small_pdf, upload
from tests.uploaded import pdf

pytestmark = pytest.mark.django_db
NO_ROOM = "El servidor no tiene espacio"


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima", open_period="2022-1")


def full(name, content, max_length=None):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full_disk(monkeypatch):
    monkeypatch.setattr(default_storage, "save", full)


@pytest.fixture
def report(plan, people):
    """A report of GMU that was begun."""
    unit = make_unit("GMU")
    indicator = make_indicator(make_tree(plan, lead_unit=unit).activity, unit=unit, targets={"2022-1": 5})
    return start(unit=unit, period=plan.periods.get(code="2022-1"), by=people.alicia), indicator


def test_evidence(client, people, report, full_disk):
    client.force_login(people.alicia)
    submission, indicator = report
    address = reverse("monitoring:evidence_attach", args=["lima", "2022-1", "GMU", indicator.pk])
    answer = client.post(address, {f"{indicator.pk}-files": upload(pdf())})
    assert answer.status_code == 200
    assert NO_ROOM in answer.json()["refused"]
    # On the form without a script: what was typed is written, and only the file is not.
    form = reverse("monitoring:submission_form", args=["lima", "2022-1", "GMU"])
    page = client.post(
        form, {f"{indicator.pk}-value": "7", f"{indicator.pk}-seen": "{}", f"{indicator.pk}-files": upload(pdf())}
    )
    assert page.status_code == 422
    assert NO_ROOM in page.text
    assert submission.results.get().value == 7
    assert not Evidence.objects.exists()


def test_workbook_of_a_report(client, people, report):
    client.force_login(people.alicia)
    book = b"".join(client.get(reverse("monitoring:submission_workbook", args=["lima", "2022-1", "GMU"])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default_storage, "save", full)
        page = client.post(
            reverse("monitoring:workbook_upload", args=["lima", "2022-1", "GMU"]),
            {"file": upload(book, "reporte.xlsx")},
        )
    assert (page.status_code, NO_ROOM in page.text) == (422, True)
    assert not OfflineUpload.objects.exists()


def test_file_of_earlier_semesters(client, people, plan, full_disk):
    client.force_login(people.bruno)
    file = upload(b"indicator_code,period,value\n", "resultados.csv")
    page = client.post(reverse("monitoring:historical_upload", args=["lima"]), {"file": file})
    assert (page.status_code, NO_ROOM in page.text) == (422, True)
    assert not PlanUpload.objects.exists()


def test_library(client, people, plan, full_disk):
    client.force_login(people.bruno)
    typed = {"title": "Ordenanza", "kind": "other", "upload": upload(pdf(), "ordenanza.pdf")}
    page = client.post(reverse("plans:library_create", args=["lima"]), typed)
    assert (page.status_code, NO_ROOM in page.text, "Ordenanza" in page.text) == (422, True, True)
    assert not LibraryItem.objects.exists()


def test_document_is_made_once_there_is_room(people, plan, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(issuing, "print_document", lambda kind, record, stamp: small_pdf(stamp.code))
    with pytest.MonkeyPatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(default_storage, "save", full)
        document = issue(Asked("road_map", record_of_road_map(plan), plan), by=people.bruno)
    job = job_of(document)
    assert (job.state, "no tiene espacio" in job.error) == (Job.State.FAILED, True)
    with django_capture_on_commit_callbacks(execute=True):
        issuing.retry(document=document)
    document.refresh_from_db()
    assert document.is_issued
