"""All that the page of the extra budget shows: the questions of each unit, who answers, and until when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution import clock
from institution.models import Designation, Role, Unit, User
from plans.budget import why_fixed
from plans.forms.budget import AnswerForm
from plans.models import Activity, Plan
from plans.permissions import may_ask, sees_every_answer, units_answered_for


class OutOfScope(LookupError):
    """The person has no unit that leads an activity of the plan, and does not oversee it."""


@dataclass(frozen=True)
class Question:
    """One activity. `form` is None for who only reads; `fixed` says why an answer can no longer change."""

    activity: Activity
    form: AnswerForm | None
    fixed: str

    @property
    def is_answered(self) -> bool:
        return self.activity.needs_extra_budget is not None


@dataclass(frozen=True)
class UnitQuestions:
    unit: Unit
    liaisons: tuple[User, ...]
    questions: tuple[Question, ...]

    @property
    def waiting(self) -> int:
        return sum(not question.is_answered for question in self.questions)

    @property
    def asks(self) -> bool:
        """Whether there is anything here that the reader may answer."""
        return any(question.form for question in self.questions)


@dataclass(frozen=True)
class BudgetAnswers:
    """The page. `oversees`: coordination and planning, who see all units; `may_ask`: who sets the deadline.

    `answers`: whether the reader is a budget liaison at all, though everything may be answered already.
    """

    units: tuple[UnitQuestions, ...]
    due_on: dt.date | None
    today: dt.date
    oversees: bool
    may_ask: bool
    answers: bool

    @cached_property
    def questions(self) -> list[Question]:
        return [question for unit in self.units for question in unit.questions]

    @property
    def asks(self) -> bool:
        return any(unit.asks for unit in self.units)

    @property
    def read(self) -> list[UnitQuestions]:
        """The units whose answers are only read here."""
        return [unit for unit in self.units if not unit.asks]

    @property
    def missing(self) -> list[UnitQuestions]:
        return [unit for unit in self.units if unit.waiting]

    @property
    def waiting(self) -> int:
        return sum(unit.waiting for unit in self.units)

    @property
    def answered(self) -> int:
        return len(self.questions) - self.waiting

    @property
    def needing(self) -> int:
        return sum(question.activity.needs_extra_budget is True for question in self.questions)

    @property
    def refused(self) -> list[AnswerForm]:
        """The answers that were sent and not kept, in the order of the page."""
        return [question.form for question in self.questions if question.form and question.form.errors]

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.today > self.due_on

    @property
    def time_left(self) -> str:
        """How far the deadline is, in words."""
        if self.due_on is None:
            return ""
        days = (self.due_on - self.today).days
        if days == 0:
            return _("vence hoy")
        if days > 0:
            return ngettext("queda %(days)s día", "quedan %(days)s días", days) % {"days": days}
        return ngettext("venció hace %(days)s día", "venció hace %(days)s días", -days) % {"days": -days}


def load_answers(plan: Plan, user: User, refused: Mapping[int, AnswerForm] | None = None) -> BudgetAnswers:
    """What the person may see of the plan's questions, in 5 queries at most; `refused` are answers sent and not kept.

    Coordination and planning see every unit, others those that they act for. Raises OutOfScope where that leaves
    nothing; a budget liaison whose unit leads no activity still finds the page, which says so.
    """
    oversees, answered_for = sees_every_answer(user, plan), units_answered_for(user)
    activities = plan.activities.select_related("lead_unit", "extra_budget_answered_by")
    if not oversees:
        posts = Designation.objects.in_force().filter(user=user, unit__government=plan.government_id)
        activities = activities.led_by(posts.at_work().values("unit"))
    rows = list(activities.order_by("lead_unit__acronym", "code"))
    if not rows and not oversees and not answered_for:
        raise OutOfScope
    return BudgetAnswers(
        units=_by_unit(plan, rows, answered_for, refused or {}),
        due_on=plan.extra_budget_due_on,
        today=clock.today(),
        oversees=oversees,
        may_ask=oversees and may_ask(user, plan),
        answers=bool(answered_for),
    )


def _by_unit(
    plan: Plan, rows: Iterable[Activity], answered_for: set[int], refused: Mapping[int, AnswerForm]
) -> tuple[UnitQuestions, ...]:
    """The questions under the unit that leads them, those that the reader answers first."""
    units: dict[int, Unit] = {}
    questions: dict[int, list[Question]] = defaultdict(list)
    for activity in rows:
        activity.plan = plan
        units[activity.lead_unit_id] = activity.lead_unit
        questions[activity.lead_unit_id].append(_question(activity, answered_for, refused.get(activity.pk)))
    liaisons = _liaisons(units)
    ordered = sorted(units.values(), key=lambda unit: (unit.pk not in answered_for, unit.acronym))
    return tuple(UnitQuestions(unit, tuple(liaisons[unit.pk]), tuple(questions[unit.pk])) for unit in ordered)


def _question(activity: Activity, answered_for: set[int], refused: AnswerForm | None) -> Question:
    """What was sent and refused stays in its form, whatever may be changed now: nothing typed is lost."""
    fixed = why_fixed(activity)
    if refused:
        refused.activity = activity
        return Question(activity, refused, fixed)
    asked = activity.lead_unit_id in answered_for and not fixed
    return Question(activity, AnswerForm(activity) if asked else None, fixed)


def _liaisons(units: Iterable[int]) -> dict[int, list[User]]:
    posts = Designation.objects.in_force().filter(unit__in=units, role=Role.BUDGET_LIAISON).select_related("user")
    found: dict[int, list[User]] = defaultdict(list)
    for post in posts.order_by("starts_on", "id"):
        found[post.unit_id].append(post.user)
    return found
