"""The page on which one section is written: its text, the figures that belong beside it, and the other sections."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from institution.models import User
from monitoring.evaluation import record_of
from monitoring.models import Evaluation, EvaluationSection
from monitoring.permissions import may_write_evaluation
from monitoring.wording import Piece, abridged, count_words, word_changes
from reports.documents.evaluation import EvaluationReport, report_of
from reports.documents.figures import Line, node_lines
from reports.documents.source import Source
from reports.documents.text import Section, sections_of
from reports.workspace.guidance import BY_KIND, GUIDANCE, Guidance

Kind = EvaluationSection.Kind


@dataclass(frozen=True, slots=True)
class SideLine:
    """A section in the list at the side."""

    guidance: Guidance
    words: int

    @property
    def is_written(self) -> bool:
        return self.words > 0


@dataclass(frozen=True, slots=True)
class Side:
    """What stands beside every page of a draft: its sections with their state, and its findings."""

    evaluation: Evaluation
    lines: tuple[SideLine, ...]
    findings: int
    previous: Evaluation | None
    may_write: bool

    @property
    def written(self) -> int:
        return sum(line.is_written for line in self.lines)


@dataclass(frozen=True, slots=True)
class WritingPage:
    """`before`: the same section of the previous evaluation, as it was closed."""

    side: Side
    guidance: Guidance
    section: EvaluationSection
    report: EvaluationReport
    before: Section | None
    recommendations_before: Section | None
    whole: tuple[Line, ...]

    @property
    def is_unwritten(self) -> bool:
        return not self.section.text.strip()

    @property
    def written(self) -> Section:
        """The text as paragraphs, for whoever reads and does not write."""
        return self.report.sections[self.guidance.kind]

    @property
    def beside(self) -> str:
        """The template of what belongs beside this section."""
        return f"reports/_beside_{self.guidance.kind}.html"

    @property
    def next(self) -> Guidance | None:
        at = GUIDANCE.index(self.guidance) + 1
        return GUIDANCE[at] if at < len(GUIDANCE) else None


def load_side(evaluation: Evaluation, user: User) -> Side:
    """4 queries."""
    texts = dict(evaluation.sections.values_list("kind", "text"))
    return Side(
        evaluation,
        tuple(SideLine(each, count_words(texts.get(each.kind, ""))) for each in GUIDANCE),
        evaluation.findings.aggregate(n=Count("pk"))["n"],
        previous_of(evaluation),
        may_write_evaluation(user, evaluation),
    )


def previous_of(evaluation: Evaluation) -> Evaluation | None:
    """The evaluation of the year before, as closed; the latest before it where that year has none.

    Its record, of the size of a whole plan, is read only by who asks for it.
    """
    rows = Evaluation.objects.filter(plan=evaluation.plan_id, year__lt=evaluation.year).closed().defer("frozen")
    previous = rows.order_by("-year").first()
    if previous is not None:
        previous.plan = evaluation.plan
    return previous


def load_writing(evaluation: Evaluation, kind: str, user: User) -> WritingPage:
    """One section with what belongs beside it, out of the record that the document is made of."""
    side = load_side(evaluation, user)
    texts = sections_of(side.previous.frozen) if side.previous else {}
    source = Source.of(record_of(evaluation))
    return WritingPage(
        side,
        BY_KIND[kind],
        section_of(evaluation, kind),
        report_of(source),
        texts.get(kind),
        texts.get(Kind.RECOMMENDATIONS) if kind == Kind.CONCLUSIONS else None,
        node_lines(source, source.card.whole),
    )


def section_of(evaluation: Evaluation, kind: str) -> EvaluationSection:
    return evaluation.sections.select_related("written_by").get(kind=kind)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one person wrote in one go: until when, and what changed by it."""

    version: int
    by: User | None
    until: dt.datetime | None  # None: when the draft was opened
    words: int
    text: str
    pieces: tuple[Piece, ...]
    is_first: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class SectionHistory:
    side: Side
    guidance: Guidance
    section: EvaluationSection
    stretches: tuple[Stretch, ...]


def load_history(evaluation: Evaluation, kind: str, user: User) -> SectionHistory:
    """Every stretch of writing, newest first. 7 queries, however many there are."""
    section = section_of(evaluation, kind)
    rows = list(section.history.select_related("history_user", "written_by").order_by("history_id"))
    found, before = [], ""
    for at, row in enumerate(rows):
        is_first = at == 0
        if not is_first and row.text == before:
            continue  # saved without saying anything else
        found.append(
            Stretch(
                version=row.history_id,
                by=evaluation.opened_by if is_first else row.written_by or row.history_user,
                until=None if is_first else row.written_at or row.history_date,
                words=count_words(row.text),
                text=row.text,
                pieces=() if is_first else abridged(word_changes(before, row.text)),
                is_first=is_first,
                is_now=row.text == section.text,
            )
        )
        before = row.text
    return SectionHistory(load_side(evaluation, user), BY_KIND[kind], section, tuple(reversed(found)))
