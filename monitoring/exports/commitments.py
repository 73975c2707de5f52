"""The matrix of commitments as a workbook: dates as dates, one row a commitment, and the notes to read it by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring.commitment_matrix import CommitmentLine, CommitmentMatrix
from monitoring.exports.book import Book, Column, Line, Note, Written
from plans.models import Plan


def write_commitments(plan: Plan, matrix: CommitmentMatrix, *, on: dt.date) -> bytes:
    """The rows that the page shows. The same matrix gives the same bytes on the same day."""
    title = _("Compromisos de mejora")
    book = Book(title)
    columns = [
        Column(_("Evaluación"), 11),
        Column(_("Recomendación"), 52),
        Column(_("Compromiso"), 52),
        Column(_("Responsable"), 14),
        Column(_("Plazo"), 12),
        Column(_("Estado"), 14),
        Column(_("Vencido"), 9),
        Column(_("Último avance"), 12),
        Column(_("Qué se contó"), 64),
    ]
    above = title, f"{plan.name} · {plan.government.name}"
    book.table(_("Compromisos"), columns, (Line(_cells(row)) for row in matrix.lines), above=above, frozen=2)
    told = [Column(_("Compromiso"), 52), Column(_("Semestre"), 11), Column(_("Fecha"), 12), Column(_("Estado"), 14)]
    book.table(_("Seguimiento"), [*told, Column(_("Qué se contó"), 64), Column(_("Quién"), 26)], _follow_ups(matrix))
    book.notes(_("Notas"), _("Cómo leer este libro"), _notes(matrix, on))
    return book.content()


def _cells(row: CommitmentLine) -> list[Written]:
    commitment, last = row.commitment, row.last
    return [
        str(row.year),
        commitment.recommendation,
        commitment.action_to_take,
        commitment.responsible_unit.acronym,
        commitment.due_on,
        str(commitment.get_state_display()),
        _("sí") if row.is_overdue else _("no"),
        last.on if last else None,
        last.text if last else None,
    ]


def _follow_ups(matrix: CommitmentMatrix) -> Iterator[Line]:
    for row in matrix.lines:
        for each in row.follow_ups:
            by = f"{each.by} ({_('en nombre de la unidad')})" if each.on_behalf else str(each.by)
            state = str(each.get_state_display())
            yield Line([row.commitment.recommendation, each.period.code, each.on, state, each.text, by])


def _notes(matrix: CommitmentMatrix, on: dt.date) -> Iterator[Note]:
    yield _("Qué es"), _("Cada recomendación de una evaluación cerrada que una unidad se comprometió a cumplir.")
    yield _("Versiones"), _("De cada evaluación cuenta la versión vigente; lo contado en las anteriores se conserva.")
    yield _("Vencido"), _("Su plazo pasó y no está cumplido ni sin efecto, a la fecha de este libro.")
    yield _("Filas"), _("%(shown)s de %(all)s") % {"shown": len(matrix.lines), "all": matrix.total}
    for each in matrix.filters.active:
        yield _("Filtro"), f"{each.label}: {each.words}"
    yield _("Escrito el"), date_format(on)
