"""The whole report of a unit and semester as it stands: values, breakdowns, words, evidence, observations, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from institution import clock
from institution.models import Role, Unit, User
from monitoring.breakdowns import BreakdownSummary
from monitoring.entries import NARRATIVE
from monitoring.filing import ReportLine, ReportPage, load_report_page
from monitoring.frozen import JSON, decimal_from, decimal_text
from monitoring.models import Evidence, Observation, Period, Result, Submission, SubmissionEvent
from monitoring.record import plan_facts
from monitoring.showing import LEVEL_NAMES, MISSING, SIGN_EXPLANATIONS, figure_text, quantity_text, short_code
from monitoring.workflow import BEGINNINGS, STEPS
from plans.models import NODE_MODELS, Plan
from reports.documents.paper import (
    Facts,
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
    size_of,
)

SCHEMA = "pmh-unit-report-1"
LONG_TABLE = 10


def record_of_unit_report(plan: Plan, unit: Unit, period: Period, user: User, *, on: dt.date | None = None) -> JSON:
    """The report as it stands on that day. A constant number of queries, whatever the number of indicators.

    `user` only opens the page that it is read from; what a reader may do is no part of the record. Raises ValueError
    where the report has not been begun.
    """
    page = load_report_page(plan, unit, period, user)
    submission = page.submission
    if submission is None:
        raise ValueError("a report that nobody has begun has no document")
    on = on or clock.today()
    return {
        "schema": SCHEMA,
        "plan": plan_facts(plan),
        "document": {"kind": "unit_report", "period": period.code, "issued_on": on.isoformat()},
        "unit": {"acronym": unit.acronym, "name": unit.name},
        "submission": _submission_json(submission, page),
        "indicators": [_line_json(line) for line in page.lines],
        "observations": [thread_json(thread) for thread in page.form.threads],
        "events": [_event_json(event) for event in page.events],
    }


def _submission_json(submission: Submission, page: ReportPage) -> JSON:
    return {
        "state": submission.state,
        "submitted_on": submission.submitted_on and submission.submitted_on.isoformat(),
        "due_on": (submission.due_on or page.form.due_on).isoformat(),
        "late": submission.was_late,
        "historical": submission.is_historical,
        "on_behalf": submission.on_behalf,
        "memo_number": submission.memo_number,
        "memo_date": submission.memo_date and submission.memo_date.isoformat(),
    }


def _line_json(line: ReportLine) -> JSON:
    card, indicator, given = line.card, line.card.indicator, line.card.filed.given
    levels = {model: level for level, model in NODE_MODELS.items()}
    previous = card.previous
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "percent": indicator.is_pooled or indicator.counts == "percentage",
        "node": {
            "level": levels[type(indicator.node)],
            "code": indicator.node.code,
            "name": indicator.node.name,
        },
        "target": decimal_text(card.form.target),
        "value": decimal_text(card.figure.value),
        "sign": card.figure.sign,
        "progress": decimal_text(card.figure.progress.programmed),
        "numerator": decimal_text(given.numerator),
        "denominator": decimal_text(given.denominator),
        "previous": previous
        and {"period": previous.period, "unit": previous.unit, "value": decimal_text(previous.value)},
        "not_available": given.not_available_reason,
        "no_evidence": given.no_evidence_reason,
        "words": {key: card.filed.entry.get(key, "") for key in NARRATIVE},
        "tables": [_table_json(table) for table in line.tables],
        "evidence": [evidence_json(each) for each in card.filed.evidence],
        "changes": [{"label": each.label, "old": each.old, "new": each.new} for each in line.changes],
        "observations": [thread_json(thread) for thread in card.threads],
    }


def _table_json(table: BreakdownSummary) -> JSON:
    return {
        "name": table.name,
        "sexes": list(table.sexes),
        "rows": [{"name": name, "counts": list(counts), "total": total} for name, counts, total in table.rows],
        "totals": list(table.totals),
        "total": table.total,
    }


def evidence_json(evidence: Evidence) -> JSON:
    return {
        "title": evidence.title,
        "file_name": evidence.file_name,
        "type": evidence.content_type,
        "size": evidence.size,
        "sha256": evidence.sha256,
        "url": evidence.url,
        "uploaded_on": moment_text(evidence.uploaded_at)[:10],
    }


def thread_json(thread: Observation) -> JSON:
    """An observation with its answers; its `by`, `resolved_by` and replies have to be loaded."""
    state = "resolved" if not thread.is_open else "answered" if thread.is_answered else "open"
    return {
        "text": thread.text,
        "by": thread.by.full_name,
        "at": moment_text(thread.at),
        "state": state,
        "resolved_by": thread.resolved_by.full_name if thread.resolved_by else "",
        "resolved_at": moment_text(thread.resolved_at) if thread.resolved_at else None,
        "replies": [
            {
                "text": reply.text,
                "by": reply.by.full_name,
                "at": moment_text(reply.at),
                "from_unit": reply.from_unit,
            }
            for reply in thread.replies.all()
        ],
    }


def _event_json(event: SubmissionEvent) -> JSON:
    return {
        "step": event.step,
        "to": event.to_state,
        "at": moment_text(event.at),
        "by": event.by.full_name,
        "capacity": event.capacity,
        "unit": event.capacity_unit.acronym if event.capacity_unit else "",
        "on_behalf": event.on_behalf,
        "comment": event.comment,
    }


# --- The document ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reply:
    who: str
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    who: str
    when: str
    text: str
    state: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A means of verification as a list shows it: `place` is the name of the file or the address."""

    title: str
    place: str
    kind: str
    size: str
    hash: str
    day: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    sexes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]
    totals: tuple[str, ...]
    total: str

    @property
    def is_long(self) -> bool:
        """Whether a page may break inside: the districts of a province are many."""
        return len(self.rows) > LONG_TABLE


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    name: str
    node: str
    unit_of_measure: str
    target: str
    value: str
    parts: str
    progress: str
    previous: str
    words: Facts
    tables: tuple[Table, ...]
    proofs: tuple[Proof, ...]
    changes: tuple[tuple[str, str, str], ...]
    threads: tuple[Thread, ...]

    @property
    def has_more(self) -> bool:
        """Whether anything is told beside the figures of the first table."""
        return bool(self.words or self.tables or self.proofs or self.changes or self.threads)


