"""The rows of each table of open data, read from a record: figures as frozen, counts of people as published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from monitoring.disclosure import PublishedPeople
from monitoring.exports.results import category_labels
from monitoring.frozen import JSON, decimal_text
from monitoring.models import Breakdown
from monitoring.progress import IndicatorFigure, NodeFigure
from monitoring.scorecard import Level, NodeRow, Scorecard
from plans.measures import Horizon, Reading, days_of
from plans.models import SHEET_TEXTS
from reports.documents.source import Source
from reports.opendata.tables.parts import EVERY_CATEGORY
from reports.showcase import PublishedDocument
from reports.showcase.addresses import Addresses

Row = dict[str, Any]


@dataclass(frozen=True)
class Gathered:
    """What the tables are made of: a record, whose it is, what was published, the evaluation that tells commitments."""

    source: Source
    ubigeo: str
    documents: tuple[PublishedDocument, ...] = ()
    in_force: PublishedDocument | None = None
    evaluation: JSON | None = None

    @property
    def record(self) -> JSON:
        return self.source.record

    @property
    def plan(self) -> JSON:
        return self.record["plan"]

    @cached_property
    def people(self) -> PublishedPeople | None:
        return PublishedPeople.of(self.record.get("people"))

    @cached_property
    def links(self) -> JSON:
        """By activity, who leads it and what it contributes to; nothing in records that do not tell it."""
        return self.record.get("links", {}).get("activities", {})

    @cached_property
    def commitments(self) -> list[JSON]:
        told = self.evaluation or {}
        return [*told.get("earlier_commitments", ()), *told.get("commitments", ())]

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The names of all units that any table names, by acronym; the acronym itself where no name is told."""
        rows = (row for card in self._cards() for row in card.at_level(Level.UNIT))
        others = (row["unit"] for row in self.commitments)
        return {
            **dict.fromkeys(others, ""),
            **{row.code: row.name for row in rows},
            **self.record.get("links", {}).get("units", {}),
            **self.source.outline.unit_names,
        }

    def _cards(self) -> Iterable[Scorecard]:
        return (*self.source.semesters.values(), self.source.card)


def rows_of(table: str, gathered: Gathered) -> Iterator[Row]:
    """The rows of that table, in an order that depends on the record alone. Raises KeyError."""
    return ROWS[table](gathered)


# --- What was promised ------------------------------------------------------------------------------------------


def _plan(gathered: Gathered) -> Iterator[Row]:
    card, plan = gathered.source.card, gathered.plan
    same = ("code", "name", "government", "place", "instrument", "first_year", "last_year", "is_reference")
    yield {
        **{name: plan[name] for name in same},
        "ubigeo": gathered.ubigeo,
        "description": plan.get("description"),
        "upto": card.upto,
        "figures": card.figures.value,
        "formula": card.formula,
        "reading": card.parameters.reading.value,
        "cap": decimal_text(card.parameters.cap),
        "green_from": decimal_text(card.parameters.green),
        "amber_from": decimal_text(card.parameters.amber),
        "document": gathered.in_force and gathered.in_force.code,
    }


def _periods(gathered: Gathered) -> Iterator[Row]:
    outline = gathered.source.outline
    for period in outline.periods:
        first, last = days_of(period)
        yield {
            "code": period,
            "starts_on": first.isoformat(),
            "ends_on": last.isoformat(),
            "closed": period in outline.closed_periods,
        }


def _units(gathered: Gathered) -> Iterator[Row]:
    for acronym in sorted(gathered.units):
        yield {"acronym": acronym, "name": gathered.units[acronym] or acronym}


def _nodes(gathered: Gathered) -> Iterator[Row]:
    outline = gathered.source.outline
    yield {"code": outline.code, "level": Level.PLAN.value, "name": outline.name}
    for node in outline.nodes:
        row = {"code": node.code, "level": node.level.value, "parent": node.parent or outline.code, "name": node.name}
        if node.level == Level.ACTIVITY:
            row["weight"] = decimal_text(outline.activities[node.code].weight)
        yield row | gathered.links.get(node.code, {})


