"""The reprogrammings of a plan, and what one more would change in the figures of its indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from monitoring.dossier.series import span
from monitoring.models import Evaluation
from monitoring.progress import IndicatorFigure, measure
from monitoring.queries import load_outline
from monitoring.reprogramming import mark_of
from monitoring.scorecard import PlanOutline
from plans.measures import Horizon, Reading
from plans.models import Indicator, Plan, TargetRevision


@dataclass(frozen=True)
class RevisionList:
    """What was reprogrammed, newest first. `indicators` and `periods`: of all of them, to choose from."""

    revisions: list[TargetRevision]
    total: int
    indicators: list[tuple[str, str]]
    periods: list[str]
    indicator: str
    period: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.indicator or self.period)


def load_revisions(plan: Plan, *, indicator: str = "", period: str = "") -> RevisionList:
    """Every reprogramming of the plan, or those of one indicator or semester. One query.

    A name that no reprogramming has is no filter: an address that somebody mistyped shows them all.
    """
    rows = TargetRevision.objects.filter(indicator__plan=plan).select_related("indicator", "entered_by")
    every = list(rows.order_by("-entered_on", "-id"))
    indicators = {row.indicator.code: row.indicator.name for row in every}
    periods = sorted({row.period for row in every})
    indicator, period = indicator if indicator in indicators else "", period if period in periods else ""
    chosen = [row for row in every if indicator in ("", row.indicator.code) and period in ("", row.period)]
    return RevisionList(chosen, len(every), sorted(indicators.items()), periods, indicator, period)


@dataclass(frozen=True)
class Choice:
    """One semester that could be reprogrammed: its target and figure as they are, or why it may not be touched."""

    period: str
    target: Decimal | None
    figure: IndicatorFigure
    locked: str
    is_chosen: bool

    @property
    def mark(self) -> str:
        return mark_of(self.target)


@dataclass(frozen=True)
class Choices:
    """An indicator with its semesters, one of them perhaps chosen."""

    indicator: Indicator
    outline: PlanOutline
    semesters: list[Choice]
    reading: Reading

    @property
    def chosen(self) -> Choice | None:
        return next((semester for semester in self.semesters if semester.is_chosen), None)

    @property
    def is_any_locked(self) -> bool:
        return any(semester.locked for semester in self.semesters)


def load_choices(plan: Plan, code: str, period: str = "") -> Choices:
    """What may be reprogrammed of an indicator. 11 queries. Raises Indicator.DoesNotExist."""
    indicator = Indicator.objects.get(plan=plan, code=code)
    indicator.plan = plan
    outline = load_outline(plan)
    locked = Evaluation.objects.why_each_locked(plan)
    series = outline.by_indicator[code].series
    semesters = [
        Choice(
            entry.period,
            entry.target,
            measure(series, entry.period, Horizon.SEMESTER, outline.parameters),
            locked.get(entry.period, ""),
            entry.period == period,
        )
        for entry in series.entries
    ]
    return Choices(indicator, outline, semesters, outline.parameters.reading)


@dataclass(frozen=True)
class Effect:
    """A figure as it is, and as it would be."""

    horizon: Horizon
    span: str
    before: IndicatorFigure
    after: IndicatorFigure

    @property
    def changes(self) -> bool:
        return self.before != self.after


def effects_of(plan: Plan, outline: PlanOutline, code: str, targets: Mapping[str, Decimal | None]) -> list[Effect]:
    """What other targets, by semester, do to the figures of an indicator in the four horizons.

    The plan is looked at as of the last closed semester, or of the last one that changes where that comes later; the
    year is that of the last one that changes.
    """
    before = outline.by_indicator[code].series
    entries = (replace(e, target=targets[e.period]) if e.period in targets else e for e in before.entries)
    after = replace(before, entries=tuple(entries))
    changed = max(targets)
    upto = max(changed, outline.default_upto)
    looked_at = {
        Horizon.SEMESTER: changed,
        Horizon.YEAR: min(upto, f"{changed[:4]}-2"),
        Horizon.PLAN: upto,
        Horizon.WHOLE: upto,
    }
    return [
        Effect(
            horizon,
            span(plan, at, horizon),
            measure(before, at, horizon, outline.parameters),
            measure(after, at, horizon, outline.parameters),
        )
        for horizon, at in looked_at.items()
    ]
