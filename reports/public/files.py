"""The files of the public site: documents in three forms, the library, pictures of pages, what machines ask for."""

from __future__ import annotations

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from monitoring.frozen import canonical
from monitoring.views.download import opened
from plans.models import LibraryItem
from reports.documents.kinds import KINDS, XLSX
from reports.public.answers import dressed, etag_of, open_page, shelf_or_404, unchanged
from reports.showcase import PublishedDocument, Shelf, load_shelves
from reports.showcase.listing import codes_of, document_of, stored_document
from reports.showcase.preview import draw_preview
from reports.showcase.sharing import preview_of

SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@open_page
def public_document_file(request: HttpRequest, plan: str, code: str, form: str) -> HttpResponse:
    """A published document as PDF (the archived bytes), XLSX (its workbook) or JSON (its canonical record)."""
    shelf = shelf_or_404(plan)
    if (document := document_of(shelf, code)) is None:
        raise Http404(_("El plan no ha publicado ese documento."))
    etag = etag_of(document.sha256, form)
    if response := unchanged(request, etag):
        return response
    made = {"pdf": _pdf, "xlsx": _workbook, "json": _json}[form]
    return dressed(made(shelf, document), etag, shelf)


def _pdf(shelf: Shelf, document: PublishedDocument) -> HttpResponse:
    return _file(stored_document(document).file, document.file_name, "application/pdf", inline=True)


def _json(shelf: Shelf, document: PublishedDocument) -> HttpResponse:
    """The bytes whose SHA-256 is that of the record."""
    response = HttpResponse(canonical(shelf.record_of(document)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{document.stem}.json"'
    return response


def _workbook(shelf: Shelf, document: PublishedDocument) -> HttpResponse:
    books = KINDS[document.kind].attachments(shelf.record_of(document))
    book = next((each for each in books if each.media_type == XLSX), None)
    if book is None:
        raise Http404(_("Ese documento no tiene libro de Excel."))
    response = HttpResponse(book.content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{book.name}"'
    return response


@open_page
def public_library_file(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """An item of the library that is marked as public and is kept as a file."""
    shelf = shelf_or_404(plan)
    item = get_object_or_404(LibraryItem.objects.public().exclude(file=""), plan=shelf.plan, pk=pk)
    etag = etag_of(item.file.name)
    if response := unchanged(request, etag):
        return response
    is_pdf = item.file.name.lower().endswith(".pdf")
    name = item.file_name or item.file.name.rpartition("/")[2]
    return dressed(_file(item.file, name, "application/pdf" if is_pdf else "", inline=is_pdf), etag)


def _file(file: FieldFile, name: str, content_type: str, *, inline: bool) -> FileResponse:
    """As data that can do nothing."""
    kind = content_type or "application/octet-stream"
    response = FileResponse(opened(file), as_attachment=not inline, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    if not inline:
        response["Content-Security-Policy"] = SEALED
    return response


@open_page
def public_preview(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """The picture of the plan, a node, an indicator or a unit."""
    shelf = shelf_or_404(plan)
    etag = etag_of(request.path, shelf.mark)
    if response := unchanged(request, etag):
        return response
    if shelf.in_force is None:
        raise Http404(_("Ese plan no ha publicado cifras."))
    try:
        preview = preview_of(shelf, shelf.source(), code)
    except KeyError as error:
        raise Http404(_("El registro publicado no lo tiene.")) from error
    return dressed(HttpResponse(draw_preview(preview), content_type="image/png"), etag, shelf)


@open_page
def robots(request: HttpRequest) -> HttpResponse:
    """The public site may be searched; nothing else of the house is for machines."""
    lines = ("User-agent: *", "Allow: /publico/", "Allow: /verificar/$", "Allow: /static/", "Disallow: /", "")
    text = "\n".join((*lines, f"Sitemap: {settings.SITE_URL.rstrip('/')}{reverse('reports:sitemap')}", ""))
    return dressed(HttpResponse(text, content_type="text/plain; charset=utf-8"), etag_of(request.path, text))


@open_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """The list of the plans' own lists: one list has room for 50,000 pages, a country's plans have more. One query."""
    shelves = load_shelves()
    etag = etag_of(request.path, *(shelf.mark for shelf in shelves))
    if response := unchanged(request, etag):
        return response
    rows = [_entry("sitemap", reverse("reports:public_sitemap", args=[each.plan.code]), _day(each)) for each in shelves]
    return dressed(_listed("sitemapindex", rows), etag)


@open_page
def public_sitemap(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan's pages, with the day on which they last changed. Two queries."""
    shelf = shelf_or_404(plan)
    etag = etag_of(request.path, shelf.mark)
    if response := unchanged(request, etag):
        return response
    addresses = _addresses(shelf, codes_of([shelf]).get(shelf.plan.code))
    return dressed(_listed("urlset", [_entry("url", address, _day(shelf)) for address in addresses]), etag, shelf)


SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
SECTIONS = ("public_units", "public_people", "public_data", "public_rules")
Codes = tuple[list[str], list[str]]


def _day(shelf: Shelf) -> str:
    return max(row.published_on for row in shelf.documents).isoformat()


def _entry(name: str, path: str, day: str) -> str:
    address = escape(f"{settings.SITE_URL.rstrip('/')}{path}")
    return f"<{name}><loc>{address}</loc><lastmod>{day}</lastmod></{name}>\n"


def _listed(name: str, rows: list[str]) -> HttpResponse:
    body = "".join(("<?xml version='1.0' encoding='UTF-8'?>\n", f"<{name} xmlns='{SCHEMA}'>\n", *rows, f"</{name}>\n"))
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def _addresses(shelf: Shelf, codes: Codes | None) -> list[str]:
    code = shelf.plan.code
    found = [reverse(f"reports:{name}", args=[code]) for name in ("public_plan", "public_documents", "public_library")]
    if codes is None:
        return found
    nodes, indicators = codes
    found += [reverse(f"reports:{name}", args=[code]) for name in SECTIONS]
    found += [reverse("reports:public_node", args=[code, node]) for node in nodes]
    found += [reverse("reports:public_indicator", args=[code, indicator]) for indicator in indicators]
    return found
