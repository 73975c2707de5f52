"""One indicator as it is published: chart, table by semester, sheet in plain words, breakdowns, who answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.charts import Point, series_chart
from monitoring.scorecard import IndicatorRow, Level
from monitoring.showing import MISSING, quantity_text
from plans.measures import Accumulation, Reading
from plans.models import BreakdownTable, Indicator
from reports.documents.figures import Cell, Note, indicator_cell, notes_for
from reports.documents.source import Source
from reports.showcase.figures import Head, IndicatorLine, Place, head_of, indicator_line, trail_of
from reports.showcase.people import ResultTables, result_tables

# What a citizen asks of an indicator, in this order; the words are those of its technical sheet.
QUESTIONS = {
    "what_counts": gettext_lazy("Qué cuenta"),
    "what_does_not": gettext_lazy("Qué no cuenta"),
    "method": gettext_lazy("Cómo se calcula"),
    "source": gettext_lazy("De dónde sale el dato"),
    "justification": gettext_lazy("Por qué se mide"),
    "relevance": gettext_lazy("Para qué sirve"),
    "limitations": gettext_lazy("Qué límites tiene"),
    "assumptions": gettext_lazy("Qué supone"),
}


@dataclass(frozen=True, slots=True)
class SemesterRow:
    """One semester of the plan; those after the cut-off have only a target."""

    period: str
    target: str
    value: str
    official: Cell | None
    other: Cell | None
    unit: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    head: Head
    line: IndicatorLine
    level: Level
    sentence: str
    trail: tuple[Place, ...]
    chart: SafeString
    kind: str
    semesters: tuple[SemesterRow, ...]
    baseline: str
    texts: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    breakdowns: tuple[ResultTables, ...]
    notes: tuple[Note, ...]


def indicator_page(source: Source, code: str) -> IndicatorPage:
    """Raises KeyError."""
    row = source.card.indicator(code)
    line = indicator_line(source, row)
    semesters = tuple(_semesters(source, row))
    kind = "bars" if source.outline.by_indicator[code].series.accumulation == Accumulation.SUM else "line"
    shown = [*(each.official for each in line.lines), *(each.official for each in semesters if each.official)]
    return IndicatorPage(
        head=head_of(source),
        line=line,
        level=row.measures_level,
        sentence=_sentence(source, row),
        trail=tuple(trail_of(source, row.measures)),
        chart=_chart(source, row, kind),
        kind=kind,
        semesters=semesters,
        baseline=_baseline(source, code),
        texts=tuple(_texts(source, code)),
        facts=tuple(_facts(source, code)),
        breakdowns=result_tables(source, code),
        notes=notes_for(source, (cell.notes for cell in shown)),
    )


def _sentence(source: Source, row: IndicatorRow) -> str:
    figure, when = row[source.lead], source.card.upto if source.is_follow_up else source.year
    cell = indicator_cell(figure, source.official, source.card.parameters)
    told = {
        "when": when,
        "value": quantity_text(figure.value),
        "target": quantity_text(figure.target),
        "unit": row.unit_of_measure,
        "progress": cell.percent,
    }
    if figure.sign:
        return _("En %(when)s no hay cifra que mostrar (%(progress)s).") % told
    return _("En %(when)s: resultado %(value)s, meta %(target)s (%(unit)s). Avance: %(progress)s.") % told


def _semesters(source: Source, row: IndicatorRow) -> Iterator[SemesterRow]:
    outline, parameters = source.outline.by_indicator[row.code], source.card.parameters
    known = dict(zip(source.semesters, source.indicator_by_semester(row.code), strict=True))
    for entry in outline.series.entries:
        figure, unit = known.get(entry.period), outline.unit_at(entry.period) or MISSING
        target = MISSING if entry.target is None else quantity_text(entry.target)
        if figure is None:
            yield SemesterRow(entry.period, target, "", None, None, unit)
            continue
        value = figure.sign if figure.value is None else quantity_text(figure.value)
        enters = row.measures_level == Level.ACTIVITY
        official = indicator_cell(figure, source.official, parameters, enters=enters)
        other = indicator_cell(figure, source.other, parameters, lit=False)
        yield SemesterRow(entry.period, target, value, official, other, unit)


def _chart(source: Source, row: IndicatorRow, kind: str) -> SafeString:
    known = dict(zip(source.semesters, source.indicator_by_semester(row.code), strict=True))

    def point(period: str, target) -> Point:
        if (figure := known.get(period)) is None:
            return Point(period, target, ahead=True)
        return Point(period, target, figure.value, figure.sign if figure.value is None else "")

    entries = source.outline.by_indicator[row.code].series.entries
    return series_chart(
        [point(entry.period, entry.target) for entry in entries],
        title=_("%(indicator)s: meta y resultado por semestre") % {"indicator": row.name},
        ident="serie",
        kind="bars" if kind == "bars" else "line",
        width=600,
        height=240,
    )


def _baseline(source: Source, code: str) -> str:
    baseline = (source.record.get("baselines") or {}).get(code) or {}
    value = source.outline.by_indicator[code].series.baseline
    if value is None:
        return _("no disponible")
    return f"{quantity_text(value)} ({baseline['year']})" if baseline.get("year") else quantity_text(value)


def _texts(source: Source, code: str) -> Iterator[tuple[str, str]]:
    """The sheet's texts that somebody wrote; records of older evaluations carry no sheet."""
    sheet = (source.record.get("sheets") or {}).get(code) or {}
    for name, question in QUESTIONS.items():
        if text := str(sheet.get(name) or "").strip():
            yield str(question), text


def _facts(source: Source, code: str) -> Iterator[tuple[str, str]]:
    sheet = (source.record.get("sheets") or {}).get(code) or {}
    series = source.outline.by_indicator[code].series
    if sheet.get("counts"):
        counts = str(Indicator.Counts(sheet["counts"]).label)
        repeat = _("%s; una persona puede repetirse") % counts
        yield _("Cuenta"), repeat if sheet.get("people_may_repeat") else counts
    yield _("Sentido"), str(Indicator.DirectionChoice(series.direction.value).label)
    yield _("Al juntar semestres"), str(Indicator.AccumulationChoice(series.accumulation.value).label)
    yield _("Fórmula"), str(Indicator.FormulaChoice(series.formula.value).label)
    if tables := sheet.get("tables"):
        yield _("Se desagrega por"), ", ".join(str(BreakdownTable(table).label) for table in tables)
    reading = {Reading.PROGRAMMED: _("sobre lo programado"), Reading.REPORTED: _("sobre lo reportado")}
    yield _("Lectura oficial"), reading[source.official]
