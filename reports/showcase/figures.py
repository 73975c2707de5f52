"""The figures of the record in force as the public pages show them: the plan in three levels, a node, a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.charts import lines_chart
from monitoring.scorecard import IndicatorRow, Level, NodeRow
from monitoring.showing import LEVEL_NAMES, short_code
from plans.measures import Horizon, Reading
from reports.documents.figures import (
    Cell,
    Line,
    Note,
    bar,
    indicator_lines,
    node_cell,
    node_lines,
    notes_for,
    shown_points,
)
from reports.documents.results import counts_text, ranked
from reports.documents.source import Source
from reports.documents.summary import Summary, summary

BAR_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A node or a unit in a table: its figures in each horizon."""

    level: Level
    code: str
    name: str
    lines: tuple[Line, ...]
    bar: SafeString
    counts: str = ""

    @property
    def short(self) -> str:
        return short_code(self.code)

    @property
    def word(self) -> str:
        return str(LEVEL_NAMES[self.level])


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator in a list: its figures, what it measures, who answers."""

    code: str
    name: str
    unit_of_measure: str
    unit: str
    unit_name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A step of the way from the plan down to a page."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every table of figures: of when they are and how they are read."""

    horizons: tuple[str, ...]
    official: str
    other: str
    period: str
    green: object
    amber: object


@dataclass(frozen=True, slots=True)
class Change:
    """The plan, or one of its strategic actions, in the record before and in the one in force."""

    code: str
    name: str
    before: Cell
    now: Cell
    difference: str


@dataclass(frozen=True, slots=True)
class Changes:
    title: str
    same_rules: bool
    rows: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PlanFigures:
    head: Head
    summary: Summary
    rows: tuple[Row, ...]
    chart: SafeString


@dataclass(frozen=True, slots=True)
class NodePage:
    head: Head
    row: Row
    sentence: str
    trail: tuple[Place, ...]
    children: tuple[Row, ...]
    indicators: tuple[IndicatorLine, ...]
    chart: SafeString
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    head: Head
    row: Row
    sentence: str
    indicators: tuple[IndicatorLine, ...]
    notes: tuple[Note, ...]


def head_of(source: Source) -> Head:
    parameters = source.card.parameters
    return Head(
        horizons=horizon_names(source),
        official=source.official_head,
        other=source.other_head,
        period=source.card.upto,
        green=parameters.green,
        amber=parameters.amber,
    )


def horizon_names(source: Source) -> tuple[str, ...]:
    """The times of the tables in full: columns of documents are narrower, and say `Sem. y año`."""
    names = {
        Horizon.SEMESTER: _("Semestre %s") % source.card.upto,
        Horizon.YEAR: _("Año %s") % source.year,
        Horizon.PLAN: _("Plan desde %s") % source.record["plan"]["first_year"],
    }
    return tuple(names[horizon] for horizon, _short in source.horizons)


