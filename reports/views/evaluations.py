"""The pages of evaluations and their documents. Each fetches what the person may see, and shows it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from institution.permissions import is_coordinator
from monitoring.evaluation import EvaluationRefused, standing_record, supersede_evaluation
from monitoring.exports.evaluation import evaluation_workbook as workbook_of
from monitoring.exports.evaluation import workbook_name
from monitoring.models import Evaluation
from monitoring.permissions import may_write_evaluation
from monitoring.views.download import download
from plans.models import Plan
from plans.views import plan_or_404
from reports.documents.pages import load_cut_offs, load_page
from reports.issuing import archived
from reports.pdf import PdfUnavailable, file_name_of
from reports.pdf import evaluation_pdf as pdf_of
from reports.permissions import may_ask
from reports.views.scope import evaluation_or_404


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
    return redirect("reports:evaluation_write", plan.code, year)


@require_safe
def evaluation_detail(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """The version in force, or the one that `?version=` names."""
    plan = plan_or_404(request, plan)
    evaluation = _evaluation(request, plan, year)
    page = load_page(evaluation, request.user)
    context = {"plan": plan, "page": page, "report": page.report}
    context["may_write"] = may_write_evaluation(request.user, evaluation)
    # One that was closed by command has no document yet.
    context["may_issue"] = may_ask(request.user, "evaluation", evaluation) and evaluation.is_frozen
    context["may_issue"] = context["may_issue"] and not evaluation.documents.exists()
    return render(request, "reports/evaluation_detail.html", context)


@require_safe
def evaluation_pdf(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """Of a draft as it would be printed now; of a closed version the archived file, and no other.

    While that is not made, the page of the document, which says how far it has come and lets it be tried again.
    """
    evaluation = _evaluation(request, plan_or_404(request, plan), year)
    page = f"{reverse('reports:evaluation_detail', args=[plan, year])}?version={evaluation.version}"
    if (document := archived(evaluation)) is not None:
        return redirect("reports:document_file", document.code)
    if (asked := evaluation.documents.light().first()) is not None:
        return redirect("reports:document_detail", plan, asked.code)
    if evaluation.is_frozen:
        messages.info(request, _("El documento de esta versión todavía no se ha emitido; lo pide la coordinación."))
        return redirect(page)
    try:
        content = pdf_of(evaluation)
    except PdfUnavailable as error:
        messages.error(request, str(error))
        return redirect(page)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name_of(evaluation)}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def evaluation_workbook(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """All its figures in Excel: the same file that is attached to its document."""
    evaluation = _evaluation(request, plan_or_404(request, plan), year)
    record = standing_record(evaluation)
    return download(workbook_of(record), workbook_name(record))


def _evaluation(request: HttpRequest, plan: Plan, year: int) -> Evaluation:
    return evaluation_or_404(request, plan, year, request.GET.get("version", ""))
