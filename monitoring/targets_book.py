"""The plan's targets as an Excel workbook: written with what holds today, read beside what holds when it comes back.

One row per indicator and semester. The yellow cells say what changes, why, and by which document; a row without a new
target says nothing. What the workbook shows as today's target has to be it still, or the row is refused: whoever typed
the new one decided upon the old.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from institution.delimited import FORMULA_STARTS
from institution.models import User
from monitoring.models import Evaluation
from monitoring.reprogramming import Reprogramming, as_revisions, mark_of, refusals
from monitoring.showing import quantity_text
from monitoring.workbook.layout import Looks
from plans.models import Indicator, Plan, Target, TargetRevision
from plans.workbook.book import Grid, address
from plans.workbook.content import Problem, WorkbookProblems
from plans.workbook.kinds import Cell, Day, Kind, Quantity, Text, Unreadable, as_typed
from plans.workbook.lists import Choice
from plans.workbook.styles import BRAND, CREATED, FONT, INK_2, prepare_page, row_height
from plans.workbook.text import clean, key_of, shortened

SHEET, INSTRUCTIONS = "Metas", "Instrucciones"
FILE = "(archivo)"
NOTHING = "S.P."
HEAD = 1


@dataclass(frozen=True)
class Given:
    """A column that is only read."""

    key: str
    title: str
    width: int


@dataclass(frozen=True)
class Input(Given):
    """A column that is filled in."""

    kind: Kind
    form: str = "text"


@dataclass(frozen=True)
class NewTarget(Quantity):
    """A quantity, or S.P. where nothing is programmed any more."""

    @property
    def expected(self) -> str:
        return super().expected + _(", o S.P. si ya no se programa nada")

    def read(self, cell: Cell) -> Decimal | None:
        if isinstance(cell.value, str) and key_of(cell.value).replace(".", "") == "sp":
            return None
        return super().read(cell)


def _length(name: str) -> int | None:
    return TargetRevision._meta.get_field(name).max_length


GIVEN = (
    Given("code", "Código", 22),
    Given("name", "Indicador", 44),
    Given("unit", "Unidad de medida", 14),
    Given("period", "Semestre", 10),
    Given("target", "Meta actual", 12),
    Given("locked", "Si no se puede cambiar, por qué", 30),
)
INPUTS = (
    Input("value", "Meta nueva", 12, NewTarget(), "number"),
    Input("reason", "Motivo", 26, Choice(TargetRevision.Reason)),
    Input("explanation", "Explicación", 40, Text(4000)),
    Input("document_kind", "Tipo de documento", 22, Text(_length("document_kind"))),
    Input("document_number", "Número", 18, Text(_length("document_number"))),
    Input("document_date", "Fecha del documento", 14, Day(), "date"),
)
COLUMNS = (*GIVEN, *INPUTS)
BY_HEADER = {key_of(column.title): column.key for column in COLUMNS}
REQUIRED = ("reason", "document_kind", "document_number", "document_date")
# Where whatever keeps a change from being made is shown.
AT_VALUE = "value"


# --- Writing


def write_targets(plan: Plan, *, by: User, at: dt.datetime) -> bytes:
    """The workbook as of now; the same plan gives the same bytes but for `by` and `at`. Four queries."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": FONT}) as book:
        book.set_properties({"title": _("Metas de %(plan)s") % {"plan": plan.code}, "created": CREATED})
        looks = Looks(book)
        _write_instructions(_sheet(book, INSTRUCTIONS, INK_2), plan, looks, by, at)
        sheet = _sheet(book, SHEET, BRAND)
        _write_head(sheet, plan, looks)
        for row, line in enumerate(_lines(plan), HEAD + 1):
            _write_line(sheet, row, line, looks)
        sheet.activate()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Line:
    """One indicator in one semester as it is."""

    indicator: Indicator
    period: str
    target: Decimal | None
    locked: str


