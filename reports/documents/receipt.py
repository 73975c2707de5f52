"""The receipt (cargo) of a report that was sent: what was sent, when and by whom, whatever has happened since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from institution.models import Role
from monitoring.entries import given_of
from monitoring.filing import load_receipt
from monitoring.frozen import JSON
from monitoring.models import Submission
from monitoring.record import plan_facts
from monitoring.showing import quantity_text
from plans.models import BreakdownTable
from reports.documents.paper import (
    Head,
    Paper,
    dated,
    day_of,
    hash_lines,
    head_of,
    moment_of,
    moment_text,
    quantity_of,
    running_of,
)

SCHEMA = "pmh-receipt-1"


def record_of_receipt(submission: Submission, number: str = "") -> JSON | None:
    """The receipt of the last sending, or of the one with that number; None where there is none.

    Nothing in it changes afterwards: it does not say how many sendings followed. A constant number of queries.
    """
    receipt = load_receipt(submission, number)
    if receipt is None:
        return None
    event = receipt.event
    submission = event.submission
    return {
        "schema": SCHEMA,
        "plan": plan_facts(submission.period.plan),
        "document": {
            "kind": "receipt",
            "period": submission.period.code,
            "issued_on": localtime(event.at).date().isoformat(),
        },
        "unit": {"acronym": submission.unit.acronym, "name": submission.unit.name},
        "sending": {
            "number": receipt.number,
            "code": receipt.code,
            "at": moment_text(event.at),
            "by": event.by.full_name,
            "capacity": event.capacity,
            "on_behalf": event.on_behalf,
            "due_on": submission.due_on and submission.due_on.isoformat(),
            "late": submission.was_late,
            "memo_number": receipt.memo_number,
            "memo_date": receipt.memo_date and receipt.memo_date.isoformat(),
            "sha256": receipt.sha256,
        },
        "indicators": event.sent["indicators"],
    }


@dataclass(frozen=True, slots=True)
class SentEvidence:
    title: str
    file_name: str
    hash: str
    url: str


@dataclass(frozen=True, slots=True)
class SentLine:
    """One indicator as it was sent."""

    code: str
    name: str
    unit_of_measure: str
    target: str
    value: str
    reason: str
    tables: tuple[tuple[str, str], ...]
    evidence: tuple[SentEvidence, ...]
    no_evidence: str


@dataclass(frozen=True, slots=True)
class ReceiptPaper(Paper):
    lines: tuple[SentLine, ...] = ()
    fingerprint: str = ""

    @property
    def title(self) -> str:
        return f"{self.head.kind}. {self.head.lead}"

    @property
    def files(self) -> int:
        return sum(len(line.evidence) for line in self.lines)


def receipt(record: JSON) -> ReceiptPaper:
    """The document of one sending."""
    sending, unit, period = record["sending"], record["unit"], record["document"]["period"]
    code = sending["code"]
    return ReceiptPaper(
        head=_head(record),
        running=running_of(record, _("Cargo %s") % code),
        file_name=f"cargo-{period}-{unit['acronym'].lower()}-{sending['number']}-{record['plan']['code'].lower()}.pdf",
        dated=dated(record),
        lines=tuple(_line(row) for row in record["indicators"]),
        fingerprint=hash_lines(sending["sha256"]),
    )


def _head(record: JSON) -> Head:
    sending, unit = record["sending"], record["unit"]
    return head_of(
        record,
        kind=_("Cargo de recepción %s") % sending["code"],
        title=_("Reporte del semestre %s") % record["document"]["period"],
        lead=f"{unit['name']} ({unit['acronym']})",
        facts=_facts(sending),
        is_internal=True,
    )


def _facts(sending: JSON) -> Iterator[tuple[str, str]]:
    capacity = str(Role(sending["capacity"]).label).lower() if sending["capacity"] else ""
    by = f"{sending['by']}, {capacity}" if capacity else sending["by"]
    yield _("Recibido"), moment_of(sending["at"])
    yield _("Envió"), _("%s, en nombre de la unidad") % by if sending["on_behalf"] else by
    yield _("Envío"), _("N.º %s de este reporte") % sending["number"]
    when = _("fuera de plazo") if sending["late"] else _("a tiempo")
    yield _("Plazo"), f"{day_of(sending['due_on'])}, {when}" if sending["due_on"] else ""
    memo = ", ".join(filter(None, (sending["memo_number"], sending["memo_date"] and day_of(sending["memo_date"]))))
    yield _("Documento de la unidad"), memo


def _line(row: JSON) -> SentLine:
    given = given_of(row["entry"], len(row["evidence"]))
    return SentLine(
        code=row["code"],
        name=row["name"],
        unit_of_measure=row["unit_of_measure"],
        target=quantity_of(row["target"]),
        value=_value(row["entry"], given.not_available_reason),
        reason=given.not_available_reason,
        tables=tuple((str(BreakdownTable(table).label), quantity_text(total)) for table, total in given.sums.items()),
        evidence=tuple(
            SentEvidence(item["title"], item["file_name"], hash_lines(item["sha256"]), item["url"])
            for item in row["evidence"]
        ),
        no_evidence=given.no_evidence_reason,
    )


def _value(entry: JSON, not_available: str) -> str:
    if not_available:
        return "ND"
    if "numerator" in entry or "denominator" in entry:
        return f"{quantity_of(entry.get('numerator'))} / {quantity_of(entry.get('denominator'))}"
    return quantity_of(entry.get("value"))
