"""The results down the tree (guideline, objective, action, activity, indicator), and by unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.charts import Point, series_chart
from monitoring.progress import NodeFigure, Status
from monitoring.scorecard import IndicatorRow, Level, NodeRow
from monitoring.showing import short_code
from plans.measures import Accumulation, Horizon
from reports.documents.figures import (
    Line,
    Note,
    bar,
    indicator_lines,
    indicator_spark,
    node_lines,
    node_spark,
    notes_for,
)
from reports.documents.source import Source

CHART_WIDTH, CHART_HEIGHT = 300, 144


@dataclass(frozen=True, slots=True)
class IndicatorBlock:
    code: str
    name: str
    unit_of_measure: str
    responsible: str
    lines: tuple[Line, ...]
    spark: SafeString
    chart: SafeString


@dataclass(frozen=True, slots=True)
class ActivityBlock:
    code: str
    name: str
    lines: tuple[Line, ...]
    spark: SafeString
    indicators: tuple[IndicatorBlock, ...]


@dataclass(frozen=True, slots=True)
class ActionBlock:
    """`own`: indicators that measure the action itself; shown beside it, they enter no average."""

    code: str
    name: str
    lines: tuple[Line, ...]
    counts: str
    own: tuple[IndicatorBlock, ...]
    activities: tuple[ActivityBlock, ...]
    notes: tuple[Note, ...]

    @property
    def indicators(self) -> tuple[IndicatorBlock, ...]:
        return (*self.own, *(indicator for activity in self.activities for indicator in activity.indicators))


@dataclass(frozen=True, slots=True)
class ObjectiveBlock:
    code: str
    name: str
    lines: tuple[Line, ...]
    counts: str
    own: tuple[IndicatorBlock, ...]
    notes: tuple[Note, ...]
    actions: tuple[ActionBlock, ...]


@dataclass(frozen=True, slots=True)
class GuidelineBlock:
    code: str
    name: str
    lines: tuple[Line, ...]
    counts: str
    objectives: tuple[ObjectiveBlock, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    code: str
    name: str
    lines: tuple[Line, ...]
    bar: SafeString
    counts: str


def guidelines(source: Source) -> tuple[GuidelineBlock, ...]:
    return tuple(
        GuidelineBlock(
            short_code(row.code),
            row.name,
            node_lines(source, row),
            counts_text(row[source.lead]),
            tuple(_objective(source, child) for child in source.children_of(row)),
        )
        for row in source.children_of(None)
    )


def _objective(source: Source, row: NodeRow) -> ObjectiveBlock:
    own = tuple(_indicator(source, indicator) for indicator in source.own_indicators(row))
    return ObjectiveBlock(
        row.code,
        row.name,
        node_lines(source, row),
        counts_text(row[source.lead]),
        own,
        _notes(source, own),
        tuple(_action(source, child) for child in source.children_of(row)),
    )


def _action(source: Source, row: NodeRow) -> ActionBlock:
    own = tuple(_indicator(source, indicator) for indicator in source.own_indicators(row))
    activities = tuple(_activity(source, child) for child in source.children_of(row))
    indicators = [*own, *(indicator for activity in activities for indicator in activity.indicators)]
    return ActionBlock(
        row.code,
        row.name,
        node_lines(source, row),
        counts_text(row[source.lead]),
        own,
        activities,
        _notes(source, indicators),
    )


def _activity(source: Source, row: NodeRow) -> ActivityBlock:
    return ActivityBlock(
        short_code(row.code),
        row.name,
        node_lines(source, row),
        node_spark(source, row),
        tuple(_indicator(source, indicator) for indicator in source.own_indicators(row)),
    )


def _indicator(source: Source, row: IndicatorRow) -> IndicatorBlock:
    return IndicatorBlock(
        row.code,
        row.name,
        row.unit_of_measure,
        row.unit or _("sin responsable"),
        indicator_lines(source, row),
        indicator_spark(source, row.code),
        _chart(source, row),
    )


def _chart(source: Source, row: IndicatorRow) -> SafeString:
    """Target and value of every semester of the plan; those after the cut-off are shaded."""
    series = source.outline.by_indicator[row.code].series
    known = dict(zip(source.semesters, source.indicator_by_semester(row.code), strict=True))

    def point(period: str, target) -> Point:
        if (figure := known.get(period)) is None:
            return Point(period, target, ahead=True)
        return Point(period, target, figure.value, figure.sign if figure.value is None else "")

    return series_chart(
        [point(entry.period, entry.target) for entry in series.entries],
        title=_("%(indicator)s: meta y resultado por semestre") % {"indicator": row.name},
        ident=f"serie-{row.code.lower().replace('.', '-')}",
        kind="bars" if series.accumulation == Accumulation.SUM else "line",
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
    )


def _notes(source: Source, indicators: Iterable[IndicatorBlock]) -> tuple[Note, ...]:
    return notes_for(source, (line.notes for block in indicators for line in block.lines))


def counts_text(figure: NodeFigure) -> str:
    """`9 indicadores: 8 con cifra, 1 sin información`."""
    words = {
        Status.COMPUTED: _("con cifra"),
        Status.NOT_REPORTED: _("sin información (S.I.)"),
        Status.NOT_AVAILABLE: _("no disponible (ND)"),
        Status.NOT_PROGRAMMED: _("sin programación (S.P.)"),
        Status.NOT_COMPUTABLE: _("no calculable (*)"),
    }
    total = sum(figure.counts.values())
    told = ", ".join(f"{figure.counts[status]} {word}" for status, word in words.items() if figure.counts[status])
    head = _("1 indicador") if total == 1 else _("%s indicadores") % total
    return f"{head}: {told}" if told else head


def unit_rows(source: Source) -> tuple[UnitRow, ...]:
    """Every unit that answers for something at the cut-off, from the highest figure to the lowest, signs last."""
    return tuple(
        UnitRow(row.code, row.name, node_lines(source, row), bar(row[source.lead], source, width=150), counts)
        for row in ranked(source, source.card.at_level(Level.UNIT))
        for counts in [counts_text(row[source.lead])]
    )


def ranked(source: Source, rows: Iterable[NodeRow]) -> list[NodeRow]:
    """From the highest official figure of the lead horizon down, the plan to date deciding ties, signs last."""

    def keys(row: NodeRow) -> Iterator:
        for horizon in (source.lead, Horizon.PLAN):
            value = None if row[horizon].sign else row[horizon].progress.by(source.official)
            yield value is None
            yield 0 if value is None else -value
        yield row.code

    return sorted(rows, key=lambda row: tuple(keys(row)))