def _lines(plan: Plan) -> Iterator[_Line]:
    """In the order of the tree, semester by semester."""
    targets = _targets(plan)
    locked = Evaluation.objects.why_each_locked(plan)
    rows = Indicator.objects.filter(plan=plan).select_related("activity", "action", "objective")
    for indicator in sorted(rows, key=lambda row: row.measured_at):
        for period in plan.period_codes:
            yield _Line(indicator, period, targets[indicator.pk].get(period), locked.get(period, ""))


def _targets(plan: Plan) -> dict[int, dict[str, Decimal]]:
    targets: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for pk, period, value in Target.objects.filter(indicator__plan=plan).values_list("indicator_id", "period", "value"):
        targets[pk][period] = value
    return targets


def _sheet(book: xlsxwriter.Workbook, title: str, colour: str) -> Worksheet:
    sheet = book.add_worksheet(title)
    sheet.set_tab_color(colour)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    return sheet


def _write_instructions(sheet: Worksheet, plan: Plan, looks: Looks, by: User, at: dt.datetime) -> None:
    sheet.set_column(0, 0, 110)
    prepare_page(sheet)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, _("Reprogramar metas"), looks["title"])
    sheet.write_string(1, 0, f"{plan.name} · {plan.code}", looks["subtitle"])
    told = _("Descargado por %(by)s el %(at)s.") % {
        "by": by,
        "at": date_format(timezone.localtime(at), "DATETIME_FORMAT"),
    }
    sheet.write_string(2, 0, told, looks["subtitle"])
    for row, step in enumerate(_steps(), 4):
        sheet.set_row(row, row_height([(step, 110)]) + 4)
        sheet.write_string(row, 0, f"{row - 3}. {step}", looks["prose"])


def _steps() -> list[str]:
    return [
        _("En la hoja Metas, escriba la meta nueva solo en las filas que cambian. Las demás se dejan como están."),
        _("Cada cambio lleva su motivo (se elige de la lista) y el documento que lo aprueba: tipo, número y fecha."),
        _("Si en un semestre ya no se programa nada, escriba S.P. Un 0 es una meta; una celda vacía no cambia nada."),
        _("Los semestres que cubre una evaluación cerrada están en gris: su meta no cambia mientras no se abra una "
          "nueva versión de esa evaluación."),
        _("Guarde como .xlsx y suba el libro. Verá cada cambio antes de confirmarlo; con un error, no se guarda nada."),
    ]  # fmt: skip


def _write_head(sheet: Worksheet, plan: Plan, looks: Looks) -> None:
    sheet.set_row(0, 22)
    sheet.set_row(HEAD, 34)
    for place, column in enumerate(COLUMNS):
        kind = "given" if place < len(GIVEN) else "input"
        sheet.set_column(place, place, column.width)
        sheet.write_blank(0, place, None, looks[f"band_{kind}"])
        sheet.write_string(HEAD, place, column.title, looks[f"head_{kind}"])
    # By this cell the workbook is known to be of this plan.
    sheet.write_string(0, 0, plan.code, looks["band_given"])
    sheet.write_string(0, len(GIVEN), _("Lo que usted llena: celdas amarillas"), looks["band_input"])
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.autofilter(HEAD, 0, HEAD, len(COLUMNS) - 1)
    prepare_page(sheet, HEAD)


