"""Finds the inputs of a workbook by the codes of its rows and the words of its headers, wherever they were moved to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitoring.entries import TableLayout, cell_key
from monitoring.models import Breakdown
from monitoring.queries import FiledIndicator, Filing
from monitoring.workbook.content import Findings
from monitoring.workbook.layout import CODE, INPUTS, RESULTS, TABLE_KEY, sheet_names
from plans.workbook.book import Grid, address
from plans.workbook.kinds import Cell
from plans.workbook.text import key_of, shortened

EMPTY = Cell("")


@dataclass(frozen=True)
class Place:
    """Where an input stands. Unpacks as (sheet, cell)."""

    sheet: str
    cell: str
    formula: bool = False

    def __iter__(self) -> Iterator[str]:
        return iter((self.sheet, self.cell))


Inputs = tuple[dict[str, Cell], dict[str, Place]]


def _at(grid: Grid, row: int, column: int) -> tuple[Cell, Place]:
    place = Place(grid.title, address(column, row), (row, column) in grid.formulas)
    return grid.rows.get(row, {}).get(column, EMPTY), place


def _key(cell: Cell) -> str:
    return key_of(_word(cell))


def _word(cell: Cell) -> str:
    return cell.value if isinstance(cell.value, str) else ""


class Sheets:
    """The sheets of one workbook. What is not where it should be goes to the findings."""

    def __init__(self, grids: Sequence[Grid], filing: Filing, findings: Findings) -> None:
        self.grids, self.findings = grids, findings
        self.codes = [row.indicator.code for row in filing.indicators]
        self.names = sheet_names(row.indicator.code for row in filing.indicators if row.form.tables)
        self.results = next((grid for grid in grids if key_of(grid.title) == key_of(RESULTS)), None)
        self.columns: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.code_column = 1
        if self.results is None:
            findings.add(
                RESULTS, "", _("falta la hoja o cambió de nombre"), _("la hoja «%(name)s»") % {"name": RESULTS}
            )
        else:
            self._read_results(self.results)

    # --- The sheet Resultados

    def _read_results(self, grid: Grid) -> None:
        wanted = key_of(str(CODE))
        head = next(
            (number for number, row in grid.rows.items() if any(_key(cell) == wanted for cell in row.values())),
            None,
        )
        if head is None:
            self.findings.add(
                grid.title, "", _("falta la columna «%(name)s»") % {"name": CODE}, _("los encabezados como estaban")
            )
            return
        by_title = defaultdict(list)
        for column, cell in grid.rows[head].items():
            by_title[_key(cell)].append(column)
        for key, title in ((column.key, str(column.title)) for column in INPUTS):
            found = by_title[key_of(title)]
            if len(found) == 1:
                self.columns[key] = found[0]
                continue
            wrong = _("falta la columna «%(name)s»") if not found else _("la columna «%(name)s» está repetida")
            cell = address(found[1], head) if found else ""
            self.findings.add(grid.title, cell, wrong % {"name": title}, _("los encabezados como estaban"))
        self._read_codes(grid, head, by_title[wanted][0])

    def _read_codes(self, grid: Grid, head: int, column: int) -> None:
        self.code_column = column
        for number, row in grid.rows.items():
            if number <= head:
                continue
            code = str(row[column].value) if column in row else ""
            cell = address(column, number)
            if not code:
                if any(place in row for place in self.columns.values()):
                    self.findings.add(
                        grid.title, cell, _("falta el código del indicador"), _("el código que estaba ahí")
                    )
            elif code in self.rows:
                wrong = _("«%(code)s» está dos veces") % {"code": shortened(code)}
                self.findings.add(grid.title, cell, wrong, _("una fila por indicador"))
            else:
                self.rows[code] = number

    def cell_of_code(self, row: int) -> str:
        return address(self.code_column, row)

    def texts_of(self, code: str) -> dict[str, tuple[Cell, Place]]:
        """The inputs of a row of Resultados by key; none where the row is missing."""
        number = self.rows.get(code)
        if self.results is None or number is None:
            return {}
        return {key: _at(self.results, number, column) for key, column in self.columns.items()}

    # --- The sheets of breakdown tables

    def cells_of(self, code: str, table: str) -> dict[str, tuple[Cell, Place]]:
        """The inputs of one table by key, as far as its rows and columns are found."""
        found: dict[str, tuple[Cell, Place]] = {}
        for grid in filter(None, [self._sheet_of(code)]):
            columns: dict[str, int] = {}
            for number, row in grid.rows.items():
                words = [_word(cell) for cell in row.values()]
                if any(word.startswith(TABLE_KEY) for word in words):
                    columns = self._sexes(row) if f"{TABLE_KEY}{table}" in words else {}
                key = next((word for word in words if word.startswith(f"{table}:")), None)
                if key is not None:
                    category = key.partition(":")[2]
                    for sex, column in columns.items():
                        found[cell_key(table, category, sex)] = _at(grid, number, column)
        return found

    def _sheet_of(self, code: str) -> Grid | None:
        """By the code in its corner, so that it may be renamed."""
        return next((grid for grid in self.grids if _word(grid.rows.get(1, {}).get(1, EMPTY)) == code), None)

    @staticmethod
    def _sexes(row: dict[int, Cell]) -> dict[str, int]:
        names = {key_of(str(sex.label)): str(sex.value) for sex in Breakdown.Sex}
        return {names[_key(cell)]: column for column, cell in row.items() if _key(cell) in names}

    # --- Everything of one indicator

    def inputs_of(self, row: FiledIndicator, tables: Iterable[str]) -> Inputs:
        """Its cells and places by key. `tables`: those that the workbook was given when it was downloaded."""
        code, found = row.indicator.code, {}
        if self.results is not None and self.columns:
            found |= self.texts_of(code)
            if code not in self.rows:
                wrong = _("falta la fila del indicador «%(code)s»") % {"code": code}
                self.findings.add(self.results.title, "", wrong, _("una fila por indicador, con su código"))
        layouts = [layout for layout in row.form.tables if layout.table in set(tables)]
        if layouts and self._sheet_of(code) is None:
            wrong = _("falta la hoja de «%(code)s»") % {"code": code}
            self.findings.add(self.names.get(code, code), "", wrong, _("la hoja como estaba en el libro"))
            layouts = []
        for layout in layouts:
            found |= self._table_of(code, layout)
        return {key: cell for key, (cell, _place) in found.items()}, {key: place for key, (_c, place) in found.items()}

    def _table_of(self, code: str, layout: TableLayout) -> dict[str, tuple[Cell, Place]]:
        found = self.cells_of(code, str(layout.table))
        title = self._sheet_of(code).title
        missing = [
            label
            for category, label in layout.rows
            if not any(cell_key(layout.table, category, sex) in found for sex, _name in layout.sexes)
        ]
        if len(missing) == len(layout.rows):
            self.findings.add(
                title, "", _("falta la tabla «%(name)s»") % {"name": layout.name}, _("la tabla como estaba en el libro")
            )
            return {}
        for label in missing:
            wrong = _("falta la fila «%(row)s» de la tabla «%(name)s»") % {"row": label, "name": layout.name}
            self.findings.add(title, "", wrong, _("la tabla como estaba en el libro"))
        for sex, name in layout.sexes:
            if not any(cell_key(layout.table, category, sex) in found for category, _label in layout.rows):
                wrong = _("falta la columna «%(column)s» de la tabla «%(name)s»") % {
                    "column": name,
                    "name": layout.name,
                }
                self.findings.add(title, "", wrong, _("la tabla como estaba en el libro"))
        return found
