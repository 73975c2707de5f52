"""From HTML to PDF. WeasyPrint is imported inside functions, so that all else runs without Pango.

The PDF is PDF/A-3a and PDF/UA-1, and the same input gives the same bytes. Nothing is fetched: a document may name our
own static files and nothing else.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.evaluation import standing_record
from monitoring.frozen import JSON, canonical
from monitoring.models import Evaluation
from reports.checks import INSTALL
from reports.documents import file_name
from reports.documents.kinds import KINDS, Attachment, DocumentKind
from reports.documents.stamp import Stamp, stamp_of
from reports.pdf.lasting import DECORATION, RECORD_NAME, finish, weasy_attachments

SCHEME = "static:"
# The date of what bears none: it must not be that of the printing, which no record knows.
UNDATED = dt.date(2000, 1, 1)
ALLOWED = frozenset({"css/tokens.css", "css/document.css"})


class PdfUnavailable(Exception):
    """This machine cannot make PDFs; the message says what to install."""


class AddressRefused(Exception):
    """A document named something that is not one of our own static files."""


def own_file(url: str) -> Path:
    """The static file behind `static:css/document.css`. Raises AddressRefused for everything else."""
    name = url.removeprefix(SCHEME)
    if not url.startswith(SCHEME) or name not in ALLOWED:
        raise AddressRefused(f"a document may not read {url}")
    found = finders.find(name)
    if found is None:
        raise AddressRefused(f"{name} is not among the static files")
    return Path(found)


def render_pdf(html: str, *, identifier: str, attached: Sequence[Attachment] = (), dated: dt.date = UNDATED) -> bytes:
    """The HTML as PDF/A-3a and PDF/UA-1. `identifier` stands in the file in place of a random one.

    `attached`: the files inside it, which bear the date `dated`. Raises PdfUnavailable where Pango is missing,
    AddressRefused for an address that is not ours.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            _("Este equipo no puede hacer PDF: falta Pango. Instálelo como root con: %s") % INSTALL
        ) from error

    class OwnFiles(URLFetcher):
        def fetch(self, url, headers=None):
            return URLFetcherResponse(url, own_file(url).read_bytes(), {"Content-Type": "text/css"})

    document = HTML(string=prepared(html), base_url=SCHEME, url_fetcher=OwnFiles(fail_on_errors=True))
    try:
        with _uncollected():
            return document.write_pdf(
                pdf_variant="pdf/a-3a",
                pdf_identifier=hashlib.sha256(identifier.encode()).hexdigest()[:32].encode(),
                attachments=weasy_attachments(attached, dated),
                finisher=partial(finish, attached=attached),
            )
    except FatalURLFetchingError as error:  # not an Exception: it must not reach whoever called
        raise AddressRefused(str(error)) from error.__cause__


@contextmanager
def _uncollected() -> Iterator[None]:
    """Laying out makes millions of objects that all stay until the end: looking for garbage among them finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# A number and its unit, or what numbers it, stay on one line.
_PERCENT = re.compile(r"(?<=\d) %")
_NUMBERED = re.compile(r"(?<=N\.º) ")
_SVG = re.compile(r"<svg\b[^>]*>(?!<title)")
_LABEL = re.compile(r'aria-label="([^"]*)"')
_DESCRIBED = re.compile(r"(<title\b[^>]*>[^<]*)(</title>)<desc\b[^>]*>([^<]*)</desc>")


def prepared(html: str) -> str:
    """Keeps numbers with their unit; gives drawings the title that WeasyPrint takes for their alternative text.

    Of a chart that is all that it says: its title, and its numbers, which a page keeps apart as a description. What
    only repeats the figure beside it is named DECORATION, and `lasting` leaves it unread.
    """

    def title(match: re.Match[str]) -> str:
        label = _LABEL.search(match[0])
        return f"{match[0]}<title>{label[1] if label else DECORATION}</title>"

    html = _DESCRIBED.sub(r"\1. \3\2", html)
    return _SVG.sub(title, _NUMBERED.sub("\u00a0", _PERCENT.sub("\u00a0%", html)))


def print_document(kind: DocumentKind, record: JSON, stamp: Stamp | None = None) -> bytes:
    """The document of one record: its kind's template, the record inside as JSON, and the kind's own attachments.

    `stamp`: code, address and QR by which it is verified. Same kind, record and stamp give the same bytes. Raises
    PdfUnavailable where Pango is missing.
    """
    with translation.override("es-pe"):
        content = kind.content(record)
        source = canonical(record)
        text = _("Registro del que se hizo el documento")
        attached = [
            Attachment(RECORD_NAME, source, "application/json", text, relationship="Source"),
            *kind.attachments(record),
        ]
        html = render_to_string(kind.template, {"report": content, "stamp": stamp})
        identifier = f"{kind.name} {hashlib.sha256(source).hexdigest()} {stamp.code if stamp else ''}"
        return render_pdf(
            html, identifier=identifier, attached=attached, dated=getattr(content, "dated", None) or UNDATED
        )


def evaluation_pdf(evaluation: Evaluation) -> bytes:
    """The document of an evaluation: from its frozen record, or, of a draft, from its record as of now.

    Raises PdfUnavailable where Pango is missing.
    """
    record = standing_record(evaluation)
    return print_document(KINDS["evaluation"], record, stamp_of("evaluation", record) if evaluation.is_frozen else None)


def file_name_of(evaluation: Evaluation) -> str:
    """The name under which the document is saved: plan, year and version."""
    draft = not evaluation.is_frozen
    return file_name(evaluation.plan.code, evaluation.year, evaluation.version, draft=draft)