def _write_line(sheet: Worksheet, row: int, line: _Line, looks: Looks) -> None:
    indicator = line.indicator
    texts = (indicator.code, clean(indicator.name), clean(indicator.unit_of_measure), line.period)
    for place, text in enumerate(texts):
        look = "given_quoted" if text.startswith(FORMULA_STARTS) else "given"
        sheet.write_string(row, place, text, looks[look])
    if line.target is None:
        sheet.write_string(row, 4, NOTHING, looks["given_soft"])
    else:
        whole = not line.target % 1
        number = int(line.target) if whole else line.target
        sheet.write_number(row, 4, number, looks["given_whole" if whole else "given_number"])
    sheet.write_string(row, 5, line.locked, looks["given"])
    for place, column in enumerate(INPUTS, len(GIVEN)):
        sheet.write_blank(row, place, None, looks["grey" if line.locked else _look(column)])
        if column.key == "reason" and not line.locked:
            options = {"validate": "list", "source": column.kind.options, "ignore_blank": True}
            sheet.data_validation(row, place, row, place, options)
    sheet.set_row(row, row_height(zip((*texts, "", line.locked), (c.width for c in GIVEN), strict=True)))


def _look(column: Input) -> str:
    return {"number": "input_number", "date": "input_date"}.get(column.form, "input_text")


# --- Reading


@dataclass(frozen=True)
class TargetChange:
    """One row that changes a target: where it stands, and what would be recorded."""

    sheet: str
    cell: str
    asked: Reprogramming
    revision: TargetRevision


