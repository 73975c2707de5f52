"""Where a person begins: the desk, and the reports that they may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from institution import clock
from monitoring.desk import load_desk
from monitoring.models import Submission
from plans.models import Plan
from plans.views import plan_or_404


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desk in the only plan, or the list of plans."""
    plans = list(Plan.objects.visible_to(request.user)[:2])
    if len(plans) == 1:
        return redirect("monitoring:desk", plan=plans[0].code)
    return redirect("monitoring:plan_list")


@require_safe
def desk(request: HttpRequest, plan: str) -> HttpResponse:
    """What waits for the person; whoever has nothing to do in the plan but read it is led to the scorecard."""
    plan = plan_or_404(request, plan)
    loaded = load_desk(plan, request.user)
    if loaded.concerns_nobody:
        return redirect("monitoring:scorecard", plan=plan.code)
    return render(request, "monitoring/desk.html", {"plan": plan, "desk": loaded, "today": clock.today()})


@require_safe
def submission_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Every report of the plan that the person may see, the latest semester first."""
    plan = plan_or_404(request, plan)
    seen = Submission.objects.filter(period__plan=plan).visible_to(request.user)
    rows = seen.select_related("unit", "period").order_by("-period__code", "unit__acronym")
    return render(request, "monitoring/submission_list.html", {"plan": plan, "submissions": list(rows)})
