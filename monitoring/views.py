"""The pages of the plan and its progress. Each fetches what the person may see, and shows it."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from institution import clock
from monitoring.chosen import Chosen, UnknownPeriod
from monitoring.dossier import load_indicator, load_node, load_unit, load_units
from monitoring.matrix import Filters, load_matrix
from monitoring.models import Evidence
from monitoring.permissions import may_see_working
from plans.models import LibraryItem, Plan

# What a browser may show in its own window; everything else is downloaded.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg"}
# A file is data, never a page of ours: no script, no form, no request back to the site. Chromium shows no PDF in a
# sandbox, and a PDF runs nothing of its own in a browser's viewer.
SEALED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
SANDBOXED = f"sandbox; {SEALED}"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The scorecard of the only plan, or the list of plans."""
    plans = list(Plan.objects.visible_to(request.user)[:2])
    if len(plans) == 1:
        return redirect("monitoring:scorecard", plan=plans[0].code)
    return redirect("monitoring:plan_list")


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    plans = Plan.objects.visible_to(request.user).select_related("government")
    return render(request, "monitoring/plan_list.html", {"plans": list(plans)})


@require_safe
def plan_detail(request: HttpRequest, plan: str) -> HttpResponse:
    plan = plan_or_404(request, plan)
    context = {
        "plan": plan,
        "periods": list(plan.periods.all()),
        "steps": list(plan.approval_steps.select_related("responsible_unit")),
        "library": list(plan.library.all()),
    }
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


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A means of verification kept as a file."""
    kept = Evidence.objects.visible_to(request.user).exclude(file="").filter(withdrawn_at__isnull=True)
    evidence = get_object_or_404(kept, pk=pk)
    return _sealed(evidence.file, evidence.file_name, evidence.content_type)


@require_safe
def library_file(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """A document of the plan's library kept as a file."""
    item = get_object_or_404(LibraryItem.objects.exclude(file=""), plan=plan_or_404(request, plan), pk=pk)
    content_type = "application/pdf" if item.file.name.lower().endswith(".pdf") else ""
    return _sealed(item.file, item.file.name.rpartition("/")[2], content_type)


def plan_or_404(request: HttpRequest, code: str) -> Plan:
    """The plan, if the person belongs to its government; else it does not exist for them."""
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("government"), code=code)


def _chosen(request: HttpRequest, plan: Plan) -> Chosen:
    try:
        return Chosen.of(plan, request.GET, may_see_working=may_see_working(request.user, plan))
    except UnknownPeriod as error:
        raise Http404(_("El plan no tiene ese semestre.")) from error


def _sealed(file: FieldFile, name: str, content_type: str) -> FileResponse:
    """The file as data that can do nothing: shown only where its type is known, never taken for another one."""
    inline = content_type in SHOWN_INLINE
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("El archivo ya no está en el almacén.")) from error
    response = FileResponse(
        opened,
        as_attachment=not inline,
        filename=name,
        content_type=content_type if inline else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED if content_type == "application/pdf" else SANDBOXED
    response["Cache-Control"] = "private, no-store"
    return response
