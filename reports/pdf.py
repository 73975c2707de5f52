"""From HTML to PDF. The only importer of WeasyPrint, inside the function, so that all else runs without Pango.

The PDF is tagged (PDF/UA-1) and the same input gives the same bytes. Nothing is fetched: a document may name our own
static files and nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from monitoring.evaluation import record_of
from monitoring.models import Evaluation
from reports.checks import INSTALL
from reports.documents import EvaluationReport, evaluation_report, file_name

SCHEME = "static:"
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


def render_pdf(html: str, *, identifier: str) -> bytes:
    """The HTML as a tagged PDF (PDF/UA-1). `identifier` stands in the file in place of a random one.

    Raises PdfUnavailable where Pango is missing, AddressRefused for an address that is not ours.
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

    document = HTML(string=_prepared(html), base_url=SCHEME, url_fetcher=OwnFiles(fail_on_errors=True))
    try:
        return document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()[:32])
    except FatalURLFetchingError as error:  # not an Exception: it must not reach whoever called
        raise AddressRefused(str(error)) from error.__cause__


# A number and its unit stay on one line.
_PERCENT = re.compile(r"(?<=\d) %")
_SVG = re.compile(r"<svg\b[^>]*>(?!<title)")
_LABEL = re.compile(r'aria-label="([^"]*)"')


def _prepared(html: str) -> str:
    """Keeps numbers with their unit; gives drawings the title that WeasyPrint takes for their alternative text.

    A drawing that only repeats the figure beside it is hidden on a page; a tagged PDF wants a name for it too.
    """

    def title(match: re.Match[str]) -> str:
        label = _LABEL.search(match[0])
        return f"{match[0]}<title>{label[1] if label else escape(_('gráfico de la cifra de al lado'))}</title>"

    return _SVG.sub(title, _PERCENT.sub("\u00a0%", html))


def evaluation_html(report: EvaluationReport) -> str:
    return render_to_string("reports/evaluation_report.html", {"report": report})


def evaluation_pdf(evaluation: Evaluation) -> bytes:
    """The document of an evaluation: from its frozen record, or, of a draft, from its record as of now.

    Raises PdfUnavailable where Pango is missing.
    """
    with translation.override("es-pe"):
        report = evaluation_report(evaluation.frozen if evaluation.is_frozen else record_of(evaluation))
        return render_pdf(evaluation_html(report), identifier=report.sha256 or report.file_name)


def file_name_of(evaluation: Evaluation) -> str:
    """The name under which the document is saved: plan, year and version."""
    draft = not evaluation.is_frozen
    return file_name(evaluation.plan.code, evaluation.year, evaluation.version, draft=draft)
