"""The two sheets that are only read by people: Instrucciones explains every column, Listas shows what may be chosen."""

from __future__ import annotations

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from plans.workbook.content import PlanRow
from plans.workbook.kinds import Kind, Text, YesNo
from plans.workbook.layout import LISTS, Column, Layout
from plans.workbook.styles import Styles, prepare_page

WIDTHS = (20, 38, 13, 96)
# About so many characters fit beside one another over all columns.
ONE_LINE = 180


def write_instructions(page: Worksheet, layout: Layout, styles: Styles, plan: PlanRow) -> None:
    """What the workbook is, how it is filled in, and what each column holds."""
    for place, width in enumerate(WIDTHS):
        page.set_column(place, place, width)
    prepare_page(page)
    page.set_row(0, 30)
    page.write_string(0, 0, _("Libro del plan"), styles["title"])
    page.set_row(1, 20)
    page.write_string(1, 0, f"{plan.name} · {plan.code}", styles["subtitle"])
    row = 3
    if plan.is_reference:
        page.set_row(row, 24)
        note = _("Texto de referencia: no es el del anexo aprobado. Sirve de modelo para el plan propio.")
        page.merge_range(row, 0, row, len(WIDTHS) - 1, note, styles["note"])
        row += 2
    row = _write_steps(page, row, styles)
    _write_columns(page, row + 1, layout, styles)


def _write_steps(page: Worksheet, row: int, styles: Styles) -> int:
    page.write_string(row, 0, _("Cómo se llena"), styles["section"])
    for number, step in enumerate(_steps(), 1):
        page.set_row(row + number, 28 if len(step) > ONE_LINE else 15)
        page.merge_range(row + number, 0, row + number, len(WIDTHS) - 1, f"{number}. {step}", styles["prose"])
    return row + len(_steps()) + 1


def _steps() -> list[str]:
    return [
        _("Llene las hojas en su orden: Plan, Unidades, Lineamientos, Objetivos, Acciones, Actividades, Indicadores y "
          "Hoja de ruta. Cada fila se identifica por la primera columna; las demás hojas la nombran por ese código."),
        _("Los encabezados oscuros son obligatorios y los claros, opcionales. Puede mover las columnas y dejar filas "
          "vacías, pero no cambiar los nombres de las hojas ni de las columnas."),
        _("Donde hay una lista desplegable, elija de ella. Varias siglas, códigos o tablas en una celda se separan con "
          "«;». El orden de las filas es el orden en que se lee el plan."),
        _("Los números llevan punto decimal (1,234.5) y hasta 4 decimales; las fechas, día, mes y año (30/06/2022). "
          "Una meta vacía quiere decir que nada se programó; un 0 es una meta."),
        _("Revise sin guardar: manage.py import_plan ARCHIVO.xlsx --dry-run. Todos los errores salen juntos, cada uno "
          "con su hoja y su celda. Mientras haya uno, no se guarda nada."),
        _("Mientras el plan está en elaboración, una versión posterior del libro reemplaza a la anterior y se muestra "
          "qué cambia. Una vez vigente, sus metas cambian solo por reprogramación."),
    ]  # fmt: skip


def _write_columns(page: Worksheet, row: int, layout: Layout, styles: Styles) -> None:
    page.write_string(row, 0, _("Qué va en cada columna"), styles["section"])
    titles = (_("Hoja"), _("Columna"), _("Obligatoria"), _("Qué se escribe"))
    for place, title in enumerate(titles):
        page.write_string(row + 1, place, title, styles["required"])
    row += 2
    for sheet in layout:
        if sheet.help:
            page.write_string(row, 0, sheet.title, styles["label"])
            page.merge_range(row, 1, row, len(WIDTHS) - 1, sheet.help, styles["label"])
            row += 1
        # Targets have a column each, but one explanation.
        first_target = next((column for column in sheet.columns if column.period), None)
        for column in sheet.columns:
            if column.period and column is not first_target:
                continue
            cells = (sheet.title, column.title, _("Sí") if column.required else _("No"), explained(column))
            for place, text in enumerate(cells):
                page.write_string(row, place, text, styles["help" if place != 1 else "text"])
            row += 1


def explained(column: Column) -> str:
    """What a column is for, and what its cells may hold where that does not go without saying."""
    if column.period:
        return _("%(help)s Una columna por semestre.") % {"help": column.help}
    chosen = column.refers_to or (column.kind.options and not column.kind.several)
    plain = isinstance(column.kind, Text) and not column.kind.hint and not column.kind.max_length
    if chosen or plain:
        return column.help
    return _("%(help)s Se espera %(expected)s.") % {"help": column.help, "expected": column.kind.expected}


class Lists:
    """The lists that drop-downs offer and cells refer to, one column each of the sheet Listas."""

    def __init__(self, layout: Layout) -> None:
        self.columns: dict[tuple[str, ...], str] = {}
        for sheet in layout:
            for column in sheet.columns:
                if column.kind.options:
                    title = _("Sí o No") if isinstance(column.kind, YesNo) else column.title
                    self.columns.setdefault(tuple(column.kind.options), title)

    def source(self, kind: Kind) -> str:
        """Where a kind's list stands, as a drop-down wants it."""
        options = tuple(kind.options or ())
        letter = xl_col_to_name(list(self.columns).index(options))
        return f"='{LISTS}'!${letter}$2:${letter}${len(options) + 1}"

    def write(self, page: Worksheet, styles: Styles) -> None:
        page.set_row(0, 32)
        page.freeze_panes(1, 0)
        prepare_page(page, 0)
        for place, (options, title) in enumerate(self.columns.items()):
            longest = max(map(len, options))
            page.set_column(place, place, min(max(longest + 2, 14), 60))
            page.write_string(0, place, title, styles["optional"])
            for row, option in enumerate(options, 1):
                page.write_string(row, place, option, styles["text"])
