"""Looking for words in a plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring.search import MAX_LENGTH, Query, load_search
from plans.views import plan_or_404


@require_safe
def search(request: HttpRequest, plan: str) -> HttpResponse:
    """What the reader may find: a few of every kind, or with `tipo` all of one, by pages."""
    plan = plan_or_404(request, plan)
    query = Query.of(request.GET.get("q", ""))
    found = load_search(plan, request.user, query, request.GET.get("tipo", ""), request.GET.get("pagina", ""))
    return render(request, "monitoring/search.html", {"plan": plan, "found": found, "longest": MAX_LENGTH})
