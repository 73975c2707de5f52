"""Writes the report of one unit's semester as a workbook to be filled in without a connection."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from institution.delimited import FORMULA_STARTS
from institution.models import User
from monitoring.entries import LARGEST_COUNT, NUMBERS, TEXT_LENGTH, is_cell
from monitoring.queries import FiledIndicator, Filing
from monitoring.workbook.asked import rows_of
from monitoring.workbook.content import LastReported
from monitoring.workbook.instructions import write_instructions
from monitoring.workbook.layout import FROZEN, GIVEN, HIDDEN, INPUTS, INSTRUCTIONS, RESULTS, Looks, sheet_names
from monitoring.workbook.tables import write_tables
from plans.workbook.styles import BRAND, CREATED, FONT, INK_2, NOTE, prepare_page, row_height
from plans.workbook.text import clean
from plans.workbook.write import MESSAGE_LENGTH, TITLE_LENGTH

BAND, HEAD, FIRST = 0, 1, 2
# Excel counts 15 digits; the column of a value holds eleven before the point.
LARGEST_VALUE = 99_999_999_999
LEAST_HEIGHT = 62
# What the protection leaves possible: to select, widen and fold, so that long texts can be read.
PROTECTION = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}


def write_submission(
    filing: Filing, *, due_on: dt.date, last: Mapping[int, LastReported], by: User, at: dt.datetime
) -> bytes:
    """The workbook with everything that is recorded already. `last`: what was reported before, by indicator.

    Reading it back with `read_submission` changes nothing. The same report gives the same bytes but for `by` and `at`.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": FONT}) as book:
        title = _("Reporte %(period)s de %(unit)s") % {"period": filing.period.code, "unit": filing.unit.acronym}
        book.set_properties({"title": title, "created": CREATED})
        Writer(book, filing).write(due_on, last, by, at)
    return buffer.getvalue()


