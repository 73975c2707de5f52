"""What may be downloaded: published documents in all their forms, and the library's public items."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.documents.kinds import KINDS, nothing
from reports.models import Document
from reports.showcase.shelf import PublishedDocument, Shelf

KILO = 1024


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A published document with what a reader needs to choose and to verify it."""

    document: PublishedDocument
    size: str
    has_workbook: bool
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    ident: str
    title: str
    about: str
    documents: tuple[ListedDocument, ...]


@dataclass(frozen=True, slots=True)
class LibraryLine:
    """A document that the plan rests on. `name`: of its file; empty where it is a link."""

    pk: int
    title: str
    kind: str
    about: str
    description: str
    url: str
    name: str


def listed_documents(shelf: Shelf) -> tuple[DocumentGroup, ...]:
    """By kind: evaluations with all their versions, follow-up reports, and the rest; the latest first."""
    others = [row for row in shelf.documents if not row.has_figures]
    told = [row for row in shelf.with_figures if row.is_evaluation]
    follow_ups = [row for row in shelf.with_figures if not row.is_evaluation]
    groups = (
        ("evaluaciones", _("Evaluaciones"), _("Qué se logró en cada año, por qué y qué se recomienda."), told),
        ("seguimiento", _("Informes de seguimiento"), _("Cómo iba el plan al cerrar cada semestre."), follow_ups),
        ("otros", _("Otros documentos"), _("Fichas técnicas de los indicadores y hojas de ruta."), others),
    )
    return tuple(
        DocumentGroup(ident, title, about, tuple(_listed(shelf, row) for row in rows))
        for ident, title, about, rows in groups
        if rows
    )


def _listed(shelf: Shelf, row: PublishedDocument) -> ListedDocument:
    return ListedDocument(row, size_text(row.size), has_workbook(row.kind), row == shelf.in_force)


def has_workbook(kind: str) -> bool:
    """Whether documents of that kind carry their figures as a workbook."""
    return KINDS[kind].attachments is not nothing


def size_text(size: int) -> str:
    """`412 KB`, `1.3 MB`."""
    kilobytes = max(1, round(size / KILO))
    return f"{kilobytes} KB" if kilobytes < KILO else f"{size / KILO / KILO:.1f} MB"


def library_items(shelf: Shelf) -> list[LibraryLine]:
    """The items in use that are marked as public. One query."""
    return [
        LibraryLine(
            item.pk,
            item.title,
            item.get_kind_display(),
            ", ".join(part for part in (item.number, date_format(item.dated_on) if item.dated_on else "") if part),
            item.description,
            item.url,
            item.file_name or item.file.name.rpartition("/")[2],
        )
        for item in shelf.plan.library.public()
    ]


def document_of(shelf: Shelf, code: str) -> PublishedDocument | None:
    return next((row for row in shelf.documents if row.code == code), None)


def stored_document(document: PublishedDocument) -> Document:
    """The row with its file, without its record. One query."""
    return Document.objects.defer("record").get(pk=document.pk)


def codes_of(shelves: list[Shelf]) -> dict[str, tuple[list[str], list[str]]]:
    """By plan the codes of nodes and indicators of its record in force. One query."""
    plan_of = {shelf.in_force.pk: shelf.plan.code for shelf in shelves if shelf.in_force}
    outlines = Document.objects.filter(pk__in=plan_of).values_list("pk", "record__outline")
    return {
        plan_of[pk]: ([row["code"] for row in outline["nodes"]], [row["code"] for row in outline["indicators"]])
        for pk, outline in outlines
    }
