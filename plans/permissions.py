"""Who may ask and answer about the plan's budget. Lists are narrowed by querysets; these answer yes or no."""

from __future__ import annotations

import datetime as dt

from institution.models import Designation, Role, Unit, User
from institution.permissions import coordinates, holds_role
from plans.models import Plan


def answers_for(user: User, unit: Unit, on: dt.date | None = None) -> bool:
    """Whether the person says, for that unit, which activities need money beyond the approved budget."""
    return holds_role(user, Role.BUDGET_LIAISON, unit=unit, on=on)


def units_answered_for(user: User, on: dt.date | None = None) -> set[int]:
    """The units for which the person is the budget liaison that day."""
    posts = Designation.objects.in_force(on).filter(user=user, role=Role.BUDGET_LIAISON)
    return set(posts.values_list("unit_id", flat=True))


def may_ask(user: User, plan: Plan, on: dt.date | None = None) -> bool:
    """Whether the person sets until when the budget liaisons answer: the coordination, or a command."""
    return coordinates(user, plan.government, on)


def sees_every_answer(user: User, plan: Plan) -> bool:
    """Coordination and planning have to know in advance; others see what their own units answered."""
    return holds_role(user, Role.COORDINATOR, Role.PLANNER, government=plan.government)


def may_edit(user: User, plan: Plan, on: dt.date | None = None) -> bool:
    """Whether the person writes the plan while it is a draft, and keeps its papers: coordination and planning.

    Planning guards the format and the method of the plan, the coordination its content; a command may too.
    """
    roles = (Role.COORDINATOR, Role.PLANNER)
    return user.is_system or holds_role(user, *roles, government=plan.government, on=on)


def may_approve(user: User, plan: Plan, on: dt.date | None = None) -> bool:
    """Whether the person puts the plan in force: the coordination, or a command."""
    return coordinates(user, plan.government, on)