class Writer:
    """One workbook. `places`: where the value of each indicator stands, for the sums of its tables."""

    def __init__(self, book: xlsxwriter.Workbook, filing: Filing) -> None:
        self.book, self.filing, self.looks = book, filing, Looks(book)
        self.names = sheet_names(row.indicator.code for row in filing.indicators if row.form.tables)
        self.places: dict[int, str] = {}

    def write(self, due_on: dt.date, last: Mapping[int, LastReported], by: User, at: dt.datetime) -> None:
        guide = self.sheet(INSTRUCTIONS, INK_2)
        write_instructions(guide, self.filing, self.looks, self.names, due_on=due_on, by=by, at=at)
        self._results(self.sheet(RESULTS, NOTE), last)
        for row in self.filing.indicators:
            if row.form.tables:
                write_tables(self, self.sheet(self.names[row.indicator.code], BRAND), row)
        hidden = self.book.add_worksheet(HIDDEN)
        hidden.very_hidden()
        hidden.protect("", PROTECTION)
        for number, texts in enumerate(rows_of(self.filing, by=by, at=at)):
            for place, text in enumerate(texts):
                if text:
                    hidden.write_string(number, place, text)
        self.book.get_worksheet_by_name(RESULTS).activate()

    def sheet(self, title: str, colour: str) -> Worksheet:
        sheet = self.book.add_worksheet(title)
        sheet.set_tab_color(colour)
        sheet.hide_gridlines(2)
        sheet.protect("", PROTECTION)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    # --- The sheet Resultados

    def _results(self, sheet: Worksheet, last: Mapping[int, LastReported]) -> None:
        widths = [column.width for column in (*GIVEN, *INPUTS)]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_row(BAND, 22)
        sheet.set_row(HEAD, 48)
        for place in range(len(widths)):
            sheet.write_blank(BAND, place, None, self.looks["band_given" if place < len(GIVEN) else "band_input"])
        heading = f"{self.filing.unit.acronym} · {self.filing.period.code} · " + _("lo que pide el plan")
        sheet.write_string(BAND, 0, heading, self.looks["band_given"])
        sheet.write_string(BAND, len(GIVEN), _("Lo que usted llena: celdas amarillas"), self.looks["band_input"])
        for place, given in enumerate(GIVEN):
            sheet.write_string(HEAD, place, str(given.title), self.looks["head_given"])
        for place, column in enumerate(INPUTS, len(GIVEN)):
            sheet.write_string(HEAD, place, str(column.title), self.looks["head_input"])
        sheet.freeze_panes(FIRST, FROZEN)
        prepare_page(sheet, HEAD)
        for number, row in enumerate(self.filing.indicators, FIRST):
            self._result(sheet, number, row, last.get(row.indicator.pk), widths)

    def _result(
        self, sheet: Worksheet, number: int, row: FiledIndicator, last: LastReported | None, widths: list[int]
    ) -> None:
        indicator = row.indicator
        counted = clean(indicator.what_counts)
        if clean(indicator.what_does_not):
            counted += "\n" + _("No cuenta: %(what)s") % {"what": clean(indicator.what_does_not)}
        texts = (indicator.code, clean(indicator.node.name), clean(indicator.name), indicator.unit_of_measure)
        for place, text in enumerate((*texts, counted.strip())):
            self.text(sheet, number, place, text, "given")
        self._number_given(sheet, number, 5, row.form.target, _("sin meta este semestre"))
        self._number_given(sheet, number, 6, last and last.value, _("ND") if last else "–")
        self.text(sheet, number, 7, last.period if last else "–", "given_soft")
        for place, column in enumerate(INPUTS, len(GIVEN)):
            if column.key in NUMBERS and column.key not in row.form.numbers:
                sheet.write_blank(number, place, None, self.looks["grey"])
                continue
            self.input(sheet, number, place, row, column.key, str(column.title), str(column.prompt))
        if "value" in row.form.numbers:
            place = xl_rowcol_to_cell(number, len(GIVEN), row_abs=True, col_abs=True)
            self.places[indicator.pk] = f"'{RESULTS}'!{place}"
        shown = [*texts, counted, *([""] * 3), *(row.entry.get(column.key, "") for column in INPUTS)]
        sheet.set_row(number, max(LEAST_HEIGHT, row_height(zip(shown, widths, strict=True))))

    def _number_given(self, sheet: Worksheet, row: int, place: int, number: Decimal | None, without: str) -> None:
        if number is None:
            self.text(sheet, row, place, without, "given_soft")
        else:
            look = self.looks["given_number" if number % 1 else "given_whole"]
            sheet.write_number(row, place, number if number % 1 else int(number), look)

    # --- Cells

    def text(self, sheet: Worksheet, row: int, place: int, text: str, look: str) -> None:
        """A text of ours or of somebody else: never a formula, whatever it begins with."""
        if look == "given" and text.startswith(FORMULA_STARTS):
            look = "given_quoted"
        sheet.write_string(row, place, text, self.looks[look]) if text else sheet.write_blank(
            row, place, None, self.looks[look]
        )

    def input(
        self, sheet: Worksheet, row: int, place: int, filed: FiledIndicator, key: str, title: str, prompt: str
    ) -> None:
        """A cell to be filled in, with what is recorded, and what Excel itself says and checks while somebody types."""
        stored = filed.entry.get(key, "")
        whole = is_cell(key) or (filed.form.counts_whole and key in NUMBERS)
        if is_cell(key) or key in NUMBERS:
            look = self.looks["input_whole" if whole else "input_number"]
            number = Decimal(stored) if stored else None
            if number is None:
                sheet.write_blank(row, place, None, look)
            else:
                sheet.write_number(row, place, number if number % 1 else int(number), look)
            rule = _number_rule(whole=whole, largest=LARGEST_COUNT if is_cell(key) else LARGEST_VALUE)
        else:
            text = clean(stored)
            look = self.looks["input_quoted" if text.startswith(FORMULA_STARTS) else "input_text"]
            sheet.write_string(row, place, text, look) if text else sheet.write_blank(row, place, None, look)
            error = _("El texto es demasiado largo: hasta 4,000 caracteres.")
            rule = {"validate": "length", "criteria": "<=", "value": TEXT_LENGTH, "error_message": error}
        if prompt:
            rule |= {"input_title": title[:TITLE_LENGTH], "input_message": prompt[:MESSAGE_LENGTH]}
        sheet.data_validation(
            row, place, row, place, rule | {"ignore_blank": True, "error_title": title[:TITLE_LENGTH]}
        )


def _number_rule(*, whole: bool, largest: int) -> dict[str, Any]:
    error = _("Personas enteras, desde 0.") if whole else _("Un número desde 0, con punto decimal.")
    kind = "integer" if whole else "decimal"
    return {"validate": kind, "criteria": "between", "minimum": 0, "maximum": largest, "error_message": error}
