"""People reached: attentions by sex, population, age, disability and district; municipal staff and stocks apart.

Read from the record's `people`, which holds only what may be published (rules, section 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.attentions import Distribution, Tally
from monitoring.charts import people_bar
from monitoring.disclosure import Apart, PublishedPeople, Window
from monitoring.models import Breakdown
from monitoring.scorecard import Level
from monitoring.showing import MISSING, quantity_text, short_code
from plans.models import BreakdownTable
from reports.documents.source import Source

BAR_WIDTH = 130
SEXES = tuple(Breakdown.Sex)


@dataclass(frozen=True, slots=True)
class Counts:
    """One line of a table: how many by sex (`SEXES`), without sex, and in all. `is_whole`: a sum of other lines."""

    name: str
    by_sex: tuple[str, ...]
    rest: str
    total: str
    code: str = ""
    bar: SafeString | str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class CountsTable:
    title: str
    head: str
    rows: tuple[Counts, ...]


@dataclass(frozen=True, slots=True)
class ApartRow:
    """People of one indicator that enter no sum, with the semester of its latest result."""

    counts: Counts
    period: str


@dataclass(frozen=True, slots=True)
class Reached:
    """`numbers`: attentions of the year and of the plan to date. `tables` are of the year."""

    sentence: str
    numbers: tuple[tuple[str, str], ...]
    sexes: tuple[str, ...]
    by_node: CountsTable
    tables: tuple[CountsTable, ...]
    silent: tuple[str, ...]
    staff: tuple[ApartRow, ...]
    stocks: tuple[ApartRow, ...]
    notes: tuple[str, ...]


def reached(source: Source) -> Reached | None:
    """None where no indicator counts people, and in records of the first schema."""
    people = PublishedPeople.of(source.record.get("people"))
    if people is None or not people.kinds:
        return None
    year, plan = people.year, people.plan
    told, silent = [], []
    for table in (BreakdownTable.SEX_POPULATION, BreakdownTable.SEX_AGE, BreakdownTable.SEX_DISABILITY,
                  BreakdownTable.SEX_DISTRICT):  # fmt: skip
        found = year.tables.get(table)
        title = str(table.label)
        if found and found.rows:
            told.append(CountsTable(title, _second(table), tuple(_rows(found, _labels(table, people)))))
        else:
            silent.append(_second(table).lower())
    return Reached(
        sentence=_sentence(source, year, plan),
        numbers=tuple(_numbers(source, year, plan)),
        sexes=tuple(str(sex.label) for sex in SEXES),
        by_node=CountsTable(_("Por lineamiento y actividad"), _("Parte del plan"), tuple(_nodes(source, year))),
        tables=tuple(told),
        silent=tuple(silent),
        staff=_apart(source, year.staff),
        stocks=_apart(source, year.stocks or plan.stocks),
        notes=tuple(_notes(source, people)),
    )


def _sentence(source: Source, year: Window, plan: Window) -> str:
    return ngettext(
        "En %(year)s las unidades reportaron una atención.",
        "En %(year)s las unidades reportaron %(total)s atenciones.",
        int(year.attentions.total),
    ) % {"year": source.year, "total": quantity_text(year.attentions.total)}


def _numbers(source: Source, year: Window, plan: Window) -> Iterator[tuple[str, str]]:
    yield quantity_text(year.attentions.total), _("atenciones en %s") % source.year
    if not source.is_first_year:
        since = source.record["plan"]["first_year"]
        yield quantity_text(plan.attentions.total), _("atenciones desde %s") % since
    women = Decimal(year.attentions.by_sex.get(Breakdown.Sex.WOMAN, 0))
    told = sum(year.attentions.by_sex.values())
    if told:
        yield (
            quantity_text(women),
            _("a mujeres en %(year)s, de las %(told)s atenciones que dicen el sexo")
            % {"year": source.year, "told": quantity_text(told)},
        )


def _second(table: BreakdownTable) -> str:
    """What the table says beside the sex."""
    return {
        BreakdownTable.SEX_POPULATION: _("Población"),
        BreakdownTable.SEX_AGE: _("Edad"),
        BreakdownTable.SEX_DISABILITY: _("Discapacidad"),
        BreakdownTable.SEX_DISTRICT: _("Distrito"),
    }[table]


def _labels(table: BreakdownTable, people: PublishedPeople) -> Mapping[str, str]:
    """The categories of a table in their order; districts by name, and after them what is none."""
    own = {choice.value: str(choice.label) for choice in Breakdown.CATEGORIES[table]}
    return {**people.districts, **own} if table == BreakdownTable.SEX_DISTRICT else own


def _rows(table: Distribution, labels: Mapping[str, str]) -> Iterator[Counts]:
    known = [*(key for key in labels if key in table.rows), *(key for key in table.rows if key not in labels)]
    shown = [(labels.get(key, key), table.rows[key]) for key in known if table.rows[key].total]
    top = max((tally.total for _name, tally in shown), default=Decimal(0))
    for name, tally in shown:
        yield _counts(name, tally, bar=people_bar(tally, top, width=BAR_WIDTH))
    if table.not_broken_down:
        yield _counts(_("Sin este cuadro"), Tally({}, table.not_broken_down))
    yield _counts(_("Total"), table.whole, is_whole=True)


def _counts(name: str, tally: Tally, *, code: str = "", bar: SafeString | str = "", is_whole: bool = False) -> Counts:
    """What no report says of anybody is a dash: it is not 0."""
    return Counts(
        name,
        tuple(quantity_text(tally.of(sex.value)) if tally.by_sex else MISSING for sex in SEXES),
        quantity_text(tally.not_broken_down),
        quantity_text(tally.total),
        code,
        bar,
        is_whole,
    )


def _nodes(source: Source, year: Window) -> Iterator[Counts]:
    rows = [
        row for row in source.card.nodes if row.level in (Level.GUIDELINE, Level.ACTIVITY) and row.code in year.nodes
    ]
    top = max((year.nodes[row.code].total for row in rows), default=Decimal(0))
    for row in rows:
        tally = year.nodes[row.code]
        is_group = row.level == Level.GUIDELINE
        bar = "" if is_group else people_bar(tally, top, width=BAR_WIDTH)
        yield _counts(row.name, tally, code=short_code(row.code), bar=bar, is_whole=is_group)


def _apart(source: Source, rows: Iterable[Apart]) -> tuple[ApartRow, ...]:
    return tuple(
        ApartRow(_counts(source.card.indicator(row.indicator).name, row.tally, code=row.indicator), row.period)
        for row in rows
    )


def _notes(source: Source, people: PublishedPeople) -> Iterator[str]:
    yield _(
        "Se cuentan atenciones, no personas: quien fue atendido en varias actividades o semestres está contado en cada "
        "una."
    )
    if people.year.attentions.not_broken_down:
        yield _("Sin sexo: %s atenciones cuyo reporte no lo dice, o no se publica.") % (
            quantity_text(people.year.attentions.not_broken_down)
        )
    if people.coarser:
        yield ngettext(
            "%(count)s cuadro de un resultado se publica solo por sexo, o solo su total, para que nadie pueda ser "
            "reconocido.",
            "%(count)s cuadros de resultados se publican solo por sexo, o solo su total, para que nadie pueda ser "
            "reconocido.",
            people.coarser,
        ) % {"count": people.coarser}
    yield _("Sin este cuadro: el resultado no lo trae, o no se publica.")
