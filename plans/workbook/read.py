"""Reads a plan workbook: finds sheets and columns by name, reads every cell, and gathers all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from plans.measures import periods_between
from plans.models.plan import LONGEST_PLAN
from plans.workbook.book import Grid, address, open_book
from plans.workbook.checks import check
from plans.workbook.content import PlanWorkbook, Problem, WorkbookProblems
from plans.workbook.kinds import Cell, Quantity, Unreadable
from plans.workbook.layout import FIELD_HEADER, INDICATORS, PLAN, CodeLists, Column, Layout, Sheet
from plans.workbook.rows import Findings, Row, Rows
from plans.workbook.sheets import layout_for
from plans.workbook.text import key_of, one_of, shortened

TARGET_HEADER = re.compile(r"(meta )?(\d{4}) ?- ?([12])")
LABELS, VALUES = 1, 2


def read_plan(file: Path | str | IO[bytes]) -> PlanWorkbook:
    """What the workbook says. Raises WorkbookProblems with every mistake in it; reads the database, never writes."""
    findings = Findings()
    grids = _by_title(open_book(file), findings)
    lists = CodeLists.load()
    fields = _read_fields(grids, layout_for((), lists).fields, findings)
    periods = _periods(fields)
    layout = layout_for(periods, lists)
    tables = {sheet.part: _read_table(grids, sheet, periods, findings) for sheet in layout.tables}
    missing = {sheet.part for sheet in layout.tables if key_of(sheet.title) not in grids}
    rows = Rows(fields, **tables, missing=missing)
    check(rows, findings)
    if findings.problems:
        raise WorkbookProblems(findings.in_order(layout))
    return _built(layout, rows, tuple(findings.warnings))


def _by_title(grids: list[Grid], findings: Findings) -> dict[str, Grid]:
    """The sheets by their name. Excel takes "Acciones" and "Acciones " for two; whoever reads them does not."""
    by_title: dict[str, Grid] = {}
    for grid in grids:
        if key_of(grid.title) in by_title:
            wrong = _("la hoja «%(title)s» está dos veces") % {"title": grid.title}
            findings.add(grid.title, "", wrong, _("una sola hoja con ese nombre"))
        by_title.setdefault(key_of(grid.title), grid)
    return by_title


def _periods(fields: Row) -> tuple[str, ...]:
    first, last = fields.get("first_year"), fields.get("last_year")
    return periods_between(first, last) if first and last and last - first < LONGEST_PLAN else ()


# --- The sheet Plan: one field under another


def _read_fields(grids: dict[str, Grid], columns: tuple[Column, ...], findings: Findings) -> Row:
    fields = Row(PLAN, 0)
    grid = grids.get(key_of(PLAN))
    if grid is None:
        findings.missing_sheet(PLAN, [other.title for other in grids.values()])
        return fields
    known = {key_of(column.title): column for column in columns}
    for number, row in grid.rows.items():
        if number == grid.first_row and LABELS in row and key_of(str(row[LABELS].value)) == key_of(FIELD_HEADER):
            continue
        if column := _field_of(number, row, known, fields, findings):
            fields.cells[column.key] = address(VALUES, number)
            _read_cell(fields, column, row.get(VALUES), findings)
    end = max(grid.rows, default=0) + 1
    for column in columns:
        if column.key not in fields.cells:
            findings.add(
                PLAN,
                address(LABELS, end),
                _("falta el campo «%(field)s»") % {"field": column.title},
                _("una fila con ese campo"),
            )
    return fields


def _field_of(
    number: int, row: dict[int, Cell], known: dict[str, Column], fields: Row, findings: Findings
) -> Column | None:
    """The field of a row of the sheet Plan, unless its label is wrong or repeated."""
    if LABELS not in row and VALUES not in row:
        return None
    label = str(row[LABELS].value) if LABELS in row else ""
    column = known.get(key_of(label))
    place = address(LABELS, number)
    if column is None:
        titles = [other.title for other in known.values() if other.key not in fields.cells]
        findings.add(
            PLAN,
            place,
            _("campo desconocido «%(label)s»") % {"label": shortened(label)},
            one_of(titles, label),
        )
    elif column.key in fields.cells:
        findings.add(PLAN, place, _("campo repetido «%(label)s»") % {"label": label}, _("cada campo una sola vez"))
        return None
    return column


# --- The other sheets: one column beside another


@dataclass
class _Headers:
    """Which column of the sheet holds what, by column number."""

    columns: dict[int, Column] = field(default_factory=dict)
    # Columns already complained about: what stands below them is not read.
    refused: set[int] = field(default_factory=set)

    @property
    def keys(self) -> set[str]:
        return {column.key for column in self.columns.values()}


def _read_table(grids: dict[str, Grid], sheet: Sheet, periods: tuple[str, ...], findings: Findings) -> list[Row]:
    grid = grids.get(key_of(sheet.title))
    if grid is None:
        findings.missing_sheet(sheet.title, [other.title for other in grids.values()])
        return []
    headers = _read_headers(grid, sheet, periods, findings)
    rows = []
    for number, cells in grid.rows.items():
        if number == grid.first_row:
            continue
        row = Row(sheet.title, number)
        _report_strays(row, cells, headers, findings)
        if not any(column in cells for column in headers.columns):
            continue
        for place, column in headers.columns.items():
            row.cells[column.key] = address(place, number)
            _read_cell(row, column, cells.get(place), findings)
        rows.append(row)
    return rows


def _read_headers(grid: Grid, sheet: Sheet, periods: tuple[str, ...], findings: Findings) -> _Headers:
    headers = _Headers()
    cells = grid.rows.get(grid.first_row, {})
    for place, cell in cells.items():
        title = str(cell.value)
        column = sheet.by_header.get(key_of(title)) or _target_column(title, sheet, periods)
        where = address(place, grid.first_row)
        if column is None:
            _report_header(sheet, where, title, headers, findings)
        elif column.key in headers.keys:
            wrong = _("columna repetida «%(title)s»") % {"title": column.title}
            findings.add(sheet.title, where, wrong, _("cada columna una sola vez"))
        else:
            headers.columns[place] = column
            continue
        headers.refused.add(place)
    free = max(cells, default=0)
    for column in sheet.columns:
        if column.key not in headers.keys:
            free += 1
            wrong = _("falta la columna «%(title)s»") % {"title": column.title}
            findings.add(sheet.title, address(free, grid.first_row), wrong, _("una columna con ese encabezado"))
    return headers


def _target_column(title: str, sheet: Sheet, periods: tuple[str, ...]) -> Column | None:
    """A target's column, which may be named by its semester alone. While the plan's years are unknown, any will do."""
    match = TARGET_HEADER.fullmatch(key_of(title))
    if sheet.title != INDICATORS or not match:
        return None
    period = f"{match[2]}-{match[3]}"
    if not periods:
        return Column(f"target:{period}", f"Meta {period}", Quantity(), "", period=period)
    return sheet.by_key.get(f"target:{period}")


def _report_header(sheet: Sheet, where: str, title: str, headers: _Headers, findings: Findings) -> None:
    if sheet.title == INDICATORS and TARGET_HEADER.fullmatch(key_of(title)):
        wrong = _("«%(title)s» está fuera de los años del plan") % {"title": shortened(title)}
        expected = _("metas de los semestres del plan")
    else:
        wrong = _("columna desconocida «%(title)s»") % {"title": shortened(title)}
        expected = one_of((column.title for column in sheet.columns if column.key not in headers.keys), title)
    findings.add(sheet.title, where, wrong, expected)


def _report_strays(row: Row, cells: dict[int, Cell], headers: _Headers, findings: Findings) -> None:
    """Complains once about each column that has values and no header."""
    for place in cells:
        if place not in headers.columns and place not in headers.refused:
            headers.refused.add(place)
            findings.add(
                row.sheet,
                address(place, row.number),
                _("valor bajo una columna sin encabezado"),
                _("la columna con su encabezado, o nada"),
            )


# --- Cells and rows


def _read_cell(row: Row, column: Column, cell: Cell | None, findings: Findings) -> None:
    """Puts the cell's value into the row, or says what is wrong with it and leaves the value out."""
    if cell is None:
        if column.required:
            findings.at(row, column.key, _("falta «%(title)s»") % {"title": column.title}, column.kind.expected)
        else:
            row.values[column.key] = column.kind.blank
        return
    if cell.trouble:
        findings.at(row, column.key, cell.trouble, column.kind.expected)
        return
    try:
        row.values[column.key] = column.kind.read(cell)
    except Unreadable as error:
        findings.at(row, column.key, error.wrong, error.expected)


def _built(layout: Layout, rows: Rows, warnings: tuple[Problem, ...]) -> PlanWorkbook:
    fields = rows.fields.values
    return PlanWorkbook(
        government=layout.government.make(**{column.key: fields[column.key] for column in layout.government.columns}),
        plan=layout.plan.make(**{column.key: fields[column.key] for column in layout.plan.columns}),
        **{sheet.part: tuple(_made(sheet, getattr(rows, sheet.part))) for sheet in layout.tables},
        warnings=warnings,
    )


def _made(sheet: Sheet, rows: list[Row]) -> Iterator[Any]:
    periods = {column.key: column.period for column in sheet.columns if column.period}
    for row in rows:
        values = {key: value for key, value in row.values.items() if key not in periods}
        if periods:
            targets = {period: row.values[key] for key, period in periods.items()}
            values["targets"] = {period: value for period, value in targets.items() if value is not None}
        yield sheet.make(**values)
