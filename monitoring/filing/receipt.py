"""The receipt (cargo): what was sent, as it stood, whatever has happened since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from monitoring.entries import given_of
from monitoring.models import Submission, SubmissionEvent
from plans.models import BreakdownTable


@dataclass(frozen=True)
class Receipt:
    """What was sent, when, by whom: as it stood, whatever has happened since."""

    event: SubmissionEvent
    number: int  # the how manieth sending of this report
    of: int
    lines: tuple[ReceiptLine, ...]
    sha256: str

    @property
    def is_last(self) -> bool:
        return self.number == self.of

    @property
    def memo_number(self) -> str:
        return self.event.sent["memo_number"]

    @property
    def memo_date(self) -> dt.date | None:
        text = self.event.sent["memo_date"]
        return dt.date.fromisoformat(text) if text else None

    @property
    def code(self) -> str:
        """How the receipt is quoted: 2024-2/GMU/1."""
        submission = self.event.submission
        return f"{submission.period.code}/{submission.unit.acronym}/{self.number}"


@dataclass(frozen=True)
class ReceiptLine:
    code: str
    name: str
    unit_of_measure: str
    target: Decimal | None
    value: Decimal | None
    parts: tuple[Decimal, Decimal] | None  # numerator and denominator of a pooled percentage
    not_available_reason: str
    evidence: list[dict[str, str]]
    sums: dict[str, int]


def load_receipt(submission: Submission, number: str = "") -> Receipt | None:
    """The receipt of the last sending, or of the one with that number; None where there is none."""
    events = submission.events.filter(sent__isnull=False).select_related("by", "capacity_unit")
    sendings = list(events.select_related("submission__unit", "submission__period"))
    place = int(number[:6]) if number.isdecimal() else len(sendings)
    if not 1 <= place <= len(sendings):
        return None
    event = sendings[place - 1]
    canonical = json.dumps(event.sent, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    lines = tuple(map(_receipt_line, event.sent["indicators"]))
    return Receipt(event, place, len(sendings), lines, hashlib.sha256(canonical.encode()).hexdigest())


def _receipt_line(row: dict) -> ReceiptLine:
    given = given_of(row["entry"], len(row["evidence"]))
    pooled = given.numerator is not None and given.denominator is not None
    return ReceiptLine(
        code=row["code"],
        name=row["name"],
        unit_of_measure=row["unit_of_measure"],
        target=Decimal(row["target"]) if row["target"] else None,
        value=given.value,
        parts=(given.numerator, given.denominator) if pooled else None,
        not_available_reason=given.not_available_reason,
        evidence=row["evidence"],
        sums={str(BreakdownTable(table).label): total for table, total in given.sums.items()},
    )
