"""The report as an Excel workbook: `write_submission` for the unit, `read_submission` beside what is recorded.

`keeping` holds what somebody sent until they have seen what it would change: `keep`, `confirm`.
"""

from monitoring.workbook.content import Change, Comparison, LastReported
from monitoring.workbook.keeping import accepted, confirm, keep, preview, refuse_others
from monitoring.workbook.read import read_submission
from monitoring.workbook.write import write_submission

__all__ = [
    "Change",
    "Comparison",
    "LastReported",
    "accepted",
    "confirm",
    "keep",
    "preview",
    "read_submission",
    "refuse_others",
    "write_submission",
]
