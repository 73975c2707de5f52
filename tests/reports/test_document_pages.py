"""The archive as its pages show it: how far a document has come, why it failed, published, withdrawn, signed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution import clock, jobs
from institution.models import Job
from reports import issuing
from reports.documents.archive import load_archive
from reports.models import Document
from reports.pdf import PdfUnavailable
from tests.factories import make_people, make_plan
from tests.reports.archived import content_of, make_issued, signed, small_pdf, upload

pytestmark = pytest.mark.django_db
CODE = "7Q4M-0HXN-2KDB"
WAITING = {"file": "", "sha256": "", "size": None, "issued_at": None}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima")


def page(client, user, name="document_detail", code=CODE, **data):
    client.force_login(user)
    address = reverse(f"reports:{name}", args=["lima", code])
    return client.post(address, data, follow=True) if data else client.get(address)


def waiting(plan, code=CODE, **job):
    """A document that nobody has made yet, with its job."""
    document = make_issued(plan, code, **WAITING)
    fields = {"kind": issuing.WORK, "payload": {"code": code}, "next_attempt_at": clock.real_now()} | job
    Job.objects.create(key=document.job_key, asked_by=document.asked_by, **fields)
    return document


class TestProgress:
    def test_while_it_is_made(self, plan, people, client):
        waiting(plan, progress=40, step="Componiendo las páginas")
        answer = page(client, people.alicia)
        said = answer.content.decode()
        assert "El PDF se está haciendo" in said
        assert 'value="40"' in said
        assert "Componiendo las páginas" in said
        assert "Descargar el PDF" not in said
        state = page(client, people.alicia, "document_state")
        assert state.json() == {"percent": 40, "step": "Componiendo las páginas", "ended": False}
        assert state["Cache-Control"] == "no-store"

    def test_once_it_is_made(self, plan, people, client):
        make_issued(plan, CODE)
        assert "Descargar el PDF" in page(client, people.alicia).content.decode()
        assert page(client, people.alicia, "document_state").json() == {"percent": 100, "step": "", "ended": True}

    def test_a_failure_says_why_and_is_tried_again(self, plan, people, client, monkeypatch, press):
        def broken(kind, record, stamp):
            raise PdfUnavailable("Falta Pango en el servidor.")

        monkeypatch.setattr(issuing, "print_document", broken)
        waiting(plan)
        jobs.work_off()
        said = page(client, people.alicia).content.decode()
        assert "No se pudo hacer el PDF." in said
        assert "Falta Pango en el servidor." in said
        assert page(client, people.alicia, "document_state").json()["ended"]
        monkeypatch.setattr(issuing, "print_document", press)
        page(client, people.alicia, "document_retry", again="1")
        assert Job.objects.get().state == Job.State.WAITING
        jobs.work_off()
        assert "Descargar el PDF" in page(client, people.alicia).content.decode()

    def test_what_is_not_theirs_is_not_there(self, plan, people, client):
        waiting(plan)
        internal = make_issued(plan, "9ZZZ-1111-0000", kind="handover")
        for name in ("document_detail", "document_state", "document_retry"):
            assert page(client, people.carla, name, **({"x": "1"} if "retry" in name else {})).status_code == 404
            again = {"x": "1"} if "retry" in name else {}
            assert page(client, people.alicia, name, internal.code, **again).status_code == 404


@pytest.fixture
def press():
    return lambda kind, record, stamp: small_pdf(stamp.code)


class TestPublishing:
    def test_published_withdrawn_and_published_again(self, plan, people, client):
        make_issued(plan, CODE)
        said = page(client, people.bruno, "document_publish", yes="1").content.decode()
        assert "cualquier persona puede leerlo en el sitio público" in said
        assert Client().get(reverse("reports:document_file", args=[CODE])).status_code == 200
        refused = page(client, people.bruno, "document_withdraw", why=" ")
        assert refused.status_code == 422
        assert "Escriba por qué se retira" in refused.content.decode()
        said = page(client, people.bruno, "document_withdraw", why="Una cifra está mal.").content.decode()
        assert "Una cifra está mal." in said
        assert Client().get(reverse("reports:document_file", args=[CODE])).status_code == 404
        assert "Publicar de nuevo" in said
        page(client, people.bruno, "document_publish", yes="1")
        assert Document.objects.get().withdrawn_why == ""

    def test_what_was_typed_comes_back(self, plan, people, client):
        make_issued(plan, CODE)
        refused = page(client, people.bruno, "document_withdraw", why="No estaba publicado.")
        assert refused.status_code == 422
        assert "El documento no está publicado." in refused.content.decode()

    def test_an_internal_document_and_an_older_word_are_refused(self, plan, people, client):
        make_issued(plan, CODE, kind="handover")
        assert page(client, people.bruno, "document_publish", yes="1").status_code == 422
        newer = make_issued(plan, "9ZZZ-1111-0000")
        make_issued(plan, "1111-2222-3333", superseded_by=newer)
        refused = page(client, people.bruno, "document_publish", "1111-2222-3333", yes="1")
        assert "Hay un documento posterior sobre lo mismo" in refused.content.decode()

    @pytest.mark.parametrize("name", ["document_publish", "document_withdraw", "document_sign"])
    def test_only_the_coordination(self, plan, people, client, name):
        make_issued(plan, CODE)
        assert page(client, people.alicia, name, why="Porque sí.").status_code == 403
        assert page(client, people.carla, name, why="Porque sí.").status_code == 404
        assert name.removeprefix("document_") not in page(client, people.alicia).content.decode()

    def test_a_signed_copy_is_filed_beside_the_original(self, plan, people, client):
        document = make_issued(plan, CODE)
        none = page(client, people.bruno, "document_sign", nothing="1")
        assert "Elija el archivo firmado." in none.content.decode()
        wrong = page(client, people.bruno, "document_sign", file=upload(small_pdf("otro")))
        assert (wrong.status_code, document.signed_copies.count()) == (422, 0)
        answer = page(client, people.bruno, "document_sign", file=upload(signed(content_of(document))))
        assert "Copia firmada archivada" in answer.content.decode()
        copy = document.signed_copies.get()
        file = client.get(reverse("reports:document_signed_file", args=[CODE, copy.pk]))
        assert b"".join(file) == content_of(copy)


class TestTheList:
    def test_every_state_has_its_word(self, plan, people, client):
        make_issued(plan, "1111-1111-1111")
        make_issued(plan, "2222-2222-2222", published_on=clock.today(), published_by=people.bruno)
        waiting(plan, "3333-3333-3333")
        failed = {"state": Job.State.FAILED, "next_attempt_at": None, "ended_at": clock.real_now()}
        waiting(plan, "4444-4444-4444", error="Falta Pango.", **failed)
        states = {row.document.code: row.state for row in load_archive(plan, people.bruno, {}).rows}
        assert [states[code] for code in sorted(states)] == ["issued", "published", "waiting", "failed"]

    def test_of_one_kind(self, plan, people):
        make_issued(plan, "1111-1111-1111")
        make_issued(plan, "2222-2222-2222", kind="handover")
        assert [row.document.kind for row in load_archive(plan, people.bruno, {"tipo": "handover"}).rows] == [
            "handover"
        ]
        assert len(load_archive(plan, people.alicia, {"tipo": "handover"}).rows) == 1  # theirs, and the kind is none

    def test_four_queries_however_many_there_are(self, plan, people, django_assert_num_queries):
        plan.government  # noqa: B018  (read before it is counted)
        for count in (1, 12):
            for number in range(count):
                make_issued(plan, f"{count:04}-{number:04}-AAAA")
                waiting(plan, f"{count:04}-{number:04}-BBBB")
            with django_assert_num_queries(4):  # kinds; documents; jobs of those not made; signed copies
                load_archive(plan, people.bruno, {})

    def test_the_page_does_not_ask_more_for_more(self, plan, people, client):
        def count() -> int:
            client.force_login(people.bruno)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("reports:document_list", args=["lima"]))
            return len(queries)

        make_issued(plan, CODE)
        before = count()
        for number in range(9):
            make_issued(plan, f"{number:04}-0000-AAAA")
        assert count() == before
