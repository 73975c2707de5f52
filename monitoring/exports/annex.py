"""The follow-up annex in CEPLAN's layout: each indicator with baseline, targets, values obtained and progress."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring import showing
from monitoring.exports.book import Book, Column, Line, Sign, Written
from monitoring.exports.parts import NOTHING_PROGRAMMED, Parts, notes_of
from monitoring.frozen import JSON, decimal_from
from monitoring.progress import IndicatorFigure
from monitoring.scorecard import IndicatorRow
from plans.measures import Horizon

NAMED = 4  # columns that stay in sight
NOT_AVAILABLE = "ND"


def write_annex(record: JSON) -> bytes:
    """The annex of a record as a workbook of its own."""
    parts = Parts.of(record)
    book = Book(_("Anexo de seguimiento %s") % parts.card.upto)
    add_annex(book, parts)
    add_remarks(book, parts)
    book.notes(_("Notas"), _("Cómo leer este anexo"), [*notes_of(parts), *_notes()])
    return book.content()


def add_annex(book: Book, parts: Parts) -> None:
    """The sheet "Anexo": the indicators in the order of the tree."""
    semesters, later = list(parts.semesters), [p for p in parts.outline.periods if p > parts.card.upto]
    columns = [
        Column(_("Código del elemento"), 14),
        Column(_("Objetivo, acción o actividad"), 40),
        Column(_("Código del indicador"), 20),
        Column(_("Indicador"), 44),
        Column(_("Unidad de medida"), 16),
        Column(_("Línea de base: año"), 10),
        Column(_("Línea de base: valor"), 11),
    ]
    for period in semesters:
        columns += [Column(f"{period} · {name}", 11) for name in (_("Meta"), _("Valor obtenido"), _("Avance"))]
    columns += [Column(f"{period} · {_('Meta')}", 11) for period in later]
    for span in (_("Año %s") % parts.year, _("Plan a la fecha")):
        columns += [Column(f"{span} · {name}", 11) for name in (_("Meta"), _("Valor"))]
        columns += [
            Column(f"{span} · {_('Avance')} {showing.READING_NAMES[reading]}", 13) for reading in parts.readings
        ]
    columns += [Column(_("Unidad responsable"), 18), Column(_("Notas"), 60)]
    above = _("Anexo de seguimiento de indicadores"), parts.headline
    book.table(_("Anexo"), columns, _lines(parts, later), above=above, frozen=NAMED, is_wide=True)


def add_remarks(book: Book, parts: Parts) -> None:
    """The sheet "Notas por indicador": what units told of their results, one a row."""
    columns = [
        Column(_("Código del indicador"), 20),
        Column(_("Indicador"), 44),
        Column(_("Semestre"), 10),
        Column(_("Unidad responsable"), 13),
        Column(_("Qué"), 16),
        Column(_("Lo que informó la unidad"), 90),
    ]
    lines = (
        Line(
            [row["indicator"], parts.card.indicator(row["indicator"]).name, row["period"], row["unit"], label, row[key]]
        )
        for row in parts.record["notes"]
        for key, label in _remark_labels().items()
        if row[key]
    )
    above = _("Lo que informaron las unidades"), parts.headline
    book.table(_("Notas por indicador"), columns, lines, above=above, frozen=2)


def _remark_labels() -> dict[str, str]:
    return {
        "not_available": _("No disponible"),
        "difficulties": _("Dificultad"),
        "measures": _("Medida"),
        "note": _("Nota"),
    }


def _lines(parts: Parts, later: list[str]) -> Iterator[Line]:
    notes = _notes_by_indicator(parts)
    for node in parts.outline.nodes:
        for row in parts.card.indicators_of(node.code):
            named: list[Written] = [
                node.code,
                node.name,
                row.code,
                row.name,
                row.unit_of_measure,
                *_baseline(parts, row),
            ]
            yield Line([*named, *_figures(parts, row, later), _responsible(parts, row), "\n".join(notes[row.code])])


def _baseline(parts: Parts, row: IndicatorRow) -> list[Written]:
    given = parts.record["baselines"].get(row.code) or {"value": None, "year": None}
    value = decimal_from(given["value"])
    # A year is no quantity: as text it has no comma for thousands.
    return [str(given["year"] or showing.MISSING), Sign(NOT_AVAILABLE) if value is None else value]


def _figures(parts: Parts, row: IndicatorRow, later: list[str]) -> Iterator[Written]:
    targets = {entry.period: entry.target for entry in parts.outline.by_indicator[row.code].series.entries}
    for period, card in parts.semesters.items():
        figure = card.indicator(row.code)[Horizon.SEMESTER]
        yield target_cell(targets[period])
        yield value_cell(figure)
        yield parts.progress(figure, parts.official, showing.INDICATOR_PLACES)
    yield from (target_cell(targets[period]) for period in later)
    for horizon in (Horizon.YEAR, Horizon.PLAN):
        figure = row[horizon]
        yield target_cell(figure.target)
        yield value_cell(figure)
        for reading in parts.readings:
            yield parts.progress(figure, reading, showing.INDICATOR_PLACES)


def target_cell(target: Decimal | None) -> Written:
    return Sign(NOTHING_PROGRAMMED) if target is None else target


def value_cell(figure: IndicatorFigure) -> Written:
    """The value obtained; a missing one is never 0 and shows its sign."""
    return Sign(figure.sign or showing.MISSING) if figure.value is None else figure.value


def _responsible(parts: Parts, row: IndicatorRow) -> str:
    tenures = parts.outline.by_indicator[row.code].tenures
    return " → ".join(dict.fromkeys(tenure.unit for tenure in tenures if tenure.from_period <= parts.card.upto))


def _notes_by_indicator(parts: Parts) -> dict[str, list[str]]:
    """What a reader of its figures should know, in short; the rest is in the sheet of remarks."""
    notes: dict[str, list[str]] = defaultdict(list)
    for row in parts.record["revisions"]:
        told = {"period": row["period"], "document": row["document"]}
        told |= {name: row[name] if row[name] is not None else NOTHING_PROGRAMMED for name in ("old", "new")}
        notes[row["indicator"]].append(_("Meta de %(period)s: de %(old)s a %(new)s (%(document)s).") % told)
    for code, sheet in parts.record.get("sheets", {}).items():
        if sheet["people_may_repeat"]:
            notes[code].append(_("Puede contar dos veces a una persona."))
    for row in parts.record["notes"]:
        if row["not_available"]:
            notes[row["indicator"]].append(f"{row['period']}: {_('no disponible')}. {row['not_available']}")
    counts = Counter(row["indicator"] for row in parts.record["notes"])
    for code, count in counts.items():
        text = ngettext(
            "%s nota de la unidad en «Notas por indicador».", "%s notas de la unidad en «Notas por indicador».", count
        )
        notes[code].append(text % count)
    return notes


def _notes() -> Iterator[tuple[str, str]]:
    yield (
        _("Meta y valor de un tiempo"),
        _(
            "De varios semestres: los que se suman, sumados; los saldos, el último; las tasas, el promedio; los "
            "porcentajes agrupados, la suma de numeradores entre la de denominadores."
        ),
    )
    yield _("Unidad responsable"), _("Quien respondió hasta el semestre; la flecha dice quién siguió a quién.")
