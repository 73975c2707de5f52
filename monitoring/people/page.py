"""The tables of the page of attentions: by node, population, age, disability and district; what stands apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from institution.code_lists import district_tiles
from monitoring.attentions import Added, Kind, Tally, add_up
from monitoring.charts import MapTile
from monitoring.chosen import Chosen
from monitoring.models import Breakdown
from monitoring.people.scope import SEXES, TABLES, TITLES, Scope, Selection, inside_of, load_scope
from monitoring.scorecard import Level, NodeOutline
from plans.models import BreakdownTable, Plan

KIND_WORDS = {
    Kind.ATTENTION: _("Entra en las atenciones."),
    Kind.STAFF: _("Aparte: personal municipal."),
    Kind.STOCK: _("Aparte: es un saldo, a su último valor."),
    Kind.ABOVE: _("No entra: mide un nivel por encima de las actividades."),
    Kind.AVERAGED: _("No entra: se promedia, y un promedio no se suma."),
}


# A line of the table or a choice of the menu: both have a level.
Node = TypeVar("Node", "Line", NodeOutline)
# More activities than this are told by action.
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Count:
    """A number in a line, and what the address of its results says of its sex."""

    sex: str
    label: str
    number: Decimal


@dataclass(frozen=True)
class Line:
    """One line of a table: a node, a category, an indicator."""

    label: str
    tally: Tally
    node: str = ""
    level: str = ""
    category: str = ""

    @property
    def counts(self) -> list[Count]:
        return [Count(key, str(sex.label), self.tally.of(sex.value)) for key, sex in SEXES.items()]


@dataclass(frozen=True)
class PeopleTable:
    """Attentions by the categories of a table, or by node. `rest`: what is not broken down by it."""

    key: str
    title: str
    lines: list[Line]
    whole: Line
    rest: Decimal = Decimal(0)
    top: Decimal = Decimal(0)  # the longest bar


@dataclass(frozen=True)
class Apart:
    """An indicator whose people are told apart: a stock at its latest value, or municipal staff."""

    code: str
    name: str
    period: str
    query: str  # of the indicator's page in that semester
    tally: Tally

    @property
    def line(self) -> Line:
        return Line(self.name, self.tally)


@dataclass(frozen=True)
class Entering:
    """An indicator of people and how it enters: with how much, and how much of it has no sex."""

    code: str
    name: str
    kind: Kind
    declares: bool
    tally: Tally | None  # none where it enters nothing

    @property
    def words(self) -> str:
        return str(KIND_WORDS[self.kind])

    @property
    def why_unknown(self) -> str:
        """Why something of it is not broken down."""
        if not self.tally or not self.tally.not_broken_down:
            return ""
        if self.declares:
            return str(_("Hay resultados sin tabla: los históricos no la llevan."))
        return str(_("El indicador no pide ninguna tabla."))


@dataclass(frozen=True)
class PeoplePage:
    scope: Scope
    added: Added
    nodes: list[NodeOutline]  # to choose from
    by_node: PeopleTable
    tables: list[PeopleTable]
    tiles: list[MapTile]  # none where no result is broken down by district, or nobody has placed the districts
    staff: list[Apart]
    stocks: list[Apart]
    entering: list[Entering]

    @property
    def is_by_action(self) -> bool:
        """Whether activities are left out, there being too many."""
        shown = any(line.level == Level.ACTIVITY for line in self.by_node.lines)
        return bool(self.by_node.lines) and not shown

    @property
    def whole(self) -> Line:
        """All attentions of the selection."""
        return Line("", self.added.whole, node=self.scope.selection.node)


def load_people(plan: Plan, chosen: Chosen, selection: Selection) -> PeoplePage:
    """Everything that the page of attentions shows. Raises LookupError. 13 queries: scope 12; districts."""
    scope = load_scope(plan, chosen, selection)
    added = add_up(scope.people.attentions)
    names = dict(plan.government.districts().values_list("ubigeo", "name"))
    return PeoplePage(
        scope=scope,
        added=added,
        nodes=readable(scope, list(scope.nodes)),
        by_node=_by_node(scope, added),
        tables=[_by_category(key, scope, added, names) for key in TABLES],
        tiles=_tiles(scope, added, names),
        staff=_staff(scope),
        stocks=_stocks(scope),
        entering=list(_entering(scope, added)),
    )


def _tally(rows: Mapping[str, Tally], key: str) -> Tally:
    return rows.get(key, Tally({}))


def _table(scope: Scope, key: str, title: str, lines: list[Line], whole: Tally, rest: Decimal) -> PeopleTable:
    top = max((line.tally.of(scope.selection.sex_code) for line in lines), default=Decimal(0))
    return PeopleTable(key, title, lines, Line("", whole, node=scope.selection.node), rest, top)


def _by_node(scope: Scope, added: Added) -> PeopleTable:
    """Guidelines, actions and activities under the node, those that attended anybody or should have."""
    inside = inside_of(scope.outline, scope.selection.node)
    holding = {fact.activity for fact in scope.facts if fact.kind == Kind.ATTENTION}
    lines = [
        Line(node.name, added.under(node.leaves), node=node.code, level=node.level.value)
        for node in scope.outline.nodes
        if node.code in inside and node.level != Level.OBJECTIVE and holding.intersection(node.leaves)
    ]
    title, rest = str(_("Por nivel del plan")), added.whole.not_broken_down
    return _table(scope, "", title, readable(scope, lines), added.whole, rest)


def readable(scope: Scope, nodes: list[Node]) -> list[Node]:
    """Without the activities where nobody could read so many; those of one action are always there."""
    of_an_action = scope.node and scope.node.level in (Level.ACTION, Level.ACTIVITY)
    if len(nodes) <= MOST_LINES or of_an_action:
        return nodes
    return [node for node in nodes if node.level != Level.ACTIVITY]


def _by_category(key: str, scope: Scope, added: Added, districts: Mapping[str, str]) -> PeopleTable:
    table = TABLES[key]
    found = added.tables[table]
    outside = dict(Breakdown.CATEGORIES[table].choices)
    labels = {**(districts if table == BreakdownTable.SEX_DISTRICT else {}), **outside}
    node = scope.selection.node
    lines = [Line(str(labels.get(code, code)), tally, node, category=code) for code, tally in found.rows.items()]
    sex = scope.selection.sex_code
    order = list(labels)
    if table == BreakdownTable.SEX_DISTRICT:
        lines.sort(key=lambda line: (line.category in outside, -line.tally.of(sex), line.label))
    else:
        lines.sort(key=lambda line: order.index(line.category) if line.category in labels else len(order))
    return _table(scope, key, str(TITLES[key]), lines, found.whole, found.not_broken_down)


def _tiles(scope: Scope, added: Added, names: Mapping[str, str]) -> list[MapTile]:
    rows = added.tables[BreakdownTable.SEX_DISTRICT].rows
    if not rows:
        return []
    sex = scope.selection.sex_code
    return [
        MapTile(tile.row, tile.column, tile.label, names[tile.ubigeo], _tally(rows, tile.ubigeo).of(sex))
        for tile in district_tiles(scope.plan.government.ubigeo)
        if tile.ubigeo in names
    ]


def _staff(scope: Scope) -> list[Apart]:
    """Municipal staff by indicator, its semesters added."""
    latest = {result.fact.code: result.period for result in scope.people.staff}
    tallies = add_up(scope.people.staff).by_indicator
    return [_apart(scope, code, latest[code], tally) for code, tally in tallies.items()]


def _stocks(scope: Scope) -> list[Apart]:
    """Each stock at its latest value inside the window, with its semester."""
    return [_apart(scope, stock.fact.code, stock.period, stock.tally) for stock in scope.people.stocks]


def _apart(scope: Scope, code: str, period: str, tally: Tally) -> Apart:
    return Apart(code, scope.indicator(code).name, period, scope.chosen.query_at(period), tally)


def _entering(scope: Scope, added: Added) -> Iterator[Entering]:
    for fact in scope.facts:
        tally = _tally(added.by_indicator, fact.code) if fact.kind == Kind.ATTENTION else None
        yield Entering(fact.code, scope.indicator(fact.code).name, fact.kind, bool(fact.tables), tally)
