"""Results with their breakdowns in long form: a row for each value, and a row for each count that may be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring import showing
from monitoring.attentions import SEX, Tally
from monitoring.disclosure import PublishedResult, Window, results_of
from monitoring.exports.annex import target_cell, value_cell
from monitoring.exports.book import Book, Column, Line, Note, Written
from monitoring.exports.parts import Parts, notes_of, notes_of_people
from monitoring.frozen import JSON
from monitoring.models import Breakdown
from monitoring.scorecard import IndicatorRow
from monitoring.suppression import Level, Told
from plans.measures import Horizon
from plans.models import BreakdownTable, Indicator

LEVEL_WORDS = {
    Level.FULL: gettext_lazy("completa"),
    Level.SEX: gettext_lazy("solo por sexo"),
    Level.TOTAL: gettext_lazy("solo el total"),
}


def write_results(record: JSON, *, whole: JSON | None = None) -> bytes:
    """The results of a record as a workbook of their own.

    `whole`: what `disclosure.full_people` gives, for who may see the reports: every cell as it was reported. Without it
    the workbook may be published.
    """
    parts = Parts.of(record)
    book = Book(_("Resultados %s") % parts.card.upto)
    add_results(book, parts)
    if whole is not None:
        add_breakdowns(book, parts, results_of(whole), whole["districts"])
        people = [(_("Uso interno"), _("Las celdas de 1 a 4 no están protegidas: no lo publique ni lo comparta así."))]
    else:
        add_published(book, parts)
        people = list(notes_of_people())
    book.notes(_("Notas"), _("Cómo leer estos resultados"), [*_notes(), *people, *notes_of(parts)])
    return book.content()


def add_published(book: Book, parts: Parts) -> None:
    """The sheets of people that may go out; none where the record has no people."""
    if parts.people is not None:
        add_breakdowns(book, parts, parts.people.results, parts.people.districts)
        _add_attentions(book, parts)


# --- Values -------------------------------------------------------------------------------------------------------


def add_results(book: Book, parts: Parts) -> None:
    """The sheet "Resultados": a row for each indicator and semester up to the last."""
    columns = [
        Column(_("Código del indicador"), 20),
        Column(_("Indicador"), 44),
        Column(_("Código del elemento"), 14),
        Column(_("Objetivo, acción o actividad"), 40),
        Column(_("Unidad de medida"), 16),
        Column(_("Cómo se acumula"), 18),
        Column(_("Semestre"), 10),
        Column(_("Unidad responsable"), 13),
        Column(_("Meta"), 11),
        Column(_("Valor"), 11),
        Column(_("Numerador"), 11),
        Column(_("Denominador"), 12),
        Column(_("Avance del semestre"), 12),
        Column(_("Estado"), 18),
    ]
    above = _("Resultados por indicador y semestre"), parts.headline
    book.table(_("Resultados"), columns, _values(parts), above=above, frozen=2)


def _values(parts: Parts) -> Iterator[Line]:
    for row in _in_order(parts):
        outline = parts.outline.by_indicator[row.code]
        accumulation = Indicator.AccumulationChoice(outline.series.accumulation.value).label
        for entry in outline.series.entries:
            if entry.period not in parts.semesters:
                continue
            figure = parts.semesters[entry.period].indicator(row.code)[Horizon.SEMESTER]
            yield Line(
                [
                    row.code,
                    row.name,
                    row.measures,
                    parts.names[row.measures],
                    row.unit_of_measure,
                    str(accumulation),
                    entry.period,
                    outline.unit_at(entry.period) or showing.MISSING,
                    target_cell(entry.target),
                    value_cell(figure),
                    entry.numerator,
                    entry.denominator,
                    parts.progress(figure, parts.official, showing.INDICATOR_PLACES),
                    str(showing.STATUS_WORDS[figure.status]),
                ]
            )


def _in_order(parts: Parts) -> Iterator[IndicatorRow]:
    """The indicators in the order of the tree."""
    for node in parts.outline.nodes:
        yield from parts.card.indicators_of(node.code)


# --- Breakdowns ---------------------------------------------------------------------------------------------------


def add_breakdowns(book: Book, parts: Parts, results: Iterable[PublishedResult], districts: Mapping[str, str]) -> None:
    """The sheet "Desagregación": a row for each cell that is told, one for a table of which only the total is."""
    columns = [
        Column(_("Código del indicador"), 20),
        Column(_("Indicador"), 44),
        Column(_("Semestre"), 10),
        Column(_("Valor del resultado"), 12),
        Column(_("Tabla"), 24),
        Column(_("Se publica"), 14),
        Column(_("Categoría"), 26),
        Column(_("Sexo"), 14),
        Column(_("Número"), 10),
    ]
    by_indicator: dict[str, list[PublishedResult]] = {}
    for result in results:
        by_indicator.setdefault(result.indicator, []).append(result)
    lines = (
        Line([row.code, row.name, result.period, result.value, *cells])
        for row in _in_order(parts)
        for result in by_indicator.get(row.code, ())
        for table, told in result.tables.items()
        for cells in _cells(table, told, districts)
    )
    book.table(_("Desagregación"), columns, lines, above=(_("Resultados desagregados"), parts.headline), frozen=2)


def _cells(table: str, told: Told, districts: Mapping[str, str]) -> Iterator[list[Written]]:
    named: list[Written] = [str(BreakdownTable(table).label), str(LEVEL_WORDS[told.level])]
    if not told.cells:
        yield [*named, None, None, None]
        return
    sexes = list(Breakdown.Sex)
    labels = category_labels(table, districts)
    order = {code: place for place, code in enumerate(labels)}
    for (category, sex), count in sorted(
        told.cells.items(), key=lambda cell: (order.get(cell[0][0], len(order)), sexes.index(Breakdown.Sex(cell[0][1])))
    ):
        yield [*named, labels.get(category, category), str(Breakdown.Sex(sex).label), count]


def category_labels(table: str, districts: Mapping[str, str]) -> dict[str, str]:
    """What the categories of a table are called, by code, in their usual order."""
    found = {"": _("todas")} if table != SEX else {"": showing.MISSING}
    if table == BreakdownTable.SEX_DISTRICT:
        found |= districts
    choices = Breakdown.CATEGORIES[table].choices if table in Breakdown.CATEGORIES else ()
    return found | {code: str(label) for code, label in choices}


# --- What was added up --------------------------------------------------------------------------------------------


def _add_attentions(book: Book, parts: Parts) -> None:
    """The sheet "Atenciones": by node, and by each table, of the year and of the plan to date."""
    columns = [
        Column(_("Tiempo"), 16),
        Column(_("Según"), 24),
        Column(_("Código"), 20),
        Column(_("Nombre"), 48),
        *(Column(str(sex.label), 12) for sex in Breakdown.Sex),
        Column(_("Sin desagregar"), 12),
        Column(_("Total"), 12),
    ]
    people = parts.people
    lines = [
        Line([time, *cells], {"bold": True} if cells[0] == _("Total") else {})
        for time, window in ((_("Año %s") % parts.year, people.year), (_("Plan a la fecha"), people.plan))
        for cells in _attentions(parts, window)
    ]
    above = _("Atenciones, personal municipal y saldos"), parts.headline
    book.table(_("Atenciones"), columns, lines, above=above, frozen=4)


def _attentions(parts: Parts, window: Window) -> Iterator[list[Written]]:
    yield [_("Total"), parts.outline.code, parts.outline.name, *_tally(window.attentions)]
    for node in parts.outline.nodes:
        if node.code in window.nodes:
            level = str(showing.LEVEL_NAMES[node.level])
            yield [level, node.code, node.name, *_tally(window.nodes[node.code])]
    for table, distribution in window.tables.items():
        if not distribution.rows:  # nobody is told by it
            continue
        labels = category_labels(table, parts.people.districts)
        label = str(BreakdownTable(table).label)
        for code, name in labels.items():
            if code in distribution.rows:
                yield [label, code, name, *_tally(distribution.rows[code])]
        yield [label, "", _("Sin desagregar"), *_tally(Tally({}, distribution.not_broken_down))]
    for title, apart in ((_("Personal municipal"), window.staff), (_("Saldo"), window.stocks)):
        for each in apart:
            name = f"{parts.card.indicator(each.indicator).name} ({each.period})"
            yield [title, each.indicator, name, *_tally(each.tally)]


def _tally(tally: Tally) -> list[Written]:
    """What is not published of a sex is empty, never 0."""
    return [*(tally.by_sex.get(sex) for sex in Breakdown.Sex), tally.not_broken_down, tally.total]


def _notes() -> Iterator[Note]:
    yield _("Resultados"), _("Solo los que tienen conformidad. Un 0 es un valor; el que falta lleva su signo.")
    yield (
        _("Desagregación"),
        _("Cada tabla de un resultado suma su valor. No sume tablas entre sí: cuentan a las mismas personas."),
    )
    yield _("No informado"), _("Es lo que la unidad reportó como no informado; no es lo mismo que «sin desagregar».")
