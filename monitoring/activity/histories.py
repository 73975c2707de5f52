"""The row histories as acts: what a row said before and says now, told by its fields.

One act, one record: a target that was reprogrammed is told by its `TargetRevision`, and what a unit sent for the
first time by the event of sending; their rows of history are the same acts again, and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, ForeignKey, Model, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from institution.models import DayOff, Designation, Unit
from monitoring import changes
from monitoring.activity import places
from monitoring.activity.entry import Kind, Told
from monitoring.activity.source import Source
from monitoring.changes import Difference
from monitoring.models import Commitment, EvaluationSection, Result, Submission, SubmissionEvent
from monitoring.scorecard import Level
from monitoring.showing import MISSING
from plans.models import (
    NODE_MODELS,
    ApprovalStep,
    Indicator,
    LibraryItem,
    Plan,
    Responsibility,
    Target,
    TargetRevision,
)

CREATED, CHANGED, DELETED = "+", "~", "-"
# What says where a row belongs, or repeats who wrote it: never a change that a reader asks about.
SILENT = {
    *("id", "plan", "submission", "government", "evaluation", "revision"),
    *("entered_by", "entered_at", "written_by", "written_at"),
}


def _capital(name: object) -> str:
    text = str(name)
    return text[:1].upper() + text[1:]


def _words(row: Any, name: str) -> str:
    """ "Cambio de indicador": the act in words, the thing by the name that the pages give it."""
    acts = {CREATED: _("Creación de %s"), CHANGED: _("Cambio de %s"), DELETED: _("Eliminación de %s")}
    return acts[row.history_type] % name


@dataclass(frozen=True)
class History:
    """The history of one model. `subject`, `place`, `unit`: of one of its rows. `value`: what a row that came or went
    says in one line, where that is the whole of it. `year`: of the evaluation it belongs to. `address`: the field that
    the page of a row is found by; it may have changed since, so the place is that of the row as it stands today."""

    model: type[Model]
    subject: Callable[[Any], str]
    place: Callable[[Plan, Any], str]
    joined: tuple[str, ...] = ()
    unit: Callable[[Any], str] = lambda row: ""
    value: Callable[[Any], str] | None = None
    year: Callable[[Any], int | None] = lambda row: None
    address: str = ""

    @property
    def records(self) -> type[Model]:
        return self.model.history.model

    @property
    def names(self) -> list[str]:
        fields = self.records._meta.fields
        silent = SILENT | ({"indicator", "period"} if self.value else set())
        return [f.name for f in fields if not f.name.startswith("history_") and f.name not in silent]

    @property
    def links(self) -> list[str]:
        return [field.name for field in getattr(self.records, "_history_m2m_fields", ())]

    def rows(self) -> QuerySet:
        related = [f.name for f in self.records._meta.fields if isinstance(f, ForeignKey) and f.name in self.names]
        return self.model.history.select_related(*related, *self.joined)

    def tell(self, plan: Plan, rows: Sequence[Any]) -> list[Told]:
        """Two queries, and one for each many-to-many field: what the rows said before, and their links. One more where
        their pages are found by an address."""
        before = self._before(rows)
        linked = self._linked([*rows, *before.values()])
        urls = self._urls(plan, rows)
        return [self._one(row, before.get(row.pk), linked, urls.get(row.pk, "")) for row in rows]

    def _one(self, row: Any, before: Any | None, linked: Mapping[tuple[int, str], str], url: str) -> Told:
        found: list[Difference] = []
        why = row.history_change_reason or ""
        if row.history_type == CHANGED and before is not None:
            found = changes.differences(before, row, self.names) + self._relinked(before, row, linked)
            why = why or ("" if found else _("Se guardó sin cambiar valores ni textos."))
        elif row.history_type != CHANGED and self.value:
            label, text = _capital(self.model._meta.verbose_name), self.value(row)
            old, new = (MISSING, text) if row.history_type == CREATED else (text, MISSING)
            found = [Difference(label, old, new)]
        return Told(
            act=_words(row, str(self.model._meta.verbose_name)),
            subject=self.subject(row),
            url=url,
            unit=self.unit(row),
            differences=tuple(found),
            why=why,
            evaluation=self.year(row),
        )

    def _urls(self, plan: Plan, rows: Sequence[Any]) -> dict[int, str]:
        """Where each record's row is seen, by the key of the record; nowhere, where it is gone."""
        kept = [row for row in rows if row.history_type != DELETED]
        if not self.address:
            return {row.pk: self.place(plan, row) for row in kept}
        today = self.model.objects.only(self.address).in_bulk({row.id for row in kept})
        return {row.pk: self.place(plan, today[row.id]) for row in kept if row.id in today}

    def _before(self, rows: Iterable[Any]) -> dict[int, Any]:
        """What each changed row said until then, by the key of its record."""
        changed = [row.pk for row in rows if row.history_type == CHANGED]
        if not changed:
            return {}
        earlier = self.records.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        last = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
        keys = dict(self.records.objects.filter(pk__in=changed).values_list("pk").annotate(last=last))
        states = self.rows().in_bulk([key for key in keys.values() if key])
        return {pk: states[key] for pk, key in keys.items() if key}

    def _linked(self, records: Sequence[Any]) -> dict[tuple[int, str], str]:
        """The many-to-many fields of the records, each as one text."""
        found: dict[tuple[int, str], list[str]] = defaultdict(list)
        for name in self.links:
            theirs = self.model._meta.get_field(name).m2m_reverse_field_name()
            pictures = getattr(self.records, name).model.objects.filter(history__in=[row.pk for row in records])
            for picture in pictures.select_related(theirs):
                found[picture.history_id, name].append(str(getattr(picture, theirs)))
        return {key: ", ".join(sorted(texts)) for key, texts in found.items()}

    def _relinked(self, before: Any, row: Any, linked: Mapping[tuple[int, str], str]) -> list[Difference]:
        pairs = (
            (name, linked.get((before.pk, name), MISSING), linked.get((row.pk, name), MISSING)) for name in self.links
        )
        labels = {name: str(self.model._meta.get_field(name).verbose_name) for name in self.links}
        return [Difference(labels[n][:1].upper() + labels[n][1:], old, new) for n, old, new in pairs if old != new]


