"""Where is looked: each kind of thing with the rows that the reader may see, and how one that was found is told.

Nobody finds what they may not open: the rows are narrowed by the same querysets that guard the pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution.models import User
from monitoring import showing
from monitoring.models import Evidence, Observation, ObservationReply, Result, Submission
from monitoring.models.result import STORY_TEXTS
from monitoring.scorecard import Level
from monitoring.search.excerpts import counts, excerpt, marked
from monitoring.search.query import Query
from plans.models import NODE_MODELS, Indicator, LibraryItem, Plan
from plans.models.indicator import SHEET_TEXTS
from plans.permissions import may_edit


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its name, where it stands, the piece of it that matches, a link to that very place."""

    title: SafeString
    url: str
    where: str
    excerpt: SafeString | str = ""
    label: str = ""  # in which of its texts
    tag: str = ""


@dataclass(frozen=True)
class Kind:
    """`rows`: what was found, a queryset that can be counted and sliced; `tell`: one of its rows as a hit."""

    slug: str
    label: Promise
    rows: Callable[[Plan, User, Query], QuerySet]
    tell: Callable[[Plan, Any, Query], Hit]


def _matching(rows: QuerySet, query: Query) -> QuerySet:
    """The rows whose texts hold all the terms, each in any of them."""
    for term in query.terms:
        rows = rows.filter(searchable__contains=term)
    return rows.defer("searchable")


def _best(texts: Iterable[tuple[str, str]], query: Query) -> tuple[str, SafeString | str]:
    """Of an object's texts, by their label: that which holds most of what was looked for, cut to the place."""
    label, text = max(texts, key=lambda each: counts(each[1], query.terms), default=("", ""))
    return (label, excerpt(text, query.terms)) if counts(text, query.terms) else ("", "")


def _labelled(row: Any, model: Any, names: Iterable[str]) -> list[tuple[str, str]]:
    labels = ((name, str(model._meta.get_field(name).verbose_name)) for name in names)
    return [(label[:1].upper() + label[1:], getattr(row, name)) for name, label in labels]


# --- The plan -------------------------------------------------------------------------------------------------------


def _nodes(plan: Plan, user: User, query: Query) -> QuerySet:
    """All four levels as one list, from the top down."""
    found = [
        _matching(model.objects.filter(plan=plan), query)
        .order_by()
        .annotate(rank=Value(rank), level=Value(level))
        .values("rank", "level", "code", "name", "description")
        for rank, (level, model) in enumerate(NODE_MODELS.items())
    ]
    return found[0].union(*found[1:], all=True).order_by("rank", "code")


def _tell_node(plan: Plan, row: dict, query: Query) -> Hit:
    return Hit(
        marked(row["name"], query.terms),
        reverse("monitoring:node_detail", args=[plan.code, row["code"]]),
        f"{showing.LEVEL_NAMES[Level(row['level'])]} {row['code']}",
        _best([("", row["description"])], query)[1],
    )


def _indicators(plan: Plan, user: User, query: Query) -> QuerySet:
    rows = Indicator.objects.filter(plan=plan).select_related("activity", "action", "objective")
    return _matching(rows, query).order_by("code")


def _tell_indicator(plan: Plan, row: Indicator, query: Query) -> Hit:
    label, piece = _best(_labelled(row, Indicator, SHEET_TEXTS), query)
    page = reverse("monitoring:indicator_detail", args=[plan.code, row.code])
    return Hit(
        marked(row.name, query.terms),
        f"{page}#ficha" if piece else page,
        f"{row.code} · {row.node}",
        piece,
        label,
    )


def _library(plan: Plan, user: User, query: Query) -> QuerySet:
    """Those that were withdrawn too, where the reader keeps the library: as on its page."""
    rows = LibraryItem.objects.filter(plan=plan)
    return _matching(rows if may_edit(user, plan) else rows.in_use(), query)


def _tell_document(plan: Plan, row: LibraryItem, query: Query) -> Hit:
    return Hit(
        marked(row.title, query.terms),
        row.url or reverse("monitoring:library_file", args=[plan.code, row.pk]),
        " · ".join(filter(None, [row.get_kind_display(), row.number])),
        _best([("", row.description)], query)[1],
        tag=_withdrawn(row.withdrawn_on),
    )


# --- What happened --------------------------------------------------------------------------------------------------


