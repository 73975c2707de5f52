"""The names by which sheets, columns and rows are found again, and how they look."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from xlsxwriter.format import Format

from monitoring.entries import NARRATIVE, NUMBERS, REASONS, TableLayout
from plans.workbook.styles import BRAND, BRAND_WASH, FONT, INK_2, LINE, NOTE, NOTE_WASH, STYLES

INSTRUCTIONS, RESULTS, HIDDEN = "Instrucciones", "Resultados", "_datos"
CODE = _("Código")
# Names of sheets that Excel keeps for itself, or that are taken.
TAKEN = {"history", INSTRUCTIONS.lower(), RESULTS.lower(), HIDDEN}
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
SHEET_NAME_LENGTH = 31
# A row of a breakdown table begins with its key, out of sight: `sex_age:18-59`; its header with `tabla:sex_age`.
TABLE_KEY = "tabla:"


@dataclass(frozen=True)
class InputColumn:
    """A column that is filled in: the key of what stands in it, its header, its width, what Excel says about it."""

    key: str
    title: Promise
    width: int
    prompt: Promise


@dataclass(frozen=True)
class GivenColumn:
    title: Promise
    width: int


GIVEN = (
    GivenColumn(CODE, 20),
    GivenColumn(_("Actividad"), 26),
    GivenColumn(_("Indicador"), 32),
    GivenColumn(_("Unidad de medida"), 13),
    GivenColumn(_("Qué cuenta"), 34),
    GivenColumn(_("Meta del semestre"), 11),
    GivenColumn(_("Último valor reportado"), 12),
    GivenColumn(_("Semestre de ese valor"), 13),
)
# How many columns of GIVEN stay in sight.
FROZEN = 3
_TEXT = _("Hasta 4,000 caracteres. Sin nombres ni documentos de personas.")
INPUTS = (
    InputColumn("value", _("Valor obtenido"), 14,
                _("El número del semestre. Punto decimal: 1234.5. Un 0 es un resultado.")),
    InputColumn("numerator", _("Numerador"), 14, _("Los casos que cumplen. Punto decimal: 1234.5.")),
    InputColumn("denominator", _("Denominador"), 14, _("Todos los casos. Punto decimal: 1234.5.")),
    InputColumn("not_available_reason", _("Motivo si el dato no está disponible"), 32,
                _("Solo si no hay dato: por qué, y desde cuándo lo habrá. Deje vacío el valor.")),
    InputColumn("no_evidence_reason", _("Motivo si no hay medio de verificación"), 32,
                _("Solo si no adjuntará un medio de verificación: por qué.")),
    InputColumn("achievements", _("Logros"), 42, _TEXT),
    InputColumn("difficulties", _("Dificultades"), 42, _TEXT),
    InputColumn("measures_taken", _("Medidas tomadas"), 42, _TEXT),
    InputColumn("note", _("Nota"), 32, _TEXT),
)  # fmt: skip
assert {column.key for column in INPUTS} == {*NUMBERS, *REASONS, *NARRATIVE}  # noqa: S101  # a field is never forgotten

# Lines that say what is only read, and what may be typed.
INPUT = {"bg_color": "#fffbe8", "locked": False, "border": 1, "border_color": "#d8c98f", "valign": "top"}
GREY = {"bg_color": "#eceef1", "border": 1, "border_color": LINE}
LOOKS: dict[str, dict[str, Any]] = {
    "title": STYLES["title"],
    "subtitle": STYLES["subtitle"],
    "note": STYLES["note"],
    "section": STYLES["section"],
    "prose": STYLES["prose"],
    "label": STYLES["label"],
    "band_given": {"bold": True, "font_color": INK_2, "bg_color": "#f6f7f9", "valign": "vcenter", "indent": 1},
    "band_input": {"bold": True, "font_color": NOTE, "bg_color": NOTE_WASH, "valign": "vcenter", "indent": 1},
    "head_given": STYLES["optional"],
    "head_input": STYLES["required"],
    "head_number": STYLES["optional"] | {"align": "right"},
    "given": STYLES["text"] | {"locked": True},
    "given_quoted": STYLES["quoted"] | {"locked": True},
    "given_number": STYLES["decimal_quantity"] | {"num_format": "#,##0.####", "align": "right"},
    "given_whole": STYLES["whole_quantity"],
    "given_soft": STYLES["help"] | {"align": "right"},
    "grey": GREY,
    "input_number": INPUT | {"num_format": "#,##0.####", "align": "right"},
    "input_date": INPUT | {"num_format": "dd/mm/yyyy", "align": "right"},
    "input_whole": INPUT | {"num_format": "#,##0", "align": "right"},
    # `@`: Excel must not make a date of "3-2022", nor a formula of what begins with a sign.
    "input_text": INPUT | {"num_format": "@", "text_wrap": True},
    "input_quoted": INPUT | {"num_format": "@", "text_wrap": True, "quote_prefix": True},
    "sample_sum": STYLES["text"] | {"bg_color": "#f6f7f9"},
    "sample_input": INPUT | {"locked": True},
    "key": {"font_color": "#ffffff", "font_size": 8},
    "table": {"font_size": 11, "bold": True, "font_color": BRAND},
    "row_label": STYLES["label"] | {"bold": False},
    "sum": STYLES["whole_quantity"] | {"bg_color": "#f6f7f9"},
    "sum_label": STYLES["label"],
    "sum_total": STYLES["whole_quantity"] | {"bg_color": BRAND_WASH, "bold": True},
    "agrees": {"font_color": NOTE, "italic": True},
    "good": {"font_color": "#1d6b3a"},
}


class Looks:
    """The formats of one workbook, each made when first asked for."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._format = cache(lambda name: book.add_format(FONT | LOOKS[name]))

    def __getitem__(self, name: str) -> Format:
        return self._format(name)


def sheet_names(codes: Iterable[str]) -> dict[str, str]:
    """A sheet's name for each indicator: its code, as far as Excel allows."""
    names: dict[str, str] = {}
    taken = set(TAKEN)
    for code in codes:
        base = FORBIDDEN.sub("-", code)[:SHEET_NAME_LENGTH]
        name, number = base, 1
        while name.lower() in taken:
            number += 1
            name = f"{base[: SHEET_NAME_LENGTH - 4]}~{number}"
        taken.add(name.lower())
        names[code] = name
    return names


def row_key(layout: TableLayout, category: str) -> str:
    return f"{layout.table}:{category}"
