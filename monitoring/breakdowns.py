"""Breakdown tables as they are read: those of one result, added up, and a plan's counts (rules, section 12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from institution.models import District
from monitoring.attentions import Cell, Fact, Value
from monitoring.models import Breakdown, Result
from monitoring.scorecard import Level, PlanOutline
from plans.measures import Accumulation
from plans.models import BreakdownTable, Indicator, Plan


@dataclass(frozen=True)
class BreakdownSummary:
    """One table as a grid: rows of the second dimension, columns by sex, sums on both sides."""

    name: str
    sexes: list[str]
    rows: list[tuple[str, list[int], int]]
    totals: list[int]
    total: int

    @property
    def has_rows(self) -> bool:
        """Whether there is a second dimension at all."""
        return len(self.rows) > 1 or bool(self.rows and self.rows[0][0])


def summarise(cells: Iterable[Breakdown], districts: Mapping[str, str] | None = None) -> list[BreakdownSummary]:
    """The tables of the cells, in their usual order. `districts`: names by ubigeo; asked for when not given."""
    tables: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for cell in cells:
        tables[cell.table][cell.category][cell.sex] = cell.count
    if districts is None:
        districts = _district_names(tables.get(BreakdownTable.SEX_DISTRICT, {}))
    return [_summary(table, tables[table], districts) for table in BreakdownTable if table in tables]


def _district_names(categories: Iterable[str]) -> dict[str, str]:
    if not categories:
        return {}
    return dict(District.objects.filter(pk__in=list(categories)).values_list("pk", "name"))


def _summary(table: BreakdownTable, rows: dict[str, dict[str, int]], districts: Mapping[str, str]) -> BreakdownSummary:
    sexes = [sex for sex in Breakdown.Sex if any(sex in counts for counts in rows.values())]
    choices = dict(Breakdown.CATEGORIES[table].choices) if table in Breakdown.CATEGORIES else {}
    order = [*districts, *choices] if table == BreakdownTable.SEX_DISTRICT else list(choices)
    lines = []
    for category in sorted(rows, key=lambda code: order.index(code) if code in order else len(order)):
        counts = [rows[category].get(sex, 0) for sex in sexes]
        label = str(districts.get(category) or choices.get(category) or category)
        lines.append((label, counts, sum(counts)))
    totals = [sum(column) for column in zip(*(counts for _label, counts, _sum in lines), strict=True)]
    return BreakdownSummary(str(table.label), [str(sex.label) for sex in sexes], lines, totals, sum(totals))


def people_facts(plan: Plan, outline: PlanOutline) -> tuple[Fact, ...]:
    """The indicators that count people, in the order of the tree. One query."""
    declared: dict[str, set[str]] = {}
    rows = Indicator.objects.filter(plan=plan, counts=Indicator.Counts.PEOPLE).order_by()
    for code, table in rows.values_list("code", "declared_tables__table"):
        declared.setdefault(code, set()).update({table} - {None})
    place = {node.code: number for number, node in enumerate(outline.nodes)}
    found = [outline.by_indicator[code] for code in declared]
    return tuple(
        Fact(
            code=row.code,
            activity=row.measures if row.measures_level == Level.ACTIVITY else "",
            accumulation=Accumulation(row.series.accumulation),
            tables=frozenset(declared[row.code]),
        )
        for row in sorted(found, key=lambda row: (place[row.measures], row.code))
    )


def people_values(outline: PlanOutline, facts: Iterable[Fact], periods: Iterable[str]) -> Iterator[Value]:
    """What those indicators reported in those semesters."""
    wanted = set(periods)
    for fact in facts:
        for entry in outline.by_indicator[fact.code].series.entries:
            if entry.period in wanted and entry.value is not None:
                yield Value(fact.code, entry.period, entry.value)


def people_cells(counting: QuerySet[Result], facts: Iterable[Fact], periods: Iterable[str]) -> Iterator[Cell]:
    """Their cells, of those of the results that count, one a result, table, category and sex, as the database has them.

    Two queries: where each result belongs, and the cells; joined here, since the second has very many rows.
    """
    counting = counting.filter(
        indicator__code__in=[fact.code for fact in facts], period__code__in=list(periods)
    ).order_by()
    belongs = {pk: where for pk, *where in counting.values_list("pk", "indicator__code", "period__code")}
    cells = Breakdown.objects.filter(result__in=counting).order_by()
    columns = cells.values_list("result_id", "table", "category", "sex", "count")
    for result, *rest in columns.iterator(chunk_size=5000):
        yield Cell(*belongs[result], *rest)