@dataclass(frozen=True, slots=True)
class UnitReport(Paper):
    lines: tuple[Line, ...] = ()
    threads: tuple[Thread, ...] = ()
    events: tuple[tuple[str, str, str, str], ...] = ()
    signs: Facts = ()

    @property
    def title(self) -> str:
        return f"{self.head.title}. {self.head.lead}"

    @property
    def proofs(self) -> int:
        return sum(len(line.proofs) for line in self.lines)


def unit_report(record: JSON) -> UnitReport:
    """The document of the report."""
    unit, period = record["unit"], record["document"]["period"]
    return UnitReport(
        head=_head(record),
        running=running_of(record, _("Reporte %(period)s de %(unit)s") % {"period": period, "unit": unit["acronym"]}),
        file_name=f"reporte-{period}-{unit['acronym'].lower()}-{record['plan']['code'].lower()}.pdf",
        dated=dated(record),
        lines=tuple(_line(row) for row in record["indicators"]),
        threads=tuple(map(thread_of, record["observations"])),
        events=tuple(_event(row) for row in record["events"]),
        signs=tuple(_signs(record)),
    )


def _signs(record: JSON) -> Iterator[tuple[str, str]]:
    """The signs that stand for a figure in this report, each explained once."""
    used = {row["sign"] for row in record["indicators"]}
    return ((sign, str(text)) for sign, text in SIGN_EXPLANATIONS.items() if sign in used)


def _head(record: JSON) -> Head:
    unit = record["unit"]
    return head_of(
        record,
        kind=_("Reporte semestral de la unidad"),
        title=_("Reporte del semestre %s") % record["document"]["period"],
        lead=f"{unit['name']} ({unit['acronym']})",
        facts=_facts(record),
        is_internal=True,
    )


def _facts(record: JSON) -> Iterator[tuple[str, str]]:
    sent = record["submission"]
    yield _("Estado"), str(Submission.State(sent["state"]).label)
    yield _("Tal como estaba el"), day_of(record["document"]["issued_on"])
    if sent["historical"]:
        yield _("Origen"), _("resultados históricos, cargados de antes de este sistema")
    elif sent["submitted_on"]:
        when = _("fuera de plazo") if sent["late"] else _("a tiempo")
        yield _("Enviado"), f"{day_of(sent['submitted_on'])}, {when}"
    else:
        yield _("Enviado"), _("todavía no")
    if not sent["historical"]:
        yield _("Plazo"), day_of(sent["due_on"])
    yield (
        _("Documento de la unidad"),
        ", ".join(filter(None, (sent["memo_number"], sent["memo_date"] and day_of(sent["memo_date"])))),
    )
    if sent["on_behalf"]:
        yield _("Registro"), _("por la coordinación, en nombre de la unidad")


