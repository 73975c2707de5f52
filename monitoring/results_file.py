"""Reads a table of historical results, CSV or Excel: one line per indicator and semester (rules, section 9).

Columns `indicator_code, period, value, numerator, denominator, not_available_reason, note`, by their code or their
Spanish name, in any order. Every mistake is told at once by row and column; nothing is written here. A line that names
an indicator and a semester and nothing else changes nothing, and is only counted.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.historical import HistoricalResult, answering_units, locked_periods
from monitoring.models import Period
from monitoring.progress import HUNDRED, ZERO, round_half_up
from plans.models import Indicator, Plan, Responsibility
from plans.workbook.book import MAX_BYTES, MAX_ROWS, Grid, open_book
from plans.workbook.content import Problem, WorkbookProblems
from plans.workbook.kinds import Cell, Kind, Quantity, Text, Unreadable, as_typed
from plans.workbook.text import clean, key_of, one_of, shortened

REQUIRED = ("indicator_code", "period")
COLUMNS: dict[str, Kind] = {
    "indicator_code": Text(max_length=40),
    "period": Text(),
    "value": Quantity(),
    "numerator": Quantity(),
    "denominator": Quantity(),
    "not_available_reason": Text(),
    "note": Text(),
}
TITLES = {
    "indicator_code": gettext_lazy("código del indicador"),
    "period": gettext_lazy("semestre"),
    "value": gettext_lazy("valor"),
    "numerator": gettext_lazy("numerador"),
    "denominator": gettext_lazy("denominador"),
    "not_available_reason": gettext_lazy("motivo de no disponible"),
    "note": gettext_lazy("nota"),
}
ALIASES = {
    "indicador": "indicator_code",
    "codigo": "indicator_code",
    "periodo": "period",
    "resultado": "value",
    "valor obtenido": "value",
    "motivo": "not_available_reason",
}
# Where columns are parted by semicolons Excel speaks European Spanish, and 1.250 may be 1250 as well as 1.25.
AMBIGUOUS = re.compile(r"\d{1,3}([.,]\d{3})+")
# A percentage typed beside its numerator and denominator may have been rounded to two decimals.
TOLERANCE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """What the file says. `without_data`: how many lines name an indicator and a semester and nothing else."""

    rows: tuple[HistoricalResult, ...]
    without_data: int


def read_results(file: Path | str | IO[bytes], plan: Plan, *, name: str = "") -> ResultsFile:
    """The results in the file. Raises WorkbookProblems with every mistake in it; reads the database, never writes."""
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as opened:
            return read_results(opened, plan, name=str(file))
    grid, delimiter = _csv_grid(file) if name.lower().endswith(".csv") else (open_book(file)[0], "")
    headers = _headers(grid)
    reader = _Reader(plan, headers, european=delimiter not in ("", ","))
    for number, cells in grid.rows.items():
        if number > grid.first_row and any(place in headers.values() for place in cells):
            reader.read(number, cells)
    if reader.problems:
        raise WorkbookProblems(reader.problems)
    if not reader.rows:
        raise _refusal(_("no trae ningún resultado"), _("al menos una fila con valor o con motivo de no disponible"))
    return ResultsFile(tuple(reader.rows), reader.without_data)


def _refusal(wrong: str, expected: str) -> WorkbookProblems:
    return WorkbookProblems([Problem(_("(archivo)"), "", wrong, expected)])


def _csv_grid(file: IO[bytes]) -> tuple[Grid, str]:
    """The table, and what parts its columns: a comma, a semicolon or a tab."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _refusal(_("el archivo es demasiado grande"), _("20 MB como máximo"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(_("no está en UTF-8"), _("en Excel, «Guardar como: CSV UTF-8»")) from error
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = {}
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), 1):
            cells = {place: Cell(value) for place, raw in enumerate(record, 1) if (value := clean(raw))}
            if cells:
                rows[number] = cells
    except csv.Error as error:
        raise _refusal(_("no es un CSV bien formado (%(error)s)") % {"error": error}, _("comillas cerradas")) from error
    if len(rows) > MAX_ROWS:
        raise _refusal(_("tiene demasiadas filas"), _("%(rows)s filas como máximo") % {"rows": f"{MAX_ROWS:,}"})
    return Grid("CSV", rows), delimiter


