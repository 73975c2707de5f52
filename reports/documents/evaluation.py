"""The evaluation report: cover, one page, text, method, results, units, reprogrammings, commitments, annex."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.frozen import JSON
from monitoring.models import Commitment
from monitoring.scorecard import Level
from monitoring.showing import LEVEL_NAMES
from plans.measures import year_of
from reports.documents.annex import Annex, annex
from reports.documents.before import Before, before
from reports.documents.method import Method, method
from reports.documents.presentation import Presented, presentation
from reports.documents.reached import Reached, reached
from reports.documents.results import GuidelineBlock, UnitRow, guidelines, unit_rows
from reports.documents.source import Source, long_date, short_date
from reports.documents.summary import Summary, summary
from reports.documents.text import Section, sections_of
from reports.documents.told import Remark, Revision, remark_of, revision_of
from reports.documents.versions import Versions, versions


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
class FindingRow:
    """`about`: the level, code and name of the part of the plan; empty where it is about the whole plan."""

    text: str
    about: str
    evidence: tuple[FindingEvidence, ...]

    @property
    def key(self) -> str:
        return f"{self.about}|{self.text}"


@dataclass(frozen=True, slots=True)
class FindingEvidence:
    """A file by the beginning of its hash, or a link by its address, and the result that it backs."""

    title: str
    where: str
    indicator: str
    period: str


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """`year`: of the evaluation that it comes from. `told`: what was last told of it, empty where nothing was."""

    recommendation: str
    action: str
    unit: str
    due_on: str
    state: str
    year: int
    told: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Everything that the document shows, in its order. `dated`: the day of its closing; of a draft, the cut-off."""

    plan: str
    year: int
    version: int
    closed_on: dt.date | None
    dated: dt.date
    sha256: str
    running: str
    official: str
    other: str
    cover: Cover
    versions: Versions
    presentation: tuple[Presented, ...]
    summary: Summary
    sections: dict[str, Section]
    method: Method
    guidelines: tuple[GuidelineBlock, ...]
    units: tuple[UnitRow, ...]
    before: Before | None
    reached: Reached | None
    revisions: tuple[Revision, ...]
    remarks: tuple[Remark, ...]
    findings: tuple[FindingRow, ...]
    commitments: tuple[CommitmentRow, ...]
    earlier: tuple[CommitmentRow, ...]
    annex: Annex

    @property
    def title(self) -> str:
        return self.cover.title

    @property
    def is_draft(self) -> bool:
        return self.cover.is_draft

    @property
    def is_reference(self) -> bool:
        return self.cover.is_reference

    @property
    def file_name(self) -> str:
        return file_name(self.plan, self.year, self.version, draft=self.cover.is_draft)


def file_name(plan: str, year: int, version: int, *, draft: bool) -> str:
    """`evaluacion-2023-pmh-2022-2024-v1.pdf`."""
    return f"evaluacion-{year}-{plan.lower()}-v{version}{'-borrador' if draft else ''}.pdf"


def evaluation_report(record: JSON) -> EvaluationReport:
    """The report of one record: a closed evaluation's frozen one, or, of a draft, the one made as of now."""
    return report_of(Source.of(record))


def report_of(source: Source) -> EvaluationReport:
    """The same of a record that is opened already."""
    record = source.record
    plan, evaluation = record["plan"], record["evaluation"]
    cover = _cover(source)
    return EvaluationReport(
        plan=plan["code"],
        year=source.year,
        version=evaluation["version"],
        closed_on=source.closed_on,
        dated=source.closed_on or source.cutoff,
        sha256=source.sha256,
        running=_("%(plan)s · %(place)s · Evaluación %(year)s, versión %(version)s")
        % {"plan": plan["code"], "place": plan["place"], "year": source.year, "version": evaluation["version"]},
        official=source.official_head,
        other=source.other_head,
        cover=cover,
        versions=versions(source),
        presentation=presentation(source),
        summary=summary(source),
        sections=sections_of(record),
        method=method(source),
        guidelines=guidelines(source),
        units=unit_rows(source),
        before=before(source),
        reached=reached(source),
        revisions=tuple(revision_of(source, row) for row in record["revisions"]),
        remarks=tuple(remark_of(source, row) for row in record["notes"] if year_of(row["period"]) == source.year),
        findings=finding_rows(record),
        commitments=tuple(_commitment(row, source.year) for row in record["commitments"]),
        earlier=tuple(_commitment(row, row["year"]) for row in record.get("earlier_commitments") or ()),
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


def finding_rows(record: JSON) -> tuple[FindingRow, ...]:
    """The findings of a record. Of the first schema they are texts alone."""
    return tuple(_finding({"text": row} if isinstance(row, str) else row) for row in record["findings"])


def _finding(row: JSON) -> FindingRow:
    about = row.get("about")
    evidence = (
        FindingEvidence(
            each["title"],
            each["url"] or _("huella %s…") % each["sha256"][:12],
            each["indicator"],
            each["period"],
        )
        for each in row.get("evidence", ())
    )
    return FindingRow(row["text"], about_text(about) if about else "", tuple(evidence))


def about_text(about: JSON) -> str:
    """`Actividad ACT.01.01.02, Nombre de la actividad`."""
    level, code, name = about["level"], about["code"], about["name"]
    label = _("Indicador") if level == "indicator" else LEVEL_NAMES[Level(level)]
    return f"{label} {code}, {name}"


def _commitment(row: JSON, year: int) -> CommitmentRow:
    state = str(Commitment.State(row["state"]).label)
    told = [f"{each['period']}: {each['text']}" for each in row.get("follow_ups", ())]
    return CommitmentRow(
        row["recommendation"],
        row["action"],
        row["unit"],
        short_date(row["due_on"]),
        state,
        year,
        told[-1] if told else "",
    )
