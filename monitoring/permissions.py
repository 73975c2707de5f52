"""Who may do what with results and evaluations. Lists are narrowed by `.visible_to(user)`; these answer yes or no."""

from __future__ import annotations

from institution import clock
from institution.models import Designation, Role, Unit, User
from institution.permissions import acting_for, holds_role, is_coordinator
from monitoring.models import Evaluation, Submission
from plans.models import Plan


def may_see_evaluation(user: User, evaluation: Evaluation) -> bool:
    """A draft is for the coordination, which writes it, and for planning, which checks the method while it is written.

    Once closed a version is for everybody who sees the plan.
    """
    return evaluation.is_frozen or reviews_reports(user, evaluation.plan)


def may_write_evaluation(user: User, evaluation: Evaluation) -> bool:
    """Only the coordination writes, and only a draft."""
    return not evaluation.is_frozen and is_coordinator(user, evaluation.plan.government)


def may_see_working(user: User, plan: Plan) -> bool:
    """Figures under review are for those who work on the plan; readers (`viewer`) see validated results only."""
    return holds_role(user, *(set(Role) - {Role.VIEWER}), government=plan.government)


def reviews_reports(user: User, plan: Plan) -> bool:
    """Coordination and planning see how reports stand before they are sent, and open them for review.

    Who of them gives conformity to which report is said by the flow. They see who acts for which unit, too,
    and the activity log, which names persons and drafts.
    """
    return holds_role(user, Role.COORDINATOR, Role.PLANNER, government=plan.government)


def works_on(user: User, submission: Submission) -> bool:
    """The unit's own people, and those who review: they have the report on paper, officials and small counts in it."""
    return Submission.objects.filter(pk=submission.pk).at_work_for(user).exists()


def hands_over(user: User, unit: Unit) -> bool:
    """Who may have a unit's handover: its people, its successor's once it is over, and coordination and planning."""
    if holds_role(user, Role.COORDINATOR, Role.PLANNER, government=unit.government):
        return True
    posts = Designation.objects.in_force(clock.today()).filter(user=user)
    return posts.at_work().filter(unit__in=acting_for([unit])[unit.pk]).exists()
