"""The road map of the plan's approval, and its library. Everybody reads; coordination and planning write."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution import clock
from institution.uploads import UploadRefused
from plans.draft import mark_of
from plans.forms.papers import ItemForm, StepForm
from plans.models import ApprovalStep, LibraryItem, Plan
from plans.papers import PapersRefused, remove_step, restore_item, withdraw_item, write_item, write_step
from plans.permissions import may_edit
from plans.views.scope import READ_OR_SEND, edited_plan_or_404, plan_or_404

# --- The road map


@dataclass(frozen=True)
class Step:
    """A step of the road map as of today."""

    row: ApprovalStep
    days_late: int

    @property
    def is_waiting_late(self) -> bool:
        return self.row.done_on is None and self.days_late > 0


@require_safe
def approval_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Every step, planned and real; what is late is said by the institution's clock."""
    plan = plan_or_404(request, plan)
    today = clock.today()
    steps = [Step(row, row.days_late(today)) for row in plan.approval_steps.select_related("responsible_unit")]
    context = {
        "plan": plan,
        "steps": steps,
        "done": sum(step.row.done_on is not None for step in steps),
        "late": sum(step.is_waiting_late for step in steps),
        "may_edit": may_edit(request.user, plan),
    }
    return render(request, "plans/approval_list.html", context)


@require_http_methods(READ_OR_SEND)
def approval_create(request: HttpRequest, plan: str) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    return _step_page(request, plan, StepForm(plan, request.POST or None))


@require_http_methods(READ_OR_SEND)
def approval_edit(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    step = get_object_or_404(ApprovalStep, plan=plan, pk=pk)
    form = StepForm(plan, request.POST or None, instance=step, initial={"seen": mark_of(step)})
    return _step_page(request, plan, form, step)


def _step_page(request: HttpRequest, plan: Plan, form: StepForm, step: ApprovalStep | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            write_step(plan=plan, step=step, by=request.user, **form.cleaned_data)
        except (PapersRefused, ValidationError) as refused:
            _show(refused, form, "done_on", step)
        else:
            messages.success(request, _("Paso guardado."))
            return redirect("plans:approval_list", plan.code)
    context = {"plan": plan, "form": form, "step": step}
    return render(request, "plans/approval_edit.html", context, status=422 if form.errors else 200)


@require_POST
def approval_remove(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    remove_step(step=get_object_or_404(ApprovalStep, plan=plan, pk=pk), by=request.user)
    messages.success(request, _("Paso retirado de la hoja de ruta."))
    return redirect("plans:approval_list", plan.code)


# --- The library


@require_safe
def library(request: HttpRequest, plan: str) -> HttpResponse:
    """The documents that the plan rests on; what was withdrawn only for those who keep them."""
    plan = plan_or_404(request, plan)
    may = may_edit(request.user, plan)
    items = list(plan.library.all() if may else plan.library.in_use())
    context = {
        "plan": plan,
        "documents": [item for item in items if item.withdrawn_on is None],
        "withdrawn": [item for item in items if item.withdrawn_on is not None],
        "may_edit": may,
    }
    return render(request, "plans/library.html", context)


@require_http_methods(READ_OR_SEND)
def library_create(request: HttpRequest, plan: str) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    return _item_page(request, plan, ItemForm(request.POST or None, request.FILES or None))


@require_http_methods(READ_OR_SEND)
def library_edit(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    item = get_object_or_404(LibraryItem, plan=plan, pk=pk)
    initial = {"seen": mark_of(item)}
    form = ItemForm(request.POST or None, request.FILES or None, instance=item, initial=initial)
    return _item_page(request, plan, form, item)


def _item_page(request: HttpRequest, plan: Plan, form: ItemForm, item: LibraryItem | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            write_item(plan=plan, item=item, accepted=form.accepted, by=request.user, **form.told())
        except (PapersRefused, ValidationError) as refused:
            _show(refused, form, "title", item)
        except UploadRefused as refused:
            _show(refused, form, "upload", item)
        else:
            messages.success(request, _("Documento guardado en la biblioteca."))
            return redirect("plans:library", plan.code)
    context = {"plan": plan, "form": form, "item": item}
    return render(request, "plans/library_edit.html", context, status=422 if form.errors else 200)


@require_POST
def library_withdraw(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    withdraw_item(item=get_object_or_404(LibraryItem, plan=plan, pk=pk), by=request.user)
    messages.success(request, _("Documento retirado. Se conserva y puede volver."))
    return redirect("plans:library", plan.code)


@require_POST
def library_restore(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    plan = edited_plan_or_404(request, plan)
    restore_item(item=get_object_or_404(LibraryItem, plan=plan, pk=pk), by=request.user)
    messages.success(request, _("Documento de vuelta en la biblioteca."))
    return redirect("plans:library", plan.code)


def _show(refused: Exception, form: Form, field: str, row: Model | None) -> None:
    """A refusal beside the field that it is about, what was typed kept; sent again, it is about the row as it is."""
    form.data = form.data.copy()
    form.data["seen"] = mark_of(row and type(row).objects.filter(pk=row.pk).first())
    by_field = getattr(refused, "error_dict", None)
    if by_field is None:
        form.add_error(field, refused.messages if isinstance(refused, ValidationError) else str(refused))
        return
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)
