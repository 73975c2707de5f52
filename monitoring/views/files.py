"""Files that were entrusted to the system, given back as data that can do nothing."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from institution.audit import about
from institution.models import Act
from monitoring.activity.places import result_name
from monitoring.models import Evidence
from monitoring.views.download import opened
from plans.models import LibraryItem
from plans.permissions import may_edit
from plans.views import plan_or_404

# What a browser may show in its own window; everything else is downloaded.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg", "image/webp"}
# A file is data, never a page of ours: no script, no form, no request back to the site. Chromium shows no PDF in a
# sandbox, and a PDF runs nothing of its own in a browser's viewer.
SEALED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
SANDBOXED = f"sandbox; {SEALED}"


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A means of verification kept as a file, for a window of its own or a frame in one of our pages.

    What was withdrawn opens for the unit and for those who review, and for nobody else.
    """
    kept = Evidence.objects.visible_to(request.user).exclude(file="")
    kept = kept.select_related("result__submission__unit", "result__period__plan", "result__indicator")
    evidence = get_object_or_404(kept, pk=pk)
    about(
        request,
        act=Act.EVIDENCE_READ,
        plan=evidence.result.period.plan.code,
        unit=evidence.result.submission.unit.acronym,
        subject=f"{result_name(evidence.result)} · {evidence.file_name}",
    )
    response = _sealed(evidence.file, evidence.file_name, evidence.content_type)
    # Both say the same, to browsers of different age: our own pages may frame it, nobody else's.
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] += "; frame-ancestors 'self'"
    return response


@require_safe
def library_file(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """A document of the plan's library kept as a file; a withdrawn one opens for those who keep the library."""
    plan = plan_or_404(request, plan)
    kept = LibraryItem.objects.all() if may_edit(request.user, plan) else LibraryItem.objects.in_use()
    item = get_object_or_404(kept.exclude(file=""), plan=plan, pk=pk)
    content_type = "application/pdf" if item.file.name.lower().endswith(".pdf") else ""
    return _sealed(item.file, item.file_name or item.file.name.rpartition("/")[2], content_type)


def _sealed(file: FieldFile, name: str, content_type: str) -> FileResponse:
    """The file as data that can do nothing: shown only where its type is known, never taken for another one."""
    inline = content_type in SHOWN_INLINE
    response = FileResponse(
        opened(file),
        as_attachment=not inline,
        filename=name,
        content_type=content_type if inline else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED if content_type == "application/pdf" else SANDBOXED
    response["Cache-Control"] = "private, no-store"
    return response
