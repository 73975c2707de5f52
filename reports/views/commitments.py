"""The commitments of a draft: listed, added, changed, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.evaluation import (
    CommitmentChanged,
    WritingRefused,
    add_commitment,
    change_commitment,
    remove_commitment,
)
from monitoring.forms import CommitmentForm
from monitoring.models import Commitment, Evaluation
from plans.views import READ_OR_SEND
from reports.views.scope import draft_or_404, seen_revision, written_draft_or_404
from reports.workspace.commitments import load_draft_commitments
from reports.workspace.writing import load_side


@require_safe
def evaluation_commitments(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    draft = draft_or_404(request, plan, year)
    page = load_draft_commitments(draft, request.user)
    return render(request, "reports/evaluation_commitments.html", {"plan": draft.plan, "page": page})


@require_http_methods(READ_OR_SEND)
def evaluation_commitment_create(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """A new commitment; `?recomendacion=` begins it with a paragraph of the text."""
    draft = written_draft_or_404(request, plan, year)
    initial = {"recommendation": request.GET.get("recomendacion", "")[:2000]}
    form = CommitmentForm(draft.plan, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            add_commitment(evaluation=draft, by=request.user, **form.cleaned_data)
        except WritingRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Compromiso añadido."))
            return redirect("reports:evaluation_commitments", plan, year)
    return _form(request, draft, form)


@require_http_methods(READ_OR_SEND)
def evaluation_commitment(request: HttpRequest, plan: str, year: int, pk: int) -> HttpResponse:
    """One commitment, to be changed. What somebody else wrote meanwhile is shown; what was typed stays in the form."""
    draft = written_draft_or_404(request, plan, year)
    commitment = _commitment(draft, pk)
    standing = {
        "recommendation": commitment.recommendation,
        "action": commitment.action_to_take,
        "unit": commitment.responsible_unit,
        "due_on": commitment.due_on,
    }
    form = CommitmentForm(draft.plan, request.POST or None, initial=standing)
    if request.method != "POST":
        return _form(request, draft, form, commitment=commitment, seen=commitment.revision)
    if not form.is_valid():
        return _form(request, draft, form, commitment=commitment, seen=seen_revision(request))
    try:
        change_commitment(commitment=commitment, seen=seen_revision(request), by=request.user, **form.cleaned_data)
    except WritingRefused as refused:
        form.add_error(None, str(refused))
        return _form(request, draft, form, commitment=commitment, seen=seen_revision(request))
    except CommitmentChanged as changed:
        # Shown again with what they wrote: saving once more is the person's own decision.
        seen = changed.now.revision if changed.now else -1
        return _form(request, draft, form, commitment=commitment, seen=seen, theirs=changed, status=409)
    messages.success(request, _("Compromiso guardado."))
    return redirect("reports:evaluation_commitments", plan, year)


@require_POST
def evaluation_commitment_remove(request: HttpRequest, plan: str, year: int, pk: int) -> HttpResponse:
    draft = written_draft_or_404(request, plan, year)
    try:
        remove_commitment(commitment=_commitment(draft, pk), seen=seen_revision(request), by=request.user)
    except (WritingRefused, CommitmentChanged) as refused:
        messages.warning(request, _("No se quitó. %s") % refused)
    else:
        messages.success(request, _("Compromiso quitado."))
    return redirect("reports:evaluation_commitments", plan, year)


def _commitment(draft: Evaluation, pk: int) -> Commitment:
    commitment = get_object_or_404(draft.commitments.select_related("responsible_unit"), pk=pk)
    commitment.evaluation = draft
    return commitment


def _form(
    request: HttpRequest,
    draft: Evaluation,
    form: CommitmentForm,
    *,
    commitment: Commitment | None = None,
    seen: int = 0,
    theirs: CommitmentChanged | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "plan": draft.plan,
        "form": form,
        "commitment": commitment,
        "seen": seen,
        "theirs": theirs,
        "side": load_side(draft, request.user),
    }
    return render(request, "reports/evaluation_commitment.html", context, status=422 if form.errors else status)
