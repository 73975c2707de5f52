"""A result as it is typed: one text per field and per cell of its breakdown tables, the same on page and in workbook.

An entry is a plain mapping of keys to canonical texts ("1234.5", never "1,234.5"); what is empty is left out. Keys are
the names of the result's columns, and `table:category:sex` for a cell (`sex_age:18-59:woman`; in the table by sex the
category is empty: `sex::woman`). Comparing what was there when somebody began to type, what they typed and what is
there now is comparing three such mappings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from monitoring.completeness import Asked, Given
from monitoring.models import Breakdown, Result
from plans.models import BreakdownTable, Indicator
from plans.workbook.kinds import Cell, Quantity, Text, Unreadable, as_typed
from plans.workbook.text import clean

NUMBERS = ("value", "numerator", "denominator")
NARRATIVE = ("achievements", "difficulties", "measures_taken", "note")
REASONS = ("not_available_reason", "no_evidence_reason")
TEXTS = (*REASONS, *NARRATIVE)
TEXT_LENGTH = 4_000
# What `Breakdown.count` holds on both engines.
LARGEST_COUNT = 2_147_483_647

HUNDRED = Decimal(100)

Typed = Mapping[str, str]


@dataclass(frozen=True)
class TableLayout:
    """A breakdown table as it is filled in: its rows (category, label) and its columns (sex, label)."""

    table: BreakdownTable
    rows: tuple[tuple[str, str], ...]
    sexes: tuple[tuple[str, str], ...] = tuple((sex.value, str(sex.label)) for sex in Breakdown.Sex)

    @property
    def name(self) -> str:
        return str(self.table.label)

    def cell_keys(self) -> Iterable[str]:
        return (cell_key(self.table, category, sex) for category, _label in self.rows for sex, _name in self.sexes)


@dataclass(frozen=True)
class Form:
    """Everything that one indicator lets the unit type in one semester."""

    indicator: Indicator
    tables: tuple[TableLayout, ...]
    target: Decimal | None

    @property
    def asked(self) -> Asked:
        return Asked(
            due=self.target is not None,
            pooled=self.indicator.is_pooled,
            numerator_may_exceed=self.indicator.numerator_may_exceed,
            tables=tuple(layout.table for layout in self.tables),
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """A pooled percentage is its two parts; anything else one value."""
        return ("numerator", "denominator") if self.indicator.is_pooled else ("value",)

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.numbers, *TEXTS, *(key for layout in self.tables for key in layout.cell_keys()))

    @property
    def is_share(self) -> bool:
        """Whether the value is typed as a percentage of a whole, which it cannot exceed."""
        percentage = self.indicator.counts == Indicator.Counts.PERCENTAGE and not self.indicator.is_pooled
        return percentage and not self.indicator.numerator_may_exceed

    @property
    def counts_whole(self) -> bool:
        """Whether the value is a number of people, who come whole."""
        return self.indicator.counts == Indicator.Counts.PEOPLE


@dataclass(frozen=True)
class Read:
    """What was typed, as canonical texts; what could not be read is told by key and left out.

    `unreadable` tells the same in two parts: what is wrong, what is expected.
    """

    entry: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, Unreadable] = field(default_factory=dict)


def layouts(tables: Iterable[str], districts: Sequence[tuple[str, str]]) -> tuple[TableLayout, ...]:
    """The tables that an indicator declares, in their usual order. `districts`: the government's, (ubigeo, name)."""
    declared = set(tables)
    return tuple(
        TableLayout(table, tuple(_categories(table, districts))) for table in BreakdownTable if table in declared
    )


