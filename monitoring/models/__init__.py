"""What happened: semesters, what each unit reported in them, and the evaluations held over it."""

from monitoring.models.evaluation import (
    Commitment,
    CommitmentFollowUp,
    Evaluation,
    EvaluationSection,
    Finding,
)
from monitoring.models.offline import OfflineUpload
from monitoring.models.period import Extension, Period, PeriodEvent
from monitoring.models.reminder import Reminder
from monitoring.models.result import Breakdown, Evidence, Result
from monitoring.models.submission import Observation, ObservationReply, Submission, SubmissionEvent

__all__ = [
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
    "Reminder",
    "Result",
    "Submission",
    "SubmissionEvent",
]
