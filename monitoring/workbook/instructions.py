"""The first sheet: what the workbook is and how it is filled in, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from institution.models import User
from monitoring.queries import Filing
from monitoring.workbook.layout import Looks
from plans.workbook.styles import prepare_page
from plans.workbook.text import clean

LABEL_WIDTH, TEXT_WIDTH = 24, 96
# About so many characters fit on a line of both columns together.
ONE_LINE = 112


def write_instructions(
    sheet: Worksheet,
    filing: Filing,
    looks: Looks,
    tables: Mapping[str, str],
    *,
    due_on: dt.date,
    by: User,
    at: dt.datetime,
) -> None:
    """`tables`: the sheet of each indicator that is broken down, by code."""
    sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.set_column(1, 1, TEXT_WIDTH)
    prepare_page(sheet)
    sheet.set_row(0, 30)
    title = _("Reporte del semestre %(period)s") % {"period": filing.period.code}
    sheet.write_string(0, 0, title, looks["title"])
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, f"{filing.unit.name} ({filing.unit.acronym})", looks["subtitle"])
    facts = (
        (_("Plan"), clean(filing.period.plan.name)),
        (_("Plazo"), formats.date_format(due_on)),
        (_("Indicadores"), _indicators(filing)),
        (_("Descargado"), f"{formats.date_format(timezone.localtime(at), 'DATETIME_FORMAT')}, {clean(str(by))}"),
    )
    row = 3
    for label, text in facts:
        sheet.write_string(row, 0, label, looks["label"])
        sheet.write_string(row, 1, text, looks["given"])
        row += 1
    row = _paragraphs(sheet, row + 1, looks, _("Cómo se llena"), _steps(tables))
    _colours(sheet, row + 1, looks)


def _indicators(filing: Filing) -> str:
    others = len(filing.indicators) - len(filing.due)
    due = _("%(due)s con meta este semestre") % {"due": len(filing.due)}
    return due + (_(" y %(others)s sin meta, que puede dejar vacíos") % {"others": others} if others else "")


def _steps(tables: Mapping[str, str]) -> list[str]:
    steps = [
        _("Es el mismo reporte que se llena en la página, para llenarlo sin internet. Trae lo que ya está registrado. "
          "Nada de lo que escriba aquí llega al sistema hasta que suba el libro y confirme."),
        _("En la hoja Resultados, escriba en las celdas amarillas de cada indicador: el valor obtenido o, si es un "
          "porcentaje de casos, numerador y denominador. Un 0 es un resultado; una celda vacía, no."),
        _("Si el dato no está disponible, deje vacío el valor y escriba el motivo en su columna. Si no adjuntará un "
          "medio de verificación, escriba el motivo en la suya. Los archivos y enlaces se adjuntan en la página."),
    ]  # fmt: skip
    if tables:
        steps.append(
            _("Cada indicador que se desagrega tiene su propia hoja (%(sheets)s). Escriba cuántas personas en cada "
              "celda; los totales se suman solos y dicen si coinciden con el valor.") % {"sheets": _listed(tables)}
        )  # fmt: skip
    return [
        *steps,
        _("Números con punto decimal: 1234.5. Escriba números, no fórmulas: si copia de otra hoja, use Pegado "
          "especial, Valores."),
        _("No escriba nombres, documentos ni teléfonos de personas: solo cifras y relatos generales."),
        _("No cambie los códigos ni los encabezados, ni borre hojas. Puede ensanchar filas y columnas."),
        _("Guarde el libro como .xlsx, súbalo en la página del reporte («Llenar en Excel»), revise lo que cambiará y "
          "confirme. Si hay un error, se le dice la hoja y la celda, y no se guarda nada. Después envíe el reporte."),
    ]  # fmt: skip


def _listed(tables: Mapping[str, str], most: int = 4) -> str:
    names = list(tables.values())
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _paragraphs(sheet: Worksheet, row: int, looks: Looks, title: str, texts: list[str]) -> int:
    sheet.set_row(row, 20)
    sheet.write_string(row, 0, title, looks["section"])
    for number, text in enumerate(texts, 1):
        line = f"{number}. {text}"
        sheet.set_row(row + number, 16 * -(-len(line) // ONE_LINE) + 4)
        sheet.merge_range(row + number, 0, row + number, 1, line, looks["prose"])
    return row + len(texts) + 1


def _colours(sheet: Worksheet, row: int, looks: Looks) -> None:
    sheet.set_row(row, 20)
    sheet.write_string(row, 0, _("Colores"), looks["section"])
    # Written locked: these are samples.
    samples = (
        ("sample_input", _("Amarillo"), _("se llena")),
        ("grey", _("Gris"), _("no corresponde a este indicador: está bloqueada")),
        ("given", _("Blanco"), _("lo que pide el plan: solo se lee")),
        ("sample_sum", _("Gris claro"), _("sumas que se calculan solas, para que usted compare")),
    )
    for number, (look, name, text) in enumerate(samples, 1):
        sheet.write_string(row + number, 0, name, looks[look])
        sheet.write_string(row + number, 1, text, looks["given"])
