"""The document of a handover, from its record alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution.models import Role
from monitoring.frozen import JSON
from monitoring.models import Commitment, Submission
from monitoring.showing import MISSING, SIGN_EXPLANATIONS
from reports.documents.handover.tasks import Task, tasks
from reports.documents.paper import (
    Facts,
    Head,
    Paper,
    dated,
    day_of,
    head_of,
    quantity_of,
    running_of,
)
from reports.documents.unit_report import Proof, Thread, proof_of, thread_of


@dataclass(frozen=True, slots=True)
class SemesterCell:
    """Target and value of one semester. `mark`: letters that the notes explain; `own`: the unit answers in it."""

    target: str
    value: str
    mark: str
    own: bool


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    code: str
    name: str
    unit_of_measure: str
    since: str
    cells: tuple[SemesterCell, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """`about`: the semester, and the indicator that was observed."""

    about: str
    thread: Thread


@dataclass(frozen=True, slots=True)
class ProofGroup:
    """The evidence of one semester."""

    period: str
    proofs: tuple[tuple[str, Proof], ...]


@dataclass(frozen=True, slots=True)
class Post:
    name: str
    role: str
    since: str
    until: str
    document: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """A commitment of an evaluation."""

    year: str
    action: str
    due: str
    state: str
    last: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An activity that the unit leads: whether it needs money beyond the approved budget."""

    code: str
    name: str
    answer: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Handover(Paper):
    periods: tuple[str, ...] = ()
    numbers: Facts = ()
    tasks: tuple[Task, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    past: tuple[IndicatorRow, ...] = ()
    reports: tuple[tuple[str, str, str, str], ...] = ()
    open_threads: tuple[Observed, ...] = ()
    settled: tuple[Observed, ...] = ()
    commitments: tuple[Owed, ...] = ()
    budget: tuple[Asked, ...] = ()
    proofs: tuple[ProofGroup, ...] = ()
    posts: tuple[Post, ...] = ()
    place: Facts = ()
    signatures: tuple[str, ...] = ()
    about: str = ""
    signs: Facts = ()
    marks: Facts = ()

    @property
    def title(self) -> str:
        return f"{self.head.kind}. {self.about}"

    @property
    def proof_count(self) -> int:
        return sum(len(group.proofs) for group in self.proofs)


UNDER_REVIEW, OTHER_UNIT, NOT_SENT = "r", "o", "b"


def handover(record: JSON) -> Handover:
    """The document."""
    unit, plan, post = record["unit"], record["plan"], record["post"]
    rows = [(row, _indicator(record, row)) for row in record["indicators"]]
    threads = [_observed(row) for row in record["observations"]]
    settled = [row["state"] == "resolved" for row in record["observations"]]
    whose = f"-{post['role'].replace('_', '-')}" if post else ""
    day = record["document"]["issued_on"]
    return Handover(
        head=_head(record),
        running=running_of(record, _("Entrega de cargo %s") % unit["acronym"]),
        file_name=f"entrega-{unit['acronym'].lower()}{whose}-{plan['code'].lower()}-{day}.pdf",
        dated=dated(record),
        periods=tuple(row["code"] for row in record["periods"]),
        numbers=tuple(_numbers(record)),
        tasks=tuple(tasks(record)),
        indicators=tuple(shown for row, shown in rows if _is_current(row)),
        past=tuple(shown for row, shown in rows if not _is_current(row)),
        reports=tuple(_report(row) for row in record["reports"]),
        open_threads=tuple(row for row, done in zip(threads, settled, strict=True) if not done),
        settled=tuple(row for row, done in zip(threads, settled, strict=True) if done),
        commitments=tuple(_owed(row) for row in record["commitments"]),
        budget=tuple(_asked(row) for row in record["budget"]["activities"]),
        proofs=tuple(_proofs(record)),
        posts=tuple(_post(row, day) for row in record["people"]),
        place=tuple(_place(unit)),
        about=", ".join(filter(None, (f"{unit['name']} ({unit['acronym']})", post and _role(post).lower()))),
        signatures=(_("Entrega"), _("Recibe"), _("Coordinación del plan")),
        signs=tuple(_signs(rows)),
        marks=tuple(_marks(rows)),
    )


def _head(record: JSON) -> Head:
    unit, post = record["unit"], record["post"]
    who = f"{unit['name']} ({unit['acronym']})"
    role = _role(post) if post else ""
    return head_of(
        record,
        kind=_("Entrega de cargo"),
        title=f"{role}: {post['name']}" if post else who,
        lead=who if post else _("Lo que la unidad prometió, reportó y debe, para quien sigue."),
        facts=[
            (_("Situación al"), day_of(record["document"]["issued_on"])),
            (_("En el puesto"), _span(post["from"], post["until"]) if post else ""),
            (_("Designación"), _paper(post) if post else ""),
            (_("Plan"), record["plan"]["code"]),
        ],
        is_internal=True,
    )


def _role(post: JSON) -> str:
    return str(Role(post["role"]).label)


def _numbers(record: JSON) -> Iterator[tuple[str, str]]:
    """The few numbers on the first page."""
    answered = sum(_is_current(row) for row in record["indicators"])
    waiting = sum(row["state"] == "open" for row in record["observations"])
    owed = sum(row["open"] for row in record["commitments"])
    yield str(answered), ngettext("indicador a su cargo", "indicadores a su cargo", answered)
    yield str(len(record["due"])), ngettext("reporte por enviar", "reportes por enviar", len(record["due"]))
    yield str(waiting), ngettext("observación sin responder", "observaciones sin responder", waiting)
    yield str(owed), ngettext("compromiso abierto", "compromisos abiertos", owed)
    proofs = len(record["evidence"])
    yield str(proofs), ngettext("medio de verificación", "medios de verificación", proofs)


def _is_current(row: JSON) -> bool:
    """Whether the unit answers for it without end, or in a semester not yet closed."""
    return any(each["until"] is None for each in row["tenures"])


def _span(since: str, until: str | None) -> str:
    if until:
        return _("del %(since)s al %(until)s") % {"since": day_of(since), "until": day_of(until)}
    return _("desde el %s") % day_of(since)


def _paper(row: JSON) -> str:
    return ", ".join(filter(None, (row["document"], row["document_date"] and day_of(row["document_date"]))))


# --- Promised and reported -------------------------------------------------------------------------------------


def _indicator(record: JSON, row: JSON) -> IndicatorRow:
    tenures = [
        _("%(since)s a %(until)s") % {"since": each["from"], "until": each["until"]}
        if each["until"]
        else _("desde %s") % each["from"]
        for each in row["tenures"]
    ]
    return IndicatorRow(
        row["code"],
        row["name"],
        row["unit_of_measure"],
        ", ".join(tenures),
        tuple(_cell(record, row, each) for each in row["semesters"]),
    )


def _cell(record: JSON, row: JSON, semester: JSON) -> SemesterCell:
    states = {each["code"]: each["state"] for each in record["periods"]}
    ahead = states.get(semester["period"]) == "planned" and semester["state"] is None
    value = quantity_of(semester["value"]) if semester["value"] is not None else semester["sign"]
    if (semester["target"] is None and semester["value"] is None) or ahead:
        value = MISSING
    marks = []
    if semester["state"] is not None:
        if semester["unit"] != record["unit"]["acronym"]:
            marks.append(OTHER_UNIT)
        if semester["state"] in (Submission.State.SUBMITTED, Submission.State.RETURNED):
            marks.append(UNDER_REVIEW)
        if semester["state"] in (Submission.State.DRAFT, Submission.State.AWAITING_SIGNOFF):
            marks.append(NOT_SENT)
    return SemesterCell(quantity_of(semester["target"]), value or MISSING, " ".join(marks), semester["answers"])


def _signs(rows: list[tuple[JSON, IndicatorRow]]) -> Iterator[tuple[str, str]]:
    """The signs that stand for a value, each explained once."""
    used = {cell.value for _row, shown in rows for cell in shown.cells}
    return ((sign, str(text)) for sign, text in SIGN_EXPLANATIONS.items() if sign in used)


def _marks(rows: list[tuple[JSON, IndicatorRow]]) -> Iterator[tuple[str, str]]:
    used = {mark for _row, shown in rows for cell in shown.cells for mark in cell.mark.split()}
    texts = {
        OTHER_UNIT: _("lo reportó otra unidad"),
        UNDER_REVIEW: _("enviado, aún sin conformidad"),
        NOT_SENT: _("escrito, aún sin enviar"),
    }
    return ((mark, text) for mark, text in texts.items() if mark in used)


def _report(row: JSON) -> tuple[str, str, str, str]:
    """Semester, state, when it was sent, and what a reader should know of it."""
    known = {
        _("histórico, cargado de antes de este sistema"): row["historical"],
        _("fuera de plazo"): row["late"],
        _("registrado por la coordinación en nombre de la unidad"): row["on_behalf"],
    }
    told = [text for text, holds in known.items() if holds] + ([row["memo_number"]] if row["memo_number"] else [])
    sent = MISSING if row["historical"] else day_of(row["submitted_on"])
    return row["period"], str(Submission.State(row["state"]).label), sent, "; ".join(told) or MISSING


# --- Observed, owed, backed ------------------------------------------------------------------------------------


def _observed(row: JSON) -> Observed:
    about = row["indicator"]["name"] if row["indicator"] else _("el conjunto")
    return Observed(f"{row['period']}, {about}", thread_of(row))


def _owed(row: JSON) -> Owed:
    return Owed(
        str(row["year"]),
        row["action"] or row["recommendation"],
        day_of(row["due_on"]),
        str(Commitment.State(row["state"]).label),
        f"{row['last_period']}: {row['last']}" if row["last"] else MISSING,
        row["overdue"],
    )


def _asked(row: JSON) -> Asked:
    if row["needs"] is None:
        return Asked(row["code"], row["name"], _("sin responder"), True)
    answer = _("sí: %s") % row["reason"] if row["needs"] else _("no")
    return Asked(row["code"], row["name"], f"{answer} ({day_of(row['answered_on'])})", False)


def _proofs(record: JSON) -> Iterator[ProofGroup]:
    groups: dict[str, list[tuple[str, Proof]]] = {}
    for row in record["evidence"]:
        groups.setdefault(row["period"], []).append((row["indicator"], proof_of(row)))
    for period, found in groups.items():
        yield ProofGroup(period, tuple(found))


# --- People and the unit's place -------------------------------------------------------------------------------


def _post(row: JSON, day: str) -> Post:
    today = dt.date.fromisoformat(day)
    begun = dt.date.fromisoformat(row["from"]) <= today
    over = row["until"] is not None and dt.date.fromisoformat(row["until"]) < today
    until = day_of(row["until"]) if row["until"] else _("hoy") if begun else MISSING
    if row["end_reason"]:
        until = f"{until} ({row['end_reason']})"
    return Post(
        row["name"],
        str(Role(row["role"]).label),
        day_of(row["from"]),
        until,
        _paper(row) or MISSING,
        begun and not over,
    )


def _place(unit: JSON) -> Iterator[tuple[str, str]]:
    yield _("Vigencia"), _span(unit["valid_from"], unit["valid_until"])
    before = ", ".join(f"{row['name']} ({row['acronym']})" for row in unit["predecessors"])
    yield _("Antes"), before or MISSING
    after = unit["successor"]
    yield _("Después"), f"{after['name']} ({after['acronym']})" if after else MISSING
