"""Opens an Excel file that nobody has vouched for, and gives its cells as plain Python values."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from plans.workbook.content import Problem, WorkbookProblems
from plans.workbook.kinds import Cell
from plans.workbook.text import clean

# A plan of five thousand activities is about a tenth of each.
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_PARTS = 1_000
MAX_ROWS = 20_000
# Excel's own last row; a file that says otherwise was not made by Excel.
LAST_ROW = 1_048_576
MAX_COLUMNS = 300
OLD_FORMAT = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Grid:
    """One sheet: its rows that are not empty, by number, each with its cells that are not empty, by column number.

    `formulas`: the (row, column) where a formula stands; its cell holds what Excel last computed, if anything.
    """

    title: str
    rows: dict[int, dict[int, Cell]]
    formulas: frozenset[tuple[int, int]] = frozenset()

    @property
    def first_row(self) -> int:
        return next(iter(self.rows), 1)


def address(column: int, row: int) -> str:
    """`C7`."""
    return f"{get_column_letter(column)}{row}"


def open_book(file: Path | str | IO[bytes]) -> list[Grid]:
    """Every worksheet of an .xlsx file. Raises WorkbookProblems when it is not one, or is too large to be a plan."""
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as opened:
            return open_book(opened)
    _distrust(file)
    grids, formulas = _load(file)
    # What formulas came to is only in the second way of reading; most plans have none.
    return _load(file, formulas)[0] if formulas else grids


def _refusal(wrong: str, expected: str, sheet: str = "") -> WorkbookProblems:
    return WorkbookProblems([Problem(sheet or _("(archivo)"), "", wrong, expected)])


def _not_a_workbook(wrong: str) -> WorkbookProblems:
    return _refusal(wrong, _("un libro de Excel (.xlsx) sin contraseña"))


def _distrust(file: IO[bytes]) -> None:
    """Looks at the file before anything is unpacked: its size, and how large it would become."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_BYTES:
        raise _refusal(_("el archivo pesa %(size)s MB") % {"size": size // 1024**2}, _("20 MB como máximo"))
    if file.read(len(OLD_FORMAT)) == OLD_FORMAT:
        raise _not_a_workbook(_("es un libro antiguo (.xls) o tiene contraseña"))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _not_a_workbook(_("no es un libro de Excel")) from error
    # Python unpacks no more of a part than its declared size, so the declaration can be relied upon.
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        raise _refusal(_("desempacado ocuparía demasiado"), _("un libro con los datos de un plan"))
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _not_a_workbook(_("no es un libro de Excel"))


Place = tuple[str, int, int]


def _load(file: IO[bytes], formulas: frozenset[Place] = frozenset()) -> tuple[list[Grid], frozenset[Place]]:
    """The grids, and where formulas stand; of those already known, what Excel last computed takes their place."""
    file.seek(0)
    try:
        # What openpyxl does not know (extensions of drop-downs) is of no interest here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=bool(formulas), keep_links=False)
            reader = _Reader(formulas)
            grids = [reader.grid(sheet) for sheet in book.worksheets]
            book.close()
    except WorkbookProblems:
        raise
    # A damaged or hostile file makes openpyxl raise almost anything, and it is always the file's fault.
    except Exception as error:
        raise _not_a_workbook(_("el archivo está dañado (%(kind)s)") % {"kind": type(error).__name__}) from error
    return grids, frozenset(reader.met)


class _Reader:
    """Turns sheets into grids. `formulas` are the cells known to hold one; `met` collects those found."""

    def __init__(self, formulas: frozenset[Place]) -> None:
        self.formulas = formulas
        self.met: set[Place] = set()

    def grid(self, sheet: Any) -> Grid:
        # The size that the file declares may be wrong, or a lie.
        sheet.reset_dimensions()
        rows = {}
        # Without a width, rows that the file leaves out come as empty ones: a stray cell in the last row costs little.
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if number > LAST_ROW or len(rows) > MAX_ROWS:
                limit = _("%(rows)s filas como máximo") % {"rows": f"{MAX_ROWS:,}"}
                raise _refusal(_("tiene demasiadas filas"), limit, sheet.title)
            if cells and (row := self._row(sheet.title, number, cells[:MAX_COLUMNS])):
                rows[number] = row
        return Grid(sheet.title, rows, self._formulas_of(sheet.title))

    def _formulas_of(self, title: str) -> frozenset[tuple[int, int]]:
        return frozenset((row, column) for sheet, row, column in self.formulas if sheet == title)

    def _row(self, title: str, number: int, cells: Any) -> dict[int, Cell]:
        row = {}
        for column, cell in enumerate(cells, 1):
            if cell.data_type == "f":
                self.met.add((title, number, column))
            if cell.value is not None:
                read = _cell(cell)
            elif (title, number, column) in self.formulas:
                read = Cell("", trouble=_("es una fórmula cuyo resultado no está guardado"))
            else:
                continue
            if read.value != "" or read.trouble:
                row[column] = read
        return row


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "e":
        return Cell("", trouble=_("contiene el error %(error)s") % {"error": value})
    if isinstance(value, str):
        return Cell(clean(value))
    if isinstance(value, dt.datetime):
        return Cell(value.date() if value.time() == dt.time.min else value)
    if isinstance(value, (bool, dt.date)):
        return Cell(value)
    if isinstance(value, (int, float)):
        return Cell(value, percent="%" in (cell.number_format or ""))
    # A time of day, or a formula whose value nobody asked for yet.
    return Cell("", trouble=_("no contiene un texto, un número ni una fecha"))
