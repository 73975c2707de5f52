"""What a cell may hold: each kind reads a typed or badly typed cell, and writes a value as a person would see it."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from plans.workbook.tenures import Tenure, TenureProblem, parse_tenures, write_tenures
from plans.workbook.text import clean, key_of, one_of, shortened

EXCEL_TEXT_LENGTH = 32_767
# Excel keeps 15 significant digits; a float's further ones are noise of its binary form.
EXCEL_DIGITS = ".15g"
NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
# A decimal comma, with points for thousands or without: 1234,5 and 1.234,5.
EUROPEAN = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d+")
PERUVIAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
YES = {"si", "s", "yes", "true", "verdadero", "1"}
NO = {"no", "n", "false", "falso", "0"}
ND = "ND"

Written = str | int | Decimal | dt.date | None


class Unreadable(Exception):
    """The cell does not hold what its column asks for."""

    def __init__(self, wrong: str, expected: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.expected = expected


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty, as plain Python. `trouble` says why its value cannot be trusted at all."""

    value: str | int | float | bool | dt.date | dt.datetime
    percent: bool = False
    trouble: str = ""


class Kind:
    """A kind of value.

    `blank` is what an empty cell means, `form` picks the cell's format, `several` says that a cell takes more than
    one of the `options`.
    """

    blank: Any = None
    form = "text"
    several = False

    @property
    def expected(self) -> str:
        raise NotImplementedError

    def read(self, cell: Cell) -> Any:
        """The value of a cell that is not empty. Raises Unreadable."""
        raise NotImplementedError

    def write(self, value: Any) -> Written:
        """What the cell shows; `read` gives the same value back."""
        return value

    @property
    def options(self) -> list[str] | None:
        """The list that the value comes from, as the sheet Listas shows it and the drop-down offers it."""
        return None

    def refuse(self, cell: Cell, wrong: str = "") -> Unreadable:
        return Unreadable(wrong or _("«%(value)s»") % {"value": as_typed(cell)}, self.expected)


def as_typed(cell: Cell) -> str:
    """The cell's value as the person saw it, more or less."""
    if isinstance(cell.value, bool):
        return _("Sí") if cell.value else _("No")
    if isinstance(cell.value, float):
        return format(cell.value, EXCEL_DIGITS)
    if isinstance(cell.value, dt.datetime):
        return f"{cell.value:%d/%m/%Y %H:%M}"
    if isinstance(cell.value, dt.date):
        return f"{cell.value:%d/%m/%Y}"
    return shortened(str(cell.value))


