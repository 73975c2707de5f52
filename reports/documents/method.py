"""How the figures were made: formula, parameters, the two readings, coverage, and the reports that were used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.progress import SIGNS, Light
from monitoring.scorecard import Figures
from monitoring.showing import LIGHT_WORDS, MISSING, SIGN_EXPLANATIONS, quantity_text
from plans.measures import Accumulation, Formula, Reading, days_of
from reports.documents.figures import Cell
from reports.documents.source import Source, long_date, short_date


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in words: its name, and one or more sentences."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LightRow:
    cell: Cell
    range: str


@dataclass(frozen=True, slots=True)
class ReportCell:
    """The report of one unit in one semester: when it came, and letters for what a reader should know."""

    text: str
    marks: str = ""


@dataclass(frozen=True, slots=True)
class ReportRow:
    acronym: str
    name: str
    cells: tuple[ReportCell, ...]


@dataclass(frozen=True, slots=True)
class Method:
    parameters: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    lights: tuple[LightRow, ...]
    signs: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    reports: tuple[ReportRow, ...]
    report_marks: tuple[tuple[str, str], ...]
    sha256: str


LATE, ON_BEHALF, OWN_REVIEW = "T", "N", "C"


def method(source: Source) -> Method:
    reports = _reports(source)
    used = {mark for row in reports for cell in row.cells for mark in cell.marks.split()}
    return Method(
        parameters=tuple(_parameters(source)),
        rules=tuple(_rules(source)),
        lights=_lights(source),
        signs=tuple((sign, str(SIGN_EXPLANATIONS[sign])) for sign in SIGNS.values()),
        periods=tuple(source.semesters),
        reports=reports,
        report_marks=tuple((mark, text) for mark, text in _report_marks().items() if mark in used),
        sha256=source.sha256,
    )


def _parameters(source: Source) -> Iterator[tuple[str, str]]:
    parameters = source.card.parameters
    readings = {Reading.PROGRAMMED: _("sobre lo programado"), Reading.REPORTED: _("sobre lo reportado")}
    last = list(source.semesters)[-1]
    yield _("Fórmula"), source.card.formula
    yield _("Lectura oficial"), readings[parameters.reading]
    cap = _("sin tope") if parameters.cap is None else _("%s %%") % quantity_text(parameters.cap)
    yield _("Tope en promedios"), cap
    yield _("Pesos"), _("los que fija el plan") if _has_weights(source) else _("iguales")
    yield _("Semestres"), _("%(first)s a %(last)s") % {"first": source.outline.periods[0], "last": last}
    yield _("Cifras"), _standing(source)


def _standing(source: Source) -> str:
    if source.card.figures != Figures.OFFICIAL:
        return _("de trabajo: hay semestres sin cerrar")
    return _("oficiales") if source.is_official else _("preliminares: la evaluación no está cerrada")


def _has_weights(source: Source) -> bool:
    weights = {leaf.weight for leaf in source.outline.activities.values()}
    weights |= {row.series.weight for row in source.outline.indicators}
    return len(weights) > 1


def _rules(source: Source) -> Iterator[Rule]:
    yield Rule(
        _("Qué se mide"),
        (
            _("Solo metas físicas, con los resultados que las unidades reportaron y recibieron conformidad."),
            _("Un resultado de 0 es un resultado; el que falta no es 0: se muestra con su signo."),
        ),
    )
    yield Rule(_("Avance de un indicador"), tuple(_formulas(source)))
    yield Rule(_("Acumulación de semestres"), tuple(_accumulations(source)))
    yield Rule(_("Tres tiempos") if source.is_follow_up else _("Dos tiempos"), tuple(_times(source)))
    yield Rule(
        _("Dos lecturas"),
        (
            _("Sobre lo programado: toda meta vencida cuenta, aunque no se haya reportado."),
            _("Sobre lo reportado: solo entra lo que se reportó. Las dos se publican siempre."),
        ),
    )
    yield Rule(
        _("Cobertura"),
        (_("Metas semestrales vencidas que tienen resultado, entre todas las vencidas, en porcentaje."),),
    )
    yield Rule(_("Promedios"), tuple(_averages(source)))
    yield Rule(
        _("Redondeo"),
        (_("Solo al mostrar, hacia arriba desde la mitad: indicadores con 2 decimales, promedios con 1."),),
    )


def _times(source: Source) -> Iterator[str]:
    cutoff, since = long_date(source.cutoff), source.record["plan"]["first_year"]
    if source.is_follow_up:
        first, last = map(long_date, days_of(source.card.upto))
        yield _("Semestre %(period)s: del %(first)s al %(last)s.") % {
            "period": source.card.upto,
            "first": first,
            "last": last,
        }
    yield _("Año %(year)s: del 1 de enero al %(cutoff)s.") % {"year": source.year, "cutoff": cutoff}
    yield _("Plan: del 1 de enero de %(since)s al %(cutoff)s, contra las metas que ya vencieron.") % {
        "since": since,
        "cutoff": cutoff,
    }


def _formulas(source: Source) -> Iterator[str]:
    """Only what this plan's indicators need is explained."""
    series = [row.series for row in source.outline.indicators]
    yield _("Resultado entre meta, por 100 (Tipo I de CEPLAN).")
    if any(row.direction == "decreasing" and row.formula == Formula.RATIO for row in series):
        yield _("Donde menos es mejor, meta entre resultado.")
    if any(row.formula == Formula.BASELINE for row in series):
        yield _("Con línea de base (Tipo II): lo recorrido desde la base entre lo que se debía recorrer.")


