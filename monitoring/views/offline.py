"""The report in Excel: downloaded, filled in without a connection, sent back, seen, and confirmed as a whole."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from institution import clock, keeping
from institution.keeping import KeepingRefused
from institution.uploads import UploadRefused
from monitoring import workbook, workflow
from monitoring.filing import missing_in
from monitoring.filing.cards import previous_of
from monitoring.models import OfflineUpload
from monitoring.periods import deadline
from monitoring.queries import load_filing, parameters_of
from monitoring.recording import RecordingRefused
from monitoring.views.download import download
from monitoring.views.scope import Scope, typing_scope_or_404
from plans.views import READ_OR_SEND


def _locked(request: HttpRequest, scope: Scope) -> str:
    return workflow.why_locked(scope.submission, request.user) if scope.submission else ""


def _upload_or_404(request: HttpRequest, scope: Scope, pk: int) -> OfflineUpload:
    """Each sees and confirms what they sent themselves."""
    sent = OfflineUpload.objects.select_related("submission__unit", "submission__period__plan")
    return get_object_or_404(sent, submission=scope.submission, uploaded_by=request.user, pk=pk)


@require_GET
def submission_workbook(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """The workbook with everything that is recorded already. Nothing is written, not even a report begun."""
    scope = typing_scope_or_404(request, plan, period, acronym)
    if _locked(request, scope):
        return redirect(scope.address("workbook_upload"))
    filing = load_filing(scope.unit, scope.period)
    before = previous_of([row.indicator for row in filing.indicators], scope.period, parameters_of(scope.plan))
    last = {pk: workbook.LastReported(each.period, each.value) for pk, each in before.items()}
    due_on = deadline(unit=scope.unit, period=scope.period)
    content = workbook.write_submission(filing, due_on=due_on, last=last, by=request.user, at=clock.now())
    name = f"reporte-{scope.period.code}-{scope.unit.acronym.replace('/', '-')}.xlsx"
    return download(content, name)


@require_http_methods(READ_OR_SEND)
def workbook_upload(request: HttpRequest, plan: str, period: str, acronym: str) -> HttpResponse:
    """How it is done, and where the workbook is sent. A POST keeps it and shows what it would change."""
    scope = typing_scope_or_404(request, plan, period, acronym)
    locked = _locked(request, scope)
    if request.method != "POST" or locked:
        return _upload_page(request, scope, locked=locked, status=409 if request.method == "POST" else 200)
    file = request.FILES.get("file")
    if file is None:
        return _upload_page(request, scope, error=_("Elija el libro que llenó."), status=422)
    try:
        accepted = workbook.accepted(file, name=file.name)
        workbook.refuse_others(accepted, unit=scope.unit, period=scope.period)
        submission = workflow.start(unit=scope.unit, period=scope.period, by=request.user)
        upload = workbook.keep(submission=submission, accepted=accepted, by=request.user)
    except (UploadRefused, KeepingRefused) as refused:
        return _upload_page(request, scope, error=str(refused), status=422)
    except (RecordingRefused, workflow.StepRefused) as refused:
        return _upload_page(request, scope, locked=str(refused), status=409)
    return redirect("monitoring:workbook_preview", *scope.arguments, upload.pk)


def _upload_page(
    request: HttpRequest, scope: Scope, *, locked: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    sent = OfflineUpload.objects.pending().filter(submission=scope.submission, uploaded_by=request.user)
    context = {
        "plan": scope.plan,
        "scope": scope,
        "locked": locked,
        "error": error,
        "pending": sent.last() if scope.submission else None,
        "due_on": deadline(unit=scope.unit, period=scope.period),
    }
    return render(request, "monitoring/workbook_upload.html", context, status=status)


@require_GET
def workbook_preview(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    """What the workbook would change, all that is wrong with it, and what will still be missing."""
    scope = typing_scope_or_404(request, plan, period, acronym)
    upload = _upload_or_404(request, scope, pk)
    if not upload.is_pending:
        return redirect(scope.address("workbook_upload"))
    try:
        return _preview_page(request, scope, upload)
    except KeepingRefused as refused:
        return _upload_page(request, scope, error=str(refused), status=409)


def _preview_page(
    request: HttpRequest,
    scope: Scope,
    upload: OfflineUpload,
    *,
    mine: Collection[str] = (),
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    comparison = workbook.preview(upload)
    context = {
        "plan": scope.plan,
        "scope": scope,
        "upload": upload,
        "comparison": comparison,
        "missing": missing_in(comparison.after()),
        "mine": mine,
        "locked": _locked(request, scope),
        "refused": refused,
    }
    return render(request, "monitoring/workbook_preview.html", context, status=status)


@require_POST
def workbook_confirm(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    """Writes everything that was shown, or nothing; pressed twice, it is written once."""
    scope = typing_scope_or_404(request, plan, period, acronym)
    upload = _upload_or_404(request, scope, pk)
    mine = {name.removeprefix("c-") for name, choice in request.POST.items() if choice == "excel"}
    try:
        workbook.confirm(upload=upload, mine=mine, shown=request.POST.get("shown", ""), by=request.user)
    except KeepingRefused as refused:
        if upload.discarded_at:
            messages.error(request, str(refused))
            return redirect(scope.address("workbook_upload"))
        try:
            return _preview_page(request, scope, upload, mine=mine, refused=str(refused), status=409)
        except KeepingRefused:
            return _upload_page(request, scope, error=str(refused), status=409)
    except RecordingRefused as refused:
        return _upload_page(request, scope, locked=str(refused), status=409)
    messages.success(
        request, _("Guardado lo que llenó en Excel. Adjunte los medios de verificación y termine el reporte.")
    )
    return redirect(scope.address("submission_form"))


@require_POST
def workbook_discard(request: HttpRequest, plan: str, period: str, acronym: str, pk: int) -> HttpResponse:
    scope = typing_scope_or_404(request, plan, period, acronym)
    keeping.discard(upload=_upload_or_404(request, scope, pk), by=request.user)
    messages.success(request, _("Libro descartado: no se cambió nada del reporte."))
    return redirect(scope.address("workbook_upload"))
