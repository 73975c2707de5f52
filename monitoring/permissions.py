"""Who may do what with results and evaluations. Lists are narrowed by `.visible_to(user)`; these answer yes or no."""

from __future__ import annotations

from institution.models import Role, User
from institution.permissions import holds_role, is_coordinator
from monitoring.models import Evaluation
from plans.models import Plan


def may_see_evaluation(user: User, evaluation: Evaluation) -> bool:
    """A draft is the coordination's workplace; once closed a version is for everybody who sees the plan."""
    return evaluation.is_frozen or is_coordinator(user, evaluation.plan.government)


def may_see_working(user: User, plan: Plan) -> bool:
    """Figures under review are for those who work on the plan; readers (`viewer`) see validated results only."""
    return holds_role(user, *(set(Role) - {Role.VIEWER}), government=plan.government)


def reviews_reports(user: User, plan: Plan) -> bool:
    """Coordination and planning see how reports stand before they are sent, and open them for review.

    Who of them gives conformity to which report is said by the flow. They see who acts for which unit, too,
    and the activity log, which names persons and drafts.
    """
    return holds_role(user, Role.COORDINATOR, Role.PLANNER, government=plan.government)
