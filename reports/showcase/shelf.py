"""What a plan has published, which of its records is in force, and which one came before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from monitoring.frozen import JSON
from monitoring.models import Evaluation
from plans.measures import year_of
from plans.models import Plan
from reports.documents.source import Source
from reports.models import Document

# Their records hold the figures of a whole plan.
WITH_FIGURES = (Document.Kind.EVALUATION.value, Document.Kind.FOLLOW_UP.value)


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A published document as it is listed. `cutoff`: the semester up to which it tells, empty for other kinds."""

    pk: int
    code: str
    kind: str
    label: str
    title: str
    cutoff: str
    version: int
    published_on: dt.date
    issued_at: dt.datetime
    size: int
    sha256: str
    record_sha256: str
    file_name: str
    is_superseded: bool

    @property
    def has_figures(self) -> bool:
        return self.kind in WITH_FIGURES

    @property
    def is_evaluation(self) -> bool:
        return self.kind == Document.Kind.EVALUATION

    @property
    def year(self) -> int | None:
        return year_of(self.cutoff) if self.cutoff else None

    @property
    def stem(self) -> str:
        """The name of the file without its ending, for the other formats."""
        return self.file_name.removesuffix(".pdf")

    @property
    def standing(self) -> tuple:
        """Later cut-offs first; of the same cut-off the evaluation, then the later version, then the later document."""
        return (self.cutoff, self.is_evaluation, self.version, self.pk)


@dataclass(frozen=True)
class Shelf:
    """All that one plan has published. `reviewing`: the first year whose evaluation has a superseding draft open."""

    plan: Plan
    documents: tuple[PublishedDocument, ...]
    reviewing: int | None

    @cached_property
    def with_figures(self) -> list[PublishedDocument]:
        """Evaluations and follow-up reports, the one in force first."""
        return sorted((row for row in self.documents if row.has_figures), key=lambda row: row.standing, reverse=True)

    @property
    def in_force(self) -> PublishedDocument | None:
        """The document whose record the site tells.

        A version that was superseded stays until its successor is published too: an empty site would say less, and
        the page says so (`is_superseded`).
        """
        return next(iter(self.with_figures), None)

    @property
    def previous(self) -> PublishedDocument | None:
        """The one published before it: of an earlier cut-off, or an earlier version of the same evaluation.

        A follow-up report that was issued again is not: its semester is closed, and so are its figures.
        """
        first = self.in_force
        earlier = (
            row for row in self.with_figures[1:] if row.cutoff != first.cutoff or _is_earlier_version(row, first)
        )
        return next(earlier, None)

    @property
    def is_under_review(self) -> bool:
        return self.reviewing is not None and self.in_force is not None and self.reviewing <= self.in_force.year

    @property
    def years(self) -> str:
        return f"{self.plan.first_year}-{self.plan.last_year}"

    @property
    def name(self) -> str:
        """`Plan de Movilidad Humana`: the years of the plan stand elsewhere."""
        return self.plan.name.removesuffix(self.years).strip(" ,")

    @property
    def place(self) -> str:
        return self.plan.government.place

    @property
    def ubigeo(self) -> str:
        return self.plan.government.ubigeo

    @property
    def changed_at(self) -> dt.datetime:
        return max(row.issued_at for row in self.documents)

    @property
    def mark(self) -> str:
        """Changes with everything that a page of the plan may show of it."""
        plan = self.plan
        told = [plan.code, plan.name, plan.state, plan.is_reference, self.place, self.ubigeo, self.reviewing]
        rows = ((row.code, row.sha256, row.published_on, row.is_superseded, row.title) for row in self.documents)
        return repr((told, *rows))

    def source(self) -> Source | None:
        """The record in force, opened. One query."""
        return None if self.in_force is None else Source.of(_records([self.in_force])[self.in_force.pk])

    def sources(self) -> tuple[Source, Source | None]:
        """The record in force and the one before it. One query."""
        found = _records([row for row in (self.in_force, self.previous) if row])
        before = self.previous and Source.of(found[self.previous.pk])
        return Source.of(found[self.in_force.pk]), before

    def told(self) -> tuple[Source, JSON | None]:
        """The record in force, and the latest evaluation's, whose commitments are told; None without one. One query."""
        evaluation = next((row for row in self.with_figures if row.is_evaluation), None)
        found = _records([row for row in (self.in_force, evaluation) if row])
        return Source.of(found[self.in_force.pk]), evaluation and found[evaluation.pk]

    def record_of(self, document: PublishedDocument) -> JSON:
        return _records([document])[document.pk]


def _is_earlier_version(row: PublishedDocument, first: PublishedDocument) -> bool:
    return row.kind == first.kind and row.version < first.version


def _records(documents: list[PublishedDocument]) -> dict[int, JSON]:
    return dict(Document.objects.filter(pk__in=[row.pk for row in documents]).values_list("pk", "record"))


def load_shelf(code: str) -> Shelf | None:
    """The plan's publications in one query; None for a plan in draft, unknown, or with nothing published."""
    return next(iter(_shelves(_published().filter(plan__code=code))), None)


def load_shelves() -> list[Shelf]:
    """Every plan that has something published. One query."""
    return sorted(_shelves(_published()), key=lambda shelf: (shelf.place, -shelf.plan.first_year, shelf.plan.code))


def shelves_of(plans: list[int]) -> list[Shelf]:
    """Those of the plans with these keys that have something published, in this order. One query."""
    return sorted(_shelves(_published().filter(plan__in=plans)), key=lambda shelf: plans.index(shelf.plan.pk))


def shown() -> QuerySet[Document]:
    """What the public site shows: what is published, of plans that are no drafts."""
    return Document.objects.published().exclude(plan__state=Plan.State.DRAFT)


def _published() -> QuerySet[Document]:
    drafts = Evaluation.objects.filter(plan=OuterRef("plan"), state=Evaluation.State.DRAFT, version__gt=1)
    return (
        shown()
        .select_related("plan__government", "evaluation", "period")
        .defer("record", "evaluation__frozen")
        .annotate(reviewing=Subquery(drafts.order_by("year").values("year")[:1]))
        .order_by("-published_on", "-pk")
    )


def _shelves(rows: Iterable[Document]) -> list[Shelf]:
    of_plan: dict[str, list[Document]] = {}
    for row in rows:
        of_plan.setdefault(row.plan.code, []).append(row)
    return [Shelf(own[0].plan, tuple(map(_listed, own)), own[0].reviewing) for own in of_plan.values()]


def _listed(row: Document) -> PublishedDocument:
    is_evaluation = row.kind == Document.Kind.EVALUATION and row.evaluation is not None
    version = row.evaluation.version if is_evaluation else 1
    return PublishedDocument(
        pk=row.pk,
        code=row.code,
        kind=row.kind,
        label=_("%(kind)s, versión %(version)s") % {"kind": row.get_kind_display(), "version": version}
        if is_evaluation
        else row.get_kind_display(),
        title=row.title,
        cutoff=f"{row.evaluation.year}-2" if is_evaluation else row.period.code if row.period else "",
        version=version,
        published_on=row.published_on,
        issued_at=row.issued_at,
        size=row.size,
        sha256=row.sha256,
        record_sha256=row.record_sha256,
        file_name=row.file_name,
        is_superseded=row.is_superseded,
    )
