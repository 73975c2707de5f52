"""The flow of a submission as one table (rules, section 9).

`open_steps` says which steps a person may take now: it draws the buttons and guards the verbs alike. `take` takes one
and writes its event.
"""

from monitoring.workflow.allowed import (
    Reviewers,
    capacity_for,
    last_word,
    open_steps,
    refusal,
    reviewers_in,
    typist,
    why_closed,
    why_locked,
)
from monitoring.workflow.table import (
    BEGINNINGS,
    DID,
    EDITABLE,
    FROM_FORM,
    REVIEWING,
    STEPS,
    TYPISTS,
    WITH_THE_UNIT,
    Incomplete,
    Memo,
    State,
    Step,
    StepRefused,
)
from monitoring.workflow.taking import may_start, moment, record_historical, start, take

__all__ = [
    "BEGINNINGS",
    "DID",
    "EDITABLE",
    "FROM_FORM",
    "REVIEWING",
    "STEPS",
    "TYPISTS",
    "WITH_THE_UNIT",
    "Incomplete",
    "Memo",
    "Reviewers",
    "State",
    "Step",
    "StepRefused",
    "capacity_for",
    "last_word",
    "may_start",
    "moment",
    "open_steps",
    "record_historical",
    "refusal",
    "reviewers_in",
    "start",
    "take",
    "typist",
    "why_closed",
    "why_locked",
]
