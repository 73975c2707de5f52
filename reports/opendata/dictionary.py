"""The dictionary of the open data as people read it: every file, every column, every code."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.opendata.columns import Column, Table
from reports.opendata.tables import BY_NAME, TABLES

TYPES = {
    "string": gettext_lazy("texto"),
    "integer": gettext_lazy("número entero"),
    "number": gettext_lazy("número"),
    "boolean": gettext_lazy("true o false"),
    "date": gettext_lazy("fecha (AAAA-MM-DD)"),
    "year": gettext_lazy("año"),
}


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """`codes`: each with its name. `leads_to`: the file in whose key its values stand; empty for none."""

    name: str
    title: str
    type: str
    in_key: bool
    required: bool
    codes: tuple[tuple[str, str], ...]
    leads_to: str


@dataclass(frozen=True, slots=True)
class ListedTable:
    name: str
    path: str
    title: str
    about: str
    columns: tuple[ListedColumn, ...]


def data_dictionary() -> tuple[ListedTable, ...]:
    """Every table as it is declared: nothing is read."""
    return tuple(
        ListedTable(
            table.name,
            table.path,
            str(table.title),
            str(table.about),
            tuple(_listed(table, column) for column in table.columns),
        )
        for table in TABLES
    )


def _listed(table: Table, column: Column) -> ListedColumn:
    found = (each.table for each in table.references if column.name in each.columns)
    kind = str(TYPES[column.type])
    return ListedColumn(
        name=column.name,
        title=str(column.title),
        type=_("varios, separados por «;»") if column.many else kind,
        in_key=column.name in table.key,
        required=column.required,
        codes=tuple((code, str(name)) for code, name in column.codes()) if column.codes else (),
        leads_to=next((BY_NAME[name].path for name in found), ""),
    )
