"""Results of semesters that were reported before this system: a table is sent, seen, and loaded as a whole."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.keeping import KeepingRefused
from institution.permissions import is_coordinator
from monitoring import receiving
from monitoring.historical import HistoricalRefused
from monitoring.results_file import COLUMNS, REQUIRED, TITLES
from monitoring.views.sending import Sending
from plans.models import Plan, PlanUpload
from plans.views import READ_OR_SEND, edited_plan_or_404


def _explain(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    only_coordination = _("Los resultados de semestres anteriores los carga la coordinación del plan.")
    return {
        "locked": "" if is_coordinator(request.user, plan.government) else only_coordination,
        "periods": receiving.loadable_periods(plan),
        "columns": [(key, TITLES[key], key in REQUIRED) for key in COLUMNS],
    }


def _preview(upload: PlanUpload, _by: object) -> receiving.ResultsPreview:
    return receiving.preview_results(upload)


RESULTS = Sending(PlanUpload.Kind.RESULTS, "historical", _preview, _explain, csv=True)


@require_http_methods(READ_OR_SEND)
def historical_upload(request: HttpRequest, plan: str) -> HttpResponse:
    """What the table holds, which semesters may still be loaded, and where it is sent."""
    plan = edited_plan_or_404(request, plan)
    return RESULTS.receive(request, plan) if request.method == "POST" else RESULTS.upload_page(request, plan)


@require_safe
def historical_preview(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return RESULTS.preview_page(request, RESULTS.upload_or_404(request, edited_plan_or_404(request, plan), pk))


@require_POST
def historical_confirm(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """Loads everything that was shown, or nothing."""
    plan = edited_plan_or_404(request, plan)
    upload = RESULTS.upload_or_404(request, plan, pk)
    try:
        done = receiving.confirm_results(upload=upload, shown=request.POST.get("shown", ""), by=request.user)
    except (KeepingRefused, HistoricalRefused) as refused:
        return RESULTS.preview_page(request, upload, refused=str(refused), status=409)
    told = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    text = _("Cargados: %(added)s resultados nuevos, %(changed)s corregidos, %(unchanged)s sin cambio.")
    messages.success(request, text % told)
    return redirect("monitoring:historical_upload", plan.code)


@require_POST
def historical_discard(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return RESULTS.discard(request, edited_plan_or_404(request, plan), pk)
