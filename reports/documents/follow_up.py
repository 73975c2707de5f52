"""The semiannual follow-up report (informe de seguimiento semestral) of a closed semester, without a text of its own.

It reads the same part of a record as the evaluation, `monitoring.record.plan_record`, at the end of one semester.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institution import clock
from monitoring.frozen import JSON
from monitoring.models import Period, Submission
from monitoring.queries import filled_in, units_answering
from monitoring.record import plan_record
from monitoring.showing import MISSING
from plans.measures import days_of
from plans.models import Plan
from reports.documents.annex import Annex, annex
from reports.documents.evaluation import Cover, fingerprint
from reports.documents.method import Method, method
from reports.documents.reached import Reached, reached
from reports.documents.results import GuidelineBlock, UnitRow, guidelines, unit_rows
from reports.documents.source import Source, long_date, short_date
from reports.documents.summary import Summary, summary
from reports.documents.told import Remark, Revision, remark_of, revision_of

SCHEMA = "pmh-follow-up-1"


class NotClosed(ValueError):
    """The semester is not closed: its figures are not official, and there is no report of it."""


def record_of_follow_up(plan: Plan, period: Period, *, on: dt.date | None = None) -> JSON:
    """The plan up to that semester, and how each unit reported in it. A constant number of queries.

    Nothing in it is kept from the public: no names of persons, counts of people as they may be published. Raises
    NotClosed.
    """
    if not period.is_closed:
        raise NotClosed(period.code)
    first, last = days_of(period.code)
    return {
        "schema": SCHEMA,
        **plan_record(plan, period.code),
        "document": {
            "kind": "follow_up",
            "period": period.code,
            "year": period.year,
            "since": first.isoformat(),
            "cutoff": last.isoformat(),
            "closed_on": period.closed_on.isoformat(),
            "due_on": period.due_on.isoformat(),
            "issued_on": (on or clock.today()).isoformat(),
        },
        "reporting": _reporting_json(plan, period),
    }


def _reporting_json(plan: Plan, period: Period) -> list[JSON]:
    """Every unit that answered for something in the semester, whether or not it reported."""
    submissions = {row.unit_id: row for row in Submission.objects.filter(period=period)}
    filled = filled_in(period)
    return [_unit_json(unit, submissions.get(unit.pk), filled.get(unit.pk)) for unit in units_answering(plan, period)]


def _unit_json(unit, submission: Submission | None, filled) -> JSON:
    sent = submission is not None and submission.submitted_on is not None
    return {
        "unit": unit.acronym,
        "name": unit.name,
        "due": filled.due if filled else 0,
        "done": filled.done if filled else 0,
        "state": submission.state if submission else None,
        "submitted_on": submission.submitted_on.isoformat() if sent else None,
        "due_on": submission.due_on.isoformat() if sent else None,
        "late": bool(submission and submission.was_late),
        "historical": bool(submission and submission.is_historical),
        "on_behalf": bool(submission and submission.on_behalf),
    }


# --- The document ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportingRow:
    """How one unit reported. `css` is the light of `standing`: good, fair, poor."""

    unit: str
    name: str
    sent: str
    standing: str
    css: str
    notes: str


@dataclass(frozen=True, slots=True)
class Reporting:
    sentence: str
    rows: tuple[ReportingRow, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Everything that the document shows, in its order."""

    plan: str
    period: str
    year: int
    dated: dt.date
    sha256: str
    running: str
    official: str
    other: str
    cover: Cover
    summary: Summary
    reporting: Reporting
    method: Method
    guidelines: tuple[GuidelineBlock, ...]
    units: tuple[UnitRow, ...]
    reached: Reached | None
    remarks: tuple[Remark, ...]
    revisions: tuple[Revision, ...]
    annex: Annex
    is_draft: bool = False

    @property
    def title(self) -> str:
        return self.cover.title

    @property
    def is_reference(self) -> bool:
        return self.cover.is_reference

    @property
    def file_name(self) -> str:
        return f"seguimiento-{self.period}-{self.plan.lower()}.pdf"


