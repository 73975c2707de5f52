"""Genuine, superseded, withdrawn, signed, added to, altered, another one, unknown: each told apart from the others."""

import datetime as dt
import io

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from institution.models import User
from reports.documents.stamp import ALPHABET, code_of
from reports.issuing import file_signed
from reports.models import Document
from reports.verification import Answer, Fingerprints, Verdict, code_from, document_of, verify
from tests.factories import make_people, make_plan
from tests.reports.archived import altered, content_of, make_issued, signed, small_pdf, upload

CODE, OTHER = "7Q4M-0HXN-2KDB", "9ZZZ-1111-0000"


@pytest.fixture
def people(db):
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima")


@pytest.fixture
def document(plan):
    return make_issued(plan, CODE)


def verdict(content, code=""):
    return verify(Fingerprints.of_bytes(content), code).verdict


def added_to(content):
    """A revision that a writer of PDFs appends, without a signature."""
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    writer.add_metadata({"/Title": "Otro título"})
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(content)
    return out.getvalue()


class TestVerdict:
    def test_genuine(self, document):
        answer = verify(Fingerprints.of_bytes(content_of(document)))
        assert (answer.verdict, answer.document) == (Verdict.GENUINE, document)

    def test_one_byte_altered(self, document):
        assert verdict(altered(content_of(document))) == Verdict.UNKNOWN

    @pytest.mark.parametrize("left", [0, 1, 500])
    def test_cut_off(self, document, left):
        assert verdict(content_of(document)[:left]) == Verdict.UNKNOWN

    def test_printed_again_or_saved_by_another_program(self, document):
        with pikepdf.open(io.BytesIO(content_of(document))) as pdf:
            out = io.BytesIO()
            pdf.save(out)
        assert verdict(out.getvalue()) == Verdict.UNKNOWN

    def test_signed_outside(self, document):
        content = signed(content_of(document))
        with pikepdf.open(io.BytesIO(content)) as pdf:  # it is a sound PDF
            assert len(pdf.pages) == 1
        answer = verify(Fingerprints.of_bytes(content))
        assert (answer.verdict, answer.document) == (Verdict.SIGNED, document)
        assert "este sistema no lo hace" in answer.explanation

    def test_signed_twice(self, document):
        assert verdict(signed(signed(content_of(document)))) == Verdict.SIGNED

    def test_signed_and_the_original_altered(self, document):
        content = content_of(document)
        assert verdict(altered(content) + signed(content)[len(content) :]) == Verdict.UNKNOWN

    def test_added_to_without_a_signature(self, document):
        assert verdict(added_to(content_of(document))) == Verdict.ADDED_TO

    def test_added_to_after_the_signature(self, document):
        assert verdict(added_to(signed(content_of(document)))) == Verdict.ADDED_TO

    def test_something_glued_on(self, document):
        content = content_of(document)
        assert verdict(content + b"x") == Verdict.ADDED_TO
        assert verdict(content + b"\nlo que sea %%EOF") == Verdict.ADDED_TO

    def test_a_signed_copy_that_was_filed(self, document, people):
        content = signed(content_of(document))
        copy = file_signed(document=document, file=upload(content), name="firmado.pdf", by=people.bruno)
        answer = verify(Fingerprints.of_bytes(content))
        assert (answer.verdict, answer.document, answer.copy) == (Verdict.SIGNED_FILED, document, copy)

    def test_not_ours(self, document):
        assert verdict(small_pdf("De otra casa")) == Verdict.UNKNOWN
        assert verdict(b"") == Verdict.UNKNOWN

    def test_ours_but_not_the_one_of_that_code(self, plan, document):
        other = make_issued(plan, OTHER)
        answer = verify(Fingerprints.of_bytes(content_of(other)), CODE)
        assert (answer.verdict, answer.document) == (Verdict.OTHER_CODE, other)
        assert verdict(content_of(document), CODE) == Verdict.GENUINE

    def test_the_altered_file_of_a_code_leads_to_the_original(self, document):
        answer = verify(Fingerprints.of_bytes(altered(content_of(document))), CODE)
        assert (answer.verdict, answer.document) == (Verdict.UNKNOWN, document)

    def test_what_is_not_made_yet_is_not_recognised(self, plan):
        make_issued(plan, CODE, file="", sha256="", size=None, issued_at=None)
        assert document_of(CODE) is None
        assert verdict(b"") == Verdict.UNKNOWN

    def test_queries_do_not_grow(self, document, plan, django_assert_max_num_queries):
        content = content_of(document)
        for number in range(20):
            make_issued(plan, f"0000-0000-00{number:02}")
        with django_assert_max_num_queries(4):
            verify(Fingerprints.of_bytes(signed(content)), CODE)


class TestCode:
    @pytest.mark.parametrize(
        "typed",
        [CODE, CODE.lower(), "7Q4M 0HXN 2KDB", "7q4mohxn2kdb", " 7Q4M–OHXN–2KDB ", "7Q4M.0HXN.2KDB"],
    )
    def test_however_it_is_typed(self, document, typed):
        assert document_of(typed) == document

    def test_i_and_l_are_1(self):
        assert code_from("9zzz-iIlL-oO00") == "9ZZZ-1111-0000"

    @pytest.mark.parametrize("typed", ["", "-", "7Q4M", "7Q4M-0HXN-2KDC", f"{CODE}7", "x" * 500, "ñ\x00€"])
    def test_a_wrong_one(self, document, typed):
        assert document_of(typed) is None

    @given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
    def test_every_code_that_is_printed_is_read(self, record):
        code = code_of("evaluation", record)
        assert code_from(code) == code_from(code.lower().replace("-", " ")) == code
        assert set(code) <= {*ALPHABET, "-"}


