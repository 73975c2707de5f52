"""The kinds of documents that the house issues, each by its name: what it is made of and what may be told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from monitoring.exports.evaluation import evaluation_workbook, workbook_name
from monitoring.exports.handover import write_handover
from monitoring.frozen import JSON
from reports.documents.evaluation import evaluation_report
from reports.documents.follow_up import follow_up
from reports.documents.handover import handover
from reports.documents.receipt import receipt
from reports.documents.road_map import road_map
from reports.documents.sheets import sheets
from reports.documents.source import Source
from reports.documents.summary import summary
from reports.documents.unit_report import unit_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a document. `relationship` says what it is to it (ISO 32000-2, 7.11.3).

    `Source`: what the document was made from. `Data`: its tables as data. `Supplement`: something more.
    """

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "Data"


def nothing(record: JSON) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """How a record becomes a document.

    `content`: the record as a dataclass with title, running, is_draft, is_reference, file_name. `key_figures`: what the
    page that verifies a document shows of it, label and text; nothing of the kinds that are internal.
    """

    name: str
    template: str
    content: Callable[[JSON], Any]
    attachments: Callable[[JSON], tuple[Attachment, ...]] = nothing
    key_figures: Callable[[JSON], tuple[tuple[str, str], ...]] = nothing


def _summary_figures(record: JSON) -> tuple[tuple[str, str], ...]:
    return tuple((number.caption, number.text) for number in summary(Source.of(record)).numbers)


def _sheets_figures(record: JSON) -> tuple[tuple[str, str], ...]:
    return ((_("Indicadores"), str(len(record["indicators"]))),)


def _road_map_figures(record: JSON) -> tuple[tuple[str, str], ...]:
    done = sum(row["done_on"] is not None for row in record["steps"])
    return ((_("Pasos cumplidos"), _("%(done)s de %(all)s") % {"done": done, "all": len(record["steps"])}),)


def _figures_book(record: JSON) -> tuple[Attachment, ...]:
    if "commitments" in record:
        text = _("Las cifras, el anexo, los resultados y los compromisos como libro de Excel")
    else:
        text = _("Las cifras, el anexo y los resultados como libro de Excel")
    return (Attachment(workbook_name(record), evaluation_workbook(record), XLSX, text),)


def _handover_book(record: JSON) -> tuple[Attachment, ...]:
    name = handover(record).file_name.removesuffix(".pdf")
    return (Attachment(f"{name}.xlsx", write_handover(record), XLSX, _("La entrega de cargo como libro de Excel")),)


KINDS: dict[str, DocumentKind] = {
    kind.name: kind
    for kind in (
        DocumentKind(
            "evaluation",
            "reports/evaluation_report.html",
            evaluation_report,
            attachments=_figures_book,
            key_figures=_summary_figures,
        ),
        DocumentKind(
            "follow_up",
            "reports/follow_up.html",
            follow_up,
            attachments=_figures_book,
            key_figures=_summary_figures,
        ),
        DocumentKind("unit_report", "reports/unit_report.html", unit_report),
        DocumentKind("receipt", "reports/receipt.html", receipt),
        DocumentKind("sheets", "reports/sheets.html", sheets, key_figures=_sheets_figures),
        DocumentKind(
            "handover",
            "reports/handover.html",
            handover,
            attachments=_handover_book,
        ),
        DocumentKind(
            "road_map",
            "reports/road_map.html",
            road_map,
            key_figures=_road_map_figures,
        ),
    )
}
