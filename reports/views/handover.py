"""A unit's handover as a workbook, to be worked on: the document carries the same one inside."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from monitoring.exports.handover import write_handover
from monitoring.views.download import download
from plans.views import plan_or_404
from reports.documents.asked import NoSuchSubject, NotAllowed, asked_of
from reports.documents.kinds import KINDS


@require_safe
def handover_workbook(request: HttpRequest, plan: str, acronym: str) -> HttpResponse:
    """As of today, for those who may have the document; nothing is archived."""
    plan = plan_or_404(request, plan)
    try:
        asked = asked_of("handover", plan, request.user, {"unit": acronym})
    except NoSuchSubject as missing:
        raise Http404 from missing
    except NotAllowed as refused:
        raise PermissionDenied from refused
    name = KINDS["handover"].content(asked.record).file_name.removesuffix(".pdf")
    return download(write_handover(asked.record), f"{name}.xlsx")
