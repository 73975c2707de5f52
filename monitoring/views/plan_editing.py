"""Writing a plan in the browser while it is a draft, putting it in force, and copying it as a template.

It stands here and not with the plan because a plan's semesters go with its years.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.models import Designation, Government, Role
from monitoring.periods import PeriodRefused, create_periods, fit_periods
from plans import editing
from plans.copying import CopyRefused, copy_plan
from plans.draft import LEVELS, load_draft, mark_of
from plans.editing import EditingRefused
from plans.forms.editing import CopyForm, ForceForm, IndicatorForm, SettingsForm, node_form, tenure_forms
from plans.models import Indicator, Plan
from plans.models.tree import Node
from plans.permissions import may_approve
from plans.views import READ_OR_SEND, edited_plan_or_404
from plans.workbook.tenures import Tenure

INDICATORS = "indicadores"


@require_safe
def plan_edit(request: HttpRequest, plan: str) -> HttpResponse:
    """The whole tree; of a draft with everything that can be done to it, else with why nothing can."""
    plan = edited_plan_or_404(request, plan)
    context = {
        "plan": plan,
        "draft": load_draft(plan),
        "locked": editing.why_fixed(plan),
        "may_approve": may_approve(request.user, plan),
    }
    return render(request, "monitoring/plan_edit.html", context)


# --- Nodes


@require_http_methods(READ_OR_SEND)
def plan_edit_node_create(request: HttpRequest, plan: str, level: str) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    model = _level_or_404(level)
    above = request.GET.get("en", "")
    initial = {model.parent_field: above} if model.parent_field and above.isdecimal() else {}
    return _node_page(request, plan, level, node_form(level, plan, request.POST or None, initial=initial))


@require_http_methods(READ_OR_SEND)
def plan_edit_node(request: HttpRequest, plan: str, level: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    node = get_object_or_404(_level_or_404(level), plan=plan, pk=pk)
    initial = {"seen": mark_of(node)}
    form = node_form(level, plan, request.POST or None, instance=node, initial=initial)
    return _node_page(request, plan, level, form, node)


def _node_page(request: HttpRequest, plan: Plan, level: str, form: Any, node: Node | None = None) -> HttpResponse:
    locked = editing.why_fixed(plan)
    if request.method == "POST" and not locked and form.is_valid():
        told = {"values": form.values, "links": form.links, "seen": form.cleaned_data["seen"]}
        try:
            editing.write_node(plan=plan, level=level, node=node, by=request.user, **told)
        except (EditingRefused, ValidationError) as refused:
            _show(refused, form, mark_of(node and type(node).objects.get(pk=node.pk)))
        else:
            messages.success(request, _("Guardado: %(name)s.") % {"name": form.cleaned_data["name"]})
            return redirect("monitoring:plan_edit", plan.code)
    context = {"plan": plan, "form": form, "row": node, "level": level, "locked": locked}
    context["level_name"] = LEVELS[level]._meta.verbose_name
    return render(request, "monitoring/plan_edit_node.html", context, status=_status(request, form, locked))


# --- Indicators


@require_http_methods(READ_OR_SEND)
def plan_edit_indicator_create(request: HttpRequest, plan: str) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    return _indicator_page(request, plan, None, {"measures": request.GET.get("mide", "")})


@require_http_methods(READ_OR_SEND)
def plan_edit_indicator(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    indicator = get_object_or_404(Indicator.objects.select_related("activity", "action", "objective"), plan=plan, pk=pk)
    return _indicator_page(request, plan, indicator, {"seen": mark_of(indicator)})


def _indicator_page(
    request: HttpRequest, plan: Plan, indicator: Indicator | None, initial: dict[str, str]
) -> HttpResponse:
    locked = editing.why_fixed(plan)
    nodes = [node.row for node in load_draft(plan).nodes if node.takes_indicators]
    form = IndicatorForm(plan, nodes, request.POST or None, instance=indicator, initial=initial)
    tenures = tenure_forms(plan, indicator, request.POST or None)
    sent = request.method == "POST" and not locked
    if sent and form.is_valid() and tenures.is_valid() and _indicator_written(request, plan, indicator, form, tenures):
        return redirect("monitoring:plan_edit", plan.code)
    context = {"plan": plan, "form": form, "tenures": tenures, "row": indicator, "locked": locked}
    return render(request, "monitoring/plan_edit_indicator.html", context, status=_status(request, form, locked))


def _indicator_written(
    request: HttpRequest, plan: Plan, indicator: Indicator | None, form: IndicatorForm, tenures: Any
) -> bool:
    answers = [row for row in tenures.cleaned_data if row.get("unit")]
    parts = editing.Parts(
        tuple(form.cleaned_data["tables"]),
        tuple(Tenure(row["unit"], row["since"], row["until"] or None) for row in answers),
        form.targets,
    )
    told = {"node": form.node, "values": form.values, "parts": parts, "seen": form.cleaned_data["seen"]}
    try:
        editing.write_indicator(plan=plan, indicator=indicator, by=request.user, **told)
    except (EditingRefused, ValidationError) as refused:
        _show(refused, form, mark_of(indicator and Indicator.objects.get(pk=indicator.pk)))
        return False
    messages.success(request, _("Guardado: %(name)s.") % {"name": form.cleaned_data["name"]})
    return True


# --- Order and removal, of nodes and indicators alike


@require_POST
def plan_edit_move(request: HttpRequest, plan: str, level: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    row = _row_or_404(plan, level, pk)
    try:
        editing.move(row=row, up=request.POST.get("direction") == "up", by=request.user)
    except EditingRefused as refused:
        messages.error(request, str(refused))
    return redirect(f"{_address(plan)}#{level}-{pk}")


@require_POST
def plan_edit_remove(request: HttpRequest, plan: str, level: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    row = _row_or_404(plan, level, pk)
    try:
        editing.remove(row=row, by=request.user)
    except EditingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Retirado del plan: %(name)s.") % {"name": row})
    return redirect(_address(plan))


# --- The plan itself


@require_http_methods(READ_OR_SEND)
def plan_edit_settings(request: HttpRequest, plan: str) -> HttpResponse:
    """What the plan says of itself; in force, only what touches no figure."""
    plan = edited_plan_or_404(request, plan)
    fixed = editing.CHANGED_IN_FORCE if not plan.is_closed else ()
    initial = {"seen": mark_of(plan)}
    form = SettingsForm(request.POST or None, instance=plan, initial=initial, changed_in_force=fixed)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                told = {"values": form.values, "seen": form.cleaned_data["seen"]}
                changed = editing.change_settings(plan=plan, by=request.user, **told)
                fit_periods(plan=changed)
        except (EditingRefused, PeriodRefused, ValidationError) as refused:
            _show(refused, form, mark_of(Plan.objects.get(pk=plan.pk)))
        else:
            messages.success(request, _("Parámetros guardados."))
            return redirect("monitoring:plan_edit", plan.code)
    context = {"plan": plan, "form": form, "locked": editing.why_fixed(plan)}
    return render(request, "monitoring/plan_edit_settings.html", context, status=_status(request, form, ""))


@require_http_methods(READ_OR_SEND)
def plan_edit_force(request: HttpRequest, plan: str) -> HttpResponse:
    """What the plan lacks to be whole, for all who edit it; when nothing, the coordination puts it in force."""
    plan = edited_plan_or_404(request, plan)
    may = may_approve(request.user, plan)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = ForceForm(request.POST or None, instance=plan)
    if request.method == "POST" and form.is_valid():
        try:
            editing.put_in_force(plan=plan, by=request.user, **form.cleaned_data)
        except EditingRefused as refused:
            form.add_error("instrument_date", str(refused))
        else:
            messages.success(request, _("El plan está vigente. Desde hoy sus metas cambian solo por reprogramación."))
            return redirect("monitoring:plan_detail", plan.code)
    lacks = load_draft(plan).lacks if plan.is_draft else []
    context = {"plan": plan, "form": form, "lacks": lacks, "locked": editing.why_fixed(plan), "may_approve": may}
    return render(request, "monitoring/plan_edit_force.html", context, status=_status(request, form, ""))


@require_http_methods(READ_OR_SEND)
def plan_copy(request: HttpRequest, plan: str) -> HttpResponse:
    """A new draft with this plan's tree and sheets, for another period or another government."""
    plan = edited_plan_or_404(request, plan)
    years = {"first_year": plan.last_year + 1, "last_year": plan.last_year + len(plan.years)}
    initial = {"government": plan.government_id, "name": plan.name, **years}
    form = CopyForm(_writable(request), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                copied = copy_plan(plan=plan, by=request.user, **form.cleaned_data)
                create_periods(plan=copied.plan)
        except CopyRefused as refused:
            form.add_error("code", str(refused))
        else:
            _say_what_was_copied(request, copied)
            return redirect("monitoring:plan_edit", copied.plan.code)
    return render(request, "monitoring/plan_copy.html", {"plan": plan, "form": form}, status=_status(request, form, ""))


def _say_what_was_copied(request: HttpRequest, copied: Any) -> None:
    messages.success(request, _("Copia en elaboración. Le faltan las metas, que son de otros años."))
    if copied.replaced:
        changes = ", ".join(f"{old} → {new}" for old, new in sorted(copied.replaced.items()))
        messages.warning(request, _("Unidades que cambiaron; revíselas: %(changes)s.") % {"changes": changes})


def _writable(request: HttpRequest) -> QuerySet[Government]:
    """The governments whose plans the person writes."""
    posts = Designation.objects.in_force().filter(user=request.user, role__in=[Role.COORDINATOR, Role.PLANNER])
    return Government.objects.filter(pk__in=posts.values("unit__government"))


# --- What they share


def _level_or_404(level: str) -> type[Node]:
    if level not in LEVELS:
        raise Http404
    return LEVELS[level]


def _row_or_404(plan: Plan, level: str, pk: int) -> Node | Indicator:
    model = Indicator if level == INDICATORS else _level_or_404(level)
    return get_object_or_404(model, plan=plan, pk=pk)


def _address(plan: Plan) -> str:
    return redirect("monitoring:plan_edit", plan.code).url


def _status(request: HttpRequest, form: Form, locked: str) -> int:
    if request.method != "POST":
        return 200
    return 409 if locked else 422


def _show(refused: Exception, form: Form, mark: str) -> None:
    """A refusal beside its field, what was typed kept; sent again, it is about the row as it is now."""
    by_field = getattr(refused, "error_dict", None)
    if by_field is None:
        form.add_error(None, refused.messages if isinstance(refused, ValidationError) else str(refused))
    else:
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, errors)
    form.data = form.data.copy()
    form.data["seen"] = mark
