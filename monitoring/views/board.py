"""Who has not reported, and reminding them; and who kept the deadlines over the semesters."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from institution.models import Role, Unit
from monitoring.board import load_board
from monitoring.chasing import ChasingRefused, Round, remind
from monitoring.chosen import UnknownPeriod
from monitoring.models import Period
from monitoring.punctuality import load_punctuality
from monitoring.reminders import Quiet
from monitoring.views.scope import reviewed_plan_or_404
from plans.views import plan_or_404

WHY_NOT = {
    Quiet.TOO_SOON: gettext_lazy("Ya se les escribió hoy de este reporte: %(people)s."),
    Quiet.WEEKLY: gettext_lazy("Pidieron uno por semana y ya lo recibieron; si urge, llame: %(people)s."),
    Quiet.NOT_OVERDUE: gettext_lazy("Pidieron recordatorios solo con el plazo vencido; si urge, llame: %(people)s."),
    Quiet.NEVER: gettext_lazy("Pidieron no recibir recordatorios; si urge, llame: %(people)s."),
}
INVITE = {
    Role.REPORTER: gettext_lazy("%(unit)s no tiene a quién recordar: invite a su enlace técnico."),
    Role.HEAD: gettext_lazy("%(unit)s no tiene quien dé el visto bueno: invite a su gerente."),
}


@require_safe
def reporting_board(request: HttpRequest, plan: str) -> HttpResponse:
    """Every unit's report of the semester by state; for coordination and planning."""
    plan = reviewed_plan_or_404(request, plan)
    try:
        board = load_board(plan, request.GET, request.user)
    except UnknownPeriod as error:
        raise Http404 from error
    return render(request, "monitoring/reporting_board.html", {"plan": plan, "board": board})


@require_POST
def reporting_remind(request: HttpRequest, plan: str) -> HttpResponse:
    """Reminds one unit (`one`), those that are ticked (`unit`), or all that are behind (`all`)."""
    plan = reviewed_plan_or_404(request, plan, to_change=True)
    period = get_object_or_404(Period, plan=plan, code=request.POST.get("period", ""))
    named = [request.POST["one"]] if "one" in request.POST else request.POST.getlist("unit")
    units = None if "all" in request.POST else Unit.objects.filter(government=plan.government_id, acronym__in=named)
    try:
        _say_what_came_of_it(request, remind(period=period, units=units, by=request.user), chosen=units is not None)
    except ChasingRefused as refused:
        messages.error(request, str(refused))
    address = reverse("monitoring:reporting_board", args=[plan.code])
    return redirect(f"{address}?{urlencode({'semestre': period.code})}")


@require_safe
def punctuality(request: HttpRequest, plan: str) -> HttpResponse:
    """Deadlines kept and missed over the semesters; for everybody of the government."""
    plan = plan_or_404(request, plan)
    return render(request, "monitoring/punctuality.html", {"plan": plan, "page": load_punctuality(plan)})


def _say_what_came_of_it(request: HttpRequest, done: Round, *, chosen: bool) -> None:
    if done.sent:
        units = ", ".join(dict.fromkeys(unit.acronym for unit, _person in done.sent))
        told = {"n": len(done.sent), "units": units}
        said = ngettext("Se recordó a %(n)s persona: %(units)s.", "Se recordó a %(n)s personas: %(units)s.", told["n"])
        messages.success(request, said % told)
    for quiet, said in WHY_NOT.items():
        people = ", ".join(f"{person} ({unit.acronym})" for unit, person, why in done.quiet if why == quiet)
        if people:
            messages.warning(request, said % {"people": people})
    for unit, role in done.nobody:
        messages.warning(request, INVITE[role] % {"unit": unit.acronym})
    if not (done.sent or done.quiet or done.nobody):
        nothing = _("Marque al menos una unidad que no haya enviado.") if chosen else _("No falta ningún reporte.")
        messages.info(request, nothing)
