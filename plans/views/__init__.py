"""The pages of what was promised: the plan's papers, and what it needs beyond the budget."""

from plans.views.scope import edited_plan_or_404, plan_or_404

__all__ = ["edited_plan_or_404", "plan_or_404"]
