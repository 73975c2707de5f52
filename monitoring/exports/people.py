"""The tables of attentions as a workbook: numbers as numbers, and the notes without which they mislead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring import showing
from monitoring.exports.book import Book, Column, Note, Written
from monitoring.exports.book import Line as Row
from monitoring.people import PeoplePage, PeopleTable
from monitoring.people.page import Apart, Line
from monitoring.people.scope import SEXES
from monitoring.scorecard import Level

NAMES = {"poblacion": "Población", "edad": "Edad", "discapacidad": "Discapacidad", "distrito": "Distrito"}
NAME_WIDTH = 44


def write_people(page: PeoplePage, *, on: dt.date) -> bytes:
    """The tables that the page shows, one a sheet, and a sheet of notes. The same page and day give the same bytes."""
    book = Book(_("Atenciones"))
    _by_node(book, page)
    for table in page.tables:
        _by_category(book, table)
    _apart(book, _("Personal municipal"), page.staff)
    _apart(book, _("Saldos"), page.stocks)
    _entering(book, page)
    book.notes(_("Notas"), _("Atenciones"), _notes(page, on))
    return book.content()


def _by_node(book: Book, page: PeoplePage) -> None:
    columns = [Column(_("Código")), Column(_("Nivel"), 20), Column(_("Nombre"), NAME_WIDTH), *_counted()]
    rows = [
        Row([line.node, str(showing.LEVEL_NAMES[Level(line.level)]), line.label, *_counts(line)])
        for line in page.by_node.lines
    ]
    whole = page.whole
    name = page.scope.node.name if page.scope.node else _("Todo el plan")
    book.table(_("Atenciones"), columns, [*rows, Row([whole.node, _("Total"), name, *_counts(whole)])])


def _by_category(book: Book, table: PeopleTable) -> None:
    columns = [Column(table.title, NAME_WIDTH), *map(Column, _sexes()), Column(_("Total"))]
    rows = [Row([line.label, *(count.number for count in line.counts), line.tally.total]) for line in table.lines]
    whole = table.whole
    rows.append(Row([_("Sin desagregar"), *[None] * len(SEXES), table.rest]))
    rows.append(Row([_("Total"), *(count.number for count in whole.counts), whole.tally.total]))
    book.table(NAMES[table.key], columns, rows)


def _apart(book: Book, title: str, lines: Sequence[Apart]) -> None:
    columns = [Column(_("Código"), 22), Column(_("Indicador"), NAME_WIDTH), Column(_("Último semestre")), *_counted()]
    book.table(title, columns, [Row([each.code, each.name, each.period, *_counts(each.line)]) for each in lines])


def _entering(book: Book, page: PeoplePage) -> None:
    columns = [
        Column(_("Código"), 22),
        Column(_("Indicador"), NAME_WIDTH),
        Column(_("Cómo entra"), NAME_WIDTH),
        Column(_("Atenciones")),
        Column(_("Sin desagregar por sexo")),
    ]
    rows = []
    for each in page.entering:
        numbers = [each.tally.total, each.tally.not_broken_down] if each.tally else [None, None]
        rows.append(Row([each.code, each.name, " ".join(filter(None, (each.words, each.why_unknown))), *numbers]))
    book.table(_("Indicadores"), columns, rows)


def _notes(page: PeoplePage, on: dt.date) -> Iterator[Note]:
    scope = page.scope
    figures = _("oficiales") if scope.chosen.is_official else _("de trabajo: pueden cambiar")
    node = f"{scope.node.code} {scope.node.name}" if scope.node else _("todo el plan")
    yield _("Plan"), f"{scope.plan.name} · {scope.plan.government.name}"
    yield (
        _("Lo elegido"),
        _("Tiempo: %(span)s. Nivel: %(node)s. Gerencia: %(unit)s.")
        % {"span": scope.span, "node": node, "unit": scope.selection.unit or _("todas")},
    )
    yield _("Cifras"), _("Cifras %(figures)s. Emitido el %(day)s.") % {"figures": figures, "day": date_format(on)}
    yield (
        _("Atenciones"),
        _(
            "Se cuentan atenciones, no personas: quien fue atendido dos veces, por dos actividades o en dos "
            "semestres, cuenta dos veces. No sume ni reste estas cifras como si fueran personas."
        ),
    )
    yield (
        _("Saldos"),
        _("Los saldos van aparte, cada uno a su último valor del tiempo elegido, y no se suman a nada."),
    )
    yield _("Personal municipal"), _("El personal municipal capacitado va aparte: no se atendió a nadie.")
    yield (
        _("Sin desagregar"),
        _(
            "«Sin desagregar» es lo que los resultados no reparten en esa tabla; con ello cada tabla suma el "
            "total. «No informado» es lo que la unidad reportó como no informado."
        ),
    )
    yield (
        _("Uso interno"),
        _("Documento de uso interno: las celdas de 1 a 4 no están protegidas. No lo publique así."),
    )


def _sexes() -> list[str]:
    return [str(sex.label) for sex in SEXES.values()]


def _counted() -> list[Column]:
    return [Column(name) for name in (*_sexes(), _("Sin desagregar"), _("Total"))]


def _counts(line: Line) -> list[Written]:
    return [*(count.number for count in line.counts), line.tally.not_broken_down, line.tally.total]
