"""A document printed in a test, and what came out of it."""

import io
import json

from pdfua import validate
from pdfua.model import Severity
from pypdf import PdfReader

from reports.documents.kinds import KINDS
from reports.documents.stamp import stamp_of
from reports.pdf import print_document


def stored(record):
    """The record as the database gives it back."""
    return json.loads(json.dumps(record))


def content_of(name, record):
    return KINDS[name].content(stored(record))


def printed(name, record):
    return print_document(KINDS[name], record, stamp_of(name, record))


def text_of(content):
    """All its words, line breaks as blanks."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def breaches(content, folder):
    """The rules of PDF/UA that the file breaks."""
    file = folder / "documento.pdf"
    file.write_bytes(content)
    return [found for found in validate(str(file)).findings if found.severity >= Severity.ERROR]
