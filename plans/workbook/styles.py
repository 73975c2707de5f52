"""How the workbook looks: the colours of the pages (static/css), as XlsxWriter's formats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

BRAND, BRAND_WASH, INK, INK_2, LINE = "#0b4f6c", "#e6f0f4", "#1b2430", "#55606e", "#dfe3e8"
NOTE, NOTE_WASH = "#8a5300", "#fdf1d8"
FONT = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
# The file says nothing about when it was made: the same plan gives the same bytes.
CREATED = dt.datetime(2022, 1, 1)

# A line of text in points, and a letter in the unit of column widths, both with room to spare; Excel's own limit.
LINE_HEIGHT, LETTER, TALLEST_ROW = 14, 1.0, 400
BOXED = {"text_wrap": True, "border": 1, "border_color": LINE}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 18, "bold": True, "font_color": BRAND},
    "subtitle": {"font_size": 12, "font_color": INK_2},
    "note": {"font_color": NOTE, "bg_color": NOTE_WASH, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "section": {"font_size": 12, "bold": True, "font_color": BRAND},
    "prose": {"text_wrap": True},
    "required": {**BOXED, "bold": True, "font_color": "#ffffff", "bg_color": BRAND, "valign": "vcenter"},
    "optional": {**BOXED, "bold": True, "font_color": BRAND, "bg_color": BRAND_WASH, "valign": "vcenter"},
    "label": {**BOXED, "bold": True, "bg_color": "#f6f7f9"},
    "help": {**BOXED, "font_color": INK_2},
    # `@`: Excel must not make a number of a code, nor a date of "3-2022".
    "text": {**BOXED, "num_format": "@"},
    # A text that looks like a formula stays a text even after somebody edits the cell.
    "quoted": {**BOXED, "num_format": "@", "quote_prefix": True},
    "number": {**BOXED, "num_format": "General", "align": "right"},
    "whole_quantity": {**BOXED, "num_format": "#,##0", "align": "right"},
    "decimal_quantity": {**BOXED, "num_format": "#,##0.0###", "align": "right"},
    "whole": {**BOXED, "num_format": "0", "align": "right"},
    "date": {**BOXED, "num_format": "dd/mm/yyyy", "align": "right"},
}
# One value under another, as in the sheet Plan, reads better from the left.
FIELD_STYLE = "field_"
STYLES |= {FIELD_STYLE + name: style | {"align": "left"} for name, style in STYLES.items()}


class Styles:
    """The formats of one workbook, each made when first asked for."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.format = cache(lambda name: book.add_format(FONT | STYLES[name]))

    def __getitem__(self, name: str) -> Format:
        return self.format(name)


def prepare_page(sheet: Worksheet, header_row: int | None = None) -> None:
    """A4 on its side, one page wide, the header on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&8&A&R&8&P / &N")
    if header_row is not None:
        sheet.repeat_rows(header_row)


def row_height(cells: Iterable[tuple[Any, float]]) -> float:
    """A height at which every (value, column width) of a row can be read whole: not every program fits rows itself."""
    lines = (
        sum(max(1, ceil(len(line) * LETTER / width)) for line in str(value or "").split("\n")) for value, width in cells
    )
    return min(max(lines, default=1) * LINE_HEIGHT, TALLEST_ROW)
