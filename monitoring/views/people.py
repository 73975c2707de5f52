"""The pages of the people reached, under the name that sums of them bear: attentions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from institution import clock
from monitoring.exports.people import write_people
from monitoring.people import Part, Scope, Selection, lines_of, load_people, load_scope, results_behind, words_of
from monitoring.views.download import download
from monitoring.views.scope import chosen_or_404
from plans.models import Plan
from plans.views import plan_or_404

# How many results stand below the tables, and on a page of their own.
FIRST, A_PAGE = 8, 50
Loaded = TypeVar("Loaded")


@require_safe
def people_reached(request: HttpRequest, plan: str) -> HttpResponse:
    """Attentions by node, sex, population, age, disability and district, with the first results behind them."""
    plan = plan_or_404(request, plan)
    page = _loaded(request, plan, load_people)
    behind = results_behind(page.scope, Part())
    context = {
        "plan": plan,
        "chosen": page.scope.chosen,
        "page": page,
        "results": lines_of(page.scope, behind[:FIRST], request.user),
        "behind": len(behind),
    }
    return render(request, "monitoring/people_reached.html", context)


@require_safe
def people_reached_results(request: HttpRequest, plan: str) -> HttpResponse:
    """The results behind one number, with their means of verification; what they hold of it adds up to it."""
    plan = plan_or_404(request, plan)
    scope: Scope = _loaded(request, plan, load_scope)
    try:
        part = Part.of(request.GET)
    except LookupError as error:
        raise Http404(_("No hay tal tabla.")) from error
    behind = results_behind(scope, part)
    pages = Paginator(behind, A_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "plan": plan,
        "chosen": scope.chosen,
        "scope": scope,
        "part": part,
        "words": words_of(scope, part),
        "total": sum(count for _result, count in behind),
        "pages": pages,
        "results": lines_of(scope, pages.object_list, request.user),
    }
    return render(request, "monitoring/people_reached_results.html", context)


@require_safe
def people_reached_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """The tables of the page as a workbook."""
    plan = plan_or_404(request, plan)
    page = _loaded(request, plan, load_people)
    content = write_people(page, on=clock.today())
    name = f"atenciones-{plan.code}-{page.scope.chosen.code}.xlsx"
    return download(content, name)


def _loaded(request: HttpRequest, plan: Plan, load: Callable[..., Loaded]) -> Loaded:
    try:
        return load(plan, chosen_or_404(request, plan), Selection.of(request.GET))
    except LookupError as error:
        raise Http404(_("El plan no tiene ese nivel.")) from error