def _categories(table: BreakdownTable, districts: Sequence[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    if table == BreakdownTable.SEX:
        yield "", str(_("Personas"))
        return
    if table == BreakdownTable.SEX_DISTRICT:
        yield from districts
    for choice in Breakdown.CATEGORIES[table]:
        yield choice.value, str(choice.label)


def cell_key(table: str, category: str, sex: str) -> str:
    return f"{table}:{category}:{sex}"


def field_label(form: Form, key: str) -> str:
    """The field in words: "Valor obtenido", "Sexo y edad: 18 a 59, mujer"."""
    if not is_cell(key):
        name = str(Result._meta.get_field(key).verbose_name)
        return name[:1].upper() + name[1:]
    table, category, sex = key.split(":")
    layout = next(layout for layout in form.tables if layout.table == table)
    row, column = dict(layout.rows)[category], dict(layout.sexes)[sex]
    return f"{layout.name}: {row}, {column.lower()}"


def is_cell(key: str) -> bool:
    return ":" in key


def number_text(number: Decimal | int | None) -> str:
    """The canonical text of a number: no thousands, no idle zeros, decimal point."""
    return "" if number is None else format(Decimal(number).normalize(), "f")


def entry_of(result: Result | None, cells: Iterable[Breakdown] = ()) -> dict[str, str]:
    """What is recorded, as it would have been typed."""
    if result is None:
        return {}
    entry = {key: number_text(getattr(result, key)) for key in NUMBERS} | {key: getattr(result, key) for key in TEXTS}
    entry |= {cell_key(cell.table, cell.category, cell.sex): str(cell.count) for cell in cells}
    return {key: text for key, text in entry.items() if text != ""}


def sums_of(entry: Typed) -> dict[str, int]:
    """What each breakdown table adds up to; a table without a cell is absent."""
    sums: dict[str, int] = defaultdict(int)
    for key, text in entry.items():
        if is_cell(key):
            sums[key.partition(":")[0]] += int(text)
    return dict(sums)


def given_of(entry: Typed, evidence: int) -> Given:
    """The entry as the rules of completeness want it."""
    numbers = {key: Decimal(entry[key]) if key in entry else None for key in NUMBERS}
    reasons = {key: entry.get(key, "") for key in REASONS}
    return Given(**numbers, **reasons, sums=sums_of(entry), evidence=evidence)


def read(form: Form, typed: Mapping[str, str | Cell]) -> Read:
    """Canonical texts of what was typed on a page or stands in cells; keys that the form does not have are ignored.

    "" means that the field was emptied, and is given back as such.
    """
    found = Read()
    for key in form.keys:
        if key not in typed:
            continue
        given = typed[key]
        cell = given if isinstance(given, Cell) else Cell(clean(given))
        try:
            found.entry[key] = _read_one(form, key, cell)
        except Unreadable as unreadable:
            found.unreadable[key] = unreadable
            found.problems[key] = _("%(wrong)s. Escriba %(expected)s.") % {
                "wrong": str(unreadable.wrong)[:1].upper() + str(unreadable.wrong)[1:],
                "expected": unreadable.expected,
            }
    return found


def _read_one(form: Form, key: str, cell: Cell) -> str:
    if cell.trouble:
        raise Unreadable(cell.trouble, _("el dato mismo, sin fórmulas"))
    if cell.value == "":
        return ""
    if key in TEXTS:
        return Text(max_length=TEXT_LENGTH).read(cell)
    whole = is_cell(key) or form.counts_whole
    number = _number(cell, whole=whole, count=is_cell(key))
    if form.is_share and number > HUNDRED:
        raise Unreadable(_("«%(value)s» pasa de 100 %%") % {"value": as_typed(cell)}, _("un porcentaje de 0 a 100"))
    return number_text(number)


def _number(cell: Cell, *, whole: bool, count: bool) -> Decimal:
    if isinstance(cell.value, str) and cell.value.startswith("-"):
        raise Unreadable(_("«%(value)s» es negativo") % {"value": as_typed(cell)}, _("un número desde 0"))
    people = _("personas enteras; los miles van con coma o sin nada: 1,234 o 1234")
    try:
        number = Quantity().read(cell)
    except Unreadable as unreadable:
        raise Unreadable(unreadable.wrong, people if whole else unreadable.expected) from unreadable
    if whole and number % 1:
        raise Unreadable(_("«%(value)s» no es un número entero") % {"value": as_typed(cell)}, people)
    if count and number > LARGEST_COUNT:
        raise Unreadable(_("«%(value)s» es demasiado grande") % {"value": as_typed(cell)}, _("un número de personas"))
    return number
