"""The tables of attentions as a workbook: numbers as numbers, and the notes without which they mislead."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from monitoring import showing
from monitoring.people import PeoplePage, PeopleTable
from monitoring.people.page import Apart, Line
from monitoring.people.scope import SEXES
from monitoring.scorecard import Level
from plans.workbook.styles import CREATED, FONT, Styles, prepare_page, row_height
from plans.workbook.text import clean

Written = str | Decimal | None
NAMES = {"poblacion": "Población", "edad": "Edad", "discapacidad": "Discapacidad", "distrito": "Distrito"}
NAME_WIDTH, NUMBER_WIDTH, PROSE_WIDTH = 44, 13, 100


def write_people(page: PeoplePage, *, on: dt.date) -> bytes:
    """The tables that the page shows, one a sheet, and a sheet of notes. The same page and day give the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": FONT}) as book:
        book.set_properties({"title": _("Atenciones"), "created": CREATED})
        _Writer(book, page).write(on)
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, page: PeoplePage) -> None:
        self.book, self.page, self.styles = book, page, Styles(book)
        self.sexes = [str(sex.label) for sex in SEXES.values()]

    def write(self, on: dt.date) -> None:
        self._by_node()
        for table in self.page.tables:
            self._by_category(table)
        self._apart(_("Personal municipal"), self.page.staff)
        self._apart(_("Saldos"), self.page.stocks)
        self._entering()
        self._notes(on)

    def _by_node(self) -> None:
        sheet = self._sheet(
            _("Atenciones"), [_("Código"), _("Nivel"), _("Nombre"), *self._counted()], {2: NAME_WIDTH, 1: 20}
        )
        lines = self.page.by_node.lines
        rows = [
            [line.node, str(showing.LEVEL_NAMES[Level(line.level)]), line.label, *self._counts(line)] for line in lines
        ]
        whole = self.page.whole
        name = self.page.scope.node.name if self.page.scope.node else _("Todo el plan")
        self._rows(sheet, [*rows, [whole.node, _("Total"), name, *self._counts(whole)]])

    def _by_category(self, table: PeopleTable) -> None:
        sheet = self._sheet(NAMES[table.key], [table.title, *self.sexes, _("Total")], {0: NAME_WIDTH})
        rows: list[list[Written]] = [
            [line.label, *(count.number for count in line.counts), line.tally.total] for line in table.lines
        ]
        rows.append([_("Sin desagregar"), *[None] * len(self.sexes), table.rest])
        whole = table.whole
        rows.append([_("Total"), *(count.number for count in whole.counts), whole.tally.total])
        self._rows(sheet, rows)

    def _apart(self, title: str, lines: Sequence[Apart]) -> None:
        headers = [_("Código"), _("Indicador"), _("Último semestre"), *self._counted()]
        sheet = self._sheet(title, headers, {0: 22, 1: NAME_WIDTH})
        self._rows(sheet, [[each.code, each.name, each.period, *self._counts(each.line)] for each in lines])

    def _entering(self) -> None:
        headers = [_("Código"), _("Indicador"), _("Cómo entra"), _("Atenciones"), _("Sin desagregar por sexo")]
        sheet = self._sheet(_("Indicadores"), headers, {0: 22, 1: NAME_WIDTH, 2: NAME_WIDTH})
        rows = []
        for each in self.page.entering:
            numbers = [each.tally.total, each.tally.not_broken_down] if each.tally else [None, None]
            rows.append([each.code, each.name, " ".join(filter(None, (each.words, each.why_unknown))), *numbers])
        self._rows(sheet, rows)

    def _notes(self, on: dt.date) -> None:
        scope = self.page.scope
        sheet = self.book.add_worksheet(_("Notas"))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, PROSE_WIDTH)
        figures = _("oficiales") if scope.chosen.is_official else _("de trabajo: pueden cambiar")
        node = f"{scope.node.code} {scope.node.name}" if scope.node else _("todo el plan")
        notes = [
            f"{scope.plan.name} · {scope.plan.government.name}",
            _("Tiempo: %(span)s. Nivel: %(node)s. Gerencia: %(unit)s.")
            % {"span": scope.span, "node": node, "unit": scope.selection.unit or _("todas")},
            _("Cifras %(figures)s. Emitido el %(day)s.") % {"figures": figures, "day": date_format(on)},
            _(
                "Se cuentan atenciones, no personas: quien fue atendido dos veces, por dos actividades o en dos "
                "semestres, cuenta dos veces. No sume ni reste estas cifras como si fueran personas."
            ),
            _("Los saldos van aparte, cada uno a su último valor del tiempo elegido, y no se suman a nada."),
            _("El personal municipal capacitado va aparte: no se atendió a nadie."),
            _(
                "«Sin desagregar» es lo que los resultados no reparten en esa tabla; con ello cada tabla suma el "
                "total. «No informado» es lo que la unidad reportó como no informado."
            ),
            _("Documento de uso interno: las celdas de 1 a 4 no están protegidas. No lo publique así."),
        ]
        sheet.write_string(0, 0, _("Atenciones"), self.styles["title"])
        for number, note in enumerate(notes, 1):
            text = clean(note)
            sheet.set_row(number, row_height([(text, PROSE_WIDTH)]))
            sheet.write_string(number, 0, text, self.styles["prose"])

    def _counted(self) -> list[str]:
        return [*self.sexes, _("Sin desagregar"), _("Total")]

    @staticmethod
    def _counts(line: Line) -> list[Written]:
        return [*(count.number for count in line.counts), line.tally.not_broken_down, line.tally.total]

    def _sheet(self, title: str, headers: Sequence[str], widths: dict[int, int]) -> Worksheet:
        sheet = self.book.add_worksheet(title)
        sheet.hide_gridlines(2)
        sheet.freeze_panes(1, 0)
        prepare_page(sheet, 0)
        for place, header in enumerate(headers):
            sheet.set_column(place, place, widths.get(place, NUMBER_WIDTH))
            sheet.write_string(0, place, header, self.styles["required"])
        sheet.set_row(0, 30)
        return sheet

    def _rows(self, sheet: Worksheet, rows: Sequence[Sequence[Written]]) -> None:
        for number, cells in enumerate(rows, 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, Decimal):
                    style = "decimal_quantity" if cell % 1 else "whole_quantity"
                    sheet.write_number(number, place, cell, self.styles[style])
                elif cell is None:
                    sheet.write_blank(number, place, None, self.styles["text"])
                else:
                    sheet.write_string(number, place, clean(cell), self.styles["text"])
