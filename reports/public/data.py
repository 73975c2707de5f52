"""The open data of a plan: the page that lists it, its files one by one or in a zip, and its IATI activity.

Every file is made of the record in force and is the same until something else is published. Programs of other sites
may read them in a browser (`Access-Control-Allow-Origin`): there is nothing in them that is not for everybody.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from reports.iati import activity_file
from reports.opendata.dictionary import data_dictionary
from reports.opendata.package import DESCRIPTION, LICENCE, package_files, package_zip, table_csv
from reports.opendata.rows import Gathered
from reports.opendata.tables import BY_PATH
from reports.public.answers import answer, dressed, etag_of, open_page, shelf_or_404, unchanged
from reports.showcase import Shelf
from reports.showcase.sharing import share

CSV, JSON, ZIP, XML = "text/csv; charset=utf-8", "application/json", "application/zip", "application/xml; charset=utf-8"


@open_page
def public_data(request: HttpRequest, plan: str) -> HttpResponse:
    """What may be downloaded, and what each column holds."""
    shelf = _with_figures(plan)
    text = _("Metas, resultados y avances del plan en CSV, con su diccionario, y en el formato IATI.")
    context = {
        "tables": data_dictionary(),
        "licence": LICENCE,
        "share": share(request.path, _("Datos abiertos"), text, shelf),
    }
    return answer(request, "reports/public_data.html", shelf.mark, lambda: context, shelf)


@open_page
def public_data_file(request: HttpRequest, plan: str, name: str) -> HttpResponse:
    """One table as CSV, or the description of all of them."""
    if name != DESCRIPTION and name not in BY_PATH:
        raise Http404(_("Los datos abiertos no tienen ese archivo."))

    def made(shelf: Shelf) -> bytes:
        gathered = _gathered(shelf)
        return package_files(gathered)[name] if name == DESCRIPTION else table_csv(BY_PATH[name], gathered)

    return _file(request, plan, made, JSON if name == DESCRIPTION else CSV, name)


@open_page
def public_data_package(request: HttpRequest, plan: str) -> HttpResponse:
    """All files in a zip."""
    return _file(request, plan, lambda shelf: package_zip(_gathered(shelf)), ZIP, f"datos-{plan.lower()}.zip")


@open_page
def public_iati(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan as an IATI activity."""
    return _file(request, plan, lambda shelf: activity_file(shelf.source(), shelf.ubigeo, shelf.documents), XML)


def _with_figures(plan: str) -> Shelf:
    shelf = shelf_or_404(plan)
    if shelf.in_force is None:
        raise Http404(_("Ese plan no ha publicado cifras."))
    return shelf


def _gathered(shelf: Shelf) -> Gathered:
    source, evaluation = shelf.told()
    return Gathered(source, shelf.ubigeo, shelf.documents, shelf.in_force, evaluation)


def _file(
    request: HttpRequest, plan: str, made: Callable[[Shelf], bytes], content_type: str, name: str = ""
) -> HttpResponse:
    """The file, to be saved under that name if there is one, or 304 where the reader has it: then nothing is made."""
    shelf = _with_figures(plan)
    etag = etag_of(request.path, shelf.mark)
    response = unchanged(request, etag)
    if response is None:
        response = dressed(HttpResponse(made(shelf), content_type=content_type), etag, shelf)
        if name:
            response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response
