"""Issued once, archived for ever, published and withdrawn by the coordination, signed outside."""

import hashlib

import pytest
from django.core.files.storage import default_storage

from institution import uploads
from institution.models import Job, User
from institution.uploads import UploadRefused
from monitoring.evaluation import close_evaluation, open_evaluation, supersede_evaluation
from reports import issuing
from reports.documents.asked import Asked
from reports.documents.road_map import record_of_road_map
from reports.issuing import IssuingRefused, archived, file_signed, issue, issue_evaluation, job_of, publish, withdraw
from reports.models import Document, SignedCopy
from reports.pdf import PdfUnavailable
from tests.constraints import refused
from tests.factories import make_indicator, make_people, make_plan, make_result, make_tree, make_unit
from tests.reports.archived import altered, content_of, make_issued, signed, small_pdf, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima", closed_up_to="2022-2")


@pytest.fixture
def issued(plan, people, press, django_capture_on_commit_callbacks):
    def ask():
        with django_capture_on_commit_callbacks(execute=True):
            document = issue(Asked("road_map", record_of_road_map(plan), plan), by=people.bruno)
        document.refresh_from_db()
        return document

    return ask


class TestIssuing:
    def test_is_made_in_the_background_and_archived(self, issued, press):
        document = issued()
        content = content_of(document)
        assert press == [document.code]
        assert (document.sha256, document.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert job_of(document).state == Job.State.DONE

    def test_asking_twice_makes_one(self, issued, press):
        assert issued() == issued()
        assert (len(press), Document.objects.count(), Job.objects.count()) == (1, 1, 1)

    def test_what_is_archived_is_never_written_again(self, issued):
        document = issued()
        issuing._archive(document, small_pdf("otra vez"))
        before = (document.file.name, document.sha256)
        document.refresh_from_db()
        assert (document.file.name, document.sha256) == before
        assert len(default_storage.listdir(document.file.name.rpartition("/")[0])[1]) >= 1

    def test_the_database_keeps_file_and_hash_together(self, issued):
        row = Document.objects.filter(pk=issued().pk)
        refused(lambda: row.update(sha256=""))
        refused(lambda: row.update(size=None))
        refused(lambda: row.update(issued_at=None))

    def test_a_machine_that_cannot_print_says_why_and_is_retried(
        self, issued, press, monkeypatch, django_capture_on_commit_callbacks
    ):
        def broken(kind, record, stamp):
            raise PdfUnavailable("Falta Pango.")

        with monkeypatch.context() as patch:
            patch.setattr(issuing, "print_document", broken)
            document = issued()
        assert (document.is_issued, job_of(document).error) == (False, "Falta Pango.")
        with django_capture_on_commit_callbacks(execute=True):
            issuing.retry(document=document)
        document.refresh_from_db()
        assert document.is_issued


class TestEvaluations:
    @pytest.fixture
    def closed(self, plan, people):
        unit = make_unit("GMU")
        tree = make_tree(plan, lead_unit=unit)
        make_result(make_indicator(tree.activity, unit=unit, targets={"2022-1": 4, "2022-2": 4}), "2022-1", 4)
        draft = open_evaluation(plan=plan, year=2022, by=people.bruno)
        return close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)

    def test_a_later_version_supersedes_as_soon_as_it_is_closed(
        self, closed, plan, people, press, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            first = issue_evaluation(evaluation=closed, by=people.bruno)
        first = Document.objects.get(pk=first.pk)
        assert archived(closed) == first
        draft = supersede_evaluation(plan=plan, year=2022, by=people.bruno, reason="Se corrigió un dato.")
        assert not Document.objects.get(pk=first.pk).is_superseded  # the closed version is official until then
        assert archived(draft) is None
        second = close_evaluation(draft, by=people.bruno, texts_may_be_empty=True)
        assert Document.objects.get(pk=first.pk).is_superseded  # before the later one is printed, too
        with django_capture_on_commit_callbacks(execute=True):
            later = issue_evaluation(evaluation=second, by=people.bruno)
        assert Document.objects.get(pk=first.pk).superseded_by == later
        assert later.code != first.code

    def test_one_closed_by_command_is_issued_from_its_page(
        self, closed, people, press, client, django_capture_on_commit_callbacks
    ):
        page, label = "/planes/lima/evaluaciones/2022/", "Emitir el documento"
        client.force_login(people.alicia)
        assert label not in client.get(page).text
        client.force_login(people.bruno)
        assert label in client.get(page).text
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/planes/lima/documentos/pedir/evaluation/", {"year": 2022, "version": 1})
        document = archived(closed)
        assert answer["Location"] == f"/planes/lima/documentos/{document.code}/"
        assert label not in client.get(page).text
        assert client.get(f"{page}evaluacion.pdf")["Location"] == f"/documentos/{document.code}/"


class TestPublishing:
    def test_by_the_coordination_and_withdrawn_with_a_reason(self, issued, people):
        document = publish(document=issued(), by=people.bruno)
        assert document in Document.objects.published()
        with pytest.raises(IssuingRefused, match="por qué se retira"):
            withdraw(document=document, why=" ", by=people.bruno)
        withdraw(document=document, why="Faltaba un anexo.", by=people.bruno)
        assert document not in Document.objects.published()
        publish(document=document, by=people.bruno)
        assert document in Document.objects.published()

    def test_nobody_else_does(self, issued, people):
        document = issued()
        for person in (people.alicia, people.carla):
            with pytest.raises(IssuingRefused, match="Solo la coordinación"):
                publish(document=document, by=person)

    def test_an_internal_document_is_not_published(self, plan, people):
        document = make_issued(plan, kind="handover")
        with pytest.raises(IssuingRefused, match="interno"):
            publish(document=document, by=people.bruno)


class TestSignedCopies:
    @pytest.fixture
    def document(self, plan):
        return make_issued(plan, content=small_pdf("Con libro", workbook=True))

    def file(self, document, content, by):
        return file_signed(document=document, file=upload(content), name="firmado.pdf", by=by)

    def test_kept_to_the_byte_beside_the_original_with_its_workbook_inside(self, document, people):
        content = signed(content_of(document))
        copy = self.file(document, content, people.bruno)
        assert (content_of(copy), copy.sha256) == (content, hashlib.sha256(content).hexdigest())
        assert self.file(document, content, people.bruno) == copy

    def test_a_workbook_is_no_guest_in_other_files(self):
        with pytest.raises(UploadRefused):
            uploads.accept(upload(small_pdf("Ajeno", workbook=True)), name="ajeno.pdf")

    def test_a_file_that_is_too_large_is_refused_for_that(self, document, people, settings):
        settings.UPLOAD_MAX_BYTES = 500
        with pytest.raises(UploadRefused) as refused:
            self.file(document, signed(content_of(document)) + b"x" * 500, people.bruno)
        assert refused.value.code == "too_large"

    @pytest.mark.parametrize(
        ("make", "why"),
        [
            (lambda content: signed(altered(content)), "no empieza con los mismos bytes"),
            (lambda content: content, "sin firma"),
            (lambda content: small_pdf("otro"), "no empieza con los mismos bytes"),
        ],
    )
    def test_anything_else_is_refused(self, document, people, make, why):
        with pytest.raises(IssuingRefused, match=why):
            self.file(document, make(content_of(document)), people.bruno)
        assert not SignedCopy.objects.exists()

    def test_by_the_coordination_only(self, document, people):
        with pytest.raises(IssuingRefused, match="Solo la coordinación"):
            self.file(document, signed(content_of(document)), people.alicia)


def test_a_command_issues_in_the_name_of_the_system(plan, press):
    document = issue(Asked("road_map", record_of_road_map(plan), plan), by=User.objects.system())
    assert not document.is_issued
