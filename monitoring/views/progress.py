"""The pages of the plan and its progress. Each fetches what the person may see, and shows it."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from institution import clock
from monitoring.comparison import load_comparison
from monitoring.disclosure import full_people
from monitoring.dossier import load_indicator, load_node, load_unit, load_units
from monitoring.exports.annex import write_annex
from monitoring.exports.results import write_results
from monitoring.exports.scorecard import write_scorecard
from monitoring.matrix import load_matrix
from monitoring.outlook import load_outlook
from monitoring.permissions import hands_over, reviews_reports
from monitoring.record import plan_record
from monitoring.views.download import download
from monitoring.views.scope import chosen_or_404
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
    chosen = chosen_or_404(request, plan)
    matrix = load_matrix(plan, chosen, request.GET.dict())
    context = {"plan": plan, "chosen": chosen, "matrix": matrix, "printed_on": clock.today()}
    context["reviews"] = reviews_reports(request.user, plan)
    context["may_ask"] = chosen.period.is_closed and context["reviews"]
    return render(request, "monitoring/scorecard.html", context)


@require_safe
def scorecard_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """The same rows and figures in Excel."""
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    matrix = load_matrix(plan, chosen, request.GET.dict())
    content = write_scorecard(plan, chosen, matrix, on=clock.today())
    name = f"tablero-{plan.code}-{chosen.code}.xlsx"
    return download(content, name)


@require_safe
def annex_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """The follow-up annex at the chosen semester, official figures only."""
    plan = plan_or_404(request, plan)
    upto = chosen_or_404(request, plan).code
    return download(write_annex(plan_record(plan, upto)), f"anexo-{plan.code}-{upto}.xlsx")


@require_safe
def results_workbook(request: HttpRequest, plan: str) -> HttpResponse:
    """Results and breakdowns as they may be published; with `?celdas=todas` every cell, for who reviews reports."""
    plan = plan_or_404(request, plan)
    upto = chosen_or_404(request, plan).code
    inside = request.GET.get("celdas") == "todas"
    if inside and not reviews_reports(request.user, plan):
        raise PermissionDenied
    content = write_results(plan_record(plan, upto), whole=full_people(plan, upto) if inside else None)
    return download(content, f"resultados-{plan.code}-{upto}{'-interno' if inside else ''}.xlsx")


@require_safe
def node_detail(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    try:
        dossier = load_node(plan, code, chosen, request.user)
    except LookupError as error:
        raise Http404 from error
    return render(request, "monitoring/node_detail.html", {"plan": plan, "chosen": chosen, "dossier": dossier})


@require_safe
def indicator_detail(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    try:
        dossier = load_indicator(plan, code, chosen, request.user)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return render(request, "monitoring/indicator_detail.html", {"plan": plan, "chosen": chosen, "dossier": dossier})


@require_safe
def unit_list(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    context = {"plan": plan, "chosen": chosen, "units": load_units(plan, chosen)}
    return render(request, "monitoring/unit_list.html", context)


@require_safe
def unit_detail(request: HttpRequest, plan: str, acronym: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    try:
        dossier = load_unit(plan, acronym, chosen, request.user)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    context = {"plan": plan, "chosen": chosen, "dossier": dossier}
    context["may_ask"] = hands_over(request.user, dossier.unit)
    return render(request, "monitoring/unit_detail.html", context)


@require_safe
def unit_comparison(request: HttpRequest, plan: str) -> HttpResponse:
    """Every unit that answers, semester by semester."""
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    comparison = load_comparison(plan, chosen, request.GET.dict())
    context = {"plan": plan, "chosen": chosen, "comparison": comparison}
    return render(request, "monitoring/unit_comparison.html", context)


@require_safe
def outlook(request: HttpRequest, plan: str) -> HttpResponse:
    """What will be missed if nothing changes."""
    plan = plan_or_404(request, plan)
    chosen = chosen_or_404(request, plan)
    context = {"plan": plan, "chosen": chosen, "outlook": load_outlook(plan, chosen, request.GET.dict())}
    return render(request, "monitoring/outlook.html", context)