class TestHashesOfABrowser:
    def test_only_hashes_are_looked_at(self):
        assert Fingerprints.of_hashes("no", [], is_signed=False) is None
        found = Fingerprints.of_hashes("a" * 64, ["b" * 64, "x", "c" * 64], is_signed=True)
        assert found == Fingerprints("a" * 64, ("b" * 64, "c" * 64), True)

    def test_no_more_than_a_signed_file_has(self):
        assert len(Fingerprints.of_hashes("a" * 64, ["b" * 64] * 1000, is_signed=False).beginnings) == 20


class TestPages:
    """Everybody may ask, without an account."""

    def ask(self, client, content, code=""):
        address = reverse("reports:verify_code", args=[code]) if code else reverse("reports:verify")
        return client.post(address, {"file": upload(content)})

    def test_by_upload_without_a_script(self, client, document):
        page = self.ask(client, content_of(document)).text
        assert "Es auténtico" in page
        assert document.sha256 in page
        assert CODE in page

    def test_by_the_hash_alone(self, client, document):
        page = client.post(reverse("reports:verify"), {"sha256": document.sha256}).text
        assert "Es auténtico" in page

    def test_nothing_is_kept(self, client, document, settings):
        before = Document.objects.count()
        self.ask(client, small_pdf("ajeno"))
        assert Document.objects.count() == before

    def test_no_address_leads_to_a_verdict(self, client, document):
        """Else a false document could bear a QR that leads to the verdict of the genuine one."""
        page = client.get(reverse("reports:verify_code", args=[CODE]), {"sha256": document.sha256})
        assert "Es auténtico" not in page.text
        foreign = Client(enforce_csrf_checks=True)
        assert foreign.post(reverse("reports:verify"), {"sha256": document.sha256}).status_code == 403

    @pytest.mark.parametrize(
        ("make", "told"),
        [
            (altered, "No se reconoce este archivo"),
            (signed, "con una firma digital agregada"),
            (added_to, "le agregaron algo"),
        ],
    )
    def test_each_in_words(self, client, document, make, told):
        assert told in self.ask(client, make(content_of(document)), CODE).text

    def test_a_code_that_is_none(self, client, document):
        page = client.get(reverse("reports:verify_code", args=["0000-0000-0000"]))
        assert page.status_code == 404
        assert "No hay ningún documento con el código 0000-0000-0000" in page.text

    def test_a_code_typed_by_hand_leads_to_its_address(self, client, document):
        answer = client.get(reverse("reports:verify"), {"codigo": "7q4m ohxn 2kdb"})
        assert answer["Location"] == reverse("reports:verify_code", args=[CODE])

    def test_no_file_is_said_and_not_an_error(self, client, db):
        page = client.post(reverse("reports:verify"))
        assert page.status_code == 422
        assert "Elija el archivo" in page.text

    def test_superseded_by_which(self, client, plan, document):
        later = make_issued(
            plan, OTHER, published_on=dt.date(2025, 1, 2), published_by=User.objects.system(), title="El vigente"
        )
        Document.objects.filter(pk=document.pk).update(superseded_by=later)
        page = self.ask(client, content_of(document)).text
        assert "Es auténtico" in page
        assert "Fue reemplazado" in page
        assert "El vigente" in page
        assert OTHER in page

    def test_withdrawn_says_why_and_is_not_downloaded(self, client, plan):
        document = make_issued(
            plan,
            CODE,
            published_on=dt.date(2025, 1, 2),
            published_by=User.objects.system(),
            withdrawn_on=dt.date(2025, 1, 3),
            withdrawn_why="Faltaba un anexo.",
        )
        page = self.ask(client, content_of(document)).text
        assert "Es auténtico" in page
        assert "Faltaba un anexo." in page
        assert reverse("reports:document_file", args=[CODE]) not in page
        assert client.get(reverse("reports:document_file", args=[CODE])).status_code == 404

    def test_an_internal_one_tells_what_it_is_and_nothing_else(self, client, plan):
        document = make_issued(plan, CODE, kind="handover", title="Entrega de cargo. Alicia Rojas")
        assert Answer(document).key_figures == ()
        for page in (
            client.get(reverse("reports:verify_code", args=[CODE])).text,
            self.ask(client, content_of(document)).text,
        ):
            assert "Entrega de cargo" in page
            assert "documento interno" in page
            assert "Rojas" not in page
            assert reverse("reports:document_file", args=[CODE]) not in page

    @pytest.mark.parametrize(
        ("state", "told"),
        [
            ({}, False),
            ({"published_on": dt.date(2025, 1, 2)}, True),
            (
                {
                    "published_on": dt.date(2025, 1, 2),
                    "withdrawn_on": dt.date(2025, 1, 3),
                    "withdrawn_why": "Un error.",
                },
                False,
            ),
        ],
        ids=["never published", "published", "withdrawn"],
    )
    def test_figures_are_told_of_what_everybody_may_read(self, client, plan, state, told):
        by = User.objects.system() if state else None
        make_issued(plan, CODE, published_by=by, **state)
        page = client.get(reverse("reports:verify_code", args=[CODE])).text
        assert ("Indicadores" in page) == told
        assert ("No está publicado" in page) != told

    def test_a_published_one_is_downloaded_as_it_was_issued(self, client, plan):
        document = make_issued(plan, CODE, published_on=dt.date(2025, 1, 2), published_by=User.objects.system())
        answer = client.get(reverse("reports:document_file", args=[CODE]))
        assert b"".join(answer) == content_of(document)
        assert answer["Content-Type"] == "application/pdf"
