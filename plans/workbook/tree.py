"""Saves the tree of a plan as its workbook lists it: nodes, indicators, and what hangs on an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from institution import clock
from institution.models import Unit
from plans.models import (
    NODE_MODELS,
    Activity,
    DeclaredTable,
    Indicator,
    Objective,
    Plan,
    Responsibility,
    StrategicAction,
    Target,
)
from plans.models.tree import ACTIVITY_LINKS, Node
from plans.workbook.content import ActivityRow, IndicatorRow, NodeRow, PlanWorkbook
from plans.workbook.saving import Saver

PARTS = ("guidelines", "objectives", "actions", "activities")
INDICATOR_CHILDREN = ("breakdown_tables", "responsible", "targets", "parent")


def save_tree(workbook: PlanWorkbook, plan: Plan, units: Mapping[str, Unit], saver: Saver) -> list[tuple[str, Any]]:
    """Creates and updates all nodes and indicators. Returns what the workbook no longer has, leaves first.

    Nothing is removed here: children that move to another parent have to be there before theirs goes.
    """
    nodes: dict[str, Node] = {}
    gone: list[tuple[str, Any]] = []
    for part, model in zip(PARTS, NODE_MODELS.values(), strict=True):
        stored = {node.code: node for node in getattr(plan, part).prefetch_related(*_links_of(model))}
        rows = getattr(workbook, part)
        gone = [(part, node) for node in _missing(stored, rows)] + gone
        nodes |= _save_nodes(plan, model, rows, stored, nodes, units, saver)
    stored_indicators = {
        indicator.code: indicator
        for indicator in plan.indicators.prefetch_related("declared_tables", "responsibilities", "targets")
    }
    _save_indicators(plan, workbook.indicators, stored_indicators, nodes, units, saver)
    return [("indicators", row) for row in _missing(stored_indicators, workbook.indicators)] + gone


def _missing(stored: Mapping[str, Model], rows: Iterable[Any]) -> list[Model]:
    codes = {row.code for row in rows}
    return [node for code, node in stored.items() if code not in codes]


def orders_of(rows: Sequence[NodeRow | IndicatorRow], stored: Mapping[str, Any]) -> list[int]:
    """An `order` for each row that puts siblings as the sheet has them, leaving those alone that already are.

    A new row gets its place in the sheet, or one after its elder sibling.
    """
    orders = []
    elders: dict[str, tuple[int, str]] = {}
    for place, row in enumerate(rows, 1):
        elder = elders.get(row.parent, (-1, ""))
        order = stored[row.code].order if row.code in stored else place
        if (order, row.code) <= elder:
            order = elder[0] + 1
        elders[row.parent] = (order, row.code)
        orders.append(order)
    return orders


# --- Nodes


def _links_of(model: type[Node]) -> tuple[str, ...]:
    return ACTIVITY_LINKS if model is Activity else ()


def _save_nodes(
    plan: Plan,
    model: type[Node],
    rows: Sequence[NodeRow],
    stored: Mapping[str, Node],
    above: Mapping[str, Node],
    units: Mapping[str, Unit],
    saver: Saver,
) -> dict[str, Node]:
    """Saves one level and returns all its nodes by code."""
    new, new_links, kept = [], [], []
    for row, order in zip(rows, orders_of(rows, stored), strict=True):
        values = {"name": row.name, "description": row.description, "order": order}
        if model.parent_field:
            values[f"{model.parent_field}_id"] = above[row.parent].pk
        links = {}
        if isinstance(row, ActivityRow):
            values |= _activity_values(row, stored.get(row.code), units, saver)
            links = _activity_links(row, units)
        node = stored.get(row.code)
        if node is None:
            new.append(model(plan=plan, code=row.code, **values))
            new_links.append(links)
        else:
            saver.update(node, links=links, **values)
            kept.append(node)
    saver.create(new, {name: [links[name] for links in new_links] for name in _links_of(model)})
    return {node.code: node for node in (*kept, *new)}


def _activity_values(
    row: ActivityRow, stored: Activity | None, units: Mapping[str, Unit], saver: Saver
) -> dict[str, Any]:
    plain = ("weight", "gender_focus", "pdlc_alignment", "needs_extra_budget", "extra_budget_reason")
    values = {name: getattr(row, name) for name in plain}
    values |= {"lead_unit_id": units[row.lead_unit].pk, "igm_dimension_id": row.igm_dimension}
    if row.needs_extra_budget != (stored.needs_extra_budget if stored else None):
        # Whoever brings the answer answers for it; an answer that nobody in person brings stays without a name.
        answered = row.needs_extra_budget is not None
        values["extra_budget_answered_by_id"] = saver.by.pk if answered and not saver.by.is_system else None
        values["extra_budget_answered_on"] = clock.today() if answered else None
        values["extra_budget_was_late"] = False
    return values


def _activity_links(row: ActivityRow, units: Mapping[str, Unit]) -> dict[str, list[Any]]:
    return {
        "supporting_units": [units[acronym].pk for acronym in row.supporting_units],
        "gcm_objectives": list(row.gcm_objectives),
        "sdg_targets": list(row.sdg_targets),
    }


# --- Indicators


def _save_indicators(
    plan: Plan,
    rows: Sequence[IndicatorRow],
    stored: Mapping[str, Indicator],
    nodes: Mapping[str, Node],
    units: Mapping[str, Unit],
    saver: Saver,
) -> None:
    new: list[tuple[IndicatorRow, Indicator]] = []
    for row, order in zip(rows, orders_of(rows, stored), strict=True):
        values = {name: value for name, value in vars(row).items() if name not in INDICATOR_CHILDREN}
        values |= measured(nodes[row.parent]) | {"order": order}
        indicator = stored.get(row.code)
        if indicator is None:
            new.append((row, Indicator(plan=plan, **values)))
        else:
            saver.update(indicator, **values)
            update_children(row, indicator, units, saver)
    saver.create([indicator for _row, indicator in new])
    saver.create([table for row, indicator in new for table in declared_of(row, indicator)])
    saver.create([tenure for row, indicator in new for tenure in tenures_of(row, indicator, units)])
    saver.create([Target(indicator=i, period=p, value=v) for row, i in new for p, v in row.targets.items()])


def measured(node: Node) -> dict[str, int | None]:
    """The indicator's three references, one of them to its node."""
    kinds = {"activity_id": Activity, "action_id": StrategicAction, "objective_id": Objective}
    return {name: node.pk if isinstance(node, kind) else None for name, kind in kinds.items()}


