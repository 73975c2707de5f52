"""What was promised: the plan, its tree, its indicators and targets, its approval and its library."""

from plans.models.indicator import SHEET_TEXTS, BreakdownTable, DeclaredTable, Indicator, Responsibility
from plans.models.papers import ApprovalStep, LibraryItem
from plans.models.plan import Plan
from plans.models.targets import Target, TargetRevision
from plans.models.tree import NODE_MODELS, Activity, Guideline, Objective, StrategicAction
from plans.models.upload import PlanUpload

__all__ = [
    "NODE_MODELS",
    "SHEET_TEXTS",
    "Activity",
    "ApprovalStep",
    "BreakdownTable",
    "DeclaredTable",
    "Guideline",
    "Indicator",
    "LibraryItem",
    "Objective",
    "Plan",
    "PlanUpload",
    "Responsibility",
    "StrategicAction",
    "Target",
    "TargetRevision",
]
