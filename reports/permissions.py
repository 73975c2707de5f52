"""Who may ask for which document. The pages from which they are asked for show a button to the same people."""

from __future__ import annotations

from django.db.models import Model

from institution.models import Role, User
from institution.permissions import holds_role, is_coordinator
from monitoring.models import Evaluation, Period
from monitoring.permissions import hands_over, reviews_reports, works_on
from plans.models import Plan


def may_ask(user: User, kind: str, subject: Model) -> bool:
    """Whether the person may have the document of that kind made of `subject`.

    The subject of an evaluation is the evaluation, of a follow-up report the semester, of a receipt and of a unit's
    report the submission, of a handover the unit, of sheets and road map the plan. Raises KeyError for another kind.
    """
    return _RULES[kind](user, subject)


def _coordinates(user: User, evaluation: Evaluation) -> bool:
    return is_coordinator(user, evaluation.plan.government)


def _reviews(user: User, period: Period) -> bool:
    """Coordination and planning tell how the plan goes; of a semester that is closed."""
    return period.is_closed and reviews_reports(user, period.plan)


def _belongs(user: User, plan: Plan) -> bool:
    """Whoever has a post in the government of the plan."""
    return holds_role(user, *Role, government=plan.government)


_RULES = {
    "evaluation": _coordinates,
    "follow_up": _reviews,
    "receipt": works_on,
    "unit_report": works_on,
    "handover": hands_over,
    "sheets": _belongs,
    "road_map": _belongs,
}
