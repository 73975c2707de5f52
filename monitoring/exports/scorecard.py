"""The scorecard in Excel as it is seen: the same rows, columns and figures, and a sheet that says how to read them.

Figures are real percentages with all their decimals; what stands instead of one (S.P., S.I., ND, (*)) is text. Nothing
in it can run: every text is written as text.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from monitoring import showing
from monitoring.cells import Cell, Column
from monitoring.chosen import Chosen
from monitoring.filters import LIGHT
from monitoring.matrix import Matrix, Row
from monitoring.progress import FORMULA_VERSION, Light
from monitoring.scorecard import Level
from plans.measures import Horizon
from plans.models import Plan
from plans.workbook.styles import BRAND, BRAND_WASH, CREATED, FONT, INK_2, LINE, STYLES, prepare_page
from plans.workbook.text import clean
from plans.workbook.write import FORMULA_STARTS

TITLE, SUBTITLE, HEAD, FIRST = 0, 1, 3, 4
WIDTHS = (14, 14, 52, 16)
NAMED = len(WIDTHS)
# The shape stands beside the figure, so that the colour is never alone.
SHAPES = {Light.GREEN: "✓", Light.AMBER: "▲", Light.RED: "▼"}
COLOURS = {
    Light.GREEN: {"font_color": "#17663f", "bg_color": "#e4f3ea"},
    Light.AMBER: {"font_color": "#8a5300", "bg_color": "#fdf1d8"},
    Light.RED: {"font_color": "#a3261d", "bg_color": "#fce8e6"},
}
ROW = {"border": 1, "border_color": LINE, "valign": "vcenter"}
LEVELS: dict[Level, dict[str, Any]] = {
    Level.GUIDELINE: {"bold": True, "font_color": BRAND, "bg_color": BRAND_WASH},
    Level.ACTION: {"bold": True, "bg_color": "#f6f7f9"},
    Level.ACTIVITY: {},
}
GREY = {"font_color": INK_2, "align": "right"}


def write_scorecard(plan: Plan, chosen: Chosen, matrix: Matrix, *, on: dt.date) -> bytes:
    """The workbook of that matrix. The same matrix gives the same bytes on the same day."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": FONT}) as book:
        book.set_properties({"title": _("Tablero de avance %s") % chosen.code, "created": CREATED})
        _Writer(book, plan, chosen, matrix).write(on)
    return buffer.getvalue()


class _Writer:
    """One workbook, its formats made when first asked for."""

    def __init__(self, book: xlsxwriter.Workbook, plan: Plan, chosen: Chosen, matrix: Matrix) -> None:
        self.book, self.plan, self.chosen, self.matrix = book, plan, chosen, matrix
        self.look = cache(lambda name: book.add_format(FONT | STYLES[name]))
        self.named = cache(lambda level, quoted: book.add_format(FONT | ROW | LEVELS[level] | self._text(quoted)))
        self.figure = cache(lambda level, light: book.add_format(FONT | ROW | LEVELS[level] | self._percent(light)))
        self.sign = cache(lambda level: book.add_format(FONT | ROW | LEVELS[level] | GREY))

    @staticmethod
    def _text(quoted: bool) -> dict[str, Any]:
        return {"num_format": "@", "text_wrap": True, "quote_prefix": quoted}

    @staticmethod
    def _percent(light: Light | None) -> dict[str, Any]:
        shape = f'"{SHAPES[light]}" ' if light in SHAPES else ""
        return {"num_format": f"{shape}0.0%", "align": "right"} | COLOURS.get(light, {})

    def write(self, on: dt.date) -> None:
        self._scorecard(self.book.add_worksheet(_("Tablero")))
        self._notes(self.book.add_worksheet(_("Notas")), on)

    # --- The table

    def _scorecard(self, sheet: Worksheet) -> None:
        sheet.hide_gridlines(2)
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        sheet.set_column(NAMED, NAMED + len(self.matrix.columns) - 1, 11)
        sheet.set_row(TITLE, 26)
        self._put(sheet, TITLE, 0, self.plan.name, "title")
        self._put(sheet, SUBTITLE, 0, " · ".join(headline(self.plan, self.chosen, self.matrix)), "subtitle")
        heads = [_("Nivel"), _("Código"), _("Nombre"), _("Gerencias"), *map(column_name, self.matrix.columns)]
        sheet.set_row(HEAD, 30)
        for place, head in enumerate(heads):
            self._put(sheet, HEAD, place, head, "required")
        for number, row in enumerate(self.matrix.rows, FIRST):
            self._row(sheet, number, row)
        sheet.freeze_panes(FIRST, NAMED - 1)
        sheet.autofilter(HEAD, 0, max(HEAD, FIRST + len(self.matrix.rows) - 1), len(heads) - 1)
        prepare_page(sheet, HEAD)

    def _row(self, sheet: Worksheet, number: int, row: Row) -> None:
        named = (str(showing.LEVEL_NAMES[row.level]), row.code, row.name, " ".join(row.units))
        for place, text in enumerate(map(clean, named)):
            sheet.write_string(number, place, text, self.named(row.level, text.startswith(FORMULA_STARTS)))
        for place, cell in enumerate(row.cells, NAMED):
            self._cell(sheet, number, place, row.level, cell)

    def _cell(self, sheet: Worksheet, number: int, place: int, level: Level, cell: Cell) -> None:
        if cell.figure is None or cell.sign or cell.shown is None:
            sheet.write_string(number, place, cell.text, self.sign(level))
        else:
            sheet.write_number(number, place, cell.shown / 100, self.figure(level, cell.light))

    # --- What it means

    def _notes(self, sheet: Worksheet, on: dt.date) -> None:
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 96)
        self._put(sheet, 0, 0, _("Cómo leer este tablero"), "title")
        for number, (label, text) in enumerate(notes(self.plan, self.chosen, self.matrix, on), 2):
            self._put(sheet, number, 0, label, "label")
            self._put(sheet, number, 1, text, "text")
        prepare_page(sheet)

    def _put(self, sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
        text = clean(text)
        if look == "text" and text.startswith(FORMULA_STARTS):
            look = "quoted"
        sheet.write_string(row, column, text, self.look(look))


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
    cap = _("%s %%") % showing.quantity_text(rules.cap) if rules.cap else _("sin tope")
    yield _("Promedios"), _("De las actividades. Cada indicador entra con 0 % como mínimo; como máximo:") + f" {cap}."
    lights = {"green": showing.quantity_text(rules.green), "amber": showing.quantity_text(rules.amber)}
    yield (
        _("Semáforo"),
        _("✓ en meta desde %(green)s %%; ▲ cerca desde %(amber)s %%; ▼ lejos. Es de la lectura oficial.") % lights,
    )
    for sign, explanation in showing.SIGN_EXPLANATIONS.items():
        yield sign, str(explanation)
    yield "·", _("Semestre por venir: todavía no hay nada que mostrar.")
    yield _("Regla de las cifras"), FORMULA_VERSION
    yield _("Escrito el"), date_format(on)
