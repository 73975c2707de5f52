"""The PDF itself: it opens, is tagged, shows the record's figures, is the same every time, and fetches nothing."""

import hashlib
import io
import sys

import pikepdf
import pytest
from pdfua import validate
from pdfua.model import Severity
from pypdf import PdfReader

from monitoring.frozen import canonical
from reports.documents import evaluation_report
from reports.documents.kinds import KINDS
from reports.documents.stamp import stamp_of
from reports.pdf import AddressRefused, PdfUnavailable, own_file, print_document, render_pdf
from tests.reports.records import make_record

PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"


def printed(record):
    return print_document(KINDS["evaluation"], record, stamp_of("evaluation", record))


@pytest.fixture(scope="module")
def content(pango):
    return printed(make_record())


@pytest.fixture(scope="module")
def reader(content):
    return PdfReader(io.BytesIO(content))


@pytest.fixture(scope="module")
def pdf(content):
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield opened


@pytest.fixture(scope="module")
def text(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


class TestThePdf:
    def test_has_its_parts(self, reader, text):
        assert 6 <= len(reader.pages) <= 12
        titles = [item.title for item in reader.outline if not isinstance(item, list)]
        assert titles[:4] == ["Control de versiones", "Contenido", "En una página", "1. Presentación"]
        assert titles[-1] == "Anexo. Seguimiento de indicadores"
        assert f"Página 2 de {len(reader.pages)}" in text

    def test_the_summary_is_one_page(self, reader):
        pages = [page.extract_text() for page in reader.pages]
        assert "En una página" in pages[3]
        assert "Lo que menos avanzó" in pages[3]
        assert "1. Presentación" in pages[4]

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

    def test_a_record_of_the_first_schema_is_still_printed(self, pango):
        record = make_record()
        for key in ("versions", "sheets", "previous", "people", "earlier_commitments"):
            record.pop(key, None)
        record["findings"] = ["Un hallazgo."]
        assert "Un hallazgo." in PdfReader(io.BytesIO(printed(record))).pages[-2].extract_text()

    def test_a_draft_says_so_on_every_page(self, pango):
        pages = PdfReader(io.BytesIO(printed(make_record(closed_on=None)))).pages
        assert all("BORRADOR" in page.extract_text() for page in pages)

    def test_reference_text_says_so_on_every_page(self, pango):
        record = make_record()
        record["plan"]["is_reference"] = True
        pages = PdfReader(io.BytesIO(printed(record))).pages
        assert "Documento de referencia" in pages[0].extract_text()
        assert all("documento de referencia" in page.extract_text().lower() for page in pages)


class TestMadeToLast:
    def test_says_that_it_is_pdf_a_3a_and_pdf_ua_1(self, pdf):
        with pdf.open_metadata() as metadata:
            assert metadata[f"{PDFA}part"] == "3"
            assert metadata[f"{PDFA}conformance"] == "A"
            assert metadata[f"{PDFUA}part"] == "1"
            assert metadata["dc:title"].startswith("Evaluación 2023 del Plan de Movilidad Humana")
            assert list(metadata["dc:language"]) == ["es-PE"]
            assert metadata["xmp:CreateDate"] == "2024-02-28"

    def test_describes_the_schema_that_pdf_a_does_not_know(self, pdf):
        packet = pdf.Root.Metadata.read_bytes()
        assert b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in packet

    def test_colours_have_a_profile(self, pdf):
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"  # an ICC profile

    def test_every_font_is_inside(self, pdf):
        fonts = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}
        assert fonts
        for font in fonts.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))

    def test_title_language_and_order(self, pdf):
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "es-PE"
        assert all(page.Tabs == "/S" for page in pdf.pages)

    def test_the_record_and_the_workbook_are_inside(self, pdf):
        files = {name: pdf.attachments[name] for name in pdf.attachments}
        assert sorted(files) == ["evaluacion-2023-pmh-t-v1.xlsx", "registro.json"]
        record = files["registro.json"].get_file()
        assert record.read_bytes() == canonical(make_record())
        assert record.mime_type == "application/json"
        assert hashlib.sha256(record.read_bytes()).hexdigest() == evaluation_report(make_record()).sha256
        assert files["registro.json"].obj.AFRelationship == "/Source"
        book = files["evaluacion-2023-pmh-t-v1.xlsx"]
        assert book.get_file().mime_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert book.obj.AFRelationship == "/Data"
        assert book.get_file().read_bytes()[:2] == b"PK"
        for file in files.values():
            assert file.description
            assert str(file.get_file().obj.Params.ModDate) == "D:20240228000000Z"
        assert len(pdf.Root.AF) == len(files)

    def test_header_cells_say_what_they_head(self, pdf):
        scopes = {str(each.A.Scope) for each in elements(pdf) if each.S == "/TH"}
        assert scopes == {"/Column", "/Row"}

    def test_charts_are_read_with_their_numbers_and_decoration_is_not(self, pdf):
        told = [str(each.Alt) for each in elements(pdf) if each.S == "/Figure"]
        assert any("2022-1: meta 512, resultado 301" in text for text in told)
        assert all(text not in ("", "decoration") for text in told)

    def test_margins_are_not_read(self, pdf):
        """Every page says its number outside of the tree of tags."""
        for page in list(pdf.pages)[1:]:
            stream = pikepdf.parse_content_stream(page)
            marks = [str(operands[0]) for operands, operator in stream if str(operator) == "BDC"]
            assert marks.count("/Artifact") >= 2

    def test_it_is_stamped(self, text):
        stamp = stamp_of("evaluation", make_record())
        assert text.count(stamp.code) >= 2
        assert stamp.address in text.replace("\n", "")


def elements(pdf):
    """Every element of the tree of tags."""
    todo = [pdf.Root.StructTreeRoot.K[0]]
    while todo:
        element = todo.pop()
        yield element
        for kid in element.get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                todo.append(kid)


class TestMarks:
    @pytest.mark.parametrize(("draft", "reference"), [(True, False), (False, True), (True, True), (False, False)])
    def test_across_every_page_and_never_read_out(self, pango, draft, reference):
        record = make_record(closed_on=None if draft else "2024-02-28")
        record["plan"]["is_reference"] = reference
        content = printed(record)
        for page in PdfReader(io.BytesIO(content)).pages:
            assert ("BORRADOR" in page.extract_text().split("\n")) or not draft
            assert ("DOCUMENTO DE REFERENCIA" in page.extract_text()) == reference
        if not draft:
            assert all("BORRADOR" not in page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


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