def declared_of(row: IndicatorRow, indicator: Indicator) -> list[DeclaredTable]:
    return [DeclaredTable(indicator=indicator, table=table) for table in row.breakdown_tables]


def tenures_of(row: IndicatorRow, indicator: Indicator, units: Mapping[str, Unit]) -> list[Responsibility]:
    return [
        Responsibility(indicator=indicator, unit_id=units[t.unit].pk, from_period=t.since, until_period=t.until)
        for t in row.responsible
    ]


def update_children(row: IndicatorRow, indicator: Indicator, units: Mapping[str, Unit], saver: Saver) -> None:
    declared = sorted(indicator.declared_tables.all(), key=lambda table: table.pk)
    if tuple(table.table for table in declared) != row.breakdown_tables:
        # Their order is that of their creation.
        for table in declared:
            saver.delete(table)
        saver.create(declared_of(row, indicator))
    _update_responsibilities(tenures_of(row, indicator, units), indicator, saver)
    _update_targets(row, indicator, saver)


def _update_responsibilities(wanted: list[Responsibility], indicator: Indicator, saver: Saver) -> None:
    by_start = {tenure.from_period: tenure for tenure in wanted}
    stored = sorted(indicator.responsibilities.all(), key=lambda tenure: tenure.from_period)
    # What goes goes first, and what ends before what begins: at no moment may two be open.
    for tenure in stored:
        if tenure.from_period not in by_start:
            saver.delete(tenure)
    for tenure in stored:
        if new := by_start.pop(tenure.from_period, None):
            saver.update(tenure, unit_id=new.unit_id, until_period=new.until_period)
    saver.create(list(by_start.values()))


def _update_targets(row: IndicatorRow, indicator: Indicator, saver: Saver) -> None:
    wanted = dict(row.targets)
    for target in indicator.targets.all():
        if target.period in wanted:
            saver.update(target, value=wanted.pop(target.period))
        else:
            saver.delete(target)
    saver.create([Target(indicator=indicator, period=period, value=value) for period, value in wanted.items()])
