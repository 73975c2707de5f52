"""What a page is about: the plan, the semester and the unit of its address, where the person may know of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from institution.models import Designation, Role, Unit
from institution.permissions import acting_for, is_coordinator
from monitoring import workflow
from monitoring.chosen import Chosen, UnknownPeriod, UnknownReading
from monitoring.models import Period, Submission
from monitoring.permissions import may_see_working, reviews_reports
from plans.models import Plan
from plans.views import plan_or_404


@dataclass(frozen=True)
class Scope:
    """A unit's semester. `submission` is None while nobody has begun its report."""

    plan: Plan
    period: Period
    unit: Unit
    submission: Submission | None

    @property
    def arguments(self) -> list[str]:
        return [self.plan.code, self.period.code, self.unit.acronym]

    def address(self, page: str) -> str:
        """The address of one of the report's pages, by name: "submission_form"."""
        return reverse(f"monitoring:{page}", args=self.arguments)


def reviewed_plan_or_404(request: HttpRequest, code: str, *, to_change: bool = False) -> Plan:
    """The plan, for who runs it or guards its method; only the coordination changes something."""
    plan = plan_or_404(request, code)
    if not reviews_reports(request.user, plan):
        raise Http404(_("Esta página es de la coordinación y de Planificación."))
    if to_change and not is_coordinator(request.user, plan.government):
        raise PermissionDenied
    return plan


def chosen_or_404(request: HttpRequest, plan: Plan) -> Chosen:
    """The semester and the figures that the address names; the plan has to have that semester."""
    try:
        return Chosen.of(plan, request.GET, may_see_working=may_see_working(request.user, plan))
    except UnknownPeriod as error:
        raise Http404(_("El plan no tiene ese semestre.")) from error
    except UnknownReading as error:
        raise Http404(_("No hay esa lectura: son «programado» y «reportado».")) from error


def scope_or_404(request: HttpRequest, plan: str, period: str, acronym: str) -> Scope:
    """The unit's semester; it does not exist for whoever may not see the report, or has nothing to do with the unit."""
    plan = plan_or_404(request, plan)
    semester = get_object_or_404(Period.objects.select_related("plan__government"), plan=plan, code=period)
    unit = get_object_or_404(Unit.objects.select_related("government"), government=plan.government_id, acronym=acronym)
    begun = Submission.objects.filter(unit=unit, period=semester).select_related("unit", "period__plan")
    submission = begun.visible_to(request.user).first()
    if submission is None and (begun.exists() or not _works_there(request, unit)):
        raise Http404
    return Scope(plan, semester, unit, submission)


def begun_or_404(request: HttpRequest, plan: str, period: str, acronym: str) -> Scope:
    """The same, of a report that has been begun."""
    scope = scope_or_404(request, plan, period, acronym)
    if scope.submission is None:
        raise Http404
    return scope


def typing_scope_or_404(request: HttpRequest, plan: str, period: str, acronym: str) -> Scope:
    """The report, for whoever may fill it in or begin it, whatever its state; it does not exist for anybody else."""
    scope = scope_or_404(request, plan, period, acronym)
    if scope.submission is None:
        may = workflow.may_start(scope.unit, scope.period, request.user)
    else:
        may = workflow.typist(scope.submission, request.user) is not None
    if not may:
        raise Http404
    return scope


def filled_scope_or_404(request: HttpRequest, plan: str, period: str, acronym: str) -> Scope:
    """The same, of a report that has been begun."""
    scope = typing_scope_or_404(request, plan, period, acronym)
    if scope.submission is None:
        raise Http404
    return scope


def _works_there(request: HttpRequest, unit: Unit) -> bool:
    """Whether a report not yet begun concerns the person: whoever acts for the unit, and those who review."""
    posts = Designation.objects.in_force().filter(user=request.user, unit__government=unit.government_id)
    if posts.at_work().filter(unit__in=acting_for([unit])[unit.pk]).exists():
        return True
    return posts.filter(role__in=[Role.COORDINATOR, Role.PLANNER]).exists()
