"""A unit's report as others read it: its head signs it off, the coordination reviews it, everybody gets a receipt.

Two pages: everybody reads the report (`submission_detail`, where its head signs it off), and whoever reviews has a
page of their own (`submission_review`). What is refused is shown again on the page where it was tried.
"""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from monitoring.permissions import reviews_reports, works_on
from monitoring.reviewing import ReviewPage, load_review
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
        "may_ask": scope.submission is not None and works_on(request.user, scope.submission),
        "extension": ExtensionForm() if is_coordinator(request.user, scope.plan.government) else None,
        **NOTHING_TYPED,
        **typed,
    }
    return render(request, "monitoring/submission_detail.html", context, status=status)


@require_safe
def submission_review(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """Everything about each result on one screen, the decision, and the next report that waits."""
    scope = begun_or_404(request, plan, period, acronym)
    if not reviews_reports(request.user, scope.plan):
        raise PermissionDenied
    if scope.submission.submitted_on is None:
        messages.info(request, _("Este reporte aún no se envía: todavía no hay qué revisar."))
        return redirect(scope.address("submission_detail"))
    return _review(request, scope)


def _review(request: HttpRequest, scope: Scope, *, status: int = 200, **typed: object) -> HttpResponse:
    review, typed = load_review(scope.plan, scope.unit, scope.period, request.user), NOTHING_TYPED | typed
    context = {"plan": scope.plan, "scope": scope, "review": review, "unsaved": _unsaved(review, typed), **typed}
    return render(request, "monitoring/submission_review.html", context, status=status)


def _unsaved(review: ReviewPage, typed: dict) -> str:
    """What was written and refused, where the field in which it was written is no longer on the page."""
    if typed["observation_text"]:
        return "" if review.may_observe else typed["observation_text"]
    if typed["reply_text"]:
        return "" if typed["replied"] in review.answerable else typed["reply_text"]
    return "" if typed["refused_step"] in {step.name for step in review.steps} else typed["comment"]


def _again(request: HttpRequest, scope: Scope, **typed: object) -> HttpResponse:
    """The page on which something was refused, with what was typed: that of the review, or the one for everybody."""
    sent = scope.submission.submitted_on is not None
    page = _review if sent and reviews_reports(request.user, scope.plan) else _detail
    return page(request, scope, status=409, **typed)


@require_POST
def submission_step(request: HttpRequest, plan: str, period: str, acronym: str, step: str) -> HttpResponse:
    """Takes one step of the flow. Refused, the page says why and keeps what was written."""
    scope = begun_or_404(request, plan, period, acronym)
    wanted = workflow.STEPS.get(step)
    if wanted is None:
        raise Http404
    comment = request.POST.get("comment", "")
    memo = MemoForm(request.POST, instance=scope.submission) if "memo_number" in request.POST else None
    if memo is not None and not memo.is_valid():
        return _detail(request, scope, status=422, memo=memo)
    try:
        workflow.take(
            scope.submission,
            step,
            by=request.user,
            comment=comment,
            memo=memo.memo() if memo else None,
            memo_seen=memo.seen() if memo else None,
            last_seen=_number(request.POST.get("last_seen", "")),
        )
    except workflow.StepRefused as refused:
        messages.error(request, str(refused))
        page = _again if wanted.is_review else partial(_detail, status=409)
        return page(request, scope, comment=comment, refused_step=step)
    messages.success(request, str(wanted.done))
    return redirect(scope.address(_after(wanted)))


def _after(step: workflow.Step) -> str:
    """The page to which a step leads: the receipt, or the one on which it was taken."""
    if step.is_review:
        return "submission_review"
    return "submission_receipt" if step.target == workflow.State.SUBMITTED else "submission_detail"


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


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
        return _again(request, scope, observed=indicator, observation_text=text)
    return redirect(f"{scope.address('submission_review')}#{f'i{result.indicator_id}' if result else 'observaciones'}")


@require_POST
def observation_reply(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    scope = begun_or_404(request, plan, period, acronym)
    thread = get_object_or_404(Observation, submission=scope.submission, pk=pk)
    try:
        observing.reply(observation=thread, text=request.POST.get("text", ""), by=request.user)
    except observing.ObservationRefused as refused:
        messages.error(request, str(refused))
        return _again(request, scope, replied=pk, reply_text=request.POST.get("text", ""))
    reviewing = reviews_reports(request.user, scope.plan) and scope.submission.state == workflow.State.SUBMITTED
    return redirect(f"{scope.address('submission_review' if reviewing else 'submission_detail')}#o{pk}")


@require_POST
def observation_resolve(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    scope = begun_or_404(request, plan, period, acronym)
    thread = get_object_or_404(Observation, submission=scope.submission, pk=pk)
    try:
        observing.resolve(observation=thread, by=request.user)
    except observing.ObservationRefused as refused:
        messages.error(request, str(refused))
        return _again(request, scope)
    return redirect(f"{scope.address('submission_review')}#o{pk}")


@require_safe
def submission_receipt(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """The receipt (cargo) of the last time the report was sent, or of the one that `?envio=` numbers."""
    scope = begun_or_404(request, plan, period, acronym)
    receipt = load_receipt(scope.submission, request.GET.get("envio", ""))
    if receipt is None:
        raise Http404(_("El reporte aún no se ha enviado."))
    context = {"plan": scope.plan, "scope": scope, "receipt": receipt}
    context["may_ask"] = works_on(request.user, scope.submission)
    return render(request, "monitoring/submission_receipt.html", context)


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
