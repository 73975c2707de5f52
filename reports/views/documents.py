"""The archive: documents that were asked for, how far each has come, and what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from institution.audit import about
from institution.permissions import is_coordinator
from institution.uploads import UploadRefused
from monitoring.views.download import opened
from plans.models import Plan
from plans.views import plan_or_404
from reports import issuing
from reports.documents.archive import load_archive
from reports.documents.asked import AskRefused, NoSuchSubject, NotAllowed, asked_of
from reports.documents.stamp import address_of
from reports.issuing import IssuingRefused
from reports.models import Document, SignedCopy


@require_safe
def document_list(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    archive = load_archive(plan, request.user, request.GET.dict())
    return render(request, "reports/document_list.html", {"plan": plan, "archive": archive})


@require_POST
def document_ask(request: HttpRequest, plan: str, kind: str) -> HttpResponse:
    """The document of that kind: what it is about stands in the fields of the button that asked."""
    plan = plan_or_404(request, plan)
    try:
        asked = asked_of(kind, plan, request.user, request.POST)
    except NoSuchSubject as missing:
        raise Http404 from missing
    except NotAllowed as refused:
        raise PermissionDenied from refused
    except AskRefused as refused:
        messages.error(request, str(refused))
        return redirect("monitoring:plan_detail", plan.code)
    document = issuing.issue(asked, by=request.user)
    return redirect("reports:document_detail", plan.code, document.code)


@require_safe
def document_detail(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """How far the document has come, and once it is made what can be done with it."""
    plan = plan_or_404(request, plan)
    return _detail(request, plan, _document(request, plan, code))


@require_safe
def document_state(request: HttpRequest, plan: str, code: str) -> JsonResponse:
    """The same for a page that asks while it waits: percent, what is being done, whether that has ended."""
    document = _document(request, plan_or_404(request, plan), code)
    job = issuing.job_of(document)
    state = {"percent": 100, "step": "", "ended": True}
    if job is not None and not document.is_issued:
        state = {"percent": job.progress, "step": job.step or job.get_state_display(), "ended": job.has_ended}
    return JsonResponse(state, headers={"Cache-Control": "no-store"})


@require_POST
def document_retry(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    document = _document(request, plan_or_404(request, plan), code)
    issuing.retry(document=document)
    return redirect("reports:document_detail", plan, document.code)


@require_POST
def document_publish(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    plan, document = _governed(request, plan, code)
    try:
        issuing.publish(document=document, by=request.user)
    except IssuingRefused as refused:
        return _detail(request, plan, document, refused=str(refused), status=422)
    messages.success(request, _("Publicado: cualquier persona puede leerlo en el sitio público."))
    return redirect("reports:document_detail", plan.code, document.code)


@require_POST
def document_withdraw(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    plan, document = _governed(request, plan, code)
    why = request.POST.get("why", "")
    try:
        issuing.withdraw(document=document, why=why, by=request.user)
    except IssuingRefused as refused:
        return _detail(request, plan, document, refused=str(refused), why=why, status=422)
    messages.success(request, _("Retirado del sitio público. Quien lo tenga puede seguir verificándolo."))
    return redirect("reports:document_detail", plan.code, document.code)


@require_POST
def document_sign(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Files the copy that was signed outside."""
    plan, document = _governed(request, plan, code)
    file = request.FILES.get("file")
    if file is None:
        return _detail(request, plan, document, unsigned=_("Elija el archivo firmado."), status=422)
    try:
        issuing.file_signed(document=document, file=file, name=file.name, by=request.user)
    except (IssuingRefused, UploadRefused) as refused:
        return _detail(request, plan, document, unsigned=str(refused), status=422)
    messages.success(request, _("Copia firmada archivada junto al original."))
    return redirect("reports:document_detail", plan.code, document.code)


@login_not_required
@require_safe
def document_file(request: HttpRequest, code: str) -> HttpResponse:
    """The archived bytes, for everybody once published; before that for those who see the document."""
    document = _readable(request, code)
    return _file(request, document.file, document.file_name, document)


@login_not_required
@require_safe
def document_signed_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The same of a signed copy."""
    document = _readable(request, code)
    copy = get_object_or_404(SignedCopy, document=document, pk=pk)
    return _file(request, copy.file, copy.file_name, document)


def _readable(request: HttpRequest, code: str) -> Document:
    documents = Document.objects.issued().select_related("plan")
    published = documents.published().filter(code=code).first()
    if published is not None:
        return published
    if not request.user.is_authenticated:
        raise Http404
    return get_object_or_404(documents.visible_to(request.user), code=code)


def _file(request: HttpRequest, file: FieldFile, name: str, document: Document) -> FileResponse:
    about(request, plan=document.plan.code, subject=name)
    response = FileResponse(opened(file), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "public, max-age=3600" if document.is_published else "private, no-store"
    return response


def _document(request: HttpRequest, plan: Plan, code: str) -> Document:
    rows = Document.objects.visible_to(request.user).light().select_related("asked_by", "published_by")
    document = get_object_or_404(rows, plan=plan, code=code)
    document.plan = plan
    return document


def _governed(request: HttpRequest, code_of_plan: str, code: str) -> tuple[Plan, Document]:
    """The document, for the coordination; whoever only sees it may do nothing to it."""
    plan = plan_or_404(request, code_of_plan)
    document = _document(request, plan, code)
    if not is_coordinator(request.user, plan.government):
        raise PermissionDenied
    return plan, document


def _detail(request: HttpRequest, plan: Plan, document: Document, *, status: int = 200, **more: str) -> HttpResponse:
    context = {
        "plan": plan,
        "document": document,
        "job": None if document.is_issued else issuing.job_of(document),
        "signed_copies": list(document.signed_copies.select_related("filed_by")),
        "may_govern": is_coordinator(request.user, plan.government),
        "address": address_of(document.code),
        **more,
    }
    return render(request, "reports/document_detail.html", context, status=status)
