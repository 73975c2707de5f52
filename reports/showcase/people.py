"""Counts of people as a record publishes them: already suppressed (rules, section 12), and only read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from monitoring.attentions import Distribution, Tally
from monitoring.charts import people_bar
from monitoring.disclosure import Apart, PublishedPeople, PublishedResult, Window
from monitoring.models import Breakdown
from monitoring.scorecard import Level
from monitoring.showing import LEVEL_NAMES, quantity_text, short_code
from monitoring.suppression import Level as Told
from plans.models import BreakdownTable
from reports.documents.source import Source

MAIN_SEXES = (Breakdown.Sex.WOMAN, Breakdown.Sex.MAN)


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of a table: each column by its name, then all of them."""

    label: str
    code: str
    counts: tuple[tuple[str, str], ...]
    total: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table of counts. `code` of its rows leads to a page where there is one."""

    ident: str
    title: str
    first: str
    sexes: tuple[str, ...]
    rows: tuple[CountRow, ...]
    rest: str = ""
    total: CountRow | None = None
    when: str = ""


@dataclass(frozen=True, slots=True)
class PeopleWindow:
    """The attentions of the year or of the plan to date."""

    ident: str
    title: str
    periods: str
    total: str
    sentence: str
    nodes: CountTable | None
    tables: tuple[CountTable, ...]
    apart: tuple[CountTable, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    windows: tuple[PeopleWindow, ...]
    coarser: int


@dataclass(frozen=True, slots=True)
class ResultTables:
    """The breakdowns of one result. `kept_back`: the tables that are told coarser, or not at all, in words."""

    period: str
    value: str
    tables: tuple[CountTable, ...]
    kept_back: tuple[str, ...]


def people_page(source: Source) -> PeoplePage | None:
    """None where the record has no counts of people."""
    people = PublishedPeople.of(source.record.get("people"))
    if people is None:
        return None
    windows = [_window(source, people, people.plan, "plan", _("Plan a la fecha"))]
    if not source.is_first_year:
        windows.insert(0, _window(source, people, people.year, "anio", _("Año %s") % source.year))
    return PeoplePage(tuple(windows), people.coarser)


def _window(source: Source, people: PublishedPeople, window: Window, ident: str, title: str) -> PeopleWindow:
    tally = window.attentions
    tables = (
        _distribution_table(people, window.tables[table], table, ident, when_of(window))
        for table in BreakdownTable
        if table in window.tables and table != BreakdownTable.SEX and window.tables[table].rows
    )
    return PeopleWindow(
        ident=ident,
        title=title,
        periods=", ".join(window.periods),
        total=quantity_text(tally.total),
        sentence=_by_sex(tally),
        nodes=_nodes_table(source, window, ident),
        tables=tuple(tables),
        apart=tuple(_apart_tables(source, window, ident)),
    )


def when_of(window: Window) -> str:
    """`2022-1 a 2023-2`."""
    return (
        _("%(first)s a %(last)s") % {"first": window.periods[0], "last": window.periods[-1]} if window.periods else ""
    )


def _by_sex(tally: Tally) -> str:
    parts = [_("%s a mujeres") % quantity_text(tally.of("woman")), _("%s a hombres") % quantity_text(tally.of("man"))]
    others = sum(count for sex, count in tally.by_sex.items() if sex not in MAIN_SEXES)
    if others:
        parts.append(_("%s a personas de otro sexo o sin sexo informado") % quantity_text(Decimal(others)))
    if tally.not_broken_down:
        parts.append(_("%s sin desagregar") % quantity_text(tally.not_broken_down))
    return ", ".join(parts)


def _sexes(tallies: Iterable[Tally]) -> tuple[str, ...]:
    """Women and men beside each other wherever any sex is told; none where none is."""
    used = {sex for tally in tallies for sex, count in tally.by_sex.items() if count}
    return tuple(sex.value for sex in Breakdown.Sex if sex.value in used or (used and sex in MAIN_SEXES))


def _labels(sexes: Iterable[str], *, rest: bool) -> tuple[str, ...]:
    names = tuple(str(Breakdown.Sex(sex).label) for sex in sexes)
    return (*names, _("Sin desagregar")) if rest else names


def _row(tally: Tally, sexes: Iterable[str], top: Decimal, label: str, *, code: str = "", rest: bool) -> CountRow:
    numbers = [tally.of(sex) for sex in sexes]
    if rest:
        numbers.append(tally.not_broken_down)
    counts = zip(_labels(sexes, rest=rest), map(quantity_text, numbers), strict=True)
    return CountRow(label, code, tuple(counts), quantity_text(tally.total), people_bar(tally, top, width=120))


def _nodes_table(source: Source, window: Window, ident: str) -> CountTable | None:
    """By guideline and strategic action."""
    levels = (Level.GUIDELINE, Level.ACTION)
    nodes = [row for row in source.card.nodes if row.level in levels and row.code in window.nodes]
    if not nodes:
        return None
    tallies = [window.nodes[row.code] for row in nodes]
    sexes = _sexes(tallies)
    rest = bool(sexes) and any(tally.not_broken_down for tally in tallies)
    top = max(tally.total for tally in tallies)
    return CountTable(
        f"{ident}-nodos",
        _("En qué se atendió"),
        _("Lineamiento y acción estratégica"),
        _labels(sexes, rest=rest),
        tuple(
            _row(
                tally,
                sexes,
                top,
                f"{LEVEL_NAMES[node.level]} {short_code(node.code)}: {node.name}",
                code=node.code,
                rest=rest,
            )
            for node, tally in zip(nodes, tallies, strict=True)
        ),
        total=_row(window.attentions, sexes, top, _("Todo el plan"), rest=rest),
        when=when_of(window),
    )


def _distribution_table(people: PublishedPeople, told: Distribution, table: str, ident: str, when: str) -> CountTable:
    sexes, names = _sexes(told.rows.values()), category_names(people, table)
    order = list(names)
    categories = sorted(told.rows, key=lambda code: order.index(code) if code in names else len(order))
    top = max((tally.total for tally in told.rows.values()), default=Decimal(0))
    return CountTable(
        f"{ident}-{table.replace('_', '-')}",
        str(BreakdownTable(table).label),
        str(BreakdownTable(table).label).rpartition(" ")[2].capitalize(),
        _labels(sexes, rest=False),
        tuple(_row(told.rows[code], sexes, top, names.get(code, code), rest=False) for code in categories),
        rest=quantity_text(told.not_broken_down) if told.not_broken_down else "",
        when=when,
    )


def category_names(people: PublishedPeople, table: str) -> Mapping[str, str]:
    """The names of the second dimension of a table, in the order in which they are told."""
    choices = Breakdown.CATEGORIES.get(table)
    names = {code: str(label) for code, label in choices.choices} if choices else {}
    return {**people.districts, **names} if table == BreakdownTable.SEX_DISTRICT else names


def _apart_tables(source: Source, window: Window, ident: str) -> Iterable[CountTable]:
    told = (
        ("saldos", _("Saldos: a su último valor, no se suman"), window.stocks),
        ("personal", _("Personal municipal capacitado"), window.staff),
    )
    for name, title, lines in told:
        if lines:
            yield _apart_table(source, lines, f"{ident}-{name}", title, when_of(window))


def _apart_table(source: Source, lines: tuple[Apart, ...], ident: str, title: str, when: str) -> CountTable:
    tallies = [line.tally for line in lines]
    sexes = _sexes(tallies)
    rest = bool(sexes) and any(tally.not_broken_down for tally in tallies)
    top = max(tally.total for tally in tallies)
    names = {row.code: row.name for row in source.card.indicators}
    return CountTable(
        ident,
        title,
        _("Indicador"),
        _labels(sexes, rest=rest),
        tuple(
            _row(line.tally, sexes, top, f"{names.get(line.indicator, line.indicator)} ({line.period})", rest=rest)
            for line in lines
        ),
        when=when,
    )


# --- Of one indicator -------------------------------------------------------------------------------------------


def result_tables(source: Source, code: str) -> tuple[ResultTables, ...]:
    """The published breakdowns of an indicator, the latest semester first; empty where it counts no people."""
    people = PublishedPeople.of(source.record.get("people"))
    if people is None:
        return ()
    results = (row for row in people.results if row.indicator == code and row.tables)
    return tuple(_result(people, row) for row in sorted(results, key=lambda row: row.period, reverse=True))


def _result(people: PublishedPeople, result: PublishedResult) -> ResultTables:
    tables, kept_back = [], []
    for name, told in result.tables.items():
        label = str(BreakdownTable(name).label)
        if told.level == Told.TOTAL:
            kept_back.append(_("«%s»: solo se publica el total") % label)
            continue
        if told.level == Told.SEX:
            kept_back.append(_("«%s»: se publica solo por sexo") % label)
        tables.append(_told_table(people, name, told.cells, told.level, result.period))
    return ResultTables(result.period, quantity_text(result.value), tuple(tables), tuple(kept_back))


def _told_table(people: PublishedPeople, name: str, cells: Mapping[tuple[str, str], int], level, period) -> CountTable:
    by_category: dict[str, dict[str, int]] = {}
    for (category, sex), count in cells.items():
        by_category.setdefault(category, {})[sex] = count
    tallies = {category: Tally(by_sex) for category, by_sex in by_category.items()}
    sexes, names = _sexes(tallies.values()), category_names(people, name)
    order = list(names)
    categories = sorted(tallies, key=lambda code: order.index(code) if code in names else len(order))
    top = max((tally.total for tally in tallies.values()), default=Decimal(0))
    label = str(BreakdownTable(name).label)
    return CountTable(
        f"t-{period}-{name.replace('_', '-')}",
        _("Sexo") if level == Told.SEX else label,
        label.rpartition(" ")[2].capitalize() if names and level == Told.FULL else "",
        _labels(sexes, rest=False),
        tuple(
            _row(tallies[code], sexes, top, names.get(code, code) if code else _("Todas las personas"), rest=False)
            for code in categories
        ),
        when=period,
    )
