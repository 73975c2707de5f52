"""The activity log as a file: CSV and Excel, one row for each field that changed, written as it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from institution.delimited import texts_as_csv
from monitoring.activity import Entry
from plans.workbook.text import CELL_LENGTH

# With it Excel reads accents; with the comma, that of Peru's regional settings, it finds the columns.
BYTE_ORDER_MARK = "\ufeff"
WIDTHS = (11, 7, 26, 26, 24, 34, 36, 10, 26, 36, 36, 50)


def log_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """The file line by line. What looks like a formula is text: an apostrophe stands before it."""
    yield BYTE_ORDER_MARK
    yield from texts_as_csv(_heads(), _rows(entries))


def log_xlsx(entries: Iterable[Entry], file: IO[bytes]) -> None:
    """Writes the workbook; the rows go to disk as they come. Its cells are texts by kind, so that none is a formula."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet(_("Bitácora"))
        head = book.add_format({"bold": True, "bottom": 1})
        for column, (name, width) in enumerate(zip(_heads(), WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, (day, *texts) in enumerate(_rows(entries), start=1):
            sheet.write_datetime(last, 0, dt.date.fromisoformat(day))
            for column, text in enumerate(texts, start=1):
                sheet.write_string(last, column, text[:CELL_LENGTH])
        sheet.autofilter(0, 0, last, len(WIDTHS) - 1)


def _heads() -> list[str]:
    return [
        _("Fecha"),
        _("Hora"),
        _("Quién"),
        _("En calidad de"),
        _("Tipo"),
        _("Qué hizo"),
        _("Sobre qué"),
        _("Gerencia"),
        _("Dato"),
        _("Antes"),
        _("Después"),
        _("Motivo o texto"),
    ]


def _rows(entries: Iterable[Entry]) -> Iterator[list[str]]:
    for entry in entries:
        told = entry.told
        when = [f"{entry.at:%Y-%m-%d}", "" if entry.is_day else f"{entry.at:%H:%M}"]
        act = [str(entry.by or told.who), entry.capacity, str(entry.kind.label), told.act, told.subject, told.unit]
        changed = [[each.label, each.old, each.new] for each in told.differences] or [["", "", ""]]
        yield from ([*when, *act, *each, told.why] for each in changed)
