"""The annex on its side: every indicator with its baseline, targets, values and progress, in CEPLAN's layout."""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.progress import IndicatorFigure
from monitoring.scorecard import IndicatorRow, Level, NodeRow
from monitoring.showing import MISSING, quantity_text
from plans.measures import Horizon
from reports.documents.figures import (
    OWN_REVIEW,
    REPEATS,
    REPROGRAMMED,
    Cell,
    Note,
    indicator_cell,
    may_repeat,
    notes_for,
    reviewed_itself,
    was_reprogrammed,
)
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
    notes: str


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
        """How many columns the table has: five before the semesters, four after."""
        return 9 + 2 * len(self.periods)


def annex(source: Source) -> Annex:
    groups = []
    for node in source.card.nodes:
        rows = _rows_under(source, node)
        if rows:
            groups.append(AnnexGroup(node.code, node.name, tuple(_row(source, row) for row in rows)))
    rows = [row for group in groups for row in group.rows]
    signs = [semester.value for row in rows for semester in row.semesters if semester.is_sign]
    signs += [cell.text for row in rows for cell in (row.year, row.plan) if cell.is_sign]
    return Annex(tuple(source.semesters), tuple(groups), notes_for(source, [*(row.notes for row in rows), *signs]))


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
    enters = row.measures_level == Level.ACTIVITY
    year, plan = (
        indicator_cell(row[horizon], source.official, source.card.parameters, enters=enters)
        for horizon in (Horizon.YEAR, Horizon.PLAN)
    )
    return AnnexRow(
        row.code,
        row.name,
        row.unit_of_measure,
        str(baseline["year"] or MISSING),
        "ND" if value is None else quantity_text(value),
        tuple(_semester(figure, target) for figure, target in zip(figures, targets, strict=True)),
        year,
        plan,
        " → ".join(units) or MISSING,
        _letters(source, row, year, plan),
    )


def _letters(source: Source, row: IndicatorRow, *cells: Cell) -> str:
    """The rules that bite anywhere in the row, by their letters; signs explain themselves in their cells."""
    bites = {
        OWN_REVIEW: reviewed_itself(source, row, Horizon.PLAN),
        REPEATS: may_repeat(source, row.code),
        REPROGRAMMED: was_reprogrammed(source, row.code),
    }
    found = [mark for cell in cells if not cell.is_sign for mark in cell.notes.split()]
    return " ".join(sorted({*found, *(mark for mark, bite in bites.items() if bite)}))


def _semester(figure: IndicatorFigure, target) -> Semester:
    sign = figure.sign if figure.value is None else ""
    return Semester(
        MISSING if target is None else quantity_text(target), sign or quantity_text(figure.value), bool(sign)
    )
