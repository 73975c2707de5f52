"""Whether each activity needs money beyond the approved budget: asked once, with a deadline, of the budget liaisons.

The plan should cause no spending beyond what is budgeted; so that it is known in advance, the liaison of the unit
that leads an activity answers yes, with the reason, or no. The activity's history keeps earlier answers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Role, User
from plans.models import Activity, Plan
from plans.models.tree import ActivityQuerySet
from plans.permissions import answers_for, may_ask


class BudgetRefused(Exception):
    """The question cannot be asked or answered so; the message says why, in the words of the user."""


@transaction.atomic
def ask(*, plan: Plan, due_on: dt.date, by: User, on: dt.date | None = None) -> Plan:
    """Sets until when the liaisons answer, or moves that day; until then given answers may be changed again.

    Raises BudgetRefused with the reason; nothing is changed then.
    """
    on = on or clock.today()
    plan = Plan.objects.held(plan.pk)
    if not may_ask(by, plan, on):
        raise BudgetRefused(_("Solo la coordinación del plan fija este plazo."))
    if plan.is_closed:
        raise BudgetRefused(_("El plan está cerrado: ya no se pregunta por su presupuesto."))
    if due_on < on:
        raise BudgetRefused(_("El plazo no puede vencer antes de hoy."))
    if due_on != plan.extra_budget_due_on:
        plan.extra_budget_due_on, plan._history_user = due_on, by
        plan.save()
    return plan


@transaction.atomic
def answer(
    *, activity: Activity, needs: bool, reason: str = "", by: User, on: dt.date | None = None, seen: str | None = None
) -> Activity:
    """Records what the liaison says of one activity; the same said again changes nothing.

    `seen` is the `state_of` the answer that the person had before their eyes: if it is no longer the current one,
    the answer is refused, so that two liaisons of a unit never overwrite each other silently.
    Raises BudgetRefused with the reason; nothing is changed then.
    """
    on, reason = on or clock.today(), clean(reason)
    # The plan is held: it must not close, nor its deadline move, while the answer is being written.
    plan = Plan.objects.select_for_update().get(pk=activity.plan_id)
    held = Activity.objects.select_for_update(of=("self",)).select_related("lead_unit", "extra_budget_answered_by")
    activity = held.get(pk=activity.pk)
    activity.plan = plan
    signed = activity.extra_budget_answered_by_id is not None
    if signed and (activity.needs_extra_budget, activity.extra_budget_reason) == (needs, reason):
        return activity
    if refused := next(_refusals(activity, needs, reason, by, on, seen), ""):
        raise BudgetRefused(refused)
    activity.extra_budget_was_late |= is_late(plan, on)
    activity.needs_extra_budget, activity.extra_budget_reason = needs, reason
    activity.extra_budget_answered_by, activity.extra_budget_answered_on = by, on
    activity._history_user = by
    activity.save()
    return activity


def _refusals(activity: Activity, needs: bool, reason: str, by: User, on: dt.date, seen: str | None) -> Iterator[str]:
    if not answers_for(by, activity.lead_unit, on):
        yield _("Por esta actividad responde el enlace presupuestal de %(unit)s.") % {
            "unit": activity.lead_unit.acronym
        }
    yield from filter(None, [why_fixed(activity, on)])
    if needs and not reason:
        yield no_reason()
    if seen is not None and seen != state_of(activity):
        said = _("sí") if activity.needs_extra_budget else _("no")
        yield _(
            "Mientras usted escribía, %(person)s respondió «%(answer)s». Lo que usted escribió sigue aquí: si es lo "
            "que vale, guarde otra vez."
        ) % {"person": activity.extra_budget_answered_by or _("el libro del plan"), "answer": said}


def why_fixed(activity: Activity, on: dt.date | None = None) -> str:
    """Why the answer can no longer be given or changed, whoever asks; empty while it can. Reads `activity.plan`."""
    plan = activity.plan
    if plan.is_closed:
        return _("El plan está cerrado: sus respuestas ya no cambian.")
    if activity.needs_extra_budget is not None and is_late(plan, on or clock.today()):
        return _("El plazo venció. Para cambiar esta respuesta, pida a la coordinación del plan que lo amplíe.")
    return ""


def no_reason() -> str:
    return _("Diga para qué se necesita y cuánto, más o menos.")


def is_late(plan: Plan, on: dt.date) -> bool:
    """Whether the deadline has passed: its own day is still in time, and without one nothing is late."""
    return plan.extra_budget_due_on is not None and on > plan.extra_budget_due_on


def state_of(activity: Activity) -> str:
    """A short mark of the answer as it stands, to notice that somebody changed it meanwhile."""
    told = f"{activity.needs_extra_budget}|{activity.extra_budget_answered_by_id}|{activity.extra_budget_reason}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def clean(reason: str) -> str:
    """The reason as it is kept: line ends as everywhere else, no blanks around."""
    return reason.replace("\r\n", "\n").strip()


def questions_of(user: User, *, on: dt.date | None = None) -> ActivityQuerySet:
    """The activities, answered or not, for which the person answers that day; one query."""
    posts = Designation.objects.in_force(on).filter(user=user, role=Role.BUDGET_LIAISON)
    return Activity.objects.led_by(posts.values("unit"))


def waiting_for(user: User, *, plan: Plan | None = None, on: dt.date | None = None) -> ActivityQuerySet:
    """The activities that wait for the person's answer, of one plan or of all that are not closed; one query."""
    waiting = questions_of(user, on=on).unanswered().exclude(plan__state=Plan.State.CLOSED)
    return waiting.filter(plan=plan) if plan else waiting