def _indicators(gathered: Gathered) -> Iterator[Row]:
    source, sheets = gathered.source, gathered.record.get("sheets", {})
    for row in source.card.indicators:
        series, baseline = source.outline.by_indicator[row.code].series, gathered.record["baselines"][row.code]
        sheet = sheets.get(row.code, {})
        yield {
            **{name: sheet.get(name) for name in (*SHEET_TEXTS, "counts", "people_may_repeat", "tables")},
            "code": row.code,
            "name": row.name,
            "measures": row.measures,
            "unit_of_measure": row.unit_of_measure,
            "accumulation": series.accumulation.value,
            "direction": series.direction.value,
            "formula": series.formula.value,
            "weight": decimal_text(series.weight),
            "baseline": baseline["value"],
            "baseline_year": baseline["year"],
            "unit": row.unit,
        }


def _responsibilities(gathered: Gathered) -> Iterator[Row]:
    for indicator in gathered.source.outline.indicators:
        for tenure in indicator.tenures:
            yield {
                "indicator": indicator.code,
                "from_period": tenure.from_period,
                "until_period": tenure.until_period,
                "unit": tenure.unit,
            }


# --- What happened ----------------------------------------------------------------------------------------------


def _targets_and_results(gathered: Gathered) -> Iterator[Row]:
    source = gathered.source
    reasons = {(row["indicator"], row["period"]): row["not_available"] for row in gathered.record["notes"]}
    for indicator in source.outline.indicators:
        for entry in indicator.series.entries:
            row: Row = {
                "indicator": indicator.code,
                "period": entry.period,
                "target": decimal_text(entry.target),
                "numerator": decimal_text(entry.numerator),
                "denominator": decimal_text(entry.denominator),
                "not_available": entry.not_available,
                "not_available_reason": reasons.get((indicator.code, entry.period)),
                "unit": indicator.unit_at(entry.period),
            }
            if card := source.semesters.get(entry.period):
                figure = card.indicator(indicator.code)[Horizon.SEMESTER]
                row |= {"value": decimal_text(figure.value), "status": figure.status.value, **_figure(figure)}
            yield row


def _figure(figure: IndicatorFigure | NodeFigure) -> Row:
    return {
        "progress_programmed": decimal_text(figure.progress.by(Reading.PROGRAMMED)),
        "progress_reported": decimal_text(figure.progress.by(Reading.REPORTED)),
        "light": figure.light and figure.light.value,
        "due": figure.due,
        "reported": figure.reported,
        "coverage": decimal_text(figure.coverage),
    }


def _indicator_progress(gathered: Gathered) -> Iterator[Row]:
    card = gathered.source.card
    for row in card.indicators:
        for horizon, figure in row.figures.items():
            yield {
                "indicator": row.code,
                "upto": card.upto,
                "horizon": horizon.value,
                "target": decimal_text(figure.target),
                "value": decimal_text(figure.value),
                "status": figure.status.value,
                **_figure(figure),
            }


def _node_progress(gathered: Gathered) -> Iterator[Row]:
    return _progress(gathered, "node", lambda row: row.level != Level.UNIT)


def _unit_progress(gathered: Gathered) -> Iterator[Row]:
    return _progress(gathered, "unit", lambda row: row.level == Level.UNIT)


def _progress(gathered: Gathered, name: str, wanted: Callable[[NodeRow], bool]) -> Iterator[Row]:
    """The semesters before, each by itself, then all windows at the last one."""
    last = gathered.source.card
    earlier = (card for card in gathered.source.semesters.values() if card.upto != last.upto)
    for card in (*earlier, last):
        for row in filter(wanted, card.nodes):
            for horizon, figure in row.figures.items():
                counts = {f"indicators_{status.value}": count for status, count in figure.counts.items()}
                yield {name: row.code, "upto": card.upto, "horizon": horizon.value, **_figure(figure), **counts}


