"""Reads a workbook that somebody filled in, by its keys and headers, and lays it beside the report as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from institution.models import Unit
from monitoring.entries import NUMBERS, Read, Typed, field_label, read
from monitoring.models import Period
from monitoring.queries import FiledIndicator, Filing
from monitoring.recording import merged
from monitoring.workbook.asked import FORMAT, DamagedSheet, Origin, differences, read_origin
from monitoring.workbook.content import Change, Comparison, Findings
from monitoring.workbook.layout import HIDDEN, RESULTS
from monitoring.workbook.places import Place, Sheets
from plans.workbook.book import Grid, open_book
from plans.workbook.content import WorkbookProblems
from plans.workbook.kinds import Cell
from plans.workbook.text import shortened

FILE = "(archivo)"


def read_submission(file: Path | str | IO[bytes], filing: Filing) -> Comparison:
    """What the workbook would change in the report, and all that is wrong with it. Writes nothing."""
    try:
        grids = open_book(file)
    except WorkbookProblems as refused:
        return Comparison(filing, problems=refused.problems)
    return compare(grids, filing)


def compare(grids: Sequence[Grid], filing: Filing) -> Comparison:
    """The same for a file that is open already."""
    findings = Findings()
    origin = _origin(grids, findings)
    if origin is None or not _is_ours(origin, filing.unit, filing.period, findings):
        return Comparison(filing, problems=tuple(findings.problems))
    sheets = Sheets(grids, filing, findings)
    changes = [change for row in filing.indicators for change in _changes_of(row, origin, sheets, findings)]
    _lost(origin, filing, sheets, findings)
    return Comparison(
        filing,
        tuple(changes),
        tuple(findings.problems),
        tuple(differences(origin, filing)),
        timezone.localtime(origin.at),
        origin.by,
    )


def whose(grids: Sequence[Grid], unit: Unit, period: Period) -> str:
    """Of which other report the workbook is, in words; empty where it is of this one, or nothing readable says so."""
    findings = Findings()
    origin = _origin(grids, findings)
    if origin is None or _is_ours(origin, unit, period, findings):
        return ""
    told = " ".join(
        _("%(wrong)s: suba %(expected)s.") % {"wrong": problem.wrong, "expected": problem.expected}
        for problem in findings.problems
    )
    return _("Este libro no es de este reporte: %(told)s") % {"told": told}


def _origin(grids: Sequence[Grid], findings: Findings) -> Origin | None:
    again = _("un libro descargado de esta página: descargue otro y copie en él lo que escribió")
    hidden = next((grid for grid in grids if grid.title == HIDDEN), None)
    if hidden is None:
        known = any(grid.title == RESULTS for grid in grids)
        wrong = _("le falta la hoja oculta con la que se reconoce") if known else _("no es el libro de un reporte")
        findings.add(FILE, "", wrong, again)
        return None
    try:
        return read_origin(hidden)
    except DamagedSheet:
        findings.add(FILE, "", _("la hoja oculta con la que se reconoce está dañada"), again)
        return None


def _is_ours(origin: Origin, unit: Unit, period: Period, findings: Findings) -> bool:
    """Whether the workbook is of this report: plan, semester and unit."""
    if origin.format != FORMAT:
        findings.add(FILE, "", _("es de una versión del sistema que ya no se usa"), _("un libro descargado ahora"))
        return False
    told = (
        (origin.plan, period.plan.code, _("es del plan %(code)s"), _("el libro del plan %(code)s")),
        (origin.period, period.code, _("es del semestre %(code)s"), _("el libro del semestre %(code)s")),
        (origin.unit, unit.acronym, _("es de la unidad %(code)s"), _("el libro de la unidad %(code)s")),
    )
    for theirs, ours, wrong, expected in told:
        if theirs != ours:
            findings.add(FILE, "", wrong % {"code": theirs}, expected % {"code": ours})
    return not findings.problems


def _changes_of(row: FiledIndicator, origin: Origin, sheets: Sheets, findings: Findings) -> list[Change]:
    code = row.indicator.code
    if code not in origin.facts:
        return []  # asked only since the download; `differences` says so
    cells, places = sheets.inputs_of(row, origin.facts[code]["tables"])
    if not _is_asked_alike(row, origin, cells, places, findings):
        return []
    typed = read(row.form, _without_formulas(cells, places, findings))
    _unreadable(row, typed, places, findings)
    seen = origin.seen.get(code, {})
    changes = _merged(row, typed.entry, seen, places)
    _both(row, changes, places, findings)
    return changes


def _is_asked_alike(
    row: FiledIndicator, origin: Origin, cells: Mapping[str, Cell], places: Mapping[str, Place], findings: Findings
) -> bool:
    """Whether what is typed still means what it meant; where nothing was typed that does not matter."""
    then = origin.facts[row.indicator.code]
    same = (then["accumulation"], then["counts"]) == (row.indicator.accumulation, row.indicator.counts)
    seen = origin.seen.get(row.indicator.code, {})
    for key in NUMBERS:
        cell = cells.get(key, Cell(""))
        if key in row.form.numbers and same:
            continue
        if key not in row.form.numbers and key in places and cell.value != "":
            wrong = _("«%(label)s» no corresponde a este indicador") % {"label": field_label(row.form, key)}
            findings.add(*places[key], wrong, _("la celda gris vacía"))
        elif not same and str(cell.value) != seen.get(key, ""):
            wrong = _("el indicador cambió desde la descarga (%(code)s)") % {"code": row.indicator.code}
            findings.add(*places.get(key, (RESULTS, "")), wrong, _("lo mismo en un libro descargado ahora"))
            return False
    return True


def _without_formulas(cells: Mapping[str, Cell], places: Mapping[str, Place], findings: Findings) -> dict[str, Cell]:
    kept = {}
    for key, cell in cells.items():
        if places[key].formula:
            findings.add(
                *places[key], _("tiene una fórmula"), _("el valor: cópielo y péguelo con Pegado especial, Valores")
            )
        else:
            kept[key] = cell
    return kept


def _unreadable(row: FiledIndicator, typed: Read, places: Mapping[str, Place], findings: Findings) -> None:
    for key, unreadable in typed.unreadable.items():
        findings.add(*places[key], unreadable.wrong, unreadable.expected)


def _merged(row: FiledIndicator, typed: Typed, seen: Typed, places: Mapping[str, Place]) -> list[Change]:
    """As `recording` does it: only what differs from what stood there counts as typed."""
    changes, conflicts = merged(typed, seen, row.entry, row.result)
    against = {each.key: each for each in conflicts}

    def change(key: str, text: str) -> Change:
        one = Change(*places[key], row.form, key, seen.get(key, ""), row.entry.get(key, ""), text)
        other = against.get(key)
        return replace(one, conflict=True, by=other.by, at=other.at) if other else one

    return [change(key, text) for key, text in typed.items() if key in changes or key in against]


def _both(row: FiledIndicator, changes: list[Change], places: Mapping[str, Place], findings: Findings) -> None:
    """A value and a reason why there is none: whichever way conflicts are decided, it would be refused."""
    new = row.entry | {change.key: change.new for change in changes if not change.conflict}
    touched = {change.key for change in changes} & {*NUMBERS, "not_available_reason"}
    if touched and new.get("not_available_reason") and any(new.get(key) for key in NUMBERS):
        place = places.get("not_available_reason") or (RESULTS, "")
        findings.add(*place, _("hay un valor y también un motivo de no disponible"), _("uno de los dos: borre el otro"))


def _lost(origin: Origin, filing: Filing, sheets: Sheets, findings: Findings) -> None:
    """What was typed for what is not asked, or no longer."""
    for code, number in sheets.rows.items():
        if code not in origin.facts:
            wrong = _("«%(code)s» no está en el reporte") % {"code": shortened(code)}
            findings.add(RESULTS, sheets.cell_of_code(number), wrong, _("los códigos como estaban"))
    asked = {row.indicator.code for row in filing.indicators}
    for code in origin.facts:
        if code in asked:
            continue
        for key, (cell, place) in sheets.texts_of(code).items():
            if str(cell.value) != origin.seen.get(code, {}).get(key, ""):
                findings.add(*place, _("%(code)s ya no es de su unidad") % {"code": code}, _("la fila como estaba"))
    for row in filing.indicators:
        for table in set(origin.facts.get(row.indicator.code, {}).get("tables", ())) - {
            str(layout.table) for layout in row.form.tables
        }:
            seen = origin.seen.get(row.indicator.code, {})
            for key, (cell, place) in sheets.cells_of(row.indicator.code, table).items():
                if str(cell.value) != seen.get(key, ""):
                    wrong = _("%(code)s ya no pide esa tabla") % {"code": row.indicator.code}
                    findings.add(*place, wrong, _("la celda como estaba"))