def _line(row: JSON) -> Line:
    percent = " %" if row["percent"] and row["value"] is not None else ""
    value = row["sign"] if row["value"] is None else quantity_of(row["value"]) + percent
    parts = row["numerator"] is not None and row["denominator"] is not None
    previous = row["previous"]
    node = row["node"]
    return Line(
        code=row["code"],
        name=row["name"],
        node=f"{LEVEL_NAMES[node['level']]} {short_code(node['code'])} · {node['name']}",
        unit_of_measure=row["unit_of_measure"],
        target=quantity_of(row["target"]),
        value=value or MISSING,
        parts=f"{quantity_of(row['numerator'])} / {quantity_of(row['denominator'])}" if parts else "",
        progress=progress_of(row),
        previous=_("%(value)s en %(period)s") % {"value": quantity_of(previous["value"]), "period": previous["period"]}
        if previous
        else MISSING,
        words=tuple(_words(row)),
        tables=tuple(_table(table) for table in row["tables"]),
        proofs=tuple(map(proof_of, row["evidence"])),
        changes=tuple((each["label"], each["old"] or MISSING, each["new"] or MISSING) for each in row["changes"]),
        threads=tuple(map(thread_of, row["observations"])),
    )


def progress_of(row: JSON) -> str:
    """The semester's progress, or the sign that stands for it."""
    if row["sign"]:
        return row["sign"]
    return figure_text(decimal_from(row["progress"]))


def _words(row: JSON) -> Iterator[tuple[str, str]]:
    if row["not_available"]:
        yield _("No disponible"), row["not_available"]
    for key in NARRATIVE:
        if row["words"][key]:
            name = str(Result._meta.get_field(key).verbose_name)
            yield name[:1].upper() + name[1:], row["words"][key]
    if row["no_evidence"]:
        yield _("Sin medio de verificación"), row["no_evidence"]


def _table(row: JSON) -> Table:
    def said(counts: Iterable[int]) -> tuple[str, ...]:
        return tuple(map(quantity_text, counts))

    rows = [(each["name"], said(each["counts"]), quantity_text(each["total"])) for each in row["rows"] if each["name"]]
    return Table(row["name"], tuple(row["sexes"]), tuple(rows), said(row["totals"]), quantity_text(row["total"]))


def proof_of(row: JSON) -> Proof:
    kind = _("enlace") if row["url"] else row["file_name"].rpartition(".")[2].upper() or row["type"]
    place = row["url"] or row["file_name"]
    return Proof(row["title"], place, kind, size_of(row["size"]), hash_lines(row["sha256"]), day_of(row["uploaded_on"]))


def thread_of(row: JSON) -> Thread:
    states = {
        "open": _("por responder"),
        "answered": _("respondida, por resolver"),
        "resolved": _("resuelta"),
    }
    state = states[row["state"]]
    if row["resolved_at"]:
        state = _("resuelta el %(day)s por %(name)s") % {
            "day": day_of(row["resolved_at"][:10]),
            "name": row["resolved_by"],
        }
    replies = tuple(Reply(each["by"], day_of(each["at"][:10]), each["text"]) for each in row["replies"])
    return Thread(row["by"], day_of(row["at"][:10]), row["text"], state, replies)


def _event(row: JSON) -> tuple[str, str, str, str]:
    """When, what, who in which capacity, with which comment."""
    step = STEPS.get(row["step"])
    words = step.label if step else BEGINNINGS.get(row["step"]) or Submission.State(row["to"]).label
    capacity = str(Role(row["capacity"]).label).lower() if row["capacity"] else ""
    who = ", ".join(filter(None, (row["by"], " ".join(filter(None, (capacity, row["unit"]))))))
    if row["on_behalf"]:
        who = _("%s, en nombre de la unidad") % who
    return moment_of(row["at"]), str(words), who, row["comment"]
