"""What an indicator's row may not say: what it measures, how, from what baseline, and who answers for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from plans.measures import Accumulation, Direction, Formula, MeasureProblem, days_of, measure_problems
from plans.models import Indicator
from plans.models.indicator import MEASURE_PROBLEM_TEXTS
from plans.workbook.layout import UNITS
from plans.workbook.references import check_reference, identities, overlaps, units_by_acronym
from plans.workbook.rows import Findings, Row, Rows
from plans.workbook.text import shortened

# Which cell a forbidden combination is shown at, and what would be right there.
MEASURE_CELLS = {
    MeasureProblem.DECREASING_SUM: "direction",
    MeasureProblem.BASELINE_ACCUMULATION: "formula",
    MeasureProblem.BASELINE_MISSING: "baseline",
}
OLDEST_BASELINE = 1990


def check_indicators(rows: Rows, findings: Findings) -> None:
    units = units_by_acronym(rows)
    known_units = identities(rows, "units", key="acronym")
    measurable = identities(rows, "objectives", "actions", "activities")
    not_measurable = {rows.fields.get("code"), *(row.get("code") for row in rows.guidelines)} - {None}
    for row in rows.indicators:
        if row.get("parent") in not_measurable:
            _refuse_node(row, findings)
        else:
            check_reference(row, "parent", measurable, _("las hojas del plan"), findings)
        _check_tenures(row, units, known_units, findings)
        _check_measure(row, findings)
        _check_tables(row, findings)
        _check_baseline_year(row, rows.fields, findings)
        if row.has(*_target_keys(row)) and not any(row.get(key) is not None for key in _target_keys(row)):
            findings.warn(row, "code", _("el indicador no tiene ninguna meta"), _("al menos una meta"))
    _check_activities_are_measured(rows, findings)


def _refuse_node(row: Row, findings: Findings) -> None:
    wrong = _("«%(code)s» no se mide con indicadores") % {"code": shortened(row.get("parent"))}
    findings.at(row, "parent", wrong, _("una actividad, una acción estratégica o un objetivo"))


def _check_tenures(row: Row, units: dict[str, Row], known: list[str] | None, findings: Findings) -> None:
    for tenure in row.get("responsible") or ():
        unit = units.get(tenure.unit)
        if unit is None:
            alone = Row(row.sheet, row.number, {"responsible": tenure.unit}, row.cells)
            check_reference(alone, "responsible", known, UNITS, findings)
        elif tenure.since and not overlaps(unit, *days_of(tenure.since)):
            wrong = _("%(unit)s no está vigente en %(period)s") % {
                "unit": tenure.unit,
                "period": tenure.since,
            }
            findings.at(row, "responsible", wrong, _("la unidad que existía en ese semestre"))


def _target_keys(row: Row) -> list[str]:
    return sorted(key for key in row.cells if key.startswith("target:"))


def _check_measure(row: Row, findings: Findings) -> None:
    targets = _target_keys(row)
    if not row.has("accumulation", "direction", "formula", "baseline", *targets):
        return
    first = next((key for key in targets if row.get(key) is not None), None)
    for problem in measure_problems(
        Accumulation(row.get("accumulation")),
        Direction(row.get("direction")),
        Formula(row.get("formula")),
        row.get("baseline"),
        row.get(first) if first else None,
    ):
        key = MEASURE_CELLS.get(problem, first or "baseline")
        findings.at(row, key, str(MEASURE_PROBLEM_TEXTS[problem]), _sound(problem, row))


def _sound(problem: MeasureProblem, row: Row) -> str:
    """What would be right where a combination is forbidden."""
    if problem == MeasureProblem.DECREASING_SUM:
        return _("sentido creciente, u otra acumulación")
    if problem == MeasureProblem.BASELINE_ACCUMULATION:
        return _("la fórmula «%(label)s», u otra acumulación") % {"label": Indicator.FormulaChoice.RATIO.label}
    if problem == MeasureProblem.BASELINE_MISSING:
        return _("el valor de la línea de base, no ND")
    base = f"{row.get('baseline').normalize():f}"
    if row.get("direction") == Direction.INCREASING:
        return _("una meta mayor que %(base)s") % {"base": base}
    return _("una meta menor que %(base)s") % {"base": base}


def _check_tables(row: Row, findings: Findings) -> None:
    counts, tables = row.get("counts"), row.get("breakdown_tables")
    if not row.has("counts", "breakdown_tables"):
        return
    people = Indicator.Counts.PEOPLE
    if tables and counts != people:
        wrong = _("el indicador no cuenta personas y tiene tablas de desagregación")
        findings.at(row, "breakdown_tables", wrong, _("nada, o «%(people)s» en Cuenta") % {"people": people.label})
    if not tables and counts == people:
        wrong = _("el indicador cuenta personas y no pide desagregarlas")
        findings.warn(row, "breakdown_tables", wrong, _("al menos una tabla de desagregación"))


def _check_baseline_year(row: Row, fields: Row, findings: Findings) -> None:
    year, last = row.get("baseline_year"), fields.get("last_year")
    if year and last and not OLDEST_BASELINE <= year <= last:
        wrong = _("%(year)s no es un año verosímil para la línea de base") % {"year": year}
        expected = _("un año de %(oldest)s a %(last)s") % {"oldest": OLDEST_BASELINE, "last": last}
        findings.at(row, "baseline_year", wrong, expected)


def _check_activities_are_measured(rows: Rows, findings: Findings) -> None:
    if "indicators" in rows.missing:
        return
    measured = {row.get("parent") for row in rows.indicators}
    for activity in rows.activities:
        if (code := activity.get("code")) and code not in measured:
            wrong = _("la actividad %(code)s no tiene indicador") % {"code": shortened(code)}
            findings.warn(activity, "code", wrong, _("al menos un indicador que la mida"))
