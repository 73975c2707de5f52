"""Who may do what with results and evaluations. Lists are narrowed by `.visible_to(user)`; these answer yes or no."""

from __future__ import annotations

from institution.models import User
from institution.permissions import is_coordinator
from monitoring.models import Evaluation


def may_see_draft(user: User, evaluation: Evaluation) -> bool:
    """A draft is the coordination's workplace; once closed an evaluation is for everybody who sees the plan."""
    return evaluation.is_frozen or is_coordinator(user, evaluation.plan.government)
