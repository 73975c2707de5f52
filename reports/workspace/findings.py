"""The findings of a draft: the list, and the form of one with the evidence that may back it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from institution.models import Unit, User
from monitoring.evaluation import Subject, evidence_for, subject_of
from monitoring.models import SUBJECTS, Evaluation, Evidence, Finding
from monitoring.scorecard import Level
from monitoring.showing import LEVEL_NAMES
from plans.models import Activity, Guideline, Indicator, Objective, Plan, Responsibility, StrategicAction
from reports.workspace.writing import Side, load_side


@dataclass(frozen=True, slots=True)
class FindingLine:
    finding: Finding
    subject: Subject | None
    level: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class FindingsPage:
    side: Side
    lines: tuple[FindingLine, ...]


def load_findings(evaluation: Evaluation, user: User) -> FindingsPage:
    """6 queries, however many findings."""
    rows = evaluation.findings.select_related(*SUBJECTS, "written_by").prefetch_related("evidence__result__period")
    lines = tuple(_line(row) for row in rows.order_by("id"))
    return FindingsPage(load_side(evaluation, user), lines)


def _line(finding: Finding) -> FindingLine:
    subject = subject_of(finding)
    return FindingLine(finding, subject, level_name(subject.level) if subject else "", tuple(finding.evidence.all()))


def level_name(level: str) -> str:
    return _("Indicador") if level == "indicator" else str(LEVEL_NAMES[Level(level)])


@dataclass(frozen=True, slots=True)
class SubjectChoice:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class SubjectGroup:
    label: str
    choices: tuple[SubjectChoice, ...]


def subject_choices(plan: Plan) -> tuple[SubjectGroup, ...]:
    """All that a finding may be about, level by level. 6 queries."""
    groups = [
        _group(level, model.objects.filter(plan=plan).order_by("code").values_list("code", "name"))
        for level, model in (
            ("guideline", Guideline),
            ("objective", Objective),
            ("action", StrategicAction),
            ("activity", Activity),
            ("indicator", Indicator),
        )
    ]
    answering = Responsibility.objects.filter(indicator__plan=plan).values("unit")
    units = Unit.objects.filter(pk__in=answering).order_by("acronym").values_list("acronym", "name")
    return (*groups, _group("unit", units))


def _group(level: str, rows: Iterable[tuple[str, str]]) -> SubjectGroup:
    choices = tuple(SubjectChoice(f"{level}:{code}", f"{code} · {name}") for code, name in rows)
    return SubjectGroup(level_name(level), choices)


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """The evidence of one semester; that of the evaluated year stands open."""

    period: str
    is_open: bool
    rows: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class FindingForm:
    """What the form shows: what was typed or stands there, and what may be chosen."""

    side: Side
    finding: Finding | None
    text: str
    key: str
    chosen: frozenset[int]
    seen: int
    groups: tuple[SubjectGroup, ...]
    evidence: tuple[EvidenceGroup, ...]
    subject: Subject | None

    @property
    def offered(self) -> int:
        return sum(len(group.rows) for group in self.evidence)


def load_finding_form(
    evaluation: Evaluation,
    user: User,
    *,
    finding: Finding | None = None,
    text: str = "",
    subject: Subject | None = None,
    chosen: Iterable[int] = (),
    seen: int = 0,
) -> FindingForm:
    """11 queries, however many findings and evidence there are."""
    chosen = frozenset(chosen)
    rows = evidence_for(evaluation, subject)
    groups = tuple(
        EvidenceGroup(period, period.startswith(str(evaluation.year)) or any(row.pk in chosen for row in own), own)
        for period, found in groupby(rows, lambda row: row.result.period.code)
        for own in [tuple(found)]
    )
    return FindingForm(
        load_side(evaluation, user),
        finding,
        text,
        subject.key if subject else "",
        chosen,
        seen,
        subject_choices(evaluation.plan),
        groups,
        subject,
    )