def follow_up(record: JSON) -> FollowUp:
    """The document of one closed semester."""
    source = Source.of(record)
    plan, period = record["plan"], record["document"]["period"]
    return FollowUp(
        plan=plan["code"],
        period=period,
        year=source.year,
        dated=dt.date.fromisoformat(record["document"]["issued_on"]),
        sha256=source.sha256,
        running=_("%(plan)s · %(place)s · Seguimiento %(period)s")
        % {"plan": plan["code"], "place": plan["place"], "period": period},
        official=source.official_head,
        other=source.other_head,
        cover=_cover(source),
        summary=summary(source),
        reporting=_reporting(record),
        method=method(source),
        guidelines=guidelines(source),
        units=unit_rows(source),
        reached=reached(source),
        remarks=tuple(remark_of(source, row) for row in record["notes"] if row["period"] == period),
        revisions=tuple(revision_of(source, row) for row in record["revisions"] if _concerns(record, row)),
        annex=annex(source),
    )


def _concerns(record: JSON, revision: JSON) -> bool:
    """Whether a target of the semester was changed, or one was changed during the semester."""
    document = record["document"]
    during = document["since"] <= revision["entered_on"] <= document["cutoff"]
    return during or revision["period"] == document["period"]


def _cover(source: Source) -> Cover:
    plan, document = source.record["plan"], source.record["document"]
    years = f"{plan['first_year']}-{plan['last_year']}"
    since = long_date(dt.date.fromisoformat(document["since"]))
    return Cover(
        government=plan["government"],
        coordination=plan["coordination"],
        title=_("Informe de seguimiento semestral %s") % document["period"],
        place=f"{plan['name'].removesuffix(years).strip(' ,')}, {plan['place']}, {years}",
        cutoff=_("Metas físicas del %(since)s al %(until)s.") % {"since": since, "until": long_date(source.cutoff)},
        ordinal=_("Semestre cerrado el %s.") % short_date(source.closed_on),
        instrument=_("Aprobado por %s.") % plan["instrument"] if plan["instrument"] else "",
        version=_("Emitido el %s") % short_date(document["issued_on"]),
        reason="",
        fingerprint=fingerprint(source.sha256),
        is_reference=plan["is_reference"],
        is_draft=False,
    )


# --- Who reported ----------------------------------------------------------------------------------------------


def _reporting(record: JSON) -> Reporting:
    rows = record["reporting"]
    counts = {
        _("con conformidad"): sum(_standing(row) == "validated" for row in rows),
        _("sin conformidad al cierre"): sum(_standing(row) == "unvalidated" for row in rows),
        _("sin enviar"): sum(_standing(row) == "missing" for row in rows),
        _("fuera de plazo"): sum(row["late"] for row in rows),
    }
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    sentence = ngettext(
        "Debía reportar %(all)s unidad hasta el %(due)s: %(told)s.",
        "Debían reportar %(all)s unidades hasta el %(due)s: %(told)s.",
        len(rows),
    ) % {
        "all": len(rows),
        "due": short_date(record["document"]["due_on"]),
        "told": told or MISSING,
    }
    own = {
        used["unit"]
        for used in record["submissions"]
        if used["period"] == record["document"]["period"] and used["validated_by_same_unit"]
    }
    return Reporting(sentence, tuple(_reporting_row(row, own) for row in rows))


def _standing(row: JSON) -> str:
    if row["state"] == Submission.State.VALIDATED:
        return "validated"
    return "unvalidated" if row["submitted_on"] else "missing"


def _reporting_row(row: JSON, own: set[str]) -> ReportingRow:
    standings = {
        "validated": (_("con conformidad"), "good"),
        "unvalidated": (_("sin conformidad: no entra en las cifras"), "fair"),
        "missing": (_("no reportó"), "poor"),
    }
    words, css = standings[_standing(row)]
    sent = _("histórico") if row["historical"] else short_date(row["submitted_on"]) if row["submitted_on"] else MISSING
    return ReportingRow(row["unit"], row["name"], sent, words, css, "; ".join(_notes(row, own)))


def _notes(row: JSON, own: set[str]) -> Iterator[str]:
    if row["late"]:
        yield _("fuera de plazo: vencía el %s") % short_date(row["due_on"])
    if row["on_behalf"]:
        yield _("registrado por la coordinación en nombre de la unidad")
    if row["unit"] in own:
        yield _("conformidad dada por la coordinación a su propio reporte")
    if row["due"] and not row["historical"] and row["done"] < row["due"]:
        yield _("%(done)s de %(due)s metas con dato completo") % {"done": row["done"], "due": row["due"]}
