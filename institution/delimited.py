"""PURE. Tables as CSV (RFC 4180), and what a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# A number written as text: below 0 it begins as a formula does.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class _Line:
    """A file for csv.writer that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def rows_as_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of a CSV file: a head of field names, then each row.

    Lists of plain values are joined by `;`. Whatever is nested deeper stays in JSON only. Text that a spreadsheet
    would compute is preceded by an apostrophe; a number below 0 is not.
    """
    return _lines(names, ([_cell(row.get(name)) for name in names] for row in rows))


def texts_as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file whose cells are what people wrote: each is text, so `-5` has its apostrophe too."""
    return _lines(heads, ([guarded(cell) for cell in row] for row in rows))


def _lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(heads)
    for row in rows:
        yield writer.writerow(row)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return guarded(";".join(str(each) for each in value))
        case str() if not NUMBER.fullmatch(value):
            return guarded(value)
    return value
