"""The one way in which every page finds its plan."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from plans.models import Plan
from plans.permissions import may_edit

# The methods of a page whose form is sent to its own address.
READ_OR_SEND = ["GET", "HEAD", "POST"]


def plan_or_404(request: HttpRequest, code: str) -> Plan:
    """The plan, if the person belongs to its government; else it does not exist for them."""
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("government"), code=code)


def edited_plan_or_404(request: HttpRequest, code: str) -> Plan:
    """The plan, for whoever writes it and keeps its papers; such pages do not exist for anybody else."""
    plan = plan_or_404(request, code)
    if not may_edit(request.user, plan):
        raise Http404
    return plan
