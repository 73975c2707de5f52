"""The plan's own workbook in the browser: downloaded at any time, sent back while the plan is a draft."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from institution.keeping import KeepingRefused
from monitoring import receiving
from monitoring.views.download import download
from monitoring.views.sending import Sending
from plans import editing
from plans.models import Plan, PlanUpload
from plans.views import READ_OR_SEND, edited_plan_or_404
from plans.workbook import write_plan


def _explain(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    return {"locked": editing.why_fixed(plan)}


def _preview(upload: PlanUpload, _by: object) -> receiving.PlanPreview:
    return receiving.preview_plan(upload)


BOOK = Sending(PlanUpload.Kind.PLAN, "plan_edit", _preview, _explain)


@require_GET
def plan_edit_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan as it is stored."""
    plan = edited_plan_or_404(request, plan)
    buffer = io.BytesIO()
    write_plan(plan, buffer)
    return download(buffer.getvalue(), f"plan-{plan.code}.xlsx")


@require_http_methods(READ_OR_SEND)
def plan_edit_upload(request: HttpRequest, plan: str) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    return BOOK.receive(request, plan) if request.method == "POST" else BOOK.upload_page(request, plan)


@require_safe
def plan_edit_preview(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return BOOK.preview_page(request, BOOK.upload_or_404(request, edited_plan_or_404(request, plan), pk))


@require_POST
def plan_edit_confirm(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """Makes the draft say what the workbook says, or changes nothing."""
    plan = edited_plan_or_404(request, plan)
    upload = BOOK.upload_or_404(request, plan, pk)
    try:
        count = receiving.confirm_plan(upload=upload, shown=request.POST.get("shown", ""), by=request.user)
    except KeepingRefused as refused:
        return BOOK.preview_page(request, upload, refused=str(refused), status=409)
    if count:
        done = ngettext("El plan cambió: %(n)s cambio.", "El plan cambió: %(n)s cambios.", count) % {"n": count}
        messages.success(request, done)
    else:
        messages.info(request, _("Este libro ya estaba confirmado."))
    return redirect("monitoring:plan_edit", plan.code)


@require_POST
def plan_edit_discard(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return BOOK.discard(request, edited_plan_or_404(request, plan), pk)