def _headers(grid: Grid) -> dict[str, int]:
    """In which column each field stands. Raises WorkbookProblems when a column is unknown, repeated or missing."""
    known = {key_of(str(title)): key for key, title in TITLES.items()} | {key_of(key): key for key in COLUMNS} | ALIASES
    headers: dict[str, int] = {}
    problems = []
    row = _("fila %(number)s") % {"number": grid.first_row}
    for place, cell in grid.rows.get(grid.first_row, {}).items():
        title = str(cell.value)
        key = known.get(key_of(title))
        if key is None:
            wrong = _("columna desconocida «%(title)s»") % {"title": shortened(title)}
            problems.append(Problem(row, shortened(title), wrong, one_of(COLUMNS, title)))
        elif key in headers:
            wrong = _("columna repetida «%(title)s»") % {"title": title}
            problems.append(Problem(row, title, wrong, _("cada columna una sola vez")))
        else:
            headers[key] = place
    for key in REQUIRED:
        if key not in headers:
            wrong = _("falta la columna «%(title)s»") % {"title": key}
            problems.append(Problem(row, key, wrong, _("una columna con ese encabezado")))
    if problems:
        raise WorkbookProblems(problems)
    return headers


class _Reader:
    """Checks line after line against the plan. What is wrong goes to `problems`, the rest to `rows`."""

    def __init__(self, plan: Plan, headers: dict[str, int], *, european: bool) -> None:
        self.headers = headers
        self.european = european
        self.indicators: dict[str, Indicator] = {row.code: row for row in Indicator.objects.filter(plan=plan)}
        self.periods: dict[str, Period] = {row.code: row for row in Period.objects.filter(plan=plan)}
        self.units: dict[tuple[int, str], Responsibility] = answering_units(plan)
        self.locked = locked_periods(plan)
        self.first_seen: dict[tuple[str, str], int] = {}
        self.problems: list[Problem] = []
        self.rows: list[HistoricalResult] = []
        self.without_data = 0

    def read(self, number: int, cells: dict[int, Cell]) -> None:
        line = _Line(number, {key: cells[place] for key, place in self.headers.items() if place in cells})
        line.european = self.european
        values = line.values()
        indicator, period = self._subject(line, values)
        given = {key: value for key, value in values.items() if key not in REQUIRED and value not in ("", None)}
        if indicator and not line.problems:
            _check_values(line, indicator, given)
        self.problems += line.problems
        if line.problems or indicator is None or period is None:
            return
        if not given:
            self.without_data += 1
            return
        if indicator.is_pooled:
            given.pop("value", None)
        # An empty cell says that there is no note; without the column nothing is said of notes.
        note = given.pop("note", "") if "note" in self.headers else None
        self.rows.append(HistoricalResult(indicator, period, note=note, **given))

    def _subject(self, line: _Line, values: dict) -> tuple[Indicator | None, Period | None]:
        code, name = values.get("indicator_code"), values.get("period")
        indicator, period = self.indicators.get(code or ""), self.periods.get(name or "")
        if code and indicator is None:
            line.wrong(
                "indicator_code",
                _("«%(code)s» no es un indicador del plan") % {"code": shortened(code)},
                one_of(self.indicators, code),
            )
        if name and period is None:
            line.wrong(
                "period",
                _("«%(period)s» no es un semestre del plan") % {"period": shortened(name)},
                one_of(self.periods),
            )
        if period and period.code in self.locked:
            expected = _("un semestre anterior a este sistema y sin evaluación cerrada")
            line.wrong("period", self.locked[period.code], expected)
        if indicator and period:
            if (indicator.pk, period.code) not in self.units:
                line.wrong(
                    "indicator_code",
                    _("ninguna unidad responde por él en %(period)s") % {"period": name},
                    _("un semestre con unidad responsable"),
                )
            first = self.first_seen.setdefault((indicator.code, period.code), line.number)
            if first != line.number:
                line.wrong(
                    "indicator_code",
                    _("repite el indicador y el semestre de la fila %(row)s") % {"row": first},
                    _("una sola fila por indicador y semestre"),
                )
        return indicator, period


