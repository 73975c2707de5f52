"""The pages of the public site: each takes what a plan has published, and tells a part of its record in force."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.documents.method import method
from reports.documents.source import Source
from reports.public.answers import answer, open_page, shelf_or_404
from reports.showcase import Shelf
from reports.showcase.example import worked_example
from reports.showcase.figures import changes, head_of, node_page, plan_figures, unit_page, unit_rows
from reports.showcase.home import load_home
from reports.showcase.indicators import indicator_page
from reports.showcase.listing import library_items, listed_documents
from reports.showcase.people import people_page
from reports.showcase.sharing import share, share_of_indicator, share_of_node, share_of_plan


@open_page
def public_home(request: HttpRequest) -> HttpResponse:
    """The plans that have published something, a page of them, or those of the places looked for."""
    home = load_home(request.GET.get("q", ""), request.GET.get("pagina", ""))
    shared = share(request.path, _("Planes de Movilidad Humana: avances publicados"), _home_text())
    return answer(request, "reports/public_home.html", home.mark, lambda: {"home": home, "share": shared})


def _home_text() -> str:
    return _("Qué se propuso cada plan, cuánto avanzó y los documentos que lo muestran, para verificar por cualquiera.")


@open_page
def public_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan in three levels, and what changed since the record published before."""
    shelf = shelf_or_404(plan)

    def load() -> dict:
        if shelf.in_force is None:
            return {"share": share_of_plan(request.path, shelf, None), "page": None}
        source, before = shelf.sources()
        return {
            "page": plan_figures(source),
            "source": source,
            "changes": changes(source, before, shelf.previous.title if shelf.previous else ""),
            "share": share_of_plan(request.path, shelf, source),
        }

    return answer(request, "reports/public_plan.html", shelf.mark, load, shelf)


@open_page
def public_node(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """A guideline, an objective, an action or an activity."""

    def load(shelf: Shelf, source: Source) -> dict:
        page = node_page(source, code)
        return {"page": page, "share": share_of_node(request.path, shelf, page)}

    return _told(request, plan, "reports/public_node.html", load)


@open_page
def public_indicator(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    def load(shelf: Shelf, source: Source) -> dict:
        page = indicator_page(source, code)
        return {"page": page, "share": share_of_indicator(request.path, shelf, page)}

    return _told(request, plan, "reports/public_indicator.html", load)


@open_page
def public_units(request: HttpRequest, plan: str) -> HttpResponse:
    def load(shelf: Shelf, source: Source) -> dict:
        text = _("Cuánto avanzó cada unidad de la municipalidad en aquello por lo que responde.")
        shared = share(request.path, _("Unidades responsables"), text, shelf)
        return {"rows": unit_rows(source), "head": head_of(source), "share": shared}

    return _told(request, plan, "reports/public_units.html", load)


@open_page
def public_unit(request: HttpRequest, plan: str, acronym: str) -> HttpResponse:
    def load(shelf: Shelf, source: Source) -> dict:
        page = unit_page(source, acronym)
        return {"page": page, "share": share(request.path, page.row.name, page.sentence, shelf)}

    return _told(request, plan, "reports/public_unit.html", load)


@open_page
def public_people(request: HttpRequest, plan: str) -> HttpResponse:
    """Attentions as the record publishes them."""

    def load(shelf: Shelf, source: Source) -> dict:
        page = people_page(source)
        text = _("Atenciones a personas que el plan publica, por sexo, edad, población y distrito.")
        if page:
            text = _("%(total)s atenciones en el plan hasta %(upto)s: %(by_sex)s.") % {
                "total": page.windows[-1].total,
                "upto": source.card.upto,
                "by_sex": page.windows[-1].sentence,
            }
        return {"page": page, "share": share(request.path, _("Atenciones"), text, shelf)}

    return _told(request, plan, "reports/public_people.html", load)


def _told(request: HttpRequest, plan: str, template: str, load: Callable[[Shelf, Source], dict]) -> HttpResponse:
    """A page of the record in force; 404 where there is none, or where it has no such node, indicator or unit."""
    shelf = shelf_or_404(plan)
    if shelf.in_force is None:
        raise Http404(_("Ese plan no ha publicado cifras."))

    def opened() -> dict:
        source = shelf.source()
        try:
            return {"source": source, **load(shelf, source)}
        except KeyError as error:
            raise Http404(_("El registro publicado no lo tiene.")) from error

    return answer(request, template, shelf.mark, opened, shelf)


@open_page
def public_documents(request: HttpRequest, plan: str) -> HttpResponse:
    shelf = shelf_or_404(plan)

    def load() -> dict:
        newest = date_format(max(row.published_on for row in shelf.documents))
        text = _("Evaluaciones, informes de seguimiento y fichas para descargar y verificar. El último es del %s.")
        shared = share(request.path, _("Evaluaciones e informes"), text % newest, shelf)
        return {"groups": listed_documents(shelf), "share": shared}

    return answer(request, "reports/public_documents.html", shelf.mark, load, shelf)


@open_page
def public_library(request: HttpRequest, plan: str) -> HttpResponse:
    shelf = shelf_or_404(plan)
    items = library_items(shelf)
    mark = repr([shelf.mark, *((row.pk, row.title, row.name, row.url, row.about) for row in items)])
    text = _("Las normas, los diagnósticos y las actas en que se apoya el plan.")
    shared = share(request.path, _("Biblioteca"), text, shelf)
    return answer(request, "reports/public_library.html", mark, lambda: {"items": items, "share": shared}, shelf)


@open_page
def public_rules(request: HttpRequest, plan: str) -> HttpResponse:
    """How the figures are computed, in plain words, with one indicator of this plan computed by hand."""

    def load(shelf: Shelf, source: Source) -> dict:
        text = _("Cómo se calcula cada cifra, paso a paso y con un ejemplo del propio plan.")
        shared = share(request.path, _("Cómo se calcula"), text, shelf)
        return {
            "method": method(source),
            "head": head_of(source),
            "example": worked_example(source),
            "share": shared,
        }

    return _told(request, plan, "reports/public_rules.html", load)


@open_page
def public_accessibility(request: HttpRequest) -> HttpResponse:
    shared = share(request.path, _("Declaración de accesibilidad"), _("Qué se revisó, qué falta y cómo reclamar."))
    return answer(request, "reports/public_accessibility.html", "", lambda: {"share": shared})


@open_page
def public_nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever else is asked for under the public site."""
    raise Http404