@dataclass(frozen=True)
class TargetsComparison:
    """What the workbook would change, and all that is wrong with it: then nothing is changed."""

    changes: tuple[TargetChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def may_confirm(self) -> bool:
        return bool(self.changes) and not self.problems

    @property
    def digest(self) -> str:
        """Tells two previews apart: upon this one a person decided."""
        told = [(c.cell, str(c.asked), mark_of(c.revision.old_value)) for c in self.changes]
        return hashlib.sha256(repr((told, self.problems)).encode()).hexdigest()


def compare_targets(grids: Sequence[Grid], plan: Plan, *, by: User, on: dt.date) -> TargetsComparison:
    """Lays the workbook beside the plan as it is now. Reads the database, never writes."""
    try:
        sheet = _Sheet.of(grids, plan)
    except WorkbookProblems as refused:
        return TargetsComparison(problems=refused.problems)
    reader = _Reader(plan, sheet)
    for number in sheet.numbers:
        reader.read(number)
    revisions = as_revisions(reader.asked, by, on)
    for place, why in refusals(revisions, plan):
        reader.wrong(reader.rows[place], AT_VALUE, why.rstrip("."), _("una meta que se pueda registrar"))
    changes = zip(reader.rows, reader.asked, revisions, strict=True)
    return TargetsComparison(
        tuple(TargetChange(SHEET, sheet.cell(row, AT_VALUE), asked, revision) for row, asked, revision in changes),
        tuple(sorted(reader.problems, key=lambda problem: sheet.order(problem.cell))),
    )


@dataclass(frozen=True)
class _Sheet:
    """The sheet Metas with the columns where they were found."""

    grid: Grid
    places: dict[str, int]
    head: int

    @classmethod
    def of(cls, grids: Sequence[Grid], plan: Plan) -> _Sheet:
        again = _("el libro que se descarga de esta página")
        grid = next((each for each in grids if key_of(each.title) == key_of(SHEET)), None)
        if grid is None:
            raise _refused(_("no tiene la hoja «%(sheet)s»") % {"sheet": SHEET}, again)
        first = grid.rows.get(1, {}).get(1)
        if first is None or as_typed(first) != plan.code:
            wrong = _("no es el libro de metas de %(plan)s") % {"plan": plan.code}
            raise _refused(wrong, again)
        places = {
            BY_HEADER[key]: place
            for place, cell in grid.rows.get(HEAD + 1, {}).items()
            if (key := key_of(str(cell.value))) in BY_HEADER
        }
        missing = [column.title for column in COLUMNS if column.key not in places]
        if missing:
            wrong = _("le faltan columnas: %(columns)s") % {"columns": ", ".join(missing)}
            raise _refused(wrong, again)
        return cls(grid, places, HEAD + 1)

    @property
    def numbers(self) -> list[int]:
        return [number for number in self.grid.rows if number > self.head]

    def cells(self, number: int) -> dict[str, Cell]:
        row = self.grid.rows[number]
        return {key: row[place] for key, place in self.places.items() if place in row}

    def cell(self, number: int, key: str) -> str:
        return address(self.places[key], number)

    def has_formula(self, number: int, key: str) -> bool:
        return (number, self.places[key]) in self.grid.formulas

    @staticmethod
    def order(cell: str) -> tuple[int, str]:
        digits = "".join(letter for letter in cell if letter.isdigit())
        return int(digits or 0), cell


def _refused(wrong: str, expected: str) -> WorkbookProblems:
    return WorkbookProblems([Problem(FILE, "", wrong, expected)])


@dataclass
class _Reader:
    """Goes through the rows; what is wrong goes to `problems`, the rest to `asked`, each with its row."""

    plan: Plan
    sheet: _Sheet
    asked: list[Reprogramming] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.indicators = {row.code: row for row in Indicator.objects.filter(plan=self.plan)}
        self.targets = _targets(self.plan)
        self.first_seen: dict[tuple[str, str], int] = {}

    def wrong(self, number: int, key: str, wrong: str, expected: str) -> None:
        self.problems.append(Problem(SHEET, self.sheet.cell(number, key), wrong, expected))

    def read(self, number: int) -> None:
        cells = self.sheet.cells(number)
        typed = {column.key: cells[column.key] for column in INPUTS if column.key in cells}
        if not typed:
            return
        before = len(self.problems)
        subject = self._subject(number, cells)
        values = self._values(number, typed)
        if subject is None or len(self.problems) > before:
            return
        indicator, period = subject
        self.rows.append(number)
        self.asked.append(Reprogramming(indicator=indicator, period=period, **values))

    def _subject(self, number: int, cells: dict[str, Cell]) -> tuple[Indicator, str] | None:
        code, period = (as_typed(cells[key]) if key in cells else "" for key in ("code", "period"))
        indicator = self.indicators.get(code)
        if indicator is None or period not in self.plan.period_codes:
            key = "code" if indicator is None else "period"
            told = {"code": shortened(code) or _("vacío"), "period": shortened(period) or _("vacío")}
            wrong = _("«%(code)s» en «%(period)s» no es una meta del plan") % told
            self.wrong(number, key, wrong, _("el código y el semestre como estaban"))
            return None
        if (first := self.first_seen.setdefault((code, period), number)) != number:
            self.wrong(number, "code", _("repite la fila %(row)s") % {"row": first}, _("una fila por meta"))
        self._check_today(number, cells.get("target"), self.targets[indicator.pk].get(period))
        return indicator, period

    def _check_today(self, number: int, cell: Cell | None, today: Decimal | None) -> None:
        """The target upon which the person decided has to be today's."""
        try:
            shown = NewTarget().read(cell) if cell else None
        except Unreadable:
            shown = Decimal(-1)
        if shown != today:
            now = NOTHING if today is None else quantity_text(today)
            wrong = _("la meta de hoy es %(now)s, y no la que trae el libro") % {"now": now}
            self.wrong(number, "target", wrong, _("la meta nueva en un libro descargado ahora"))

    def _values(self, number: int, typed: dict[str, Cell]) -> dict[str, Any]:
        """Every cell that was filled in and could be read; what is missing is told."""
        values: dict[str, Any] = {"explanation": ""}
        for column in INPUTS:
            cell = typed.get(column.key)
            if cell is None:
                if column.key in (AT_VALUE, *REQUIRED):
                    self.wrong(number, column.key, _("está vacío"), column.kind.expected)
            elif cell.trouble or self.sheet.has_formula(number, column.key):
                self.wrong(number, column.key, cell.trouble or _("tiene una fórmula"), _("el valor, sin fórmula"))
            else:
                try:
                    values[column.key] = column.kind.read(cell)
                except Unreadable as unreadable:
                    self.wrong(number, column.key, unreadable.wrong, unreadable.expected)
        return values
