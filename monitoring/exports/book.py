"""A workbook for reading: tables with frozen heads and filters, and a sheet that says how to read them.

Numbers are numbers, percentages real ones with all their decimals; what stands instead of a figure is text. Nothing in
it can run: there are no formulas, and every text is written as text. The same input gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from institution.delimited import FORMULA_STARTS
from monitoring import showing
from monitoring.progress import Light, Parameters
from plans.workbook.styles import BOXED, CREATED, FONT, INK_2, LINE_HEIGHT, STYLES, prepare_page, row_height
from plans.workbook.text import CELL_LENGTH, clean

# With both lines above it a table begins below them and an empty one.
TITLE, SUBTITLE, HEAD_BELOW = 0, 1, 3
HEAD_HEIGHT, LABEL_WIDTH, NOTE_WIDTH = 30, 28, 96
A3, PAGES_WIDE = 8, 2
# A number does not touch the text in the next column.
RIGHT = {"align": "right", "indent": 1}
# The shape stands beside the figure, so that the colour is never alone.
SHAPES = {Light.GREEN: "✓", Light.AMBER: "▲", Light.RED: "▼"}
COLOURS = {
    Light.GREEN: {"font_color": "#17663f", "bg_color": "#e4f3ea"},
    Light.AMBER: {"font_color": "#8a5300", "bg_color": "#fdf1d8"},
    Light.RED: {"font_color": "#a3261d", "bg_color": "#fce8e6"},
}


class Percent(NamedTuple):
    """A figure in percent, 93.33 being 0.9333 in the cell, with so many decimals to be seen and its light."""

    figure: Decimal
    light: Light | None = None
    places: int = 1


class Sign(NamedTuple):
    """What stands where there is no figure: S.P., S.I., ND, (*)."""

    text: str


Written = str | int | Decimal | dt.date | Percent | Sign | None
Note = tuple[str, str]


class Column(NamedTuple):
    head: str
    width: float = 13


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. `look`: properties of XlsxWriter for all its cells."""

    cells: Sequence[Written]
    look: Mapping[str, Any] = field(default_factory=dict)


class Book:
    """One workbook, its sheets in the order in which they are added."""

    def __init__(self, title: str) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True, "default_format_properties": FONT})
        self._book.set_properties({"title": clean(title), "created": CREATED})
        self._looks: dict[tuple[tuple[str, Any], ...], Format] = {}

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        lines: Iterable[Line],
        *,
        above: tuple[str, str] | None = None,
        frozen: int = 0,
        is_wide: bool = False,
    ) -> None:
        """A sheet with one table.

        `above`: title and a line under it. `frozen`: columns that stay in sight. `is_wide`: on paper it takes several
        sheets of A3 beside each other, the frozen columns on each.
        """
        sheet = self._sheet(name)
        head = 0
        if above:
            head = HEAD_BELOW
            sheet.set_row(TITLE, 26)
            self._text(sheet, TITLE, 0, above[0], self._look(STYLES["title"]))
            self._text(sheet, SUBTITLE, 0, above[1], self._look(STYLES["subtitle"]))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            self._text(sheet, head, place, column.head, self._look(STYLES["required"]))
        sheet.set_row(head, max(HEAD_HEIGHT, row_height([(column.head, column.width) for column in columns])))
        last = head
        for last, line in enumerate(lines, head + 1):
            cells = list(line.cells)
            texts = [(cell, column.width) for cell, column in zip(cells, columns, strict=True) if isinstance(cell, str)]
            if (height := row_height(texts)) > LINE_HEIGHT:  # not every program fits rows itself
                sheet.set_row(last, height)
            for place, cell in enumerate(cells):
                self._put(sheet, last, place, cell, line.look)
        sheet.freeze_panes(head + 1, frozen)
        sheet.autofilter(head, 0, last, len(columns) - 1)
        prepare_page(sheet, head)
        if is_wide:
            sheet.set_paper(A3)
            sheet.fit_to_pages(PAGES_WIDE, 0)
            sheet.repeat_columns(0, frozen - 1)

    def notes(self, name: str, title: str, notes: Iterable[Note]) -> None:
        """The sheet that says how to read the others: a label and a text a row."""
        sheet = self._sheet(name)
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, 1, NOTE_WIDTH)
        self._text(sheet, 0, 0, title, self._look(STYLES["title"]))
        for number, (label, text) in enumerate(notes, 2):
            sheet.set_row(number, row_height([(label, LABEL_WIDTH), (text, NOTE_WIDTH)]))
            self._text(sheet, number, 0, label, self._look(STYLES["label"]))
            self._put(sheet, number, 1, text, {})
        prepare_page(sheet)

    def content(self) -> bytes:
        """The file; nothing can be added after."""
        self._book.close()
        return self._buffer.getvalue()

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        return sheet

    def _look(self, *properties: Mapping[str, Any]) -> Format:
        merged = dict(FONT)
        for each in properties:
            merged |= each
        key = tuple(sorted(merged.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(merged)
        return self._looks[key]

    def _put(self, sheet: Worksheet, row: int, column: int, value: Written, look: Mapping[str, Any]) -> None:
        match value:
            case None:
                sheet.write_blank(row, column, None, self._look(STYLES["text"], look))
            case Percent(figure, light, places):
                sheet.write_number(row, column, figure / 100, self._look(BOXED, look, _percent(light, places)))
            case Sign(text):
                self._text(sheet, row, column, text, self._look(BOXED, look, {"font_color": INK_2}, RIGHT))
            case str():
                self._text(sheet, row, column, value, self._look(STYLES["text"], look, _quoted(value)))
            case dt.date():
                sheet.write_datetime(row, column, value, self._look(STYLES["date"], look))
            case _:
                style = "decimal_quantity" if value % 1 else "whole_quantity"
                sheet.write_number(row, column, value, self._look(STYLES[style], look, RIGHT))

    @staticmethod
    def _text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
        sheet.write_string(row, column, clean(str(text))[:CELL_LENGTH], look)


def _quoted(text: str) -> dict[str, Any]:
    """A text that looks like a formula stays a text even after somebody edits the cell."""
    return {"quote_prefix": True} if clean(text).startswith(FORMULA_STARTS) else {}


def _percent(light: Light | None, places: int) -> dict[str, Any]:
    shape = f'"{SHAPES[light]}" ' if light in SHAPES else ""
    decimals = f".{'0' * places}" if places else ""
    return {"num_format": f"{shape}0{decimals}%", **RIGHT, **COLOURS.get(light, {})}


def cap_text(rules: Parameters) -> str:
    """With how much an indicator enters an average at most."""
    return _("%s %%") % showing.quantity_text(rules.cap) if rules.cap else _("sin tope")


def light_notes(rules: Parameters) -> Iterator[Note]:
    """What the lights mean, and the signs that stand where there is no figure."""
    lights = {"green": showing.quantity_text(rules.green), "amber": showing.quantity_text(rules.amber)}
    yield (
        _("Semáforo"),
        _("✓ en meta desde %(green)s %%; ▲ cerca desde %(amber)s %%; ▼ lejos. Es de la lectura oficial.") % lights,
    )
    for sign, explanation in showing.SIGN_EXPLANATIONS.items():
        yield sign, str(explanation)
