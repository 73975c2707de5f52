"""An evaluation beside the one before and beside its own versions; opening it, its check list, and closing it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.permissions import is_coordinator
from monitoring.evaluation import EvaluationRefused, close_evaluation, open_evaluation
from monitoring.models import Evaluation
from monitoring.permissions import may_see_evaluation
from plans.models import Plan
from plans.views import READ_OR_SEND, plan_or_404
from reports.issuing import issue_evaluation
from reports.views.scope import draft_or_404, evaluation_or_404
from reports.workspace.closing import load_closing
from reports.workspace.comparison import load_comparison
from reports.workspace.versions import load_versions


@require_POST
def evaluation_open(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Opens the first draft of a year, or leads to the one there is."""
    plan = plan_or_404(request, plan)
    if not is_coordinator(request.user, plan.government):
        raise PermissionDenied
    if year not in plan.years:
        raise Http404
    try:
        open_evaluation(plan=plan, year=year, by=request.user)
    except EvaluationRefused as refused:
        messages.error(request, str(refused))
        return redirect("reports:evaluation_list", plan.code)
    messages.success(request, _("Abierto el borrador de la evaluación %s.") % year)
    return redirect("reports:evaluation_write", plan.code, year)


@require_safe
def evaluation_comparison(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Beside the evaluation of the year before. `?version=` names a version, `?lectura=` a reading."""
    plan = plan_or_404(request, plan)
    evaluation = evaluation_or_404(request, plan, year, request.GET.get("version", ""))
    readings = {"programado": "programmed", "reportado": "reported"}
    comparison = load_comparison(evaluation, request.user, readings.get(request.GET.get("lectura", ""), ""))
    context = {"plan": plan, "evaluation": evaluation, "comparison": comparison}
    return render(request, "reports/evaluation_comparison.html", context)


@require_safe
def evaluation_versions(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Two versions of one evaluation: `?de=1&a=2`; by default the last one and the one before it."""
    plan = plan_or_404(request, plan)
    versions = _versions(request, plan, year)
    if not versions:
        raise Http404(_("El plan no tiene esa evaluación."))
    numbers = {str(each.version): each for each in versions}
    new = numbers.get(request.GET.get("a", ""), versions[-1])
    earlier = [each for each in versions if each.version < new.version]
    old = numbers.get(request.GET.get("de", ""), earlier[-1] if earlier else new)
    compared = load_versions(old, new, versions) if old != new else None
    context = {"plan": plan, "year": year, "versions": versions, "old": old, "new": new, "compared": compared}
    return render(request, "reports/evaluation_versions.html", context)


def _versions(request: HttpRequest, plan: Plan, year: int) -> tuple[Evaluation, ...]:
    rows = list(Evaluation.objects.filter(plan=plan, year=year).order_by("version"))
    for row in rows:
        row.plan = plan
    return tuple(row for row in rows if may_see_evaluation(request.user, row))


@require_http_methods(READ_OR_SEND)
def evaluation_closing(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """The check list of a draft. A POST closes it, if what was confirmed is still what would be frozen."""
    if request.method == "POST":
        return _close(request, plan, year)
    draft = draft_or_404(request, plan, year)
    context = {"plan": draft.plan, "page": load_closing(draft, request.user)}
    return render(request, "reports/evaluation_closing.html", context)


def _close(request: HttpRequest, code: str, year: int) -> HttpResponse:
    plan = plan_or_404(request, code)
    if not is_coordinator(request.user, plan.government):
        raise PermissionDenied
    draft = Evaluation.objects.filter(plan=plan, year=year, state=Evaluation.State.DRAFT).first()
    if draft is None:
        messages.info(request, _already(plan, year))
        return redirect("reports:evaluation_detail", code, year)
    draft.plan = plan
    page = load_closing(draft, request.user)
    refusal = ""
    if request.POST.get("seen") != page.mark:
        refusal = _("Alguien escribió mientras usted revisaba: mire de nuevo antes de cerrar. No se cerró nada.")
    elif not request.POST.get("confirmed"):
        refusal = _("Marque que entiende lo que el cierre congela.")
    else:
        try:
            closed = close_evaluation(draft, by=request.user)
        except EvaluationRefused as refused:
            draft.refresh_from_db(fields=["state"])
            if draft.is_frozen:  # somebody else was faster
                messages.info(request, str(refused))
                return redirect("reports:evaluation_detail", code, year)
            refusal = str(refused)
        else:
            issue_evaluation(evaluation=closed, by=request.user)
            text = _("Cerrada la evaluación %(year)s, versión %(version)s. Sus cifras ya no cambian.")
            messages.success(request, text % {"year": year, "version": closed.version})
            return redirect("reports:evaluation_detail", code, year)
    context = {"plan": plan, "page": page, "refusal": refusal}
    return render(request, "reports/evaluation_closing.html", context, status=422)


def _already(plan: Plan, year: int) -> str:
    """Who closed it, for whoever wanted to and was not the first."""
    closed = Evaluation.objects.filter(plan=plan, year=year).closed().select_related("closed_by").first()
    if closed is None:
        raise Http404(_("No hay borrador de esa evaluación."))
    return _("%(who)s ya cerró la evaluación %(year)s.") % {"who": closed.closed_by, "year": year}