# --- People -----------------------------------------------------------------------------------------------------


def _breakdown_tables(gathered: Gathered) -> Iterator[Row]:
    for result in gathered.people.results if gathered.people else ():
        for table, told in result.tables.items():
            yield {
                "indicator": result.indicator,
                "period": result.period,
                "table": table,
                "level": told.level.value,
            }


def _breakdowns(gathered: Gathered) -> Iterator[Row]:
    people = gathered.people
    for result in people.results if people else ():
        for table, told in result.tables.items():
            labels = category_labels(table, people.districts)
            for (category, sex), count in sorted(told.cells.items()):
                yield {
                    "indicator": result.indicator,
                    "period": result.period,
                    "table": table,
                    "category": category or EVERY_CATEGORY,
                    "category_name": labels.get(category, category),
                    "sex": sex,
                    "count": count,
                }


def _attentions(gathered: Gathered) -> Iterator[Row]:
    people, outline = gathered.people, gathered.source.outline
    for horizon, window in ((Horizon.YEAR, people.year), (Horizon.PLAN, people.plan)) if people else ():
        tallies = [(outline.code, window.attentions)]
        tallies += [(node.code, window.nodes[node.code]) for node in outline.nodes if node.code in window.nodes]
        for code, tally in tallies:
            yield {
                "horizon": horizon.value,
                "node": code,
                # What is not told of a sex is empty, never 0.
                **{sex.value: tally.by_sex.get(sex.value) for sex in Breakdown.Sex},
                "not_broken_down": decimal_text(tally.not_broken_down),
                "total": decimal_text(tally.total),
            }


# --- What was told of it ----------------------------------------------------------------------------------------


def _target_revisions(gathered: Gathered) -> Iterator[Row]:
    for number, row in enumerate(gathered.record["revisions"], 1):
        yield {"number": number, **row}


def _commitments(gathered: Gathered) -> Iterator[Row]:
    for number, row in enumerate(gathered.commitments, 1):
        yield {"number": number, "evaluation_year": row["year"], **row}


def _commitment_follow_ups(gathered: Gathered) -> Iterator[Row]:
    told = ((commitment, each) for commitment, row in enumerate(gathered.commitments, 1) for each in row["follow_ups"])
    for number, (commitment, each) in enumerate(told, 1):
        yield {"number": number, "commitment": commitment, **each}


def _documents(gathered: Gathered) -> Iterator[Row]:
    addresses = Addresses(gathered.plan["code"])
    for row in gathered.documents:
        yield {
            "code": row.code,
            "kind": row.kind,
            "title": row.title,
            "upto": row.cutoff,
            "published_on": row.published_on.isoformat(),
            "superseded": row.is_superseded,
            "pdf_sha256": row.sha256,
            "record_sha256": row.record_sha256,
            "pdf": addresses.document(row.code, "pdf"),
            "record": addresses.document(row.code, "json"),
        }


def _evaluations(gathered: Gathered) -> Iterator[Row]:
    for row in gathered.documents:
        if row.is_evaluation:
            yield {
                "year": row.year,
                "version": row.version,
                "upto": row.cutoff,
                "document": row.code,
                "superseded": row.is_superseded,
            }


ROWS: Mapping[str, Callable[[Gathered], Iterator[Row]]] = {
    "plan": _plan,
    "periods": _periods,
    "units": _units,
    "nodes": _nodes,
    "indicators": _indicators,
    "responsibilities": _responsibilities,
    "targets_and_results": _targets_and_results,
    "indicator_progress": _indicator_progress,
    "node_progress": _node_progress,
    "unit_progress": _unit_progress,
    "breakdown_tables": _breakdown_tables,
    "breakdowns": _breakdowns,
    "attentions": _attentions,
    "target_revisions": _target_revisions,
    "commitments": _commitments,
    "commitment_follow_ups": _commitment_follow_ups,
    "documents": _documents,
    "evaluations": _evaluations,
}
