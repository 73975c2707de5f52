"""The findings of a draft: listed, added, changed, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.evaluation import (
    FindingChanged,
    Subject,
    WritingRefused,
    add_finding,
    change_finding,
    remove_finding,
    subject_from,
    subject_of,
)
from monitoring.models import SUBJECTS, Evaluation, Finding
from plans.models import Plan
from plans.views import READ_OR_SEND
from reports.views.scope import draft_or_404, seen_revision, written_draft_or_404
from reports.workspace.findings import load_finding_form, load_findings


@require_safe
def evaluation_findings(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    draft = draft_or_404(request, plan, year)
    page = load_findings(draft, request.user)
    return render(request, "reports/evaluation_findings.html", {"plan": draft.plan, "page": page})


@require_http_methods(READ_OR_SEND)
def evaluation_finding_create(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """A new finding; `?sobre=activity:ACT.01.01.02` says what it is about."""
    draft = written_draft_or_404(request, plan, year)
    if request.method != "POST":
        return _form(request, draft, subject=_subject(draft.plan, request.GET.get("sobre", "")))
    given = _given(request, draft)
    if "look" in request.POST:
        return _form(request, draft, **given)
    try:
        add_finding(
            evaluation=draft, text=given["text"], subject=given["subject"], evidence=given["chosen"], by=request.user
        )
    except WritingRefused as refused:
        return _form(request, draft, refused=str(refused), status=422, **given)
    messages.success(request, _("Hallazgo añadido."))
    return redirect("reports:evaluation_findings", plan, year)


@require_http_methods(READ_OR_SEND)
def evaluation_finding(request: HttpRequest, plan: str, year: int, pk: int) -> HttpResponse:
    """One finding, to be changed. What somebody else wrote meanwhile is shown; what was typed stays in the form."""
    draft = written_draft_or_404(request, plan, year)
    finding = _finding(draft, pk)
    if request.method != "POST":
        chosen = finding.evidence.values_list("pk", flat=True)
        standing = {"text": finding.text, "subject": subject_of(finding), "chosen": chosen, "seen": finding.revision}
        return _form(request, draft, finding=finding, **standing)
    given = _given(request, draft)
    if "look" in request.POST:
        return _form(request, draft, finding=finding, **given)
    try:
        change_finding(
            finding=finding,
            text=given["text"],
            subject=given["subject"],
            evidence=given["chosen"],
            seen=given["seen"],
            by=request.user,
        )
    except WritingRefused as refused:
        return _form(request, draft, finding=finding, refused=str(refused), status=422, **given)
    except FindingChanged as changed:
        # Shown again with what they wrote: saving once more is the person's own decision.
        given["seen"] = changed.now.revision if changed.now else 0
        return _form(request, draft, finding=finding, theirs=changed.now, status=409, **given)
    messages.success(request, _("Hallazgo guardado."))
    return redirect("reports:evaluation_findings", plan, year)


@require_POST
def evaluation_finding_remove(request: HttpRequest, plan: str, year: int, pk: int) -> HttpResponse:
    draft = written_draft_or_404(request, plan, year)
    try:
        remove_finding(finding=_finding(draft, pk), seen=seen_revision(request), by=request.user)
    except (WritingRefused, FindingChanged) as refused:
        messages.warning(request, _("No se quitó. %s") % refused)
    else:
        messages.success(request, _("Hallazgo quitado."))
    return redirect("reports:evaluation_findings", plan, year)


def _finding(draft: Evaluation, pk: int) -> Finding:
    finding = get_object_or_404(draft.findings.select_related(*SUBJECTS), pk=pk)
    finding.evaluation = draft
    return finding


def _given(request: HttpRequest, draft: Evaluation) -> dict:
    return {
        "text": request.POST.get("text", ""),
        "subject": _subject(draft.plan, request.POST.get("subject", "")),
        "chosen": [int(pk) for pk in request.POST.getlist("evidence") if pk.isdecimal() and len(pk) < 10],
        "seen": seen_revision(request),
    }


def _subject(plan: Plan, key: str) -> Subject | None:
    try:
        return subject_from(plan, key)
    except LookupError as error:
        raise Http404(_("El plan no tiene esa parte.")) from error


def _form(
    request: HttpRequest,
    draft: Evaluation,
    *,
    refused: str = "",
    theirs: Finding | None = None,
    status: int = 200,
    **given,
) -> HttpResponse:
    form = load_finding_form(draft, request.user, **given)
    context = {"plan": draft.plan, "form": form, "refused": refused, "theirs": theirs}
    return render(request, "reports/evaluation_finding.html", context, status=status)
