"""The comparison with the evaluation of the year before, as both were frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from monitoring.frozen import JSON, node_figure_from_json, parameters_json
from monitoring.progress import NodeFigure
from monitoring.scorecard import Level, NodeRow
from monitoring.showing import AVERAGE_PLACES, LEVEL_NAMES, MISSING, figure_text, short_code
from plans.measures import Horizon
from reports.documents.figures import Cell, coverage_text, node_cell, shown_points
from reports.documents.source import Source

MOST_MOVES = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """One node or unit in both years. `points`: signed, of what is shown, so that anybody can subtract it again."""

    level: str
    code: str
    name: str
    before: str
    now: Cell
    points: str
    way: str  # up, down, same, or empty where one of the two has no figure
    coverage_before: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Before:
    """`nodes`: plan, guidelines and actions; `units`; `up` and `down`: the activities that moved most."""

    year: int
    version: int
    fingerprint: str
    nodes: tuple[Compared, ...]
    units: tuple[Compared, ...]
    up: tuple[Compared, ...]
    down: tuple[Compared, ...]
    cautions: tuple[str, ...]


def before(source: Source) -> Before | None:
    """None for the first evaluation of a plan, and where the year before was not closed."""
    previous = source.record.get("previous")
    if not previous:
        return None
    shown = (Level.PLAN, Level.GUIDELINE, Level.ACTION)
    nodes = [row for row in _whole_first(source) if row.level in shown]
    activities = [(_points(source, row, previous), row) for row in source.card.at_level(Level.ACTIVITY)]
    moved = sorted(
        ((points, row) for points, row in activities if points),
        key=lambda each: (-abs(each[0]), each[1].code),
    )
    return Before(
        year=previous["year"],
        version=previous["version"],
        fingerprint=" ".join(previous["sha256"][start : start + 4] for start in range(0, 16, 4)),
        nodes=tuple(_compared(source, row, previous) for row in nodes),
        units=tuple(_compared(source, row, previous) for row in source.card.at_level(Level.UNIT)),
        up=tuple(_compared(source, row, previous) for points, row in moved if points > 0)[:MOST_MOVES],
        down=tuple(_compared(source, row, previous) for points, row in moved if points < 0)[:MOST_MOVES],
        cautions=tuple(_cautions(source, previous)),
    )


def _whole_first(source: Source) -> list[NodeRow]:
    return sorted(source.card.nodes, key=lambda row: row.level != Level.PLAN)


def _figure_before(row: NodeRow, previous: JSON) -> NodeFigure | None:
    """None for what the plan did not have the year before."""
    figures = previous["nodes"].get(row.code)
    return node_figure_from_json(figures["year"]) if figures else None


def _points(source: Source, row: NodeRow, previous: JSON) -> Decimal | None:
    return shown_points(_figure_before(row, previous), row[Horizon.YEAR], source.official, source.official)


def _compared(source: Source, row: NodeRow, previous: JSON) -> Compared:
    points = _points(source, row, previous)
    then, now = _figure_before(row, previous), row[Horizon.YEAR]
    return Compared(
        level=str(LEVEL_NAMES[row.level]),
        code=row.code if row.level == Level.UNIT else "" if row.level == Level.PLAN else short_code(row.code),
        name=_("Todo el plan") if row.level == Level.PLAN else row.name,
        before=node_cell(then, source.official).text if then else MISSING,
        now=node_cell(now, source.official),
        points=_signed(points),
        way="" if points is None else "up" if points > 0 else "down" if points < 0 else "same",
        coverage_before=coverage_text(then) if then else MISSING,
        coverage=coverage_text(now),
    )


def _signed(points: Decimal | None) -> str:
    if points is None:
        return MISSING
    text = figure_text(abs(points), AVERAGE_PLACES)
    return text if not points else f"+{text}" if points > 0 else f"−{text}"


def _cautions(source: Source, previous: JSON) -> Iterator[str]:
    """Why the two years may not be alike."""
    if not source.is_official:
        yield _("Las cifras de %s son preliminares: el año todavía no está completo.") % source.year
    if previous["formula"] != source.card.formula:
        yield _("Las dos evaluaciones usan versiones distintas de la fórmula: %(before)s y %(now)s.") % {
            "before": previous["formula"],
            "now": source.card.formula,
        }
    if previous["parameters"] != parameters_json(source.card.parameters):
        yield _("Entre una y otra cambiaron los parámetros del plan (tope, umbrales o lectura oficial).")
    gone = sorted(set(previous["nodes"]) - {row.code for row in source.card.nodes})
    if gone:
        yield _("Ya no están en el plan o no responden por indicadores: %s.") % ", ".join(gone)
