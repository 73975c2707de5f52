"""The scorecard in Excel as it is seen: the same rows, columns and figures, and a sheet that says how to read them.

Figures are real percentages with all their decimals; what stands instead of one (S.P., S.I., ND, (*)) is text. Nothing
in it can run: every text is written as text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring import showing
from monitoring.cells import Cell, Column
from monitoring.chosen import Chosen
from monitoring.exports import book
from monitoring.exports.book import Book, Line, Percent, Sign, Written
from monitoring.filters import LIGHT
from monitoring.matrix import Matrix, Row
from monitoring.progress import FORMULA_VERSION
from monitoring.scorecard import Level
from plans.measures import Horizon
from plans.models import Plan
from plans.workbook.styles import BRAND, BRAND_WASH

LEVELS: dict[Level, dict[str, Any]] = {
    Level.GUIDELINE: {"bold": True, "font_color": BRAND, "bg_color": BRAND_WASH},
    Level.ACTION: {"bold": True, "bg_color": "#f6f7f9"},
    Level.ACTIVITY: {},
}
NAMED = 3  # columns that stay in sight


def write_scorecard(plan: Plan, chosen: Chosen, matrix: Matrix, *, on: dt.date) -> bytes:
    """The workbook of that matrix. The same matrix gives the same bytes on the same day."""
    written = Book(_("Tablero de avance %s") % chosen.code)
    columns = [
        book.Column(_("Nivel"), 14),
        book.Column(_("Código"), 14),
        book.Column(_("Nombre"), 52),
        book.Column(_("Gerencias"), 16),
        *(book.Column(column_name(column), 11) for column in matrix.columns),
    ]
    lines = (Line(_cells(row), LEVELS[row.level] | {"valign": "vcenter"}) for row in matrix.rows)
    above = plan.name, " · ".join(headline(plan, chosen, matrix))
    written.table(_("Tablero"), columns, lines, above=above, frozen=NAMED)
    written.notes(_("Notas"), _("Cómo leer este tablero"), notes(plan, chosen, matrix, on))
    return written.content()


def _cells(row: Row) -> list[Written]:
    named = [str(showing.LEVEL_NAMES[row.level]), row.code, row.name, " ".join(row.units)]
    return [*named, *map(_written, row.cells)]


def _written(cell: Cell) -> Written:
    if cell.figure is None or cell.sign or cell.shown is None:
        return Sign(cell.text)
    return Percent(cell.shown, cell.light, showing.AVERAGE_PLACES)


def column_name(column: Column) -> str:
    """The head of a column, which on the page stands in two lines."""
    if column.horizon == Horizon.SEMESTER:
        return column.label + (f" ({_('en curso')})" if column.is_open else "")
    names = {Horizon.YEAR: _("Año %s") % column.label}
    return names.get(column.horizon) or str(showing.HORIZON_NAMES[column.horizon])


def headline(plan: Plan, chosen: Chosen, matrix: Matrix) -> Iterator[str]:
    """What the table shows, in a line: whose, when, which figures, which reading, which rows."""
    yield plan.government.name
    yield f"{plan.first_year}-{plan.last_year}"
    yield chosen.code
    yield figures_name(chosen)
    yield str(showing.READING_NAMES[chosen.reading])
    for each in matrix.filters.active:
        yield f"{each.label}: {each.words}"


def figures_name(chosen: Chosen) -> str:
    if chosen.working:
        return _("cifras de trabajo, con reportes en revisión")
    return _("cifras oficiales") if chosen.is_official else _("semestre sin cerrar, cifras no oficiales")


def notes(plan: Plan, chosen: Chosen, matrix: Matrix, on: dt.date) -> Iterator[tuple[str, str]]:
    """The lines of the second sheet."""
    rules = matrix.parameters
    yield _("Plan"), f"{plan.name} ({plan.government.name})"
    if plan.is_reference:
        yield _("Texto de referencia"), _("Los nombres de acciones, actividades y metas no son los del anexo aprobado.")
    yield _("Semestre"), f"{chosen.code} ({chosen.period.get_state_display().lower()})"
    yield _("Cifras"), figures_name(chosen)
    official = showing.READING_NAMES[chosen.official_reading]
    yield _("Lectura que se muestra"), str(showing.READING_NAMES[chosen.reading])
    yield _("Lectura oficial del plan"), str(official)
    for each in matrix.filters.active:
        at = f" ({matrix.filters.light_at_words})" if each.key == LIGHT else ""
        yield _("Filtro"), f"{each.label}: {each.words}{at}"
    for problem in matrix.filters.problems:
        yield _("No se reconoce"), problem
    yield (
        _("Filas"),
        _("%(shown)s de %(all)s actividades. Lineamientos y acciones llevan la cifra de todas sus actividades.")
        % {"shown": matrix.shown_activities, "all": matrix.activities},
    )
    yield _("Orden"), _("La peor primero, por el plan a la fecha") if matrix.worst_first else _("El del plan")
    yield (
        _("Promedios"),
        _("De las actividades. Cada indicador entra con 0 % como mínimo; como máximo:") + f" {book.cap_text(rules)}.",
    )
    yield from book.light_notes(rules)
    yield "·", _("Semestre por venir: todavía no hay nada que mostrar.")
    yield _("Regla de las cifras"), FORMULA_VERSION
    yield _("Escrito el"), date_format(on)
