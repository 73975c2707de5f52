"""Kinds of cell whose values come from a list: one choice, several codes, an entry of a shared code list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from plans.workbook.kinds import Cell, Kind, Unreadable, Written, as_typed
from plans.workbook.text import key_of, one_of, shortened

SEPARATOR = "; "


@dataclass(frozen=True)
class Choice(Kind):
    """One of a list, by the label that the drop-down offers or by its code."""

    choices: type[TextChoices]
    blank = ""

    @property
    def expected(self) -> str:
        return one_of(self.options)

    @property
    def options(self) -> list[str]:
        return [str(label) for label in self.choices.labels]

    def read(self, cell: Cell) -> str:
        return self.code_of(as_typed(cell))

    def code_of(self, typed: str) -> str:
        known = {key_of(str(text)): code for code, label in self.choices.choices for text in (code, label)}
        if (code := known.get(key_of(typed))) is None:
            raise Unreadable(_("«%(value)s»") % {"value": typed}, one_of(self.options, typed))
        return code

    def write(self, value: str) -> Written:
        return str(self.choices(value).label) if value else None


@dataclass(frozen=True)
class Codes(Kind):
    """Several texts separated by `;`, kept in their natural order."""

    what: str
    blank = ()
    several = True

    @property
    def expected(self) -> str:
        return str(self.what)

    def read(self, cell: Cell) -> tuple:
        items = [self.item(part) for part in self.parts(cell)]
        for item in items:
            if items.count(item) > 1:
                raise self.refuse(cell, _("«%(value)s» está repetido") % {"value": self.label(item)})
        return self.ordered(items)

    def parts(self, cell: Cell) -> list[str]:
        if not isinstance(cell.value, str):
            raise self.refuse(cell, _("«%(value)s» no es un texto") % {"value": as_typed(cell)})
        return [part.strip() for part in re.split(r"[;\n]", cell.value) if part.strip()]

    def item(self, part: str) -> Any:
        return part

    def label(self, item: Any) -> str:
        return str(item)

    def ordered(self, items: list) -> tuple:
        return tuple(sorted(items))

    def write(self, value: tuple) -> Written:
        return SEPARATOR.join(map(self.label, value)) or None


@dataclass(frozen=True)
class Choices(Codes):
    """Several of a list, in the order given."""

    choices: type[TextChoices]

    @property
    def options(self) -> list[str]:
        return [str(label) for label in self.choices.labels]

    def item(self, part: str) -> str:
        return Choice(self.choices).code_of(part)

    def label(self, item: str) -> str:
        return str(self.choices(item).label)

    def ordered(self, items: list) -> tuple:
        return tuple(items)


@dataclass(frozen=True)
class Listed(Codes):
    """Several entries of a code list (`names`: code -> name), each by its code; what follows the code is not read.

    The codes are numbers, or text such as 16.10 of which Excel would make 16.1.
    """

    names: dict[Any, str]

    @property
    def options(self) -> list[str]:
        return [f"{code} {name}" for code, name in self.names.items()]

    def parts(self, cell: Cell) -> list[str]:
        if isinstance(cell.value, bool) or not isinstance(cell.value, (int, float)):
            return super().parts(cell)
        typed = as_typed(cell)
        if f"{typed}0" in self.names and typed in self.names:
            wrong = _("«%(value)s» está escrito como número: puede ser %(value)s o %(value)s0") % {"value": typed}
            raise Unreadable(wrong, _("lo mismo en una celda con formato de texto"))
        return [typed]

    def item(self, part: str) -> Any:
        typed = part.split(maxsplit=1)[0].rstrip(".").lower()
        known = {str(code): code for code in self.names}
        if typed not in known:
            # The nearest number is no likelier than any other: what a code looks like says more.
            raise Unreadable(_("«%(value)s» no está en la lista") % {"value": shortened(part)}, self.expected)
        return known[typed]

    def ordered(self, items: list) -> tuple:
        places = {code: place for place, code in enumerate(self.names)}
        return tuple(sorted(items, key=places.__getitem__))


@dataclass(frozen=True)
class ListedOne(Kind):
    """One entry of a numbered code list, by its number or as "1. Name"."""

    names: dict[int, str]

    @property
    def expected(self) -> str:
        return one_of(self.options)

    @property
    def options(self) -> list[str]:
        return [f"{number}. {name}" for number, name in self.names.items()]

    def read(self, cell: Cell) -> int:
        typed = as_typed(cell)
        for number, option in zip(self.names, self.options, strict=True):
            if key_of(typed) in (str(number), key_of(option), key_of(self.names[number])):
                return number
        raise Unreadable(_("«%(value)s»") % {"value": typed}, one_of(self.options, typed))

    def write(self, value: int | None) -> Written:
        return None if value is None else f"{value}. {self.names[value]}"
