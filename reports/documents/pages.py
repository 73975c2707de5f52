"""What the pages of evaluations show: the list of a plan's cut-offs, and one version with its figures as frozen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from institution.models import User
from monitoring.evaluation import frozen_scorecard, standing_record
from monitoring.models import Evaluation
from monitoring.permissions import may_see_evaluation
from monitoring.scorecard import NodeRow
from plans.models import Plan
from reports.documents.evaluation import EvaluationReport, evaluation_report


class NoSuchEvaluation(LookupError):
    """There is no such version, or none that this person may see."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """One of the plan's evaluations: the version in force with the plan's figures, and a draft under way."""

    year: int
    cutoff: dt.date
    in_force: Evaluation | None
    whole: NodeRow | None
    draft: Evaluation | None
    shows_draft: bool

    @property
    def reading(self) -> str:
        return self.in_force.frozen["scorecard"]["parameters"]["reading"] if self.in_force else ""

    @property
    def is_under_review(self) -> bool:
        return self.in_force is not None and self.draft is not None

    @property
    def takes_new_version(self) -> bool:
        return self.in_force is not None and self.draft is None


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """One version of an evaluation. `newer`: the version in force that replaced it; `review`: a draft that may."""

    evaluation: Evaluation
    report: EvaluationReport
    versions: tuple[Evaluation, ...]
    newer: Evaluation | None
    review: Evaluation | None


def load_cut_offs(plan: Plan, user: User) -> list[CutOff]:
    """Every year of the plan, evaluated or not. 1 query, 1 more for each draft."""
    rows = Evaluation.objects.filter(plan=plan, state__in=[Evaluation.State.CLOSED, Evaluation.State.DRAFT])
    found = {(row.year, row.state): row for row in rows}
    cut_offs = []
    for year in plan.years:
        in_force, draft = (found.get((year, state)) for state in (Evaluation.State.CLOSED, Evaluation.State.DRAFT))
        whole = frozen_scorecard(in_force).whole if in_force else None
        shows = draft is not None and _sees_drafts(plan, draft, user)
        cut_offs.append(CutOff(year, dt.date(year, 12, 31), in_force, whole, draft, shows))
    return cut_offs


def _sees_drafts(plan: Plan, draft: Evaluation, user: User) -> bool:
    draft.plan = plan  # the one at hand, with its government
    return may_see_evaluation(user, draft)


def evaluation_of(plan: Plan, year: int, user: User, version: int | None = None) -> Evaluation:
    """The version asked for; when none is, the one in force, or else the draft, for those who may see it.

    Raises NoSuchEvaluation.
    """
    rows = Evaluation.objects.filter(plan=plan, year=year)
    if version is not None:
        evaluation = rows.filter(version=version).first()
    else:
        evaluation = rows.closed().first() or rows.filter(state=Evaluation.State.DRAFT).first()
    if evaluation is None:
        raise NoSuchEvaluation
    evaluation.plan = plan
    if not may_see_evaluation(user, evaluation):
        raise NoSuchEvaluation
    return evaluation


def load_page(evaluation: Evaluation, user: User) -> EvaluationPage:
    """The page of one version: from its frozen record, or, of a draft, from its record as of now."""
    others = _other_versions(evaluation)
    versions = [row for row in others if may_see_evaluation(user, row)]
    report = evaluation_report(standing_record(evaluation))
    in_force = next((row for row in others if row.state == Evaluation.State.CLOSED), None)
    draft = next((row for row in others if not row.is_frozen), None)
    return EvaluationPage(
        evaluation,
        report,
        tuple(versions),
        newer=in_force if evaluation.state == Evaluation.State.SUPERSEDED else None,
        review=draft if evaluation.state == Evaluation.State.CLOSED else None,
    )


def _other_versions(evaluation: Evaluation) -> QuerySet[Evaluation]:
    rows = Evaluation.objects.filter(plan=evaluation.plan, year=evaluation.year)
    return rows.select_related("plan__government").defer("frozen").order_by("-version")
