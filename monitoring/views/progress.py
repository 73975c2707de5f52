"""The pages of the plan and its progress. Each fetches what the person may see, and shows it."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from institution import clock
from monitoring.chosen import Chosen, UnknownPeriod
from monitoring.dossier import load_indicator, load_node, load_unit, load_units
from monitoring.matrix import Filters, load_matrix
from monitoring.permissions import may_see_working
from plans.models import Plan, TargetRevision
from plans.views import plan_or_404


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    plans = Plan.objects.visible_to(request.user).select_related("government")
    return render(request, "monitoring/plan_list.html", {"plans": list(plans)})


@require_safe
def plan_detail(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    steps = plan.approval_steps
    papers = {
        "steps": steps.count(),
        "done": steps.filter(done_on__isnull=False).count(),
        "library": plan.library.in_use().count(),
        "revisions": TargetRevision.objects.filter(indicator__plan=plan).count(),
    }
    context = {"plan": plan, "periods": list(plan.periods.all()), "papers": papers}
    return render(request, "monitoring/plan_detail.html", context)


@require_safe
def scorecard(request: HttpRequest, plan: str) -> HttpResponse:
    """The matrix: every activity in every semester."""
    plan = plan_or_404(request, plan)
    chosen = _chosen(request, plan)
    filters = Filters(
        unit=request.GET.get("gerencia", ""),
        gender=request.GET.get("genero") == "1",
        worst_first=request.GET.get("orden") == "peor",
    )
    matrix = load_matrix(plan, chosen, filters)
    context = {"plan": plan, "chosen": chosen, "matrix": matrix, "printed_on": clock.today()}
    return render(request, "monitoring/scorecard.html", context)


@require_safe
def node_detail(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = _chosen(request, plan)
    try:
        dossier = load_node(plan, code, chosen, request.user)
    except LookupError as error:
        raise Http404 from error
    return render(request, "monitoring/node_detail.html", {"plan": plan, "chosen": chosen, "dossier": dossier})


@require_safe
def indicator_detail(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = _chosen(request, plan)
    try:
        dossier = load_indicator(plan, code, chosen, request.user)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return render(request, "monitoring/indicator_detail.html", {"plan": plan, "chosen": chosen, "dossier": dossier})


@require_safe
def unit_list(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = _chosen(request, plan)
    context = {"plan": plan, "chosen": chosen, "units": load_units(plan, chosen)}
    return render(request, "monitoring/unit_list.html", context)


@require_safe
def unit_detail(request: HttpRequest, plan: str, acronym: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = _chosen(request, plan)
    try:
        dossier = load_unit(plan, acronym, chosen, request.user)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return render(request, "monitoring/unit_detail.html", {"plan": plan, "chosen": chosen, "dossier": dossier})


def _chosen(request: HttpRequest, plan: Plan) -> Chosen:
    try:
        return Chosen.of(plan, request.GET, may_see_working=may_see_working(request.user, plan))
    except UnknownPeriod as error:
        raise Http404(_("El plan no tiene ese semestre.")) from error
