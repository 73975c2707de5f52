"""Files are kept through Django's interface of a store alone, so that a store elsewhere serves as well as a folder."""

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command
from django.urls import reverse

from monitoring.models import Evidence
from monitoring.workflow import start
from reports import issuing
from reports.documents.asked import Asked
from reports.documents.road_map import record_of_road_map
from reports.issuing import content_of, issue
from tests.factories import make_indicator, make_people, make_plan, make_tree, make_unit
from tests.reports.archived import small_pdf, upload
from tests.uploaded import pdf

pytestmark = pytest.mark.django_db


class Elsewhere(InMemoryStorage):
    """A store that has no folder: whoever asks it for a path is refused."""

    def path(self, name):
        raise NotImplementedError

    def _relative_path(self, name):  # as Django keeps it in memory it asks for paths itself
        return "." if name == self.base_location else name


@pytest.fixture
def elsewhere(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Elsewhere"}}


def test_evidence_documents_and_the_sweep(client, elsewhere, monkeypatch, django_capture_on_commit_callbacks, capsys):
    people, plan = make_people(), make_plan(code="lima", open_period="2022-1")
    unit = make_unit("GMU")
    indicator = make_indicator(make_tree(plan, lead_unit=unit).activity, unit=unit, targets={"2022-1": 5})
    start(unit=unit, period=plan.periods.get(code="2022-1"), by=people.alicia)
    client.force_login(people.alicia)
    address = reverse("monitoring:evidence_attach", args=["lima", "2022-1", "GMU", indicator.pk])
    assert client.post(address, {f"{indicator.pk}-files": upload(pdf())}).json()["refused"] == ""
    evidence = Evidence.objects.get()
    given = client.get(reverse("monitoring:evidence_file", args=[evidence.pk]))
    assert b"".join(given) == pdf()

    monkeypatch.setattr(issuing, "print_document", lambda kind, record, stamp: small_pdf(stamp.code))
    with django_capture_on_commit_callbacks(execute=True):
        document = issue(Asked("road_map", record_of_road_map(plan), plan), by=people.bruno)
    document.refresh_from_db()
    assert content_of(document) == small_pdf(document.code)

    call_command("sweep_uploads")
    assert "Archivos sin registro: 0" in capsys.readouterr().out
    assert client.get("/salud/lista/").json()["files"] == "ok"