def _code_and_name(row: Any) -> str:
    return f"{row.code} {row.name}"


def _of_indicator(row: Any) -> str:
    """The indicator that the row belongs to, by its code; it may be gone."""
    return row.indicator.code if row.indicator else _("un indicador eliminado")


def _tenure(row: Any) -> str:
    told = {"unit": row.unit.acronym if row.unit else MISSING, "since": row.from_period, "until": row.until_period}
    return (_("%(unit)s de %(since)s a %(until)s") if row.until_period else _("%(unit)s desde %(since)s")) % told


def _indicators_ever(plan: Plan) -> QuerySet:
    """The keys of the plan's indicators, those that were deleted too."""
    return Indicator.history.filter(plan=plan.pk).order_by().values("id")


PLANS = History(Plan, lambda row: row.name, lambda plan, row: places.of_plan(plan))
NODES = {
    Level(level): History(model, _code_and_name, places.of_node, address="code") for level, model in NODE_MODELS.items()
}
INDICATORS = History(Indicator, _code_and_name, places.of_indicator, address="code")
TARGETS = History(
    Target,
    lambda row: f"{_of_indicator(row)} · {row.period}",
    lambda plan, row: places.of_indicator(plan, row.indicator),
    joined=("indicator",),
    value=lambda row: changes.text_of(row, "value"),
)
RESPONSIBILITIES = History(
    Responsibility,
    _of_indicator,
    lambda plan, row: places.of_indicator(plan, row.indicator),
    joined=("indicator",),
    unit=lambda row: row.unit.acronym if row.unit else "",
    value=_tenure,
)
RESULTS = History(
    Result,
    places.result_name,
    places.of_result,
    joined=("submission__unit", "submission__period", "indicator"),
    unit=lambda row: row.submission.unit.acronym,
    value=changes.value_text,
)
COMMITMENTS = History(
    Commitment,
    lambda row: row.recommendation[:80],
    lambda plan, row: "",  # a draft's, or one of a version that was replaced, has no page of its own
    joined=("evaluation",),
    unit=lambda row: row.responsible_unit.acronym if row.responsible_unit else "",
    year=lambda row: row.evaluation.year,
)
SECTIONS = History(
    EvaluationSection,
    lambda row: f"{_('Evaluación')} {row.evaluation.year}: {row.get_kind_display()}",
    lambda plan, row: "",
    joined=("evaluation",),
    year=lambda row: row.evaluation.year,
)
STEPS = History(
    ApprovalStep,
    lambda row: f"{row.order}. {row.name}",
    lambda plan, row: reverse("plans:approval_list", args=[plan.code]),
)
LIBRARY = History(LibraryItem, lambda row: row.title, lambda plan, row: reverse("plans:library", args=[plan.code]))
UNITS = History(
    Unit,
    lambda row: f"{row.acronym} · {row.name}",
    places.of_unit,
    unit=lambda row: row.acronym,
    address="acronym",
)
DAYS_OFF = History(
    DayOff, lambda row: f"{date_format(row.day)}: {row.reason}", lambda plan, row: places.of_periods(plan)
)
POSTS = History(
    Designation,
    lambda row: f"{row.user} · {row.get_role_display()} {row.unit.acronym}",
    lambda plan, row: places.of_unit(plan, row.unit),
    joined=("user", "unit"),
    unit=lambda row: row.unit.acronym,
)


