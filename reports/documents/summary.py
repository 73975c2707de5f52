"""The one page that a mayor reads: a sentence, three numbers, actions, guidelines over time, units, best and worst."""

from __future__ import annotations

from collections.abc import Iterator
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
    lead: Cell
    plan: Cell
    coverage: str


@dataclass(frozen=True, slots=True)
class Extreme:
    """An activity among the best or the worst of the lead horizon."""

    code: str
    name: str
    units: str
    lead: Cell


@dataclass(frozen=True, slots=True)
class Summary:
    """`lead`: the lead horizon in heads of columns, "Año 2023" or "Semestre 2024-1"; `lead_word`: without when."""

    lead: str
    lead_word: str
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
        lead=source.lead_name,
        lead_word=_("Semestre") if source.is_follow_up else _("Año"),
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
        bar(row[source.lead], source, width=width),
        node_cell(row[source.lead], source.official),
        node_cell(row[Horizon.PLAN], source.official),
        coverage_text(row[source.lead]),
    )


def _short(name: str) -> str:
    return Truncator(name).chars(NAME_LENGTH)


def _sentence(source: Source) -> str:
    figure = source.card.whole[source.lead]
    when = source.card.upto if source.is_follow_up else source.year
    if figure.sign:
        return _("En %s el plan no tiene resultados con conformidad.") % when
    told = {"when": when, "value": f"{figure_text(figure.progress.by(source.official), AVERAGE_PLACES)} %"}
    if source.official == Reading.REPORTED:
        return _("En %(when)s el plan alcanzó el %(value)s de lo programado, contando solo lo reportado.") % told
    if source.is_follow_up:
        return _("En %(when)s el plan alcanzó el %(value)s de lo que había programado para el semestre.") % told
    return _("En %(when)s el plan alcanzó el %(value)s de lo que había programado para el año.") % told


def _second_sentence(source: Source) -> str:
    """How complete the reports were, and how many activities are where."""
    figure = source.card.whole[source.lead]
    activities = source.card.at_level(Level.ACTIVITY)
    lights = [node_cell(row[source.lead], source.official).light for row in activities]
    texts = {
        Light.GREEN: _("%(count)s en meta"),
        Light.AMBER: _("%(count)s cerca"),
        Light.RED: _("%(count)s lejos"),
        Light.GREY: _("%(count)s sin cifra"),
    }
    told = [text % {"count": lights.count(light)} for light, text in texts.items() if light in lights]
    covered, nothing_due = (
        (_("Hay resultado en el %s %% de las metas del semestre."), _("En el semestre no vencía ninguna meta."))
        if source.is_follow_up
        else (
            _("Hay resultado en el %s %% de las metas semestrales del año."),
            _("En el año no vencía ningún reporte."),
        )
    )
    sentences = [
        covered % coverage_text(figure) if figure.coverage is not None else nothing_due,
        _("De las %(total)s actividades: %(lights)s.") % {"total": len(activities), "lights": _joined(told)},
    ]
    return " ".join(sentences)


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(head)s y %(last)s") % {"head": ", ".join(parts[:-1]), "last": parts[-1]}


def _numbers(source: Source) -> tuple[BigNumber, ...]:
    lead = source.card.whole[source.lead]
    names = {Reading.PROGRAMMED: _("sobre lo programado"), Reading.REPORTED: _("sobre lo reportado")}
    official, other = names[source.official], names[source.other]
    told = {
        "reading": official,
        "standing": _("oficial") if source.is_official else _("preliminar"),
        "other": other,
        "value": node_cell(lead, source.other, lit=False).percent,
    }
    first, coverage = (
        (
            _("avance del semestre %(reading)s, cifra %(standing)s; %(other)s: %(value)s"),
            _("cobertura de reporte: %(reported)s de %(due)s metas del semestre con resultado"),
        )
        if source.is_follow_up
        else (
            _("avance del año %(reading)s, cifra %(standing)s; %(other)s: %(value)s"),
            _("cobertura de reporte del año: %(reported)s de %(due)s metas semestrales con resultado"),
        )
    )
    return (
        BigNumber(node_cell(lead, source.official).percent, first % told),
        *_wider(source, official),
        BigNumber(
            f"{coverage_text(lead)} %" if lead.coverage is not None else MISSING,
            coverage % {"reported": lead.reported, "due": lead.due},
        ),
    )


def _wider(source: Source, reading: str) -> Iterator[BigNumber]:
    """The figures of the horizons beyond the lead one. Those that are the same as another stand once."""
    told = {"since": source.record["plan"]["first_year"], "year": source.year, "reading": reading}
    captions = {
        Horizon.YEAR: _("avance del año %(year)s, %(reading)s"),
        Horizon.PLAN: _("avance del plan desde %(since)s, %(reading)s"),
    }
    for horizon, _name in source.horizons:
        if horizon != source.lead:
            yield BigNumber(node_cell(source.card.whole[horizon], source.official).percent, captions[horizon] % told)


def _chart(source: Source, guidelines: list[NodeRow]) -> SafeString:
    series = [(row.code, source.official_by_semester(row)) for row in guidelines]
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
    rows = [row for row in rows if row[source.lead].sign not in ("S.P.", "(*)")]
    count = min(MOST_EXTREMES, len(rows) // 2)
    worst = rows[len(rows) - count :]
    return tuple(_extreme(source, row) for row in rows[:count]), tuple(_extreme(source, row) for row in reversed(worst))


def _extreme(source: Source, row: NodeRow) -> Extreme:
    units = dict.fromkeys(indicator.unit or "" for indicator in source.own_indicators(row))
    return Extreme(
        short_code(row.code),
        _short(row.name),
        ", ".join(unit for unit in units if unit),
        node_cell(row[source.lead], source.official),
    )
