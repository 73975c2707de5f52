"""A table of records as a source of the log: which of its rows, in which order, and how each is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from monitoring.activity.choice import Choice
from monitoring.activity.entry import Key, Kind, Told
from monitoring.models import Evaluation
from monitoring.scorecard import Level
from plans.models import Plan, Responsibility

Tell = Callable[[Plan, Sequence[Any]], Sequence[Told]]


@dataclass(frozen=True)
class Source:
    """`moment`: the column of when; `is_day`: it holds only the day; `by`: the name of who, whose key is
    in the column `…_id`, empty where nobody is recorded.

    `unit` and `indicator`: the ways to what the row is about, by which the log is filtered; `level`: the rows are the
    histories of that level's nodes. A source that has no way to what was chosen has nothing to say. `version`: the way
    to the state of the evaluation that the row belongs to.
    """

    kind: Kind
    rows: Callable[[Plan], QuerySet]
    tell: Tell
    moment: str
    by: str = ""
    is_day: bool = False
    unit: str = ""
    indicator: str = ""
    level: Level | None = None
    version: str = ""

    def found(
        self, plan: Plan, choice: Choice, rank: int, limit: int, today: dt.date, *, with_drafts: bool
    ) -> list[Model]:
        """The newest rows of what was chosen. One query, of so many rows at most.

        Without drafts, what belongs to an evaluation is told from its closing on.
        """
        if not self._asks_for(choice) or not self._has_way_to(choice):
            return []
        rows = self.rows(plan).filter(self._chosen(plan, choice), self._within(choice, today))
        if self.version and not with_drafts:
            rows = rows.exclude(**{self.version: Evaluation.State.DRAFT})
        if choice.before:
            rows = rows.filter(self._older_than(choice.before, rank))
        return list(rows.order_by(f"-{self.moment}", "-pk")[:limit])

    def key(self, row: Model, rank: int) -> Key:
        at = getattr(row, self.moment)
        return Key(_midnight(at) if self.is_day else at, rank, row.pk)

    def person(self, row: Model) -> int | None:
        """The key of who did it."""
        return getattr(row, f"{self.by}_id") if self.by else None

    def _asks_for(self, choice: Choice) -> bool:
        return not choice.kind or choice.kind == self.kind

    def _has_way_to(self, choice: Choice) -> bool:
        return not (
            (choice.person and not self.by)
            or (choice.unit and not (self.unit or self.indicator))
            or (choice.code and not (self.indicator or self.level))
        )

    def _chosen(self, plan: Plan, choice: Choice) -> Q:
        chosen = Q()
        if choice.person:
            chosen &= Q(**{f"{self.by}_id": choice.person})
        if choice.unit:
            chosen &= self._of_unit(plan, choice.unit)
        if choice.code and self.indicator:
            chosen &= Q(**{f"{self.indicator}__in": choice.indicators(plan).values("pk")})
        elif choice.code:
            chosen &= Q(id__in=choice.nodes(plan, self.level).values("pk"))
        return chosen

    def _of_unit(self, plan: Plan, acronym: str) -> Q:
        """What is the unit's own; of what belongs to an indicator, what it answers for or ever answered for."""
        if self.unit:
            return Q(**{f"{self.unit}__acronym": acronym})
        answered = Responsibility.objects.filter(unit__acronym=acronym, indicator__plan=plan).order_by()
        return Q(**{f"{self.indicator}__in": answered.values("indicator")})

    def _within(self, choice: Choice, today: dt.date) -> Q:
        within = Q(**{f"{self.moment}__isnull": False})
        if choice.since:
            within &= Q(**{f"{self.moment}__gte": choice.since if self.is_day else _midnight(choice.since)})
        if self.is_day:  # a post that ends next year has not ended yet
            return within & Q(**{f"{self.moment}__lte": min(choice.until or today, today)})
        if choice.until and choice.until < dt.date.max:
            within &= Q(**{f"{self.moment}__lt": _midnight(choice.until + dt.timedelta(days=1))})
        return within

    def _older_than(self, last: Key, rank: int) -> Q:
        """The rows whose key is smaller than the last one shown."""
        moment, same = last.at, True
        if self.is_day:
            moment = timezone.localtime(last.at).date()
            same = _midnight(moment) == last.at
            if not same:  # the day began before that moment
                return Q(**{f"{self.moment}__lte": moment})
        older = Q(**{f"{self.moment}__lt": moment})
        if rank < last.rank:
            older |= Q(**{self.moment: moment})
        elif rank == last.rank:
            older |= Q(**{self.moment: moment, "pk__lt": last.pk})
        return older


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def one_by_one(tell: Callable[[Plan, Any], Told]) -> Tell:
    """A way of telling that needs nothing but the row."""
    return lambda plan, rows: [tell(plan, row) for row in rows]
