"""What of a plan's counts of people may leave the house, as JSON for records, and its readers (rules, section 12).

Documents, workbooks and public pages take counts of people from here only: tables pass `suppression` first, and what
is added up is made of what it left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from monitoring.attentions import SEX, TABLES, Cell, Distribution, Fact, Kind, Tally, Value, add_up, people
from monitoring.breakdowns import people_cells, people_facts, people_values
from monitoring.frozen import JSON, decimal_text
from monitoring.models import Evaluation, ReleasedResult
from monitoring.progress import in_window
from monitoring.queries import load_outline, results_that_count
from monitoring.scorecard import PlanOutline
from monitoring.suppression import LEVELS, BrokenDown, Level, Told, Where, publish
from plans.measures import Horizon
from plans.models import Plan

HORIZONS = (Horizon.YEAR, Horizon.PLAN)


def published_people(plan: Plan, upto: str, *, outline: PlanOutline | None = None) -> JSON:
    """The counts of people of the results that count up to a semester, as they may be published.

    What agencies or closed evaluations were told coarser stays so. 16 queries, whatever the size of the plan; 9 fewer
    with the outline.
    """
    outline = outline or load_outline(plan)
    facts = people_facts(plan, outline)
    # Of a semester that is open again nothing is told before it closes: what is still to come would be a difference.
    results = [
        result if result.period in outline.closed_periods else replace(result, tables={})
        for result in _reported(plan, outline, facts, _until(outline, upto))
    ]
    told = publish(results, parts=_parts(outline, facts), earlier=_told_before(plan))
    districts = plan.government.districts().order_by("name").values_list("pk", "name")
    return {
        "upto": upto,
        "districts": dict(districts),
        "indicators": {fact.code: fact.kind.value for fact in facts},
        "results": [
            {
                "indicator": result.indicator,
                "period": result.period,
                "value": decimal_text(result.value),
                "tables": {table: told_json(each) for table, each in _ordered(told[result.indicator, result.period])},
            }
            for result in results
        ],
        **{horizon.value: _window(outline, facts, results, told, upto, horizon) for horizon in HORIZONS},
    }


def told_too_finely(plan: Plan, people: JSON | None) -> list[Where]:
    """The tables that the `people` of a record tell finer than they may be told today, in the order of the record.

    A record keeps what could be told when it was made. Published after a correction, it would stand beside a coarser
    table of the same people, and the two would tell what the coarser one keeps back. A table of a semester that is open
    again, or of a result that no longer counts, may not be told today. 16 queries; none where the record has no people.
    """
    if not people:
        return []
    today = dict(_levels_of(published_people(plan, people["upto"])))
    return [
        where
        for where, level in _levels_of(people)
        if LEVELS.index(level) > LEVELS.index(today.get(where, Level.TOTAL))
    ]


def full_people(plan: Plan, upto: str, *, outline: PlanOutline | None = None) -> JSON:
    """The results of `published_people` with every table as it was reported: for those who may see the reports."""
    outline = outline or load_outline(plan)
    results = _reported(plan, outline, people_facts(plan, outline), _until(outline, upto))
    return {
        "upto": upto,
        "districts": dict(plan.government.districts().order_by("name").values_list("pk", "name")),
        "results": [
            {
                "indicator": result.indicator,
                "period": result.period,
                "value": decimal_text(result.value),
                "tables": {table: told_json(Told(Level.FULL, cells)) for table, cells in _ordered(result.adding_up)},
            }
            for result in results
        ],
    }


def told_tables(
    plan: Plan, periods: Collection[str], *, outline: PlanOutline | None = None
) -> dict[tuple[str, str], Mapping[str, Told]]:
    """By (indicator, semester), the tables of the results that count in those semesters, as they may be told.

    Of one semester alone, since nothing is computed across them. 16 queries; 9 fewer with the outline given.
    """
    outline = outline or load_outline(plan)
    facts = people_facts(plan, outline)
    results = _reported(plan, outline, facts, periods)
    told = publish(results, parts=_parts(outline, facts), earlier=_told_before(plan))
    return {where: dict(_ordered(tables)) for where, tables in told.items()}


def _until(outline: PlanOutline, upto: str) -> list[str]:
    return [period for period in outline.periods if period <= upto]


def _reported(
    plan: Plan, outline: PlanOutline, facts: tuple[Fact, ...], periods: Collection[str]
) -> Iterator[BrokenDown]:
    tables: dict[tuple[str, str], dict[str, dict[tuple[str, str], int]]] = defaultdict(lambda: defaultdict(dict))
    for indicator, period, table, category, sex, count in people_cells(results_that_count(plan), facts, periods):
        tables[indicator, period][table][category, sex] = count
    for indicator, period, value in people_values(outline, facts, periods):
        yield BrokenDown(indicator, period, value, tables.get((indicator, period), {}))


def _parts(outline: PlanOutline, facts: tuple[Fact, ...]) -> dict[str, list[str]]:
    """Of each indicator above the activities, those that count people beneath its node."""
    measures = {fact.code: outline.by_indicator[fact.code].measures for fact in facts}
    parent = {node.code: node.parent for node in outline.nodes}
    parts: dict[str, list[str]] = defaultdict(list)
    above: dict[str, list[str]] = defaultdict(list)
    for fact in facts:
        if fact.kind == Kind.ABOVE:
            above[measures[fact.code]].append(fact.code)
    for fact in facts:
        node = parent.get(measures[fact.code])
        while node is not None:
            for whole in above[node]:
                parts[whole].append(fact.code)
            node = parent.get(node)
    return parts


def _told_before(plan: Plan) -> dict[Where, Level]:
    """The coarsest level at which each table was told: to agencies, in closed evaluations. 2 queries.

    Superseded evaluations count too.
    """
    released = ReleasedResult.objects.filter(plan=plan).exclude(levels={}).order_by()
    closed = Evaluation.objects.filter(plan=plan, frozen__people__isnull=False)
    records = [record for record in closed.values_list("frozen__people", flat=True) if record]
    told = [
        *(
            (Where(indicator, period, table), Level(level))
            for indicator, period, levels in released.values_list("indicator__code", "period__code", "levels")
            for table, level in levels.items()
        ),
        *(told for record in records for told in _levels_of(record)),
    ]
    found: dict[Where, Level] = {}
    for where, level in told:
        found[where] = min(found.get(where, Level.FULL), level, key=LEVELS.index)
    return found


def _levels_of(people: JSON) -> Iterator[tuple[Where, Level]]:
    for result in people.get("results", ()):
        for table, each in result["tables"].items():
            yield Where(result["indicator"], result["period"], table), Level(each["level"])


def _ordered(tables: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(table, tables[table]) for table in TABLES if table in tables]


def told_json(told: Told) -> JSON:
    cells = sorted((category, sex, count) for (category, sex), count in told.cells.items())
    return {"level": told.level.value, "cells": [list(cell) for cell in cells]}


# --- What is added up of it -------------------------------------------------------------------------------------


def _window(
    outline: PlanOutline,
    facts: tuple[Fact, ...],
    results: list[BrokenDown],
    told: Mapping[tuple[str, str], Mapping[str, Told]],
    upto: str,
    horizon: Horizon,
) -> JSON:
    inside = [result for result in results if in_window(result.period, upto, horizon)]
    values = [Value(result.indicator, result.period, result.value) for result in inside]
    cells = (cell for result in inside for cell in cells_told(result, told[result.indicator, result.period]))
    found = people(facts, values, cells)
    added = add_up(found.attentions)
    staff = add_up(found.staff).by_indicator
    latest = {result.fact.code: result.period for result in found.staff}
    nodes = {node.code: node for node in outline.nodes if set(node.leaves).intersection(added.by_activity)}
    return {
        "periods": [period for period in outline.periods if in_window(period, upto, horizon)],
        "attentions": {
            **_tally_json(added.whole),
            "tables": {table: _distribution_json(each) for table, each in added.tables.items()},
            "nodes": {code: _tally_json(added.under(node.leaves)) for code, node in nodes.items()},
            "indicators": {code: _tally_json(tally) for code, tally in added.by_indicator.items()},
        },
        "staff": [{"indicator": code, "period": latest[code], **_tally_json(tally)} for code, tally in staff.items()],
        "stocks": [
            {"indicator": stock.fact.code, "period": stock.period, **_tally_json(stock.tally)} for stock in found.stocks
        ],
    }


def cells_told(result: BrokenDown, told: Mapping[str, Told]) -> Iterator[Cell]:
    """The cells that may be added up; a table told by sex alone gives the sexes, unless another gives them anyway."""
    whole = {table: each for table, each in _ordered(told) if each.level == Level.FULL}
    by_sex = [each for _table, each in _ordered(told) if each.level == Level.SEX]
    if not whole and by_sex:
        whole = {SEX: by_sex[0]}
    for table, each in whole.items():
        for (category, sex), count in each.cells.items():
            yield Cell(result.indicator, result.period, table, category, sex, count)


def _tally_json(tally: Tally) -> JSON:
    return {
        "total": decimal_text(Decimal(tally.total)),
        "by_sex": dict(sorted(tally.by_sex.items())),
        "not_broken_down": decimal_text(Decimal(tally.not_broken_down)),
    }


def _distribution_json(distribution: Distribution) -> JSON:
    return {
        "rows": {category: dict(sorted(tally.by_sex.items())) for category, tally in distribution.rows.items()},
        "not_broken_down": decimal_text(Decimal(distribution.not_broken_down)),
    }


# --- Read again -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """A result with its tables as they may be told, by name in their usual order."""

    indicator: str
    period: str
    value: Decimal
    tables: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Apart:
    """What is told of one indicator beside the attentions, with the semester of its latest result."""

    indicator: str
    period: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Window:
    """What was added up over the year, or the plan to date. `nodes` holds only nodes under which somebody attended."""

    periods: tuple[str, ...]
    attentions: Tally
    tables: Mapping[str, Distribution]
    nodes: Mapping[str, Tally]
    indicators: Mapping[str, Tally]
    staff: tuple[Apart, ...]
    stocks: tuple[Apart, ...]


@dataclass(frozen=True, slots=True)
class PublishedPeople:
    """The `people` of a record. `kinds`: every indicator that counts people, by code; `districts`: names by ubigeo."""

    districts: Mapping[str, str]
    kinds: Mapping[str, Kind]
    results: tuple[PublishedResult, ...]
    year: Window
    plan: Window

    @classmethod
    def of(cls, record: JSON | None) -> PublishedPeople | None:
        """None where a record has none: those of evaluations closed before there were any."""
        if not record:
            return None
        return cls(
            districts=record["districts"],
            kinds={code: Kind(kind) for code, kind in record["indicators"].items()},
            results=results_of(record),
            year=_window_from(record["year"]),
            plan=_window_from(record["plan"]),
        )

    @property
    def coarser(self) -> int:
        """How many tables are told by sex alone or not at all, so that nobody can be recognised."""
        return sum(told.level != Level.FULL for result in self.results for told in result.tables.values())


def results_of(record: JSON) -> tuple[PublishedResult, ...]:
    """The results of `published_people` or `full_people`."""
    return tuple(
        PublishedResult(
            row["indicator"],
            row["period"],
            Decimal(row["value"]),
            {
                table: Told(Level(told["level"]), {(category, sex): n for category, sex, n in told["cells"]})
                for table, told in _ordered(row["tables"])
            },
        )
        for row in record["results"]
    )


def _window_from(record: JSON) -> Window:
    added = record["attentions"]
    return Window(
        periods=tuple(record["periods"]),
        attentions=_tally_from(added),
        tables={
            table: Distribution(
                {category: Tally(by_sex) for category, by_sex in added["tables"][table]["rows"].items()},
                Decimal(added["tables"][table]["not_broken_down"]),
            )
            for table in TABLES
            if table in added["tables"]
        },
        nodes={code: _tally_from(tally) for code, tally in added["nodes"].items()},
        indicators={code: _tally_from(tally) for code, tally in added["indicators"].items()},
        staff=tuple(Apart(row["indicator"], row["period"], _tally_from(row)) for row in record["staff"]),
        stocks=tuple(Apart(row["indicator"], row["period"], _tally_from(row)) for row in record["stocks"]),
    )


def _tally_from(record: JSON) -> Tally:
    return Tally(record["by_sex"], Decimal(record["not_broken_down"]))