def _results(plan: Plan, user: User, query: Query) -> QuerySet:
    seen = Submission.objects.filter(period__plan=plan).visible_to(user)
    rows = Result.objects.filter(period__plan=plan, submission__in=seen).select_related(
        "submission__unit", "period", "indicator"
    )
    return _matching(rows, query).order_by("-period__code", "indicator__code")


def _tell_result(plan: Plan, row: Result, query: Query) -> Hit:
    label, piece = _best(_labelled(row, Result, STORY_TEXTS), query)
    where = _semester_of(row.submission.unit.acronym, row.period.code)
    return Hit(
        marked(row.indicator.name, ()),
        _place(plan, row.period.code, row.submission.unit.acronym, f"i{row.indicator_id}"),
        f"{where} · {row.indicator.code}",
        piece,
        label,
        str(row.submission.get_state_display()),
    )


COLUMNS = ("thread", "text", "moment", "person", "unit", "semester", "is_reply", "subject")


def _threads(plan: Plan, user: User, query: Query) -> QuerySet:
    """What was observed and what was answered, as one list; the latest first."""
    seen = Submission.objects.filter(period__plan=plan).visible_to(user)
    found = [
        _matching(model.objects.filter(**{f"{path}submission__in": seen}), query)
        .order_by()
        .annotate(
            thread=F(f"{path}pk"),
            moment=F("at"),
            person=F("by__full_name"),
            unit=F(f"{path}submission__unit__acronym"),
            semester=F(f"{path}submission__period__code"),
            subject=F(f"{path}result__indicator__name"),
            is_reply=Value(int(bool(path))),
        )
        .values(*COLUMNS)
        for model, path in ((Observation, ""), (ObservationReply, "observation__"))
    ]
    return found[0].union(found[1], all=True).order_by("-moment", "-is_reply", "-thread")


def _tell_thread(plan: Plan, row: dict, query: Query) -> Hit:
    words = _("Respuesta de %(person)s") if row["is_reply"] else _("Observación de %(person)s")
    return Hit(
        marked(words % row, ()),
        _place(plan, row["semester"], row["unit"], f"o{row['thread']}"),
        " · ".join([_semester_of(row["unit"], row["semester"]), row["subject"] or _("al conjunto del reporte")]),
        excerpt(row["text"], query.terms),
    )


def _evidence(plan: Plan, user: User, query: Query) -> QuerySet:
    # The reports by their keys: given only the rule, PostgreSQL reads the evidence of the whole country for the text.
    reports = Submission.objects.filter(period__plan=plan)
    seen, inside = (
        list(rows.values_list("pk", flat=True)) for rows in (reports.visible_to(user), reports.at_work_for(user))
    )
    rows = Evidence.objects.of_reports(seen, inside=inside)
    rows = rows.select_related("result__submission__unit", "result__period", "result__indicator")
    return _matching(rows, query).order_by("-uploaded_at", "-pk")


def _tell_evidence(plan: Plan, row: Evidence, query: Query) -> Hit:
    unit, semester = row.result.submission.unit.acronym, row.result.period.code
    place = _place(plan, semester, unit, f"i{row.result.indicator_id}")
    if row.withdrawn_at:  # the report no longer shows it: the thing itself
        place = row.url or reverse("monitoring:evidence_file", args=[row.pk])
    return Hit(
        marked(row.title, query.terms),
        place,
        f"{_semester_of(unit, semester)} · {row.result.indicator.name}",
        _best([("", row.file_name)], query)[1],
        tag=_withdrawn(row.withdrawn_at),
    )


def _withdrawn(when: dt.date | None) -> str:
    return _("retirado") if when else ""


def _semester_of(unit: str, semester: str) -> str:
    return f"{unit} {semester}"


def _place(plan: Plan, semester: str, unit: str, anchor: str) -> str:
    return f"{reverse('monitoring:submission_detail', args=[plan.code, semester, unit])}#{anchor}"


KINDS = (
    Kind("plan", gettext_lazy("Niveles y actividades del plan"), _nodes, _tell_node),
    Kind("indicadores", gettext_lazy("Indicadores"), _indicators, _tell_indicator),
    Kind("resultados", gettext_lazy("Lo que contaron las gerencias"), _results, _tell_result),
    Kind("observaciones", gettext_lazy("Observaciones y respuestas"), _threads, _tell_thread),
    Kind("medios", gettext_lazy("Medios de verificación"), _evidence, _tell_evidence),
    Kind("biblioteca", gettext_lazy("Biblioteca"), _library, _tell_document),
)