def in_full(source: Source, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(replace(line, horizon=name) for line, name in zip(lines, horizon_names(source), strict=True))


def plan_figures(source: Source) -> PlanFigures:
    """The plan, its guidelines and their strategic actions."""
    guidelines = source.children_of(None)
    rows: list[Row] = []
    for guideline in guidelines:
        rows.append(row_of(source, guideline))
        actions = (node for node in source.card.at_level(Level.ACTION) if _is_under(source, node, guideline.code))
        rows.extend(row_of(source, action) for action in actions)
    return PlanFigures(head_of(source), summary(source), tuple(rows), _guidelines_chart(source, guidelines))


def _is_under(source: Source, node: NodeRow, code: str) -> bool:
    return any(place.code == code for place in trail_of(source, node.parent))


def trail_of(source: Source, code: str | None) -> list[Place]:
    """From the guideline down to that node."""
    places: list[Place] = []
    while code is not None:
        node = source.card.node(code)
        places.insert(0, Place(node.code, node.name))
        code = node.parent
    return places


def row_of(source: Source, node: NodeRow) -> Row:
    return Row(
        node.level,
        node.code,
        node.name,
        in_full(source, node_lines(source, node)),
        bar(node[source.lead], source, width=BAR_WIDTH),
        counts_text(node[source.lead]),
    )


def _guidelines_chart(source: Source, guidelines: list[NodeRow]) -> SafeString:
    return _semester_chart(source, guidelines, _("Avance de cada lineamiento por semestre"), "lineamientos")


def _semester_chart(source: Source, nodes: list[NodeRow], title: str, ident: str) -> SafeString:
    series = [(short_code(node.code), source.official_by_semester(node)) for node in nodes]
    return lines_chart(series, list(source.semesters), title=title, ident=ident, width=560, height=230)


def node_page(source: Source, code: str) -> NodePage:
    """A guideline, objective, action or activity. Raises KeyError."""
    node = source.card.node(code)
    if node.level == Level.PLAN:
        raise KeyError(code)
    own = source.own_indicators(node)
    lines = tuple(indicator_line(source, row) for row in own)
    return NodePage(
        head=head_of(source),
        row=row_of(source, node),
        sentence=sentence_of(source, node),
        trail=tuple(trail_of(source, node.parent)),
        children=tuple(row_of(source, child) for child in source.children_of(node)),
        indicators=lines,
        chart=_semester_chart(source, [node], _("Avance por semestre"), "avance"),
        notes=_notes(source, lines),
    )


def unit_rows(source: Source) -> tuple[Row, ...]:
    """Every unit that answers for something, from the highest figure to the lowest."""
    return tuple(row_of(source, row) for row in ranked(source, source.card.at_level(Level.UNIT)))


def unit_page(source: Source, acronym: str) -> UnitPage:
    """A unit with the indicators for which it answers at the cut-off. Raises KeyError."""
    unit = source.card.unit(acronym)
    lines = tuple(indicator_line(source, row) for row in source.card.indicators if row.unit == acronym)
    return UnitPage(
        head=head_of(source),
        row=row_of(source, unit),
        sentence=sentence_of(source, unit),
        indicators=lines,
        notes=_notes(source, lines),
    )


def indicator_line(source: Source, row: IndicatorRow) -> IndicatorLine:
    unit = row.unit or ""
    name = source.unit_name(unit) if unit else _("sin responsable")
    return IndicatorLine(
        row.code, row.name, row.unit_of_measure, unit, name, in_full(source, indicator_lines(source, row))
    )


def _notes(source: Source, lines: Iterable[IndicatorLine]) -> tuple[Note, ...]:
    return notes_for(source, (line.official.notes for row in lines for line in row.lines))


def sentence_of(source: Source, node: NodeRow) -> str:
    """The figure in words, for a page's first line and for whoever shares its address."""
    figure, when = node[source.lead], source.card.upto if source.is_follow_up else source.year
    told = {"what": LEVEL_NAMES[node.level], "when": when, "value": node_cell(figure, source.official).percent}
    if figure.sign:
        return _("%(what)s: en %(when)s no hay cifra que mostrar (%(value)s).") % told
    if source.official == Reading.REPORTED:
        return _("%(what)s: en %(when)s alcanzó el %(value)s de su meta, contando solo lo reportado.") % told
    return _("%(what)s: en %(when)s alcanzó el %(value)s de lo programado.") % told


# --- What is new ------------------------------------------------------------------------------------------------


def changes(source: Source, before: Source | None, title: str) -> Changes | None:
    """The plan to date, as a whole and by strategic action, in the record before and in this one."""
    if before is None:
        return None
    earlier = {node.code: node for node in before.card.nodes if node.level in (Level.PLAN, Level.ACTION)}
    nodes = [source.card.whole, *source.card.at_level(Level.ACTION)]
    rows = tuple(_change(source, before, node, earlier[node.code]) for node in nodes if node.code in earlier)
    same = (source.card.formula, source.card.parameters) == (before.card.formula, before.card.parameters)
    return Changes(title, same, rows)


def _change(source: Source, before: Source, node: NodeRow, earlier: NodeRow) -> Change:
    was = node_cell(earlier[Horizon.PLAN], before.official)
    now = node_cell(node[Horizon.PLAN], source.official)
    code = "" if node.level == Level.PLAN else node.code
    return Change(code, node.name if code else _("Todo el plan"), was, now, _difference(source, before, node, earlier))


def _difference(source: Source, before: Source, node: NodeRow, earlier: NodeRow) -> str:
    """In points, of what is shown; nothing where one of the two has no figure."""
    points = shown_points(earlier[Horizon.PLAN], node[Horizon.PLAN], before.official, source.official)
    if points is None:
        return ""
    if not points:
        return _("igual")
    sign = "+" if points > 0 else "−"
    return _("%(sign)s%(points)s puntos") % {"sign": sign, "points": abs(points)}
