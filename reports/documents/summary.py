"""The one page that a mayor reads: a sentence, three numbers, actions, guidelines over time, units, best and worst."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from monitoring.charts import lines_chart
from monitoring.progress import Light
from monitoring.scorecard import Level, NodeRow
from monitoring.showing import AVERAGE_PLACES, MISSING, figure_text, short_code
from plans.measures import Horizon, Reading
from reports.documents.figures import Cell, bar, coverage_text, node_cell
from reports.documents.results import ranked
from reports.documents.source import Source

# What one page holds: with more actions the level above is shown, with more units the lowest ones.
MOST_NODES, MOST_UNITS, MOST_EXTREMES = 7, 11, 3
NAME_LENGTH = 110


@dataclass(frozen=True, slots=True)
class BigNumber:
    text: str
    caption: str


@dataclass(frozen=True, slots=True)
class NodeLine:
    code: str
    name: str
    bar: SafeString
    year: Cell
    plan: Cell
    coverage: str


@dataclass(frozen=True, slots=True)
class Extreme:
    """An activity among the best or the worst of the year."""

    code: str
    name: str
    units: str
    year: Cell


@dataclass(frozen=True, slots=True)
class Summary:
    sentence: str
    second: str
    numbers: tuple[BigNumber, ...]
    level: str
    nodes: tuple[NodeLine, ...]
    chart: SafeString
    guidelines: tuple[tuple[str, str], ...]
    units: tuple[NodeLine, ...]
    units_left_out: int
    best: tuple[Extreme, ...]
    worst: tuple[Extreme, ...]


def summary(source: Source) -> Summary:
    nodes = _shown_nodes(source)
    units = ranked(source, source.card.at_level(Level.UNIT))
    best, worst = _extremes(source)
    guidelines = source.children_of(None)
    return Summary(
        sentence=_sentence(source),
        second=_second_sentence(source),
        numbers=_numbers(source),
        level=_("Lineamiento") if nodes and nodes[0].level == Level.GUIDELINE else _("Acción estratégica"),
        nodes=tuple(_line(source, row, width=126) for row in nodes),
        chart=_chart(source, guidelines),
        guidelines=tuple((row.code, _short(row.name)) for row in guidelines),
        units=tuple(_line(source, row, width=140) for row in units[-MOST_UNITS:]),
        units_left_out=max(0, len(units) - MOST_UNITS),
        best=best,
        worst=worst,
    )


def _shown_nodes(source: Source) -> list[NodeRow]:
    actions = source.card.at_level(Level.ACTION)
    return actions if len(actions) <= MOST_NODES else source.card.at_level(Level.GUIDELINE)[:MOST_NODES]


def _line(source: Source, row: NodeRow, *, width: int) -> NodeLine:
    return NodeLine(
        short_code(row.code),
        _short(row.name),
        bar(row[Horizon.YEAR], source, width=width),
        node_cell(row[Horizon.YEAR], source.official),
        node_cell(row[Horizon.PLAN], source.official),
        coverage_text(row[Horizon.YEAR]),
    )


def _short(name: str) -> str:
    return Truncator(name).chars(NAME_LENGTH)


def _sentence(source: Source) -> str:
    figure = source.card.whole[Horizon.YEAR]
    if figure.sign:
        return _("En %s el plan no tiene resultados con conformidad.") % source.year
    value = f"{figure_text(figure.progress.by(source.official), AVERAGE_PLACES)} %"
    if source.official == Reading.PROGRAMMED:
        return _("En %(year)s el plan alcanzó el %(value)s de lo que había programado para el año.") % {
            "year": source.year,
            "value": value,
        }
    return _("En %(year)s el plan alcanzó el %(value)s de lo programado, contando solo lo reportado.") % {
        "year": source.year,
        "value": value,
    }


def _second_sentence(source: Source) -> str:
    """How complete the reports were, and how many activities are where."""
    figure = source.card.whole[Horizon.YEAR]
    activities = source.card.at_level(Level.ACTIVITY)
    lights = [node_cell(row[Horizon.YEAR], source.official).light for row in activities]
    texts = {
        Light.GREEN: _("%(count)s en meta"),
        Light.AMBER: _("%(count)s cerca"),
        Light.RED: _("%(count)s lejos"),
        Light.GREY: _("%(count)s sin cifra"),
    }
    told = [text % {"count": lights.count(light)} for light, text in texts.items() if light in lights]
    sentences = [
        _("Hay resultado en el %s %% de las metas semestrales del año.") % coverage_text(figure)
        if figure.coverage is not None
        else _("En el año no vencía ningún reporte."),
        _("De las %(total)s actividades: %(lights)s.") % {"total": len(activities), "lights": _joined(told)},
    ]
    return " ".join(sentences)


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(head)s y %(last)s") % {"head": ", ".join(parts[:-1]), "last": parts[-1]}


def _numbers(source: Source) -> tuple[BigNumber, ...]:
    year, plan = source.card.whole[Horizon.YEAR], source.card.whole[Horizon.PLAN]
    names = {Reading.PROGRAMMED: _("sobre lo programado"), Reading.REPORTED: _("sobre lo reportado")}
    official, other = names[source.official], names[source.other]
    beside = node_cell(year, source.other, lit=False).percent
    since = source.record["plan"]["first_year"]
    standing = _("oficial") if source.is_official else _("preliminar")
    plan_to_date = BigNumber(
        node_cell(plan, source.official).percent,
        _("avance del plan desde %(since)s, %(reading)s") % {"since": since, "reading": official},
    )
    return (
        BigNumber(
            node_cell(year, source.official).percent,
            _("avance del año %(reading)s, cifra %(standing)s; %(other)s: %(value)s")
            % {"reading": official, "standing": standing, "other": other, "value": beside},
        ),
        # In its first year the plan to date is the year, and one number says both.
        *([] if source.is_first_year else [plan_to_date]),
        BigNumber(
            f"{coverage_text(year)} %" if year.coverage is not None else MISSING,
            _("cobertura de reporte del año: %(reported)s de %(due)s metas semestrales con resultado")
            % {"reported": year.reported, "due": year.due},
        ),
    )


def _chart(source: Source, guidelines: list[NodeRow]) -> SafeString:
    series = []
    for row in guidelines:
        figures = source.nodes_by_semester(row.code)
        values = [None if figure.sign else figure.progress.by(source.official) for figure in figures]
        series.append((row.code, values))
    return lines_chart(
        series,
        list(source.semesters),
        title=_("Avance de cada lineamiento por semestre"),
        ident="lineamientos",
        width=330,
        height=200,
    )


def _extremes(source: Source) -> tuple[tuple[Extreme, ...], tuple[Extreme, ...]]:
    """The activities with the highest and with the lowest figure of the year; a sign counts among the lowest."""
    rows = ranked(source, source.card.at_level(Level.ACTIVITY))
    rows = [row for row in rows if row[Horizon.YEAR].sign not in ("S.P.", "(*)")]
    count = min(MOST_EXTREMES, len(rows) // 2)
    worst = rows[len(rows) - count :]
    return tuple(_extreme(source, row) for row in rows[:count]), tuple(_extreme(source, row) for row in reversed(worst))


def _extreme(source: Source, row: NodeRow) -> Extreme:
    units = dict.fromkeys(indicator.unit or "" for indicator in source.own_indicators(row))
    return Extreme(
        short_code(row.code),
        _short(row.name),
        ", ".join(unit for unit in units if unit),
        node_cell(row[Horizon.YEAR], source.official),
    )
