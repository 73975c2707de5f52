"""A unit's handover as a workbook: what the document prints, to be worked on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution.models import Role
from monitoring.exports.book import Book, Column, Line, Sign, Written
from monitoring.frozen import JSON
from monitoring.models import Commitment, Submission
from monitoring.showing import SIGN_EXPLANATIONS

NAME, PROSE, CODE, SHORT, HASH = 48, 60, 22, 14, 68


def write_handover(record: JSON) -> bytes:
    """The workbook of the record of a handover (`reports.documents.handover`). Same record, same bytes."""
    title = _("Entrega de cargo %s") % record["unit"]["acronym"]
    book = Book(title)
    for name, columns, rows in (
        (_("Metas y resultados"), _SERIES, _series),
        (_("Reportes"), _REPORTS, _reports),
        (_("Observaciones"), _OBSERVED, _observed),
        (_("Compromisos"), _OWED, _owed),
        (_("Presupuesto"), _BUDGET, _budget),
        (_("Medios de verificación"), _PROOFS, _proofs),
        (_("Personas"), _PEOPLE, _people),
    ):
        heads = [Column(str(head), width) for head, width in columns]
        book.table(name, heads, map(Line, rows(record)))
    book.notes(_("Notas"), title, _notes(record))
    return book.content()


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def _states() -> dict[str, str]:
    return {state.value: str(state.label) for state in Submission.State}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


_SERIES = (
    (gettext_lazy("Código"), CODE),
    (gettext_lazy("Indicador"), NAME),
    (gettext_lazy("Unidad de medida"), CODE),
    (gettext_lazy("Semestre"), SHORT),
    (gettext_lazy("¿Responde la unidad?"), SHORT),
    (gettext_lazy("Meta"), SHORT),
    (gettext_lazy("Resultado"), SHORT),
    (gettext_lazy("Estado del reporte"), CODE),
    (gettext_lazy("Lo reportó"), SHORT),
    (gettext_lazy("Motivo si no hay dato"), PROSE),
)


def _series(record: JSON) -> Iterator[list[Written]]:
    states = _states()
    for row in record["indicators"]:
        for each in row["semesters"]:
            yield [
                row["code"],
                row["name"],
                row["unit_of_measure"],
                each["period"],
                _("sí") if each["answers"] else _("no"),
                _number(each["target"]),
                Sign(each["sign"]) if each["value"] is None else _number(each["value"]),
                states.get(each["state"], ""),
                each["unit"],
                each["not_available"],
            ]


_REPORTS = (
    (gettext_lazy("Semestre"), SHORT),
    (gettext_lazy("Estado"), CODE),
    (gettext_lazy("Enviado el"), SHORT),
    (gettext_lazy("Vencía el"), SHORT),
    (gettext_lazy("Fuera de plazo"), SHORT),
    (gettext_lazy("Documento de la unidad"), NAME),
)


def _reports(record: JSON) -> Iterator[list[Written]]:
    states = _states()
    for row in record["reports"]:
        late = _("sí") if row["late"] else _("no")
        yield [
            row["period"],
            states[row["state"]],
            _day(row["submitted_on"]),
            _day(row["due_on"]),
            late,
            row["memo_number"],
        ]


_OBSERVED = (
    (gettext_lazy("Semestre"), SHORT),
    (gettext_lazy("Indicador"), NAME),
    (gettext_lazy("Observación"), PROSE),
    (gettext_lazy("Observó"), CODE),
    (gettext_lazy("Fecha"), SHORT),
    (gettext_lazy("Estado"), CODE),
    (gettext_lazy("Respuestas"), PROSE),
)


def _observed(record: JSON) -> Iterator[list[Written]]:
    states = {"open": _("por responder"), "answered": _("respondida"), "resolved": _("resuelta")}
    for row in record["observations"]:
        replies = "\n".join(f"{each['by']}: {each['text']}" for each in row["replies"])
        name = row["indicator"]["name"] if row["indicator"] else _("el conjunto")
        yield [row["period"], name, row["text"], row["by"], _day(row["at"]), states[row["state"]], replies]


_OWED = (
    (gettext_lazy("Evaluación"), SHORT),
    (gettext_lazy("Recomendación"), PROSE),
    (gettext_lazy("Compromiso"), PROSE),
    (gettext_lazy("Plazo"), SHORT),
    (gettext_lazy("Estado"), CODE),
    (gettext_lazy("Último avance"), PROSE),
)


def _owed(record: JSON) -> Iterator[list[Written]]:
    labels = {state.value: str(state.label) for state in Commitment.State}
    for row in record["commitments"]:
        state = labels[row["state"]]
        yield [Decimal(row["year"]), row["recommendation"], row["action"], _day(row["due_on"]), state, row["last"]]


_BUDGET = (
    (gettext_lazy("Código"), CODE),
    (gettext_lazy("Actividad"), NAME),
    (gettext_lazy("¿Necesita presupuesto adicional?"), CODE),
    (gettext_lazy("Para qué"), PROSE),
    (gettext_lazy("Respondido el"), SHORT),
)


def _budget(record: JSON) -> Iterator[list[Written]]:
    words = {None: _("sin responder"), True: _("sí"), False: _("no")}
    for row in record["budget"]["activities"]:
        yield [row["code"], row["name"], words[row["needs"]], row["reason"], _day(row["answered_on"])]


_PROOFS = (
    (gettext_lazy("Semestre"), SHORT),
    (gettext_lazy("Indicador"), CODE),
    (gettext_lazy("Título"), NAME),
    (gettext_lazy("Archivo o enlace"), NAME),
    (gettext_lazy("Tipo"), CODE),
    (gettext_lazy("Bytes"), SHORT),
    (gettext_lazy("SHA-256"), HASH),
    (gettext_lazy("Subido el"), SHORT),
)


def _proofs(record: JSON) -> Iterator[list[Written]]:
    for row in record["evidence"]:
        size = Decimal(row["size"]) if row["size"] is not None else None
        place = row["file_name"] or row["url"]
        kind = row["type"] or _("enlace")
        yield [
            row["period"],
            row["indicator"],
            row["title"],
            place,
            kind,
            size,
            row["sha256"],
            _day(row["uploaded_on"]),
        ]


_PEOPLE = (
    (gettext_lazy("Puesto"), CODE),
    (gettext_lazy("Persona"), NAME),
    (gettext_lazy("Desde"), SHORT),
    (gettext_lazy("Hasta"), SHORT),
    (gettext_lazy("Documento"), NAME),
    (gettext_lazy("Motivo del término"), NAME),
)


def _people(record: JSON) -> Iterator[list[Written]]:
    for row in record["people"]:
        role = str(Role(row["role"]).label)
        yield [role, row["name"], _day(row["from"]), _day(row["until"]), row["document"], row["end_reason"]]


def _notes(record: JSON) -> Iterator[tuple[str, str]]:
    plan, unit = record["plan"], record["unit"]
    yield _("Plan"), f"{plan['name']} ({plan['government']})"
    yield _("Unidad"), f"{unit['name']} ({unit['acronym']})"
    yield _("Situación al"), date_format(_day(record["document"]["issued_on"]))
    if plan["is_reference"]:
        yield _("Texto de referencia"), _("Los nombres de acciones, actividades y metas no son los del anexo aprobado.")
    yield _("Resultados"), _("Un 0 es un resultado. Donde falta el resultado está su signo, como texto.")
    for sign, text in SIGN_EXPLANATIONS.items():
        yield sign, str(text)
    yield (
        _("Estado del reporte"),
        _("Lo que está en borrador o sin conformidad no es cifra oficial. De otras unidades, solo lo conforme."),
    )
    yield _("SHA-256"), _("La huella de cada archivo: si el archivo cambia en un solo dato, su huella es otra.")
    yield _("Uso interno"), _("Nombra a funcionarios. No lo publique.")
