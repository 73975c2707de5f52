"""The evaluation report: cover, one page, text, method, results, units, reprogrammings, commitments, annex."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.frozen import JSON, decimal_from
from monitoring.models import Commitment
from monitoring.showing import quantity_text
from plans.measures import year_of
from plans.models import TargetRevision
from reports.documents.annex import Annex, annex
from reports.documents.method import Method, method
from reports.documents.results import GuidelineBlock, UnitRow, guidelines, unit_rows
from reports.documents.source import Source, long_date, short_date
from reports.documents.summary import Summary, summary
from reports.documents.text import Section, sections_of


@dataclass(frozen=True, slots=True)
class Cover:
    government: str
    coordination: str
    title: str
    place: str
    cutoff: str
    ordinal: str
    instrument: str
    version: str
    reason: str
    fingerprint: str
    is_reference: bool
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Revision:
    indicator: str
    name: str
    period: str
    old: str
    new: str
    reason: str
    explanation: str
    document: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a unit told about one result: why there is none, what hindered it, what it did."""

    period: str
    unit: str
    name: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    recommendation: str
    action: str
    unit: str
    due_on: str
    state: str


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Everything that the document shows, in its order."""

    plan: str
    year: int
    version: int
    closed_on: dt.date | None
    sha256: str
    running: str
    official: str
    other: str
    cover: Cover
    summary: Summary
    sections: dict[str, Section]
    method: Method
    guidelines: tuple[GuidelineBlock, ...]
    units: tuple[UnitRow, ...]
    revisions: tuple[Revision, ...]
    remarks: tuple[Remark, ...]
    findings: tuple[str, ...]
    commitments: tuple[CommitmentRow, ...]
    annex: Annex

    @property
    def file_name(self) -> str:
        return file_name(self.plan, self.year, self.version, draft=self.cover.is_draft)


def file_name(plan: str, year: int, version: int, *, draft: bool) -> str:
    """`evaluacion-2023-pmh-2022-2024-v1.pdf`."""
    return f"evaluacion-{year}-{plan.lower()}-v{version}{'-borrador' if draft else ''}.pdf"


def evaluation_report(record: JSON) -> EvaluationReport:
    """The report of one record: a closed evaluation's frozen one, or, of a draft, the one made as of now."""
    source = Source.of(record)
    plan, evaluation = record["plan"], record["evaluation"]
    cover = _cover(source)
    readings = {"programmed": _("Sobre lo programado"), "reported": _("Sobre lo reportado")}
    return EvaluationReport(
        plan=plan["code"],
        year=source.year,
        version=evaluation["version"],
        closed_on=source.closed_on,
        sha256=source.sha256,
        running=_("%(plan)s · %(place)s · Evaluación %(year)s, versión %(version)s")
        % {"plan": plan["code"], "place": plan["place"], "year": source.year, "version": evaluation["version"]},
        official=readings[source.official],
        other=readings[source.other],
        cover=cover,
        summary=summary(source),
        sections=sections_of(record),
        method=method(source),
        guidelines=guidelines(source),
        units=unit_rows(source),
        revisions=tuple(_revision(source, row) for row in record["revisions"]),
        remarks=tuple(_remark(source, row) for row in record["notes"] if year_of(row["period"]) == source.year),
        findings=tuple(record["findings"]),
        commitments=tuple(_commitment(row) for row in record["commitments"]),
        annex=annex(source),
    )


ORDINALS = (
    gettext_lazy("Primera"),
    gettext_lazy("Segunda"),
    gettext_lazy("Tercera"),
    gettext_lazy("Cuarta"),
    gettext_lazy("Quinta"),
)
CARDINALS = (
    gettext_lazy("una"),
    gettext_lazy("dos"),
    gettext_lazy("tres"),
    gettext_lazy("cuatro"),
    gettext_lazy("cinco"),
)


def _cover(source: Source) -> Cover:
    plan, evaluation = source.record["plan"], source.record["evaluation"]
    years = f"{plan['first_year']}-{plan['last_year']}"
    closed = source.closed_on
    return Cover(
        government=plan["government"],
        coordination=plan["coordination"],
        title=_title(source.year, plan["name"], years),
        place=f"{plan['place']}, {years}",
        cutoff=_("Metas físicas con cierre al %s.") % long_date(source.cutoff),
        ordinal=_ordinal(source.year - plan["first_year"], plan["last_year"] - plan["first_year"] + 1),
        instrument=_("Aprobado por %s.") % plan["instrument"] if plan["instrument"] else "",
        version=_("Versión %(version)s · cerrada el %(date)s")
        % {"version": evaluation["version"], "date": short_date(closed)}
        if closed
        else _("Versión %s · en elaboración") % evaluation["version"],
        reason=evaluation["reason"],
        fingerprint=fingerprint(source.sha256),
        is_reference=plan["is_reference"],
        is_draft=closed is None,
    )


def fingerprint(sha256: str) -> str:
    """The first 16 digits in groups of four: enough to tell documents apart, short enough to read aloud."""
    return " ".join(re.findall("....", sha256[:16]))


def _title(year: int, name: str, years: str) -> str:
    """`Evaluación 2023 del Plan de Movilidad Humana`: the years of the plan stand elsewhere."""
    plain = name.removesuffix(years).strip(" ,")
    if plain.lower().startswith("plan "):
        return _("Evaluación %(year)s del %(plan)s") % {"year": year, "plan": plain}
    return _("Evaluación %(year)s: %(plan)s") % {"year": year, "plan": plain}


def _ordinal(index: int, total: int) -> str:
    if total == 1:
        return _("Única evaluación.")
    if total > len(ORDINALS):
        return _("Evaluación %(number)s de %(total)s.") % {"number": index + 1, "total": total}
    return _("%(ordinal)s de %(total)s evaluaciones.") % {"ordinal": ORDINALS[index], "total": CARDINALS[total - 1]}


def _revision(source: Source, row: JSON) -> Revision:
    def target(text: str | None) -> str:
        return _("S.P.") if text is None else quantity_text(decimal_from(text))

    return Revision(
        row["indicator"],
        source.card.indicator(row["indicator"]).name,
        row["period"],
        target(row["old"]),
        target(row["new"]),
        str(TargetRevision.Reason(row["reason"]).label),
        row["explanation"],
        f"{row['document']}, {short_date(row['document_date'])}",
    )


def _remark(source: Source, row: JSON) -> Remark:
    told = {
        _("No disponible"): row["not_available"],
        _("Dificultad"): row["difficulties"],
        _("Medida"): row["measures"],
        _("Nota"): row["note"],
    }
    name = source.card.indicator(row["indicator"]).name
    return Remark(row["period"], row["unit"], name, tuple((label, text) for label, text in told.items() if text))


def _commitment(row: JSON) -> CommitmentRow:
    state = str(Commitment.State(row["state"]).label)
    return CommitmentRow(row["recommendation"], row["action"], row["unit"], short_date(row["due_on"]), state)
