"""The plan as an Excel workbook: `read_plan` a file, `apply_plan` to the database, `write_plan` back to a file.

`layout` and `sheets` declare sheets and columns as data; `content` is what a workbook says, whether it comes from a
file (`read`) or from the database (`stored`); `compare` tells two of them apart.
"""

from plans.workbook.apply import PlanIsFixed, apply_plan, kept_by_records, planned_changes
from plans.workbook.compare import Change, ChangeKind
from plans.workbook.content import PlanWorkbook, Problem, WorkbookProblems
from plans.workbook.read import read_plan
from plans.workbook.stored import stored_plan
from plans.workbook.write import write_plan, write_workbook

__all__ = [
    "Change",
    "ChangeKind",
    "PlanIsFixed",
    "PlanWorkbook",
    "Problem",
    "WorkbookProblems",
    "apply_plan",
    "kept_by_records",
    "planned_changes",
    "read_plan",
    "stored_plan",
    "write_plan",
    "write_workbook",
]
