"""The PDF itself: it opens, is tagged, shows the record's figures, is the same every time, and fetches nothing."""

import hashlib
import io
import sys

import pytest
from pdfua import validate
from pdfua.model import Severity
from pypdf import PdfReader

from reports.documents import evaluation_report
from reports.pdf import AddressRefused, PdfUnavailable, evaluation_html, own_file, render_pdf
from tests.reports.records import make_record


def printed(record):
    return render_pdf(evaluation_html(evaluation_report(record)), identifier="una-evaluacion")


@pytest.fixture(scope="module")
def content(pango):
    return printed(make_record())


@pytest.fixture(scope="module")
def reader(content):
    return PdfReader(io.BytesIO(content))


@pytest.fixture(scope="module")
def text(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


class TestThePdf:
    def test_has_its_parts(self, reader, text):
        assert 6 <= len(reader.pages) <= 12
        titles = [item.title for item in reader.outline if not isinstance(item, list)]
        assert titles[:3] == ["Contenido", "En una página", "1. Resumen ejecutivo"]
        assert titles[-1] == "Anexo. Seguimiento de indicadores"
        assert f"Página 2 de {len(reader.pages)}" in text

    def test_the_summary_is_one_page(self, reader):
        pages = [page.extract_text() for page in reader.pages]
        assert "En una página" in pages[2]
        assert "Lo que menos avanzó" in pages[2]
        assert "1. Resumen ejecutivo" in pages[3]

    def test_the_annex_lies_on_its_side(self, reader):
        assert reader.pages[-1].mediabox.width > reader.pages[-1].mediabox.height
        assert reader.pages[1].mediabox.width < reader.pages[1].mediabox.height

    def test_shows_the_figures_of_the_record(self, text):
        report = evaluation_report(make_record())
        assert report.summary.numbers[0].text.replace(" ", "\u00a0") in text
        for guideline in report.guidelines:
            for line in guideline.lines:
                assert line.official.text in text
        for group in report.annex.groups:
            for row in group.rows:
                assert row.year.text in text
                assert row.code in text

    def test_text_is_text_and_never_markup(self, text):
        assert "<b>No es HTML</b>" in text

    def test_is_tagged_and_says_its_language(self, reader):
        root = reader.trailer["/Root"]
        assert root["/Lang"] == "es-PE"
        assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
        assert reader.metadata.title.startswith("Evaluación 2023 del Plan de Movilidad Humana")

    def test_every_checkable_rule_of_pdf_ua_holds(self, content, tmp_path):
        file = tmp_path / "evaluacion.pdf"
        file.write_bytes(content)
        findings = [found for found in validate(str(file)).findings if found.severity >= Severity.ERROR]
        assert findings == []

    def test_same_record_same_bytes(self, content):
        assert hashlib.sha256(printed(make_record())).digest() == hashlib.sha256(content).digest()

    def test_its_date_is_that_of_the_closing(self, reader):
        assert reader.metadata["/CreationDate"].startswith("D:20240228")

    def test_a_draft_says_so_on_every_page(self, pango):
        pages = PdfReader(io.BytesIO(printed(make_record(closed_on=None)))).pages
        assert all("BORRADOR" in page.extract_text() for page in pages)

    def test_reference_text_says_so_on_every_page(self, pango):
        record = make_record()
        record["plan"]["is_reference"] = True
        pages = PdfReader(io.BytesIO(printed(record))).pages
        assert "Documento de referencia" in pages[0].extract_text()
        assert all("documento de referencia" in page.extract_text().lower() for page in pages)


class TestWhatItMayRead:
    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/a.css",
            "https://example.org/a.css",
            "file:///etc/passwd",
            "/etc/passwd",
            "static:../pmh/settings.py",
            "static:css/base.css",
            "data:text/css,a{}",
        ],
    )
    def test_refused(self, url):
        with pytest.raises(AddressRefused):
            own_file(url)

    def test_our_own(self):
        assert own_file("static:css/document.css").name == "document.css"
        assert own_file("static:css/tokens.css").name == "tokens.css"

    @pytest.mark.parametrize("url", ["http://example.org/a.png", "file:///etc/passwd"])
    def test_a_document_that_names_another_is_not_made(self, pango, url):
        with pytest.raises(AddressRefused):
            render_pdf(f'<html lang="es"><body><img src="{url}" alt="x"></body></html>', identifier="x")


def test_without_pango_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PdfUnavailable, match="apt-get install"):
        render_pdf("<p>x</p>", identifier="x")
