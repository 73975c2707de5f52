"""The government's organisation: its units, who takes whose place, and who answers for one indicator."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.forms import EndUnitForm, NewUnitForm, UnitForm
from institution.models import Unit
from institution.permissions import is_coordinator
from institution.units import UnitRefused, change_unit, create_unit
from monitoring.forms import ResponsibilityForm, SuccessionForm
from monitoring.organisation import load_organisation, load_unit_memory, preview_succession
from monitoring.succession import SuccessionRefused, end_unit, pass_responsibility, succeed
from monitoring.views.scope import reviewed_plan_or_404
from plans.models import Plan
from plans.views import READ_OR_SEND

REFUSED = (UnitRefused, SuccessionRefused, ValidationError)


def say_why(form: Form, error: Exception) -> None:
    """The refusal of an act as an error of the form that asked for it."""
    told = error.messages if isinstance(error, ValidationError) else [str(error)]
    form.add_error(None, " ".join(told))


@require_safe
def organisation(request: HttpRequest, plan: str) -> HttpResponse:
    """The units, what each answers for now, and what is missing where."""
    plan = reviewed_plan_or_404(request, plan)
    page = load_organisation(plan, may_change=is_coordinator(request.user, plan.government))
    return render(request, "monitoring/organisation.html", {"plan": plan, "page": page})


@require_http_methods(READ_OR_SEND)
def organisation_unit_create(request: HttpRequest, plan: str) -> HttpResponse:
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    form = NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = create_unit(unit=Unit(government=plan.government, **form.cleaned_data), by=request.user)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Se creó %(unit)s.") % {"unit": unit})
            return redirect("monitoring:organisation_unit", plan.code, unit.acronym)
    context = {"plan": plan, "form": form}
    return render(request, "monitoring/organisation_unit_create.html", context, status=422 if form.errors else 200)


@require_http_methods(READ_OR_SEND)
def organisation_unit(request: HttpRequest, plan: str, acronym: str) -> HttpResponse:
    """Who held each post of the unit over time, and the form that sets its name, function or beginning right."""
    plan = reviewed_plan_or_404(request, plan, to_change=request.method == "POST")
    unit = _unit_or_404(plan, acronym)
    form = UnitForm(request.POST or None, initial=_current(unit))
    if request.method == "POST" and form.is_valid():
        try:
            change_unit(unit=unit, **form.cleaned_data, by=request.user)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Se guardaron los datos de %(unit)s.") % {"unit": unit.acronym})
            return redirect("monitoring:organisation_unit", plan.code, unit.acronym)
    return _unit_page(request, plan, unit, form=form)


@require_POST
def organisation_unit_end(request: HttpRequest, plan: str, acronym: str) -> HttpResponse:
    """Ends a unit that answers for nothing any more."""
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    unit = _unit_or_404(plan, acronym)
    form = EndUnitForm(request.POST)
    if form.is_valid():
        try:
            end_unit(unit=unit, **form.cleaned_data, by=request.user)
        except REFUSED as error:
            say_why(form, error)
        else:
            messages.success(request, _("Se registró el término de %(unit)s.") % {"unit": unit.acronym})
            return redirect("monitoring:organisation_unit", plan.code, unit.acronym)
    return _unit_page(request, plan, unit, end=form)


@require_http_methods(READ_OR_SEND)
def organisation_succession(request: HttpRequest, plan: str) -> HttpResponse:
    """One unit takes the place of another: choose (in the address), read what passes, confirm."""
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    asked = request.POST if request.method == "POST" else request.GET
    # A link may bring the unit alone: that is a form begun, not one refused.
    form = SuccessionForm(plan, asked if "from_period" in asked else None, initial={"unit": request.GET.get("unit")})
    preview, status = None, 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and form.is_valid():
        chosen = (form.cleaned_data["unit"], form.chosen_successor(), form.cleaned_data["from_period"])
        if request.method == "POST":
            if done := _succeed(request, plan, *chosen):
                return done
            status = 409
        preview = preview_succession(*chosen, request.user)
    context = {"plan": plan, "form": form, "preview": preview}
    return render(request, "monitoring/organisation_succession.html", context, status=status)


@require_http_methods(READ_OR_SEND)
def organisation_responsibility(request: HttpRequest, plan: str) -> HttpResponse:
    """One indicator passes from one unit to another, from a semester on."""
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    form = ResponsibilityForm(plan, request.POST or None, initial={"indicator": request.GET.get("indicator")})
    if request.method == "POST" and form.is_valid():
        try:
            row = pass_responsibility(**form.cleaned_data, by=request.user)
        except REFUSED as error:
            say_why(form, error)
        else:
            told = {"unit": row.unit.acronym, "indicator": row.indicator.code, "period": row.from_period}
            messages.success(request, _("%(unit)s responde por %(indicator)s desde %(period)s.") % told)
            return redirect("monitoring:organisation_unit", plan.code, row.unit.acronym)
    context = {"plan": plan, "form": form}
    return render(request, "monitoring/organisation_responsibility.html", context, status=422 if form.errors else 200)


def _unit_or_404(plan: Plan, acronym: str) -> Unit:
    units = Unit.objects.filter(government=plan.government_id).select_related("successor", "government")
    return get_object_or_404(units, acronym=acronym)


def _current(unit: Unit) -> dict:
    return {"name": unit.name, "function": unit.function, "valid_from": unit.valid_from}


def _unit_page(
    request: HttpRequest, plan: Plan, unit: Unit, *, form: Form | None = None, end: Form | None = None
) -> HttpResponse:
    context = {
        "plan": plan,
        "page": load_unit_memory(plan, unit, may_change=is_coordinator(request.user, plan.government)),
        "form": form or UnitForm(initial=_current(unit)),
        "end": end or EndUnitForm(),
    }
    refused = any(each is not None and each.errors for each in (form, end))
    return render(request, "monitoring/organisation_unit.html", context, status=422 if refused else 200)


def _succeed(request: HttpRequest, plan: Plan, unit: Unit, successor: Unit, from_period: str) -> HttpResponse | None:
    """The way on; nothing where it was refused, and the preview says why."""
    try:
        passed = succeed(unit=unit, successor=successor, from_period=from_period, by=request.user)
    except REFUSED as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
        return None
    told = {"successor": successor.acronym, "unit": unit.acronym, "n": len(passed), "period": from_period}
    messages.success(
        request,
        ngettext(
            "%(successor)s sucede a %(unit)s: pasa %(n)s responsabilidad desde %(period)s. Invite a su gente.",
            "%(successor)s sucede a %(unit)s: pasan %(n)s responsabilidades desde %(period)s. Invite a su gente.",
            told["n"],
        )
        % told,
    )
    return redirect("monitoring:organisation_unit", plan.code, successor.acronym)
