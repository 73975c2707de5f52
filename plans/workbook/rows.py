"""The rows of a workbook while it is being read, when any cell may still be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string

from plans.workbook.content import Problem
from plans.workbook.layout import Layout
from plans.workbook.text import closest


@dataclass
class Row:
    """One row: the values that could be read, and where each column's cell is.

    A key is missing from `values` when its cell was wrong, and from `cells` when the sheet lacks the column: either
    has been reported, and whoever compares rows passes over it.
    """

    sheet: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def has(self, *keys: str) -> bool:
        """Whether all these cells could be read (they may be empty)."""
        return all(key in self.values for key in keys)


@dataclass
class Rows:
    """All sheets as far as they could be read; `missing` names those that the workbook lacks."""

    fields: Row
    units: list[Row]
    guidelines: list[Row]
    objectives: list[Row]
    actions: list[Row]
    activities: list[Row]
    indicators: list[Row]
    steps: list[Row]
    missing: set[str] = field(default_factory=set)

    @property
    def nodes(self) -> list[Row]:
        return [*self.guidelines, *self.objectives, *self.actions, *self.activities]


class Findings:
    """Gathers what is wrong, and what is only worth a look."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def add(self, sheet: str, cell: str, wrong: str, expected: str) -> None:
        self.problems.append(Problem(sheet, cell, wrong, expected))

    def at(self, row: Row, key: str, wrong: str, expected: str) -> None:
        """A mistake in one cell of a row."""
        self.add(row.sheet, row.cells.get(key, ""), wrong, expected)

    def warn(self, row: Row, key: str, wrong: str, expected: str) -> None:
        self.warnings.append(Problem(row.sheet, row.cells.get(key, ""), wrong, expected))

    def missing_sheet(self, title: str, others: list[str]) -> None:
        wrong = _("falta la hoja «%(title)s»") % {"title": title}
        if near := closest(others, title):
            wrong = _("falta la hoja «%(title)s» (hay una «%(near)s»)") % {"title": title, "near": near}
        self.add(title, "", wrong, _("una hoja con ese nombre, aunque solo tenga encabezados"))

    def in_order(self, layout: Layout) -> list[Problem]:
        """The problems as somebody going through the sheets meets them."""
        sheets = {sheet.title: place for place, sheet in enumerate(layout)}

        def place(problem: Problem) -> tuple[int, int, int]:
            match = re.fullmatch(r"([A-Z]+)(\d+)", problem.cell)
            row, column = (int(match[2]), column_index_from_string(match[1])) if match else (0, 0)
            return sheets.get(problem.sheet, -1), row, column

        return sorted(self.problems, key=place)
