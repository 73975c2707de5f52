"""One sheet per indicator that is broken down: its tables as grids that add up before one's eyes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell as cell_at
from xlsxwriter.worksheet import Worksheet

from monitoring.entries import TableLayout, cell_key, number_text
from monitoring.queries import FiledIndicator
from monitoring.showing import quantity_text
from monitoring.workbook.layout import TABLE_KEY, Looks, row_key
from plans.workbook.styles import prepare_page

if TYPE_CHECKING:
    from monitoring.workbook.write import Writer

KEYS, LABELS, NUMBERS = 0, 1, 2


def write_tables(writer: Writer, sheet: Worksheet, row: FiledIndicator) -> None:
    """Column A, out of sight, says which row is which: rows may be moved and are still found."""
    looks, indicator = writer.looks, row.indicator
    sexes = len(row.form.tables[0].sexes)
    sheet.set_column(KEYS, KEYS, 2, None, {"hidden": True})
    sheet.set_column(LABELS, LABELS, 34)
    sheet.set_column(NUMBERS, NUMBERS + sexes, 13)
    prepare_page(sheet)
    sheet.write_string(0, KEYS, indicator.code, looks["key"])
    sheet.set_row(0, 24)
    sheet.write_string(0, LABELS, f"{indicator.code} · {indicator.name}", looks["section"])
    target = quantity_text(row.form.target)
    sheet.write_string(
        1, LABELS, f"{indicator.unit_of_measure} · " + _("meta: %(n)s") % {"n": target}, looks["subtitle"]
    )
    line = 2
    if place := writer.places.get(indicator.pk):
        value = row.given.value
        told = _("Cada tabla debe sumar el valor obtenido de la hoja Resultados: ")
        formula = f'="{told}"&IF({place}="","{_("todavía vacío")}",{place})'
        shown = told + (_("todavía vacío") if value is None else number_text(value))
        sheet.write_formula(line, LABELS, formula, looks["agrees"], shown)
    sheet.freeze_panes(3, NUMBERS)
    line = 4
    for layout in row.form.tables:
        line = _table(writer, sheet, row, layout, line) + 2


def _table(writer: Writer, sheet: Worksheet, row: FiledIndicator, layout: TableLayout, line: int) -> int:
    looks = writer.looks
    sheet.set_row(line, 20)
    sheet.write_string(line, LABELS, layout.name, looks["table"])
    line += 1
    sheet.write_string(line, KEYS, f"{TABLE_KEY}{layout.table}", looks["key"])
    sheet.write_string(line, LABELS, "", looks["head_given"])
    for place, (_sex, name) in enumerate(layout.sexes, NUMBERS):
        sheet.write_string(line, place, name, looks["head_number"])
    last = NUMBERS + len(layout.sexes) - 1
    sheet.write_string(line, last + 1, _("Total"), looks["head_number"])
    first = line + 1
    for category, label in layout.rows:
        line += 1
        sheet.write_string(line, KEYS, row_key(layout, category), looks["key"])
        sheet.write_string(line, LABELS, label, looks["row_label"])
        keys = [cell_key(layout.table, category, sex) for sex, _name in layout.sexes]
        for place, key in enumerate(keys, NUMBERS):
            writer.input(sheet, line, place, row, key, label, "")
        _sum(sheet, line, last + 1, (line, NUMBERS, line, last), looks["sum"], _count(row, keys))
    end = line + 1
    sheet.write_string(end, LABELS, _("Total"), looks["sum_label"])
    for place, (sex, _name) in enumerate(layout.sexes, NUMBERS):
        keys = [cell_key(layout.table, category, sex) for category, _label in layout.rows]
        _sum(sheet, end, place, (first, place, line, place), looks["sum"], _count(row, keys))
    total = _count(row, layout.cell_keys())
    _sum(sheet, end, last + 1, (first, NUMBERS, line, last), looks["sum_total"], total)
    if value_at := writer.places.get(row.indicator.pk):
        _verdict(sheet, end + 1, last + 1, value_at, looks, row.given.value, total)
        return end + 1
    return end


def _count(row: FiledIndicator, keys: Iterable[str]) -> int:
    return sum(int(row.entry.get(key) or 0) for key in keys)


def _sum(sheet: Worksheet, line: int, place: int, area: tuple[int, int, int, int], look: Format, value: int) -> None:
    top, left, bottom, right = area
    sheet.write_formula(line, place, f"=SUM({cell_at(top, left)}:{cell_at(bottom, right)})", look, value)


def _verdict(
    sheet: Worksheet, line: int, place: int, value_at: str, looks: Looks, value: Decimal | None, total: int
) -> None:
    """In words, for the person's eyes only: whether the table adds up to the value."""
    at = cell_at(line - 1, place)
    right, wrong = _("Suma lo mismo que el valor."), _("Debe sumar ")
    formula = f'=IF({value_at}="","",IF({at}={value_at},"{right}","{wrong}"&{value_at}&"."))'
    shown = "" if value is None else right if total == value else f"{wrong}{number_text(value)}."
    sheet.write_formula(line, LABELS, formula, looks["agrees"], shown)
    agrees = f"={at}={value_at}"
    sheet.conditional_format(
        line, LABELS, line, LABELS, {"type": "formula", "criteria": agrees, "format": looks["good"]}
    )
