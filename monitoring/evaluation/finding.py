"""The findings of an evaluation: each about one part of the plan at most, with evidence of the results that count.

They change only while the evaluation is a draft. Like a section, a finding is written by whoever has read its last
revision.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Unit, User
from monitoring.evaluation.writing import Changed, held_draft, said
from monitoring.models import SUBJECTS, Evaluation, Evidence, Finding
from monitoring.queries import results_that_count
from plans.models import Activity, Guideline, Indicator, Objective, Plan, StrategicAction

MODELS: dict[str, type[Model]] = {
    "guideline": Guideline,
    "objective": Objective,
    "action": StrategicAction,
    "activity": Activity,
    "indicator": Indicator,
}
# Which indicators lie under a node, those of the nodes below it included.
UNDER = {
    "guideline": ("activity__action__objective__guideline", "action__objective__guideline", "objective__guideline"),
    "objective": ("activity__action__objective", "action__objective", "objective"),
    "action": ("activity__action", "action"),
    "activity": ("activity",),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: `level` is one of SUBJECTS. Said in an address as `activity:ACT.01.01.02`."""

    level: str
    row: Model

    @property
    def code(self) -> str:
        return self.row.acronym if isinstance(self.row, Unit) else self.row.code

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def key(self) -> str:
        return f"{self.level}:{self.code}"


class FindingChanged(Changed):
    def __init__(self, now: Finding | None) -> None:
        super().__init__(_("Otra persona cambió este hallazgo mientras usted escribía."), now)


def subject_of(finding: Finding) -> Subject | None:
    found = finding.subject
    return Subject(*found) if found else None


def subject_from(plan: Plan, key: str) -> Subject | None:
    """The part of the plan that a key names; None for an empty one. Raises LookupError for an unknown one."""
    if not key:
        return None
    level, _colon, code = key.partition(":")
    if level == "unit":
        row = Unit.objects.filter(government=plan.government_id, acronym=code).first()
    else:
        row = MODELS[level].objects.filter(plan=plan, code=code).first() if level in MODELS else None
    if row is None:
        raise LookupError(key)
    return Subject(level, row)


def evidence_for(evaluation: Evaluation, subject: Subject | None) -> QuerySet[Evidence]:
    """What may back a finding: evidence in use of the results that count for its subject in the covered semesters."""
    results = results_that_count(evaluation.plan).filter(period__code__lte=evaluation.upto)
    if subject is not None:
        results = results.filter(_of(subject))
    rows = Evidence.objects.in_use().filter(result__in=results)
    related = rows.select_related("result__period", "result__indicator", "result__submission__unit")
    return related.order_by("-result__period__code", "result__indicator__order", "result__indicator__code", "id")


def _of(subject: Subject) -> Q:
    if subject.level == "unit":
        return Q(submission__unit=subject.row)
    if subject.level == "indicator":
        return Q(indicator=subject.row)
    condition = Q()
    for path in UNDER[subject.level]:
        condition |= Q(**{f"indicator__{path}": subject.row})
    return condition


@transaction.atomic
def add_finding(
    *, evaluation: Evaluation, text: str, by: User, subject: Subject | None = None, evidence: Collection[int] = ()
) -> Finding:
    """A new finding. Raises WritingRefused when the draft is closed, the person may not, or the text is not fit."""
    evaluation = held_draft(evaluation, by)
    finding = Finding(evaluation=evaluation)
    return _write(finding, said(text, _("Escriba el hallazgo.")), subject, evidence, by)


@transaction.atomic
def change_finding(
    *, finding: Finding, text: str, subject: Subject | None, evidence: Collection[int], seen: int, by: User
) -> Finding:
    """Writes a finding whose revision `seen` the author had read. Evidence of other parts of the plan is left out.

    Raises WritingRefused, and FindingChanged when somebody else wrote it meanwhile: nothing is written then.
    """
    evaluation = held_draft(finding.evaluation, by)
    finding = _as_read(finding, seen)
    finding.evaluation = evaluation
    return _write(finding, said(text, _("Escriba el hallazgo.")), subject, evidence, by)


@transaction.atomic
def remove_finding(*, finding: Finding, seen: int, by: User) -> None:
    """Raises WritingRefused, and FindingChanged when it is no longer what the person read."""
    held_draft(finding.evaluation, by)
    _as_read(finding, seen).delete()


def _as_read(finding: Finding, seen: int) -> Finding:
    now = Finding.objects.select_for_update().filter(pk=finding.pk).first()
    if now is None or now.revision != seen:
        raise FindingChanged(now)
    return now


def _write(finding: Finding, text: str, subject: Subject | None, evidence: Collection[int], by: User) -> Finding:
    finding.text = text
    for level in SUBJECTS:
        setattr(finding, level, subject.row if subject and subject.level == level else None)
    finding.revision += 1
    finding.written_by, finding.written_at = by, clock.now()
    finding.save()
    finding.evidence.set(evidence_for(finding.evaluation, subject).filter(pk__in=evidence))
    return finding
