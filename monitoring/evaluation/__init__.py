"""Holding an evaluation: open, write, close, verify (rules, section 11).

Closing freezes one record: the scorecard as of the cut-off, the inputs it was computed from, the rules, the list of
submissions used, the revisions of targets and the text; its SHA-256 is that of the canonical JSON. Documents and pages
of a closed evaluation read the record, never the live tables.
"""

from monitoring.evaluation.closing import Obstacle, close_evaluation, frozen_scorecard, obstacles
from monitoring.evaluation.finding import (
    FindingChanged,
    Subject,
    add_finding,
    change_finding,
    evidence_for,
    remove_finding,
    subject_from,
    subject_of,
)
from monitoring.evaluation.opening import EvaluationRefused, open_evaluation, supersede_evaluation
from monitoring.evaluation.promising import (
    CommitmentChanged,
    add_commitment,
    change_commitment,
    remove_commitment,
)
from monitoring.evaluation.record import empty_sections, record_of, standing_record
from monitoring.evaluation.verifying import Difference, Verification, verify_evaluation
from monitoring.evaluation.writing import WritingRefused, Written, restore_section, write_section

__all__ = [
    "CommitmentChanged",
    "Difference",
    "EvaluationRefused",
    "FindingChanged",
    "Obstacle",
    "Subject",
    "Verification",
    "WritingRefused",
    "Written",
    "add_commitment",
    "add_finding",
    "change_commitment",
    "change_finding",
    "close_evaluation",
    "empty_sections",
    "evidence_for",
    "frozen_scorecard",
    "obstacles",
    "open_evaluation",
    "record_of",
    "remove_commitment",
    "remove_finding",
    "restore_section",
    "standing_record",
    "subject_from",
    "subject_of",
    "supersede_evaluation",
    "verify_evaluation",
    "write_section",
]
