"""The matrix of commitments, and what became of each."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institution import clock
from monitoring.commitment_matrix import load_commitment, load_matrix_of_commitments
from monitoring.commitments import FollowUpRefused, follow_up
from monitoring.exports.commitments import write_commitments
from monitoring.forms import FollowUpForm
from monitoring.views.download import download
from plans.views import READ_OR_SEND, plan_or_404


@require_safe
def commitment_list(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    matrix = load_matrix_of_commitments(plan, request.user, request.GET.dict())
    return render(request, "monitoring/commitment_list.html", {"plan": plan, "matrix": matrix})


@require_safe
def commitment_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """The same rows in Excel."""
    plan = plan_or_404(request, plan)
    matrix = load_matrix_of_commitments(plan, request.user, request.GET.dict())
    today = clock.today()
    return download(write_commitments(plan, matrix, on=today), f"compromisos-{plan.code}-{today}.xlsx")


@require_http_methods(READ_OR_SEND)
def commitment_detail(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """One commitment with all that was told of it, and the form for whoever tells what became of it."""
    plan = plan_or_404(request, plan)
    try:
        page = load_commitment(plan, pk, request.user)
    except LookupError as error:
        raise Http404(_("No hay ese compromiso, o fue reemplazado.")) from error
    form = FollowUpForm(page.states, request.POST or None, initial={"state": page.line.commitment.state})
    if request.method == "POST":
        if not page.states:
            raise PermissionDenied
        if form.is_valid():
            try:
                follow_up(commitment=page.line.commitment, by=request.user, **form.cleaned_data)
            except FollowUpRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Guardado. Gracias: ya no está pendiente de contar en este semestre."))
                return redirect("monitoring:commitment_detail", plan.code, pk)
    context = {"plan": plan, "page": page, "form": form if page.states else None}
    return render(request, "monitoring/commitment_detail.html", context, status=422 if form.errors else 200)