@dataclass
class _Line:
    """One line of the file, and what is wrong with it."""

    number: int
    cells: dict[str, Cell]
    problems: list[Problem] = field(default_factory=list)
    european: bool = False

    def wrong(self, column: str, wrong: str, expected: str) -> None:
        self.problems.append(Problem(_("fila %(number)s") % {"number": self.number}, column, wrong, expected))

    def values(self) -> dict[str, str | Decimal | None]:
        """Every cell that could be read; the others are told."""
        return dict(self._read())

    def _read(self) -> Iterator[tuple[str, str | Decimal | None]]:
        for key, kind in COLUMNS.items():
            cell = self.cells.get(key)
            if cell is None:
                if key in REQUIRED:
                    self.wrong(key, _("está vacío"), kind.expected)
                continue
            if cell.trouble:
                self.wrong(key, cell.trouble, kind.expected)
                continue
            if self.european and isinstance(kind, Quantity) and AMBIGUOUS.fullmatch(str(cell.value)):
                wrong = _("«%(value)s» puede leerse de dos maneras") % {"value": cell.value}
                self.wrong(key, wrong, _("el número sin separador de miles, con punto decimal: 1250 o 1.25"))
                continue
            try:
                yield key, kind.read(_as_period(cell) if key == "period" else cell)
            except Unreadable as unreadable:
                self.wrong(key, unreadable.wrong, unreadable.expected)


def _as_period(cell: Cell) -> Cell:
    """Excel takes a typed 2022-1 for January 2022: it is the first semester that was meant."""
    day = cell.value
    if isinstance(day, dt.date) and day.day == 1 and day.month in (1, 2):
        return Cell(f"{day.year}-{day.month}")
    return Cell(as_typed(cell))


def _check_values(line: _Line, indicator: Indicator, given: dict) -> None:
    """What the rules ask of one result: a value or a reason, both parts of a percentage, a numerator that fits."""
    if "not_available_reason" in given:
        for key in ("value", "numerator", "denominator"):
            if key in given:
                line.wrong(key, _("trae un número y también un motivo de no disponible"), _("uno de los dos"))
        return
    numerator, denominator, value = given.get("numerator"), given.get("denominator"), given.get("value")
    if value is not None and value % 1 and indicator.counts == Indicator.Counts.PEOPLE:
        line.wrong("value", _("«%(value)s» no es un número entero") % {"value": value}, _("personas enteras"))
    parts = [key for key in ("numerator", "denominator") if key in given]
    if len(parts) == 1:
        other = "denominator" if parts == ["numerator"] else "numerator"
        line.wrong(other, _("está vacío y su par no"), _("numerador y denominador, o ninguno"))
        return
    if not parts:
        if indicator.is_pooled and value is not None:
            line.wrong("numerator", _("falta: el indicador es un porcentaje agrupado"), _("numerador y denominador"))
        elif value is None and "note" in given:
            line.wrong("value", _("hay una nota sin valor"), _("un valor, o un motivo de no disponible"))
        return
    if not (indicator.is_pooled or indicator.counts == Indicator.Counts.PERCENTAGE):
        line.wrong("numerator", _("el indicador no es un porcentaje"), _("solo el valor"))
    elif not indicator.is_pooled and value is None:
        line.wrong("value", _("está vacío"), _("el porcentaje, además de su numerador y denominador"))
    elif numerator > denominator and not indicator.numerator_may_exceed:
        line.wrong("numerator", _("es mayor que el denominador"), _("un numerador hasta el denominador"))
    elif value is not None:
        _check_percentage(line, value, numerator, denominator)


def _check_percentage(line: _Line, value: Decimal, numerator: Decimal, denominator: Decimal) -> None:
    """A percentage given beside its parts has to be theirs."""
    if not denominator:
        if value != ZERO:
            line.wrong("value", _("sin casos no hay porcentaje"), _("vacío cuando el denominador es 0"))
        return
    percentage = numerator / denominator * HUNDRED
    if abs(percentage - value) > TOLERANCE:
        given = {"value": value, "numerator": numerator, "denominator": denominator}
        line.wrong(
            "value", _("%(value)s no es %(numerator)s / %(denominator)s") % given, f"{round_half_up(percentage, 2)}"
        )
