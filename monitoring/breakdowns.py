"""The breakdown tables of one result as they are read, each added up (rules, section 12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from institution.models import District
from monitoring.models import Breakdown
from plans.models import BreakdownTable


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
