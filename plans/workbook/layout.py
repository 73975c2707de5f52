"""The workbook's sheets and columns as data.

One declaration that the writer, the reader, the instructions and the drop-downs share. Names of sheets and columns
are part of the file's format and so are not translated; what explains them is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from institution.models import GCMObjective, IGMDimension, SDGTarget
from plans.workbook.kinds import Kind, Text
from plans.workbook.text import key_of

INSTRUCTIONS = "Instrucciones"
LISTS = "Listas"
PLAN = "Plan"
UNITS, GUIDELINES, OBJECTIVES, ACTIONS = "Unidades", "Lineamientos", "Objetivos", "Acciones"
ACTIVITIES, INDICATORS, ROAD_MAP = "Actividades", "Indicadores", "Hoja de ruta"
TITLES = {
    "units": UNITS,
    "guidelines": GUIDELINES,
    "objectives": OBJECTIVES,
    "actions": ACTIONS,
    "activities": ACTIVITIES,
    "indicators": INDICATORS,
    "steps": ROAD_MAP,
}
WIDE = 48
FIELD_HEADER, VALUE_HEADER, HELP_HEADER = "Campo", "Valor", "Qué se escribe"


@dataclass(frozen=True)
class CodeLists:
    """The lists that all plans share: code -> name, in their own order."""

    gcm: dict[int, str]
    sdg: dict[str, str]
    igm: dict[int, str]

    @classmethod
    def load(cls) -> CodeLists:
        return cls(
            dict(GCMObjective.objects.values_list("number", "name")),
            dict(SDGTarget.objects.values_list("code", "name")),
            dict(IGMDimension.objects.values_list("number", "name")),
        )


@dataclass(frozen=True)
class Column:
    """One column of a sheet, or one field of the sheet Plan. `key` is the attribute of the row that it fills.

    `refers_to` names the sheet whose first column the drop-down offers; a target's column has its `period`.
    """

    key: str
    title: str
    kind: Kind
    help: str
    required: bool = False
    width: int = 16
    refers_to: str = ""
    period: str = ""

    def value_of(self, row: Any) -> Any:
        return row.targets.get(self.period) if self.period else getattr(row, self.key)


@dataclass(frozen=True)
class Sheet:
    """One sheet: `part` is the attribute of PlanWorkbook that holds its rows, each made by `make`.

    The first column is what identifies a row.
    """

    title: str
    part: str
    make: Callable[..., Any]
    help: str
    columns: tuple[Column, ...]

    @property
    def identity(self) -> Column:
        return self.columns[0]

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def by_header(self) -> dict[str, Column]:
        return {key_of(column.title): column for column in self.columns}


@dataclass(frozen=True)
class Layout:
    """All sheets of one plan's workbook. Government and plan share the sheet Plan, one field under another."""

    government: Sheet
    plan: Sheet
    tables: tuple[Sheet, ...]

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        return self.government.columns + self.plan.columns

    def __iter__(self) -> Iterator[Sheet]:
        yield from (self.government, self.plan, *self.tables)

    def sheet(self, part: str) -> Sheet:
        return next(sheet for sheet in self if sheet.part == part)


def text_of(model: type[Model], field: str, **kwargs: Any) -> Text:
    """A text as long as the model allows."""
    return Text(model._meta.get_field(field).max_length, **kwargs)


def code_of(model: type[Model]) -> Text:
    """A code by which pages are addressed, where `/` separates."""
    return text_of(model, "code", pattern=r"[^/\n]+", hint=_("un código sin «/», hasta 40 caracteres"))
