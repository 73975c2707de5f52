"""Writes a plan as a workbook: typed cells, drop-downs, an explanation of every column."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from institution.delimited import FORMULA_STARTS
from plans.measures import periods_between
from plans.models import Plan
from plans.workbook.content import PlanWorkbook
from plans.workbook.instructions import Lists, explained, write_instructions
from plans.workbook.kinds import Kind, Quantity, Whole, Written
from plans.workbook.layout import (
    FIELD_HEADER,
    HELP_HEADER,
    INSTRUCTIONS,
    LISTS,
    PLAN,
    VALUE_HEADER,
    CodeLists,
    Column,
    Layout,
    Sheet,
)
from plans.workbook.sheets import layout_for
from plans.workbook.stored import stored_plan
from plans.workbook.styles import BRAND, CREATED, FIELD_STYLE, FONT, INK_2, Styles, prepare_page, row_height

# Drop-downs reach this far below the last row, for what is still to be written.
SPARE_ROWS = 500
# How many units, lineamientos… a drop-down offers; empty ones do not show.
LISTED_ROWS = 2_000
# Excel's own limits for what a drop-down says.
TITLE_LENGTH, MESSAGE_LENGTH = 32, 255
# Of the two text columns of the sheet Plan.
FIELD_WIDTH = 64


def write_plan(plan: Plan, file: Path | str | IO[bytes]) -> None:
    """Writes the plan as it is stored. Reading the file back with `read_plan` gives the same."""
    write_workbook(stored_plan(plan), file)


def write_workbook(content: PlanWorkbook, file: Path | str | IO[bytes]) -> None:
    """Writes any plan. The same content gives the same bytes. Raises ValueError for a text that no cell can hold."""
    lists = CodeLists.load()
    layout = layout_for(periods_between(content.plan.first_year, content.plan.last_year), lists)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": FONT}) as book:
        book.set_properties({"title": content.plan.name, "created": CREATED})
        _Writer(book, layout).write(content)
    if isinstance(file, (str, Path)):
        Path(file).write_bytes(buffer.getvalue())
    else:
        file.write(buffer.getvalue())


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, layout: Layout) -> None:
        self.book = book
        self.layout = layout
        self.styles = Styles(book)
        self.lists = Lists(layout)

    def write(self, content: PlanWorkbook) -> None:
        write_instructions(self._sheet(INSTRUCTIONS, INK_2), self.layout, self.styles, content.plan)
        self._write_fields(content)
        for sheet in self.layout.tables:
            self._write_table(sheet, getattr(content, sheet.part))
        self.lists.write(self._sheet(LISTS, INK_2), self.styles)

    def _sheet(self, title: str, colour: str = BRAND) -> Worksheet:
        sheet = self.book.add_worksheet(title)
        sheet.set_tab_color(colour)
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    # --- The sheet Plan

    def _write_fields(self, content: PlanWorkbook) -> None:
        page = self._sheet(PLAN)
        page.set_column(0, 0, 34)
        page.set_column(1, 2, FIELD_WIDTH)
        for place, title in enumerate((FIELD_HEADER, VALUE_HEADER, HELP_HEADER)):
            page.write_string(0, place, title, self.styles["required"])
        page.set_row(0, 22)
        page.freeze_panes(1, 1)
        prepare_page(page, 0)
        for row, (column, value) in enumerate(self._fields(content), 1):
            page.write_string(row, 0, column.title, self.styles["label"])
            self._write_cell(page, row, 1, column.kind, value, FIELD_STYLE)
            page.write_string(row, 2, explained(column), self.styles["help"])
            page.set_row(row, row_height([(value, FIELD_WIDTH), (explained(column), FIELD_WIDTH)]))
            self._validate(page, column, row, row, 1)

    def _fields(self, content: PlanWorkbook) -> Iterator[tuple[Column, Any]]:
        for sheet, row in ((self.layout.government, content.government), (self.layout.plan, content.plan)):
            for column in sheet.columns:
                yield column, column.value_of(row)

    # --- The other sheets

    def _write_table(self, sheet: Sheet, rows: tuple[Any, ...]) -> None:
        page = self._sheet(sheet.title)
        page.set_row(0, 48)
        name = next(place for place, column in enumerate(sheet.columns) if column.key == "name")
        page.freeze_panes(1, name + 1 if name <= 2 else 1)
        prepare_page(page, 0)
        last = max(len(rows), 1) + SPARE_ROWS
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width, self.styles[column.kind.form])
            page.write_string(0, place, column.title, self.styles["required" if column.required else "optional"])
            page.write_comment(0, place, column.help, {"author": "", "x_scale": 1.6, "font_size": 9})
            self._validate(page, column, 1, last, place)
        page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)
        for number, row in enumerate(rows, 1):
            values = [column.value_of(row) for column in sheet.columns]
            for place, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
                self._write_cell(page, number, place, column.kind, value)
            widths = [column.width for column in sheet.columns]
            page.set_row(number, row_height(zip(values, widths, strict=True)))

    # --- Cells

    def _write_cell(self, page: Worksheet, row: int, place: int, kind: Kind, value: Any, variant: str = "") -> None:
        written = kind.write(value)
        style = self.styles[variant + _style_of(kind, written)]
        if written is None or written == "":
            page.write_blank(row, place, None, style)
        elif isinstance(written, dt.date):
            page.write_datetime(row, place, written, style)
        elif isinstance(written, (int, Decimal)):
            # 100.00 and 100 are one number, and have to give the same bytes.
            page.write_number(row, place, written if written % 1 else int(written), style)
        # Never `write`, which would make a formula of a text that begins with "=".
        elif page.write_string(row, place, written, style) < 0:
            where = f"{page.get_name()} {xl_rowcol_to_cell(row, place)}"
            raise ValueError(_("El texto de %(where)s es demasiado largo para una celda de Excel.") % {"where": where})

    def _validate(self, page: Worksheet, column: Column, first: int, last: int, place: int) -> None:
        rule = self._rule(column)
        if rule is None:
            return
        expected = column.kind.expected
        rule |= {
            "ignore_blank": True,
            "error_title": column.title[:TITLE_LENGTH],
            "error_message": (_("Se espera %(expected)s.") % {"expected": expected})[:MESSAGE_LENGTH],
        }
        page.data_validation(first, place, last, place, rule)

    def _rule(self, column: Column) -> dict[str, Any] | None:
        """What Excel itself checks while somebody types."""
        kind = column.kind
        if column.refers_to:
            source = f"='{column.refers_to}'!$A$2:$A${LISTED_ROWS + 1}"
            # A unit's cell may also say that another one follows (GSC;GSGC:2023-2): let it, after a warning.
            return {"validate": "list", "source": source, "error_type": "warning"}
        if kind.options and not kind.several:
            return {"validate": "list", "source": self.lists.source(kind)}
        if kind.form == "date":
            return {"validate": "date", "criteria": ">=", "value": dt.date(1900, 1, 1)}
        if isinstance(kind, Whole):
            limits = {"minimum": kind.minimum, "maximum": kind.maximum}
            return {"validate": "integer", "criteria": "between"} | limits
        if type(kind) is Quantity:
            return {"validate": "decimal", "criteria": ">" if kind.above_zero else ">=", "value": 0}
        return None


def _style_of(kind: Kind, written: Written) -> str:
    if isinstance(written, str) and written.startswith(FORMULA_STARTS):
        return "quoted"
    if isinstance(written, Decimal):
        return "decimal_quantity" if written % 1 else "whole_quantity"
    return kind.form
