"""The commitments of a draft beside the recommendations that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from institution.models import User
from monitoring.models import Commitment, Evaluation, EvaluationSection
from reports.documents.text import blocks_of
from reports.workspace.writing import Side, load_side


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One paragraph or point of the section of recommendations; `query` begins a commitment with it."""

    text: str
    query: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class DraftCommitments:
    side: Side
    commitments: tuple[Commitment, ...]
    recommendations: tuple[Recommendation, ...]

    @property
    def untaken(self) -> tuple[Recommendation, ...]:
        return tuple(each for each in self.recommendations if not each.is_taken)


def load_draft_commitments(evaluation: Evaluation, user: User) -> DraftCommitments:
    """Those of the draft, and the recommendations of its text. 2 queries beside those of the side."""
    commitments = tuple(evaluation.commitments.select_related("responsible_unit", "continues").order_by("due_on", "id"))
    taken = {row.recommendation.strip() for row in commitments}
    section = evaluation.sections.filter(kind=EvaluationSection.Kind.RECOMMENDATIONS).first()
    lines = [line for block in blocks_of(section.text if section else "") for line in block.lines]
    return DraftCommitments(
        load_side(evaluation, user),
        commitments,
        tuple(Recommendation(line, f"?{urlencode({'recomendacion': line})}", line.strip() in taken) for line in lines),
    )
