"""The annex on its side: every indicator with its baseline, targets, values and progress, in CEPLAN's layout."""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.progress import IndicatorFigure
from monitoring.scorecard import IndicatorRow, Level, NodeRow
from monitoring.showing import MISSING, quantity_text
from plans.measures import Horizon
from reports.documents.figures import Cell, Note, indicator_cell, notes_for
from reports.documents.source import Source


@dataclass(frozen=True, slots=True)
class Semester:
    """Target and value; a missing value shows its sign."""

    target: str
    value: str
    is_sign: bool


@dataclass(frozen=True, slots=True)
class AnnexRow:
    code: str
    name: str
    unit_of_measure: str
    baseline_year: str
    baseline: str
    semesters: tuple[Semester, ...]
    year: Cell
    plan: Cell
    responsible: str


@dataclass(frozen=True, slots=True)
class AnnexGroup:
    """The indicators of one action, or of an objective itself; a page never breaks inside."""

    code: str
    name: str
    rows: tuple[AnnexRow, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    periods: tuple[str, ...]
    groups: tuple[AnnexGroup, ...]
    notes: tuple[Note, ...]

    @property
    def columns(self) -> int:
        """How many columns the table has: five before the semesters, three after."""
        return 8 + 2 * len(self.periods)


def annex(source: Source) -> Annex:
    groups = []
    for node in source.card.nodes:
        rows = _rows_under(source, node)
        if rows:
            groups.append(AnnexGroup(node.code, node.name, tuple(_row(source, row) for row in rows)))
    cells = [cell.notes for group in groups for row in group.rows for cell in (row.year, row.plan)]
    return Annex(tuple(source.semesters), tuple(groups), notes_for(source, cells))


def _rows_under(source: Source, node: NodeRow) -> list[IndicatorRow]:
    """An objective's own indicators; of an action its own and those of its activities."""
    if node.level not in (Level.OBJECTIVE, Level.ACTION):
        return []
    below = source.children_of(node) if node.level == Level.ACTION else []
    return [row for part in (node, *below) for row in source.own_indicators(part)]


def _row(source: Source, row: IndicatorRow) -> AnnexRow:
    baseline = source.record["baselines"].get(row.code) or {"value": None, "year": None}
    tenures = source.outline.by_indicator[row.code].tenures
    units = dict.fromkeys(tenure.unit for tenure in tenures if tenure.from_period <= source.card.upto)
    series = source.outline.by_indicator[row.code].series
    figures = source.indicator_by_semester(row.code)
    targets = [entry.target for entry in series.entries][: len(figures)]
    value = source.outline.by_indicator[row.code].series.baseline
    return AnnexRow(
        row.code,
        row.name,
        row.unit_of_measure,
        str(baseline["year"] or MISSING),
        "ND" if value is None else quantity_text(value),
        tuple(_semester(figure, target) for figure, target in zip(figures, targets, strict=True)),
        indicator_cell(row[Horizon.YEAR], source.official, source.card.parameters),
        indicator_cell(row[Horizon.PLAN], source.official, source.card.parameters),
        " → ".join(units) or MISSING,
    )


def _semester(figure: IndicatorFigure, target) -> Semester:
    sign = figure.sign if figure.value is None else ""
    return Semester(
        MISSING if target is None else quantity_text(target), sign or quantity_text(figure.value), bool(sign)
    )
