"""The pages of evaluations and their documents. Each fetches what the person may see, and shows it."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from institution.permissions import is_coordinator
from monitoring.evaluation import EvaluationRefused, supersede_evaluation
from monitoring.models import Evaluation
from plans.models import Plan
from plans.views import plan_or_404
from reports.documents.pages import NoSuchEvaluation, evaluation_of, load_cut_offs, load_page
from reports.pdf import PdfUnavailable, file_name_of
from reports.pdf import evaluation_pdf as pdf_of

KEPT_SECONDS = 60 * 60
# Nobody closes an evaluation ten thousand times.
VERSION_DIGITS = 4


@require_safe
def evaluation_list(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    context = {"plan": plan, "cut_offs": load_cut_offs(plan, request.user)}
    context["may_supersede"] = is_coordinator(request.user, plan.government)
    return render(request, "reports/evaluation_list.html", context)


@require_POST
def evaluation_supersede(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Opens a new version of a closed evaluation, with its reason: what it covers may be corrected until it closes."""
    plan = plan_or_404(request, plan)
    if not is_coordinator(request.user, plan.government):
        raise PermissionDenied
    if year not in plan.years:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        draft = supersede_evaluation(plan=plan, year=year, by=request.user, reason=reason)
    except EvaluationRefused as refused:
        context = {"plan": plan, "cut_offs": load_cut_offs(plan, request.user), "may_supersede": True}
        context |= {"refused": str(refused), "refused_year": year, "reason": reason}
        return render(request, "reports/evaluation_list.html", context, status=422)
    text = _("Abierta la versión %(version)s de la evaluación %(year)s. La anterior sigue siendo la oficial.")
    messages.success(request, text % {"version": draft.version, "year": year})
    return redirect("reports:evaluation_list", plan.code)


@require_safe
def evaluation_detail(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """The version in force, or the one that `?version=` names."""
    plan = plan_or_404(request, plan)
    page = load_page(_evaluation(request, plan, year), request.user)
    return render(request, "reports/evaluation_detail.html", {"plan": plan, "page": page, "report": page.report})


@require_safe
def evaluation_pdf(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """The document as a download. Of a closed version it is the same file every time."""
    evaluation = _evaluation(request, plan_or_404(request, plan), year)
    try:
        content = _kept(evaluation) if evaluation.is_frozen else pdf_of(evaluation)
    except PdfUnavailable as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('reports:evaluation_detail', args=[plan, year])}?version={evaluation.version}")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name_of(evaluation)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _evaluation(request: HttpRequest, plan: Plan, year: int) -> Evaluation:
    version = request.GET.get("version", "")
    if version and not (version.isdecimal() and len(version) <= VERSION_DIGITS):
        raise Http404(_("No hay esa versión."))
    try:
        return evaluation_of(plan, year, request.user, int(version) if version else None)
    except NoSuchEvaluation as error:
        raise Http404(_("El plan no tiene esa evaluación.")) from error


def _kept(evaluation: Evaluation) -> bytes:
    """Laying out takes seconds and the record never changes: kept for a while under its hash."""
    return cache.get_or_set(f"evaluation-pdf-{evaluation.sha256}", lambda: pdf_of(evaluation), KEPT_SECONDS)