@dataclass(frozen=True)
class Text(Kind):
    """A text, or a code that may look like a number. `pattern` is what it has to match, `hint` says so in words."""

    max_length: int | None = None
    pattern: str = ""
    hint: str = ""
    blank = ""

    @property
    def expected(self) -> str:
        if self.hint:
            return str(self.hint)
        return _("un texto de hasta %(count)s caracteres") % {"count": f"{self.max_length or EXCEL_TEXT_LENGTH:,}"}

    def read(self, cell: Cell) -> str:
        text = self._text(cell)
        if len(text) > (self.max_length or EXCEL_TEXT_LENGTH):
            raise Unreadable(
                _("tiene %(count)s caracteres") % {"count": f"{len(text):,}"},
                _("hasta %(count)s") % {"count": f"{self.max_length or EXCEL_TEXT_LENGTH:,}"},
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise self.refuse(cell)
        return text

    def _text(self, cell: Cell) -> str:
        if isinstance(cell.value, str):
            return cell.value
        if isinstance(cell.value, (bool, dt.date)):
            raise self.refuse(cell, _("«%(value)s» no es un texto") % {"value": as_typed(cell)})
        if isinstance(cell.value, int) or cell.value.is_integer():
            return str(int(cell.value))
        # 1.10 typed as a number has become 1.1: nobody can tell what was meant.
        raise Unreadable(
            _("«%(value)s» está escrito como número y puede haber perdido cifras") % {"value": as_typed(cell)},
            _("lo mismo en una celda con formato de texto"),
        )


@dataclass(frozen=True)
class Quantity(Kind):
    """A number that is never negative, with at most `places` decimals."""

    max_digits: int = 15
    places: int = 4
    above_zero: bool = False
    maximum: int | None = None
    form = "number"

    @property
    def expected(self) -> str:
        least = _("un número mayor que 0") if self.above_zero else _("un número desde 0")
        upto = _(" hasta %(maximum)s") % {"maximum": self.maximum} if self.maximum else ""
        return least + upto + _(", con %(places)s decimales como máximo") % {"places": self.places}

    def read(self, cell: Cell) -> Decimal:
        if cell.percent:
            raise self.refuse(cell, _("la celda tiene formato de porcentaje: 40% es 0.4, no 40"))
        number = self._number(cell)
        if number < 0 or (self.above_zero and not number):
            raise self.refuse(cell)
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise self.refuse(cell, _("«%(value)s» tiene demasiados decimales") % {"value": as_typed(cell)})
        if number >= Decimal(10) ** (self.max_digits - self.places) or (self.maximum and number > self.maximum):
            raise self.refuse(cell, _("«%(value)s» es demasiado grande") % {"value": as_typed(cell)})
        return number

    def _number(self, cell: Cell) -> Decimal:
        number = number_of(cell)
        if number is None:
            european = isinstance(cell.value, str) and EUROPEAN.fullmatch(cell.value)
            hint = _(": los decimales van con punto y los miles con coma (1,234.5)") if european else ""
            raise self.refuse(cell, _("«%(value)s» no es un número") % {"value": as_typed(cell)} + hint)
        if number.adjusted() >= self.max_digits:
            raise self.refuse(cell, _("«%(value)s» es demasiado grande") % {"value": as_typed(cell)})
        return number


def number_of(cell: Cell) -> Decimal | None:
    """The number in a cell, typed or as text ("1,234.5"), or None."""
    value = cell.value
    if isinstance(value, (bool, dt.date)):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(format(value, EXCEL_DIGITS)) if math.isfinite(value) else None
    return Decimal(value.replace(",", "")) if NUMBER.fullmatch(value) and value.isascii() else None


@dataclass(frozen=True)
class QuantityOrND(Quantity):
    """A number, or ND for "there is none". An empty cell is neither."""

    form = "number"

    @property
    def expected(self) -> str:
        return super().expected + _(", o ND si no hay dato")

    def read(self, cell: Cell) -> Decimal | None:
        if isinstance(cell.value, str) and key_of(cell.value).replace(".", "").replace("/", "") == "nd":
            return None
        return super().read(cell)

    def write(self, value: Decimal | None) -> Written:
        return ND if value is None else value


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number between two others."""

    minimum: int
    maximum: int
    form = "whole"

    @property
    def expected(self) -> str:
        return _("un número entero de %(minimum)s a %(maximum)s") % {
            "minimum": self.minimum,
            "maximum": self.maximum,
        }

    def read(self, cell: Cell) -> int:
        number = number_of(cell)
        if number is None or not self.minimum <= number <= self.maximum or number % 1:
            raise self.refuse(cell)
        return int(number)


@dataclass(frozen=True)
class Day(Kind):
    """A date: a date cell, or text as 2022-06-30 or 30/06/2022."""

    form = "date"

    @property
    def expected(self) -> str:
        return _("una fecha, como 30/06/2022")

    def read(self, cell: Cell) -> dt.date:
        day = self._day(cell.value)
        if day is None or not 1900 <= day.year <= 2200:
            raise self.refuse(cell)
        return day

    @staticmethod
    def _day(value: Any) -> dt.date | None:
        if isinstance(value, dt.date):
            # A time of day in a date column is more likely a wrong column than a precise date.
            return None if isinstance(value, dt.datetime) else value
        if not isinstance(value, str):
            return None
        peruvian = PERUVIAN_DATE.fullmatch(value)
        try:
            return dt.date(*map(int, reversed(peruvian.groups()))) if peruvian else parse_date(value)
        except ValueError:  # 31/02/2022
            return None


@dataclass(frozen=True)
class YesNo(Kind):
    """Sí or No; `write` leaves the cell empty for "not answered"."""

    @property
    def expected(self) -> str:
        return _("Sí o No")

    @property
    def options(self) -> list[str]:
        return [_("Sí"), _("No")]

    def read(self, cell: Cell) -> bool:
        if isinstance(cell.value, bool):
            return cell.value
        typed = key_of(as_typed(cell))
        if typed not in YES | NO:
            raise self.refuse(cell)
        return typed in YES

    def write(self, value: bool | None) -> Written:
        return None if value is None else self.options[0 if value else 1]


@dataclass(frozen=True)
class Tenures(Kind):
    """Who answers for an indicator: one unit, or several with the semester since when (see `tenures`)."""

    periods: tuple[str, ...]
    blank = ()

    @property
    def expected(self) -> str:
        return _("las siglas de una unidad, o GSC;GSGC:2023-2 si cambia en el camino")

    def read(self, cell: Cell) -> tuple[Tenure, ...]:
        try:
            return parse_tenures(as_typed(cell) if not isinstance(cell.value, str) else cell.value, self.periods)
        except TenureProblem as problem:
            raise self._unreadable(problem) from problem

    def write(self, value: tuple[Tenure, ...]) -> Written:
        return write_tenures(value, self.periods[0]) or None

    def _unreadable(self, problem: TenureProblem) -> Unreadable:
        if problem.kind == TenureProblem.PERIOD:
            wrong = _("«%(value)s» no es un semestre del plan") % {"value": shortened(problem.text)}
            return Unreadable(wrong, one_of(self.periods))
        if problem.kind == TenureProblem.ORDER:
            wrong = _("«%(value)s» no sigue en el tiempo a lo anterior") % {"value": shortened(problem.text)}
            return Unreadable(wrong, _("semestres en orden, sin que dos unidades coincidan"))
        return Unreadable(_("«%(value)s»") % {"value": shortened(problem.text)}, self.expected)


def shown(value: Written) -> str:
    """A written value in a line of text."""
    if value is None or value == "":
        return _("(vacío)")
    if isinstance(value, dt.date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(f"{value.normalize():f}", force_grouping=True)
    return f"«{shortened(clean(str(value)), 100)}»" if isinstance(value, str) else str(value)
