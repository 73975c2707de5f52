"""The semesters of a plan: everybody reads them, the coordination opens, closes and reopens them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institution.models import DayOff
from institution.permissions import is_coordinator
from monitoring.forms import DayOffForm, OpenPeriodForm, ReopenPeriodForm
from monitoring.models import Evaluation, Period
from monitoring.periods import (
    PeriodRefused,
    add_day_off,
    close_period,
    drop_day_off,
    left_open,
    offered_due_on,
    open_period,
    reopen_period,
)
from monitoring.permissions import reviews_reports
from monitoring.semesters import load_semesters
from plans.models import Plan
from plans.views import READ_OR_SEND, plan_or_404


@require_safe
def period_list(request: HttpRequest, plan: str) -> HttpResponse:
    """All semesters of the plan with their deadlines, and everything that was done to them."""
    return _list(request, plan_or_404(request, plan))


def _list(request: HttpRequest, plan: Plan, *, day_off: DayOffForm | None = None, status: int = 200) -> HttpResponse:
    may_act = is_coordinator(request.user, plan.government)
    context = {
        "plan": plan,
        "page": load_semesters(plan),
        "may_act": may_act,
        "may_ask": reviews_reports(request.user, plan),
        "day_off": (day_off or DayOffForm()) if may_act else None,
    }
    return render(request, "monitoring/period_list.html", context, status=status)


@require_http_methods(READ_OR_SEND)
def period_open(request: HttpRequest, plan: str, period: str) -> HttpResponse:
    """Opens a semester until a day: the one that is offered, unless another is typed."""
    plan, period = _semester_that_one_coordinates(request, plan, period)
    usual = period.default_due_on(plan.government.own_days_off())
    form = OpenPeriodForm(request.POST or None, initial={"due_on": offered_due_on(period)})
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_period(period=period, due_on=form.cleaned_data["due_on"], by=request.user)
        except PeriodRefused as refused:
            form.add_error(None, str(refused))
        else:
            told = {"code": opened.code, "day": date_format(opened.due_on)}
            messages.success(
                request, _("El semestre %(code)s está abierto; las unidades reportan hasta el %(day)s.") % told
            )
            return redirect("monitoring:period_list", plan=plan.code)
    context = {"plan": plan, "period": period, "form": form, "usual": usual}
    return render(request, "monitoring/period_open.html", context, status=422 if form.errors else 200)


@require_http_methods(READ_OR_SEND)
def period_close(request: HttpRequest, plan: str, period: str) -> HttpResponse:
    """Says what is missing, and closes the semester once whoever read it confirms."""
    plan, period = _semester_that_one_coordinates(request, plan, period)
    refusal = ""
    if request.method == "POST":
        seen = request.POST.get("seen") if request.POST.get("confirmed") else None
        try:
            close_period(period=period, by=request.user, seen=seen)
        except PeriodRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("El semestre %s está cerrado: sus cifras son oficiales.") % period.code)
            return redirect("monitoring:period_list", plan=plan.code)
    context = {"plan": plan, "period": period, "left": left_open(period), "refusal": refusal}
    return render(request, "monitoring/period_close.html", context, status=409 if refusal else 200)


@require_http_methods(READ_OR_SEND)
def period_reopen(request: HttpRequest, plan: str, period: str) -> HttpResponse:
    """Opens a closed semester again, with the reason."""
    plan, period = _semester_that_one_coordinates(request, plan, period)
    form = ReopenPeriodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_period(period=period, reason=form.cleaned_data["reason"], by=request.user)
        except PeriodRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("El semestre %s está abierto otra vez.") % period.code)
            return redirect("monitoring:period_list", plan=plan.code)
    locked = Evaluation.objects.why_locked(plan, period.code)
    context = {"plan": plan, "period": period, "form": form, "locked": locked}
    return render(request, "monitoring/period_reopen.html", context, status=422 if form.errors else 200)


@require_POST
def period_day_off(request: HttpRequest, plan: str) -> HttpResponse:
    """Keeps a day on which the municipality does not work."""
    plan = _plan_that_one_coordinates(request, plan)
    form = DayOffForm(request.POST)
    if form.is_valid():
        try:
            row = add_day_off(government=plan.government, by=request.user, **form.cleaned_data)
        except PeriodRefused as refused:
            form.add_error("day", str(refused))
        else:
            messages.success(request, _("El %s no cuenta como día hábil.") % date_format(row.day))
            return redirect("monitoring:period_list", plan=plan.code)
    return _list(request, plan, day_off=form, status=422)


@require_POST
def period_day_on(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    """The day counts as a working day again."""
    plan = _plan_that_one_coordinates(request, plan)
    row = get_object_or_404(DayOff.objects.select_related("government"), government=plan.government_id, pk=pk)
    drop_day_off(day_off=row, by=request.user)
    messages.success(request, _("El %s vuelve a contar como día hábil.") % date_format(row.day))
    return redirect("monitoring:period_list", plan=plan.code)


def _semester_that_one_coordinates(request: HttpRequest, code: str, period: str) -> tuple[Plan, Period]:
    plan = _plan_that_one_coordinates(request, code)
    semester = get_object_or_404(Period, plan=plan, code=period)
    semester.plan = plan
    return plan, semester


def _plan_that_one_coordinates(request: HttpRequest, code: str) -> Plan:
    """Everybody of the government sees its semesters; only those who coordinate act on them."""
    plan = plan_or_404(request, code)
    if not is_coordinator(request.user, plan.government):
        raise PermissionDenied
    return plan