def _accumulations(source: Source) -> Iterator[str]:
    used = {row.series.accumulation for row in source.outline.indicators}
    texts = {
        Accumulation.SUM: _("Lo que se produce se suma."),
        Accumulation.LAST: _("De lo que permanece vale el último dato."),
        Accumulation.AVERAGE: _("Tiempos y tasas se promedian."),
        Accumulation.POOLED: _(
            "Los porcentajes no se suman ni se promedian: se dividen los numeradores sumados entre los "
            "denominadores sumados."
        ),
    }
    return (text for rule, text in texts.items() if rule in used)


def _averages(source: Source) -> Iterator[str]:
    cap = source.card.parameters.cap
    yield _(
        "Una actividad es el promedio de sus indicadores; acción, objetivo, lineamiento y plan son el promedio de "
        "sus actividades, nunca promedio de promedios."
    )
    yield _("Una unidad es el promedio de sus actividades, cada una con los indicadores por los que responde.")
    if cap is None:
        yield _("Cada indicador entra sin tope; uno negativo entra como 0.")
    else:
        yield _("Cada indicador entra entre 0 y %s %%.") % quantity_text(cap)
    yield _("Lo no reportado entra como 0 sobre lo programado, y no entra sobre lo reportado.")
    yield _("S.P. y (*) no entran. Los indicadores de acción u objetivo se muestran aparte y tampoco entran.")


def _lights(source: Source) -> tuple[LightRow, ...]:
    green, amber = (quantity_text(value) for value in (source.card.parameters.green, source.card.parameters.amber))
    ranges = {
        Light.GREEN: _("%s %% o más") % green,
        Light.AMBER: _("de %(amber)s a menos de %(green)s %%") % {"amber": amber, "green": green},
        Light.RED: _("menos de %s %%") % amber,
    }
    return tuple(LightRow(Cell(str(LIGHT_WORDS[light]), light), text) for light, text in ranges.items())


# --- The reports that were used ---------------------------------------------------------------------------------


def _report_marks() -> dict[str, str]:
    return {
        LATE: _("llegó fuera de plazo"),
        ON_BEHALF: _("registrado por la coordinación en nombre de la unidad"),
        OWN_REVIEW: _("conformidad dada por la coordinación a su propio reporte"),
    }


def _reports(source: Source) -> tuple[ReportRow, ...]:
    by_unit: dict[str, dict[str, dict]] = {}
    for used in source.record["submissions"]:
        by_unit.setdefault(used["unit"], {})[used["period"]] = used
    return tuple(
        ReportRow(
            unit,
            source.unit_name(unit),
            tuple(_report_cell(by_unit[unit].get(period)) for period in source.semesters),
        )
        for unit in sorted(by_unit)
    )


def _report_cell(used: dict | None) -> ReportCell:
    if used is None:
        return ReportCell(MISSING)
    marks = {LATE: used["late"], ON_BEHALF: used["on_behalf"], OWN_REVIEW: used["validated_by_same_unit"]}
    text = _("histórico") if used["historical"] else short_date(used["submitted_on"])
    return ReportCell(text, " ".join(mark for mark, holds in marks.items() if holds))