def _targets(plan: Plan) -> QuerySet:
    """Without those that a reprogramming tells: the same target, taken by the same person to the same value."""
    told = TargetRevision.objects.filter(
        indicator=OuterRef("indicator_id"), period=OuterRef("period"), entered_by=OuterRef("history_user_id")
    )
    same = told.filter(new_value=OuterRef("value"))
    return (
        TARGETS.rows()
        .filter(indicator_id__in=_indicators_ever(plan))
        .exclude(
            Q(Exists(same), history_type=CHANGED)
            | Q(Exists(same.filter(old_value__isnull=True)), history_type=CREATED)
            | Q(Exists(told.filter(new_value__isnull=True, old_value=OuterRef("value"))), history_type=DELETED)
        )
    )


def _results(plan: Plan) -> QuerySet:
    """Without the first state of what a unit sent: the event of sending tells that."""
    sent = Q(to_state__in=[Submission.State.SUBMITTED, Submission.State.VALIDATED])
    earlier = SubmissionEvent.objects.filter(
        sent, submission=OuterRef("submission_id"), at__lt=OuterRef("history_date")
    )
    rows = RESULTS.rows().filter(submission__period__plan=plan)
    return rows.exclude(~Exists(earlier), history_type=CREATED)


def _source(kind: Kind, history: History, rows: Callable[[Plan], QuerySet], **ways: Any) -> Source:
    return Source(kind, rows, history.tell, "history_date", by="history_user", **ways)


def _of_node(level: Level, history: History) -> Source:
    return _source(
        Kind.PLAN,
        history,
        lambda plan: history.rows().filter(plan=plan.pk),
        level=level,
        unit="lead_unit" if level == Level.ACTIVITY else "",
    )


def _posts(plan: Plan) -> QuerySet:
    """What was set right in a post; that it began and ended is told by its own dates."""
    return POSTS.rows().filter(unit__government=plan.government_id, history_type=CHANGED)


SOURCES = (
    _source(Kind.PLAN, PLANS, lambda plan: PLANS.rows().filter(id=plan.pk)),
    *(_of_node(level, history) for level, history in NODES.items()),
    _source(Kind.PLAN, INDICATORS, lambda plan: INDICATORS.rows().filter(plan=plan.pk), indicator="id"),
    _source(Kind.TARGETS, TARGETS, _targets, indicator="indicator"),
    _source(
        Kind.RESPONSIBILITIES,
        RESPONSIBILITIES,
        lambda plan: RESPONSIBILITIES.rows().filter(indicator_id__in=_indicators_ever(plan)),
        indicator="indicator",
        unit="unit",
    ),
    _source(Kind.RESULTS, RESULTS, _results, indicator="indicator", unit="submission__unit"),
    _source(
        Kind.EVALUATIONS,
        COMMITMENTS,
        lambda plan: COMMITMENTS.rows().filter(evaluation__plan=plan.pk),
        unit="responsible_unit",
        version="evaluation__state",
    ),
    _source(
        Kind.EVALUATIONS,
        SECTIONS,
        lambda plan: SECTIONS.rows().filter(evaluation__plan=plan.pk),
        version="evaluation__state",
    ),
    _source(Kind.PLAN, STEPS, lambda plan: STEPS.rows().filter(plan=plan.pk)),
    _source(Kind.PLAN, LIBRARY, lambda plan: LIBRARY.rows().filter(plan=plan.pk)),
    _source(Kind.PEOPLE, UNITS, lambda plan: UNITS.rows().filter(government=plan.government_id)),
    _source(Kind.PEOPLE, POSTS, _posts, unit="unit"),
    _source(Kind.DEADLINES, DAYS_OFF, lambda plan: DAYS_OFF.rows().filter(government=plan.government_id)),
)
