"""All that an evaluation says in numbers, as one workbook: what is attached to its document and offered beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from monitoring import showing
from monitoring.exports.annex import add_annex, add_remarks
from monitoring.exports.book import Book, Column, Line, Written
from monitoring.exports.parts import Parts, notes_of, notes_of_people
from monitoring.exports.results import add_published, add_results
from monitoring.exports.scorecard import LEVELS
from monitoring.frozen import JSON
from monitoring.models import Commitment
from monitoring.progress import Status
from monitoring.scorecard import Level, NodeRow
from plans.measures import Horizon

HORIZONS = (Horizon.YEAR, Horizon.PLAN)
LOOKS = LEVELS | {Level.OBJECTIVE: {"bold": True}, Level.PLAN: LEVELS[Level.GUIDELINE]}


def evaluation_workbook(record: JSON) -> bytes:
    """Scorecard, annex, results, breakdowns, attentions, commitments, notes. The same record gives the same bytes.

    Takes the record of an evaluation, or any `plan_record`: what it lacks is left out.
    """
    parts = Parts.of(record)
    book = Book(_title(parts))
    _add_scorecard(book, parts)
    add_annex(book, parts)
    add_remarks(book, parts)
    add_results(book, parts)
    add_published(book, parts)
    if "commitments" in record:
        _add_commitments(book, parts)
    people = notes_of_people() if parts.people else ()
    book.notes(_("Notas"), _("Cómo leer este libro"), [*notes_of(parts), *people])
    return book.content()


def workbook_name(record: JSON) -> str:
    """`evaluacion-2023-pmh-2022-2024-v1.xlsx`; of a plan's record `seguimiento-2023-1-pmh-2022-2024.xlsx`."""
    code, evaluation = record["plan"]["code"].lower(), record.get("evaluation")
    if not evaluation:
        return f"seguimiento-{record['scorecard']['upto']}-{code}.xlsx"
    draft = "" if evaluation["closed_on"] else "-borrador"
    return f"evaluacion-{evaluation['year']}-{code}-v{evaluation['version']}{draft}.xlsx"


def _title(parts: Parts) -> str:
    if parts.evaluation:
        return _("Evaluación %s") % parts.evaluation["year"]
    return _("Seguimiento al cierre de %s") % parts.card.upto


def _add_scorecard(book: Book, parts: Parts) -> None:
    """The sheet "Tablero": every node in reading order, the plan, and the units."""
    columns = [
        Column(_("Nivel"), 20),
        Column(_("Código"), 17),
        Column(_("Nombre"), 52),
        *(Column(period, 11) for period in parts.semesters),
    ]
    for span in (_("Año %s") % parts.year, _("Plan a la fecha")):
        columns += [Column(f"{span} {showing.READING_NAMES[reading]}", 13) for reading in parts.readings]
        columns += [Column(_("%s: cobertura de reporte") % span, 12)]
    columns += [Column(_("Indicadores: %s") % str(word).lower(), 13) for word in showing.STATUS_WORDS.values()]
    lines = [Line(_scores(parts, row), LOOKS.get(row.level, {})) for row in parts.card.nodes]
    book.table(_("Tablero"), columns, lines, above=(_title(parts), parts.headline), frozen=3)


def _scores(parts: Parts, row: NodeRow) -> Iterator[Written]:
    yield from (str(showing.LEVEL_NAMES[row.level]), row.code, row.name)
    for card in parts.semesters.values():
        yield _semester(parts, card, row)
    for horizon in HORIZONS:
        for reading in parts.readings:
            yield parts.progress(row[horizon], reading, showing.AVERAGE_PLACES)
        yield parts.coverage(row[horizon])
    counts = row[Horizon.PLAN].counts
    yield from (counts[Status(status)] for status in showing.STATUS_WORDS)


def _semester(parts: Parts, card, row: NodeRow) -> Written:
    try:
        found = card.unit(row.code) if row.level == Level.UNIT else card.node(row.code)
    except KeyError:  # the unit did not answer for anything then
        return None
    return parts.progress(found[Horizon.SEMESTER], parts.official, showing.AVERAGE_PLACES)


def _add_commitments(book: Book, parts: Parts) -> None:
    """The sheet "Compromisos": those of this evaluation and what became of those of earlier ones."""
    columns = [
        Column(_("Evaluación"), 11),
        Column(_("Recomendación"), 56),
        Column(_("Compromiso"), 56),
        Column(_("Unidad responsable"), 13),
        Column(_("Plazo"), 12),
        Column(_("Estado"), 14),
        Column(_("Último avance: semestre"), 12),
        Column(_("Último avance: fecha"), 12),
        Column(_("Avances"), 64),
    ]
    year = (parts.evaluation or {}).get("year", parts.year)
    rows = [*parts.record.get("earlier_commitments", ()), *parts.record["commitments"]]
    above = _("Compromisos de mejora"), parts.headline
    book.table(_("Compromisos"), columns, (Line(_commitment(row, year)) for row in rows), above=above, frozen=2)


def _commitment(row: JSON, year: int) -> list[Written]:
    follow_ups = row.get("follow_ups", ())
    last = follow_ups[-1] if follow_ups else None
    return [
        str(row.get("year", year)),
        row["recommendation"],
        row["action"],
        row["unit"],
        dt.date.fromisoformat(row["due_on"]),
        str(Commitment.State(row["state"]).label),
        last["period"] if last else None,
        dt.date.fromisoformat(last["on"][:10]) if last else None,
        "\n".join(f"{each['period']}: {each['text']}" for each in follow_ups),
    ]
