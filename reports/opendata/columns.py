"""The words in which tables of open data are declared: a column, a table, what leads from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
Codes = Callable[[], Iterable[tuple[str, Text]]]
# How types are called where people read them; the types are those of Table Schema.
PERIOD_PATTERN = "[0-9]{4}-[12]"
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` and `description` are for programs, in English; `title` says in Spanish what it holds.

    `codes`: the values that may stand in it, each with its name in Spanish. `many`: several of them, joined by `;`.
    """

    name: str
    type: str
    title: Text
    description: str
    required: bool = False
    codes: Codes | None = None
    pattern: str = ""
    minimum: int | None = None
    many: bool = False

    def constraints(self) -> dict[str, Any]:
        """As Table Schema writes them."""
        found: dict[str, Any] = {"required": True} if self.required else {}
        if self.codes and not self.many:
            found["enum"] = [code for code, _name in self.codes()]
        if self.pattern:
            found["pattern"] = self.pattern
        if self.minimum is not None:
            found["minimum"] = self.minimum
        return found


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns whose values stand in the key of another table (or of the same one)."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One file. `title` and `about` in Spanish, `description` in English; `key` identifies a row."""

    name: str
    title: Text
    about: Text
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = field(default=())

    @property
    def path(self) -> str:
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def period(name: str, title: Text, description: str, *, required: bool = True) -> Column:
    """A semester's code."""
    return Column(name, "string", title, description, required=required, pattern=PERIOD_PATTERN)


def text(name: str, title: Text, description: str, *, required: bool = False) -> Column:
    return Column(name, "string", title, description, required=required)


def coded(name: str, title: Text, description: str, codes: Codes, *, required: bool = True) -> Column:
    return Column(name, "string", title, description, required=required, codes=codes)


def several(name: str, title: Text, description: str, codes: Codes | None = None) -> Column:
    return Column(name, "string", title, description, codes=codes, many=True)


def number(name: str, title: Text, description: str) -> Column:
    return Column(name, "number", title, description)


def count(name: str, title: Text, description: str, *, required: bool = True) -> Column:
    return Column(name, "integer", title, description, required=required, minimum=0)


def yes_or_no(name: str, title: Text, description: str, *, required: bool = True) -> Column:
    return Column(name, "boolean", title, description, required=required)


def date(name: str, title: Text, description: str, *, required: bool = True) -> Column:
    return Column(name, "date", title, description, required=required)


def year(name: str, title: Text, description: str, *, required: bool = True) -> Column:
    return Column(name, "year", title, description, required=required)


def to(table: str, *columns: str, key: tuple[str, ...] = ("code",)) -> Reference:
    return Reference(columns, table, key)
