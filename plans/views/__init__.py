"""The pages of what was promised: the plan's papers, and what it needs beyond the budget."""

from plans.views.scope import READ_OR_SEND, edited_plan_or_404, plan_or_404

__all__ = ["READ_OR_SEND", "edited_plan_or_404", "plan_or_404"]
