"""Who may take which step now, and why not; who fills in a report, and who reviews it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from institution.models import Designation, Role, Unit, User
from institution.permissions import acting_for
from monitoring.models import Evaluation, Period, Submission
from monitoring.workflow.table import DID, LOCKED, REVIEWING, STARTED, STEPS, TYPISTS, State, Step


def open_steps(submission: Submission, user: User, *, on: dt.date | None = None) -> list[Step]:
    """The steps that the person may take now, in the order of the table."""
    return [step for step in STEPS.values() if not refusal(submission, step, user, on=on)]


def refusal(submission: Submission, step: Step, user: User, *, on: dt.date | None = None) -> str:
    """Why the person may not take the step now; empty when they may."""
    if submission.state not in step.sources:
        return _("El reporte está en estado «%(state)s».") % {"state": submission.get_state_display()}
    if step.signoff is not None and submission.period.plan.requires_signoff != step.signoff:
        return (
            _("El plan pide el visto bueno del gerente.")
            if step.signoff is False
            else _("El plan no pide visto bueno.")
        )
    if locked := _locked(submission.period, step):
        return locked
    if capacity_for(submission, step, user, on=on) is None:
        return _("Su designación no permite este paso.")
    if step.name == "validate" and user.pk in _hands_on(submission):
        return _("Nadie da conformidad a lo que registró, envió o firmó.")
    return ""


def why_locked(submission: Submission, user: User, *, on: dt.date | None = None) -> str:
    """Why the person may not type into the report now, and who can change that; empty when they may."""
    if closed := why_closed(submission.period):
        return closed
    if submission.state == State.AWAITING_SIGNOFF:
        if capacity_for(submission, STEPS["give_back"], user, on=on):
            return _("El reporte espera su visto bueno. Para cambiarlo, regréselo al enlace.")
        return _("El reporte espera el visto bueno de la gerencia. Para cambiarlo, pida que se lo regresen.")
    if submission.state in LOCKED:
        return str(LOCKED[submission.state])
    if typist(submission, user, on=on) is None:
        return _("Su designación no permite llenar el reporte de esta unidad.")
    return ""


def typist(submission: Submission, user: User, *, on: dt.date | None = None) -> Designation | None:
    """The designation by which the person fills in the report, whatever its state, or None."""
    posts = Designation.objects.in_force(on).filter(user=user).select_related("unit")
    own = posts.filter(unit__in=acting_for([submission.unit], on)[submission.unit_id], role__in=TYPISTS).first()
    if own or not submission.on_behalf:
        return own
    return posts.filter(unit__government=submission.unit.government_id, role=Role.COORDINATOR).first()


def why_closed(period: Period) -> str:
    """Why nothing of the semester changes now, and who can change that; empty while it is not closed."""
    return _("El semestre está cerrado; la coordinación puede reabrirlo.") if period.is_closed else ""


def _locked(period: Period, step: Step) -> str:
    """A closed semester is locked but for reopening, and that too while a closed evaluation covers it (section 10)."""
    if step.name == "reopen":
        return Evaluation.objects.why_locked(period.plan, period.code)
    return why_closed(period)


def capacity_for(submission: Submission, step: Step, user: User, *, on: dt.date | None = None) -> Designation | None:
    """The designation by which the person may take the step, or None.

    Steps of the unit: a post in that unit, or, once it is over, in the one that took its place. Steps of review:
    coordination, but the coordinating unit's own submission is reviewed by planning, or, where the government has no
    planner, by another coordinator.
    """
    posts = Designation.objects.in_force(on).filter(user=user).select_related("unit")
    if not step.is_review:
        acting = acting_for([submission.unit], on)[submission.unit_id]
        return posts.filter(unit__in=acting, role__in=step.roles).first()
    reviewing = reviewers_in(submission.unit.government_id, on=on).of(submission.unit)
    return next((post for post in reviewing if post.user_id == user.pk), None)


@dataclass(frozen=True)
class Reviewers:
    """Who reviews the reports of a government's units on a day."""

    posts: tuple[Designation, ...]  # of coordination and planning, in the order in which they were filled

    def of(self, unit: Unit) -> tuple[Designation, ...]:
        """The posts that review the unit's reports: coordination; of the coordinating unit planning, if there is any.

        This is the only place that says so: who is shown, who is reminded and who may all ask here.
        """
        planning = self._in(Role.PLANNER) if unit.function == Unit.Function.COORDINATION else ()
        return planning or self._in(Role.COORDINATOR)

    def is_one(self, user: User, unit: Unit) -> bool:
        return any(post.user_id == user.pk for post in self.of(unit))

    def people(self, unit: Unit) -> tuple[User, ...]:
        """The same as persons, each once."""
        return tuple({post.user_id: post.user for post in self.of(unit)}.values())

    def _in(self, role: Role) -> tuple[Designation, ...]:
        return tuple(post for post in self.posts if post.role == role)


def reviewers_in(government: int, *, on: dt.date | None = None) -> Reviewers:
    """One query."""
    posts = Designation.objects.in_force(on).filter(unit__government=government, role__in=REVIEWING)
    return Reviewers(tuple(posts.select_related("user", "unit").order_by("starts_on", "pk")))


def last_word(submission: Submission) -> str:
    """Who did what to the report last, and when, in a sentence."""
    event = submission.events.select_related("by").last()
    if event is None:
        return ""
    at = timezone.localtime(event.at)
    return _("%(by)s %(did)s el %(day)s a las %(time)s.") % {
        "by": event.by,
        "did": DID[event.step],
        "day": date_format(at, "DATE_FORMAT"),
        "time": date_format(at, "TIME_FORMAT"),
    }


def _hands_on(submission: Submission) -> set[int]:
    """Everybody who entered a result, or took a step of the unit's side."""
    unit_steps = [STARTED, *(step.name for step in STEPS.values() if not step.is_review)]
    return {
        submission.started_by_id,
        *submission.contributors.values_list("pk", flat=True),
        *submission.results.values_list("entered_by_id", flat=True),
        *submission.events.filter(step__in=unit_steps).values_list("by_id", flat=True),
    }
