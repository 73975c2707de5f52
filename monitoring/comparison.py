"""The units side by side over the semesters: the page loader of their comparison.

A unit's figure at a semester covers the indicators for which it answers in that semester (rules, section 1), so each
column is the scorecard of its own semester. A unit that no longer answers, or does not yet, has no figure there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from institution.models import Unit
from monitoring.cells import Cell, Column, badness, columns_of, horizons_of, trend_of
from monitoring.chosen import Chosen
from monitoring.filters import Choice, order_choice
from monitoring.progress import NodeFigure
from monitoring.queries import load_outline
from monitoring.scorecard import Level, NodeRow, Scorecard, score
from plans.measures import Horizon
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that answers for some indicator of an activity in a semester up to P."""

    acronym: str
    name: str
    cells: tuple[Cell, ...]
    to_date: NodeFigure | None  # None where it answers for nothing at P any more
    successor: str  # the acronym of the unit that took its place, if any
    predecessors: tuple[str, ...]

    @property
    def trend(self) -> tuple[Decimal | None, ...]:
        return trend_of(self.cells)

    @property
    def indicators(self) -> int:
        return sum(self.to_date.counts.values()) if self.to_date else 0


@dataclass(frozen=True)
class Comparison:
    columns: tuple[Column, ...]
    units: list[UnitLine]
    order: Choice

    @property
    def has_changes(self) -> bool:
        """Whether a unit took another's place, or stopped answering: then the page says how to read it."""
        return any(unit.successor or unit.predecessors or unit.to_date is None for unit in self.units)


def load_comparison(plan: Plan, chosen: Chosen, params: Mapping[str, str]) -> Comparison:
    """Every unit up to the chosen semester. 10 queries, whatever the number of units."""
    outline = load_outline(plan, working=chosen.working)
    columns = columns_of(chosen)
    cards = {period: score(outline, period, [Horizon.SEMESTER]) for period in outline.periods if period < chosen.code}
    cards[chosen.code] = score(outline, chosen.code, horizons_of(columns))
    figures = {period: _units(card) for period, card in cards.items()}
    names = {acronym: row.name for rows in figures.values() for acronym, row in rows.items()}
    successors, predecessors = _succession(plan)

    def line(acronym: str) -> UnitLine:
        here = figures[chosen.code].get(acronym)
        return UnitLine(
            acronym=acronym,
            name=names[acronym],
            cells=tuple(_cell(figures, acronym, column, chosen) for column in columns),
            to_date=here[Horizon.PLAN] if here else None,
            successor=successors.get(acronym, ""),
            predecessors=tuple(predecessors[acronym]),
        )

    units = [line(acronym) for acronym in sorted(names)]
    order = order_choice(params)
    if order and not order.problem:
        units.sort(key=lambda unit: badness(unit.cells))
    return Comparison(columns, units, order)


def _units(card: Scorecard) -> dict[str, NodeRow]:
    return {row.code: row for row in card.at_level(Level.UNIT)}


def _cell(figures: Mapping[str, Mapping[str, NodeRow]], acronym: str, column: Column, chosen: Chosen) -> Cell:
    row = figures.get(column.period, {}).get(acronym)
    if row is None:
        return Cell(column, None)
    figure = row[column.horizon]
    return Cell(column, figure, figure.progress.by(chosen.reading), chosen.reads_officially)


def _succession(plan: Plan) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Who took whose place among the government's units, both ways. One query."""
    followed = Unit.objects.filter(government=plan.government_id, successor__isnull=False)
    successors = dict(followed.order_by("acronym").values_list("acronym", "successor__acronym"))
    predecessors: dict[str, list[str]] = defaultdict(list)
    for before, after in successors.items():
        predecessors[after].append(before)
    return successors, predecessors
