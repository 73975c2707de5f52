"""A unit's report as others read it: its head signs it off, the coordination reviews it, everybody gets a receipt."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from institution.permissions import is_coordinator
from monitoring import observing, workflow
from monitoring.filing import load_receipt, load_report_page
from monitoring.forms import ExtensionForm, MemoForm
from monitoring.models import Observation, Result
from monitoring.periods import PeriodRefused, extend
from monitoring.views.scope import Scope, begun_or_404, scope_or_404

# What was written and refused is shown again where it was written.
NOTHING_TYPED = {
    "comment": "",
    "refused_step": "",
    "observed": "",
    "observation_text": "",
    "replied": None,
    "reply_text": "",
}


@require_safe
def submission_detail(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """What goes out, what is missing, what changed, and the steps that the reader may take."""
    return _detail(request, scope_or_404(request, plan, period, acronym))


def _detail(request: HttpRequest, scope: Scope, *, status: int = 200, **typed: object) -> HttpResponse:
    context = {
        "plan": scope.plan,
        "scope": scope,
        "report": load_report_page(scope.plan, scope.unit, scope.period, request.user),
        "memo": MemoForm(instance=scope.submission) if scope.submission else None,
        "extension": ExtensionForm() if is_coordinator(request.user, scope.plan.government) else None,
        **NOTHING_TYPED,
        **typed,
    }
    return render(request, "monitoring/submission_detail.html", context, status=status)


@require_POST
def submission_step(request: HttpRequest, plan: str, period: str, acronym: str, step: str) -> HttpResponse:
    """Takes one step of the flow. Refused, the page says why and keeps what was written."""
    scope = begun_or_404(request, plan, period, acronym)
    if step not in workflow.STEPS:
        raise Http404
    comment = request.POST.get("comment", "")
    memo = MemoForm(request.POST, instance=scope.submission) if "memo_number" in request.POST else None
    if memo is not None and not memo.is_valid():
        return _detail(request, scope, status=422, memo=memo)
    try:
        submission = workflow.take(
            scope.submission,
            step,
            by=request.user,
            comment=comment,
            memo=memo.memo() if memo else None,
            memo_seen=memo.seen() if memo else None,
        )
    except workflow.StepRefused as refused:
        messages.error(request, str(refused))
        return _detail(request, scope, status=409, comment=comment, refused_step=step)
    messages.success(request, _("Hecho: el reporte está en estado «%s».") % submission.get_state_display())
    sent = workflow.STEPS[step].target == submission.State.SUBMITTED
    return redirect(scope.address("submission_receipt" if sent else "submission_detail"))


@require_POST
def observation_create(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """Opens a thread on one result (`indicator`), or on the whole report."""
    scope = begun_or_404(request, plan, period, acronym)
    indicator, text = request.POST.get("indicator", ""), request.POST.get("text", "")
    result = None
    if indicator:
        wanted = Result.objects.filter(submission=scope.submission, indicator__code=indicator)
        result = get_object_or_404(wanted)
    try:
        observing.observe(submission=scope.submission, result=result, text=text, by=request.user)
    except observing.ObservationRefused as refused:
        messages.error(request, str(refused))
        return _detail(request, scope, status=409, observed=indicator, observation_text=text)
    return redirect(f"{scope.address('submission_detail')}#{f'i{result.indicator_id}' if result else 'observaciones'}")


@require_POST
def observation_reply(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    scope = begun_or_404(request, plan, period, acronym)
    thread = get_object_or_404(Observation, submission=scope.submission, pk=pk)
    try:
        observing.reply(observation=thread, text=request.POST.get("text", ""), by=request.user)
    except observing.ObservationRefused as refused:
        messages.error(request, str(refused))
        return _detail(request, scope, status=409, replied=pk, reply_text=request.POST.get("text", ""))
    return redirect(f"{scope.address('submission_detail')}#o{pk}")


@require_POST
def observation_resolve(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    scope = begun_or_404(request, plan, period, acronym)
    thread = get_object_or_404(Observation, submission=scope.submission, pk=pk)
    try:
        observing.resolve(observation=thread, by=request.user)
    except observing.ObservationRefused as refused:
        messages.error(request, str(refused))
    return redirect(f"{scope.address('submission_detail')}#o{pk}")


@require_safe
def submission_receipt(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """The receipt (cargo) of the last time the report was sent, or of the one that `?envio=` numbers."""
    scope = begun_or_404(request, plan, period, acronym)
    receipt = load_receipt(scope.submission, request.GET.get("envio", ""))
    if receipt is None:
        raise Http404(_("El reporte aún no se ha enviado."))
    return render(
        request, "monitoring/submission_receipt.html", {"plan": scope.plan, "scope": scope, "receipt": receipt}
    )


@require_POST
def extension_grant(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """Gives the unit a later deadline in the semester."""
    scope = scope_or_404(request, plan, period, acronym)
    if not is_coordinator(request.user, scope.plan.government):
        raise Http404
    form = ExtensionForm(request.POST)
    if form.is_valid():
        try:
            extend(unit=scope.unit, period=scope.period, by=request.user, **form.cleaned_data)
        except PeriodRefused as refused:
            form.add_error("due_on", str(refused))
        else:
            messages.success(request, _("Plazo ampliado."))
            return redirect(scope.address("submission_detail"))
    return _detail(request, scope, status=422, extension=form)
