"""What happened: semesters, what each unit reported in them, and the evaluations held over it."""

from monitoring.models.evaluation import (
    SUBJECTS,
    Commitment,
    CommitmentFollowUp,
    Evaluation,
    EvaluationSection,
    Finding,
)
from monitoring.models.offline import OfflineUpload
from monitoring.models.period import Extension, Period, PeriodEvent
from monitoring.models.release import ReleaseBook, ReleasedResult
from monitoring.models.reminder import Reminder
from monitoring.models.result import Breakdown, Evidence, Result
from monitoring.models.submission import Observation, ObservationReply, Submission, SubmissionEvent

__all__ = [
    "SUBJECTS",
    "Breakdown",
    "Commitment",
    "CommitmentFollowUp",
    "Evaluation",
    "EvaluationSection",
    "Evidence",
    "Extension",
    "Finding",
    "Observation",
    "ObservationReply",
    "OfflineUpload",
    "Period",
    "PeriodEvent",
    "ReleaseBook",
    "ReleasedResult",
    "Reminder",
    "Result",
    "Submission",
    "SubmissionEvent",
]
