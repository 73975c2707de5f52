"""A plan of the database, as its workbook says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Prefetch

from institution.models import Government
from plans.models import Indicator, Plan, Responsibility, Target
from plans.models.tree import Node
from plans.workbook.content import (
    ActivityRow,
    GovernmentRow,
    IndicatorRow,
    NodeRow,
    PlanRow,
    PlanWorkbook,
    StepRow,
    UnitRow,
)
from plans.workbook.tenures import Tenure
from plans.workbook.text import clean


def stored_plan(plan: Plan) -> PlanWorkbook:
    """The whole plan with its government and all its units, in about 15 queries whatever its size.

    Nodes come in the order in which the plan is read: each under its parent, by `order` and code.
    """
    guidelines = in_order(plan.guidelines.all())
    objectives = _under(plan.objectives.select_related("guideline"), "guideline", guidelines)
    actions = _under(plan.actions.select_related("objective"), "objective", objectives)
    activities = _under(
        plan.activities.select_related("action", "lead_unit").prefetch_related(
            "supporting_units", "gcm_objectives", "sdg_targets"
        ),
        "action",
        actions,
    )
    indicators = _under(_indicators_of(plan), "node", [*objectives, *actions, *activities])
    return PlanWorkbook(
        government=government_row(plan.government),
        plan=PlanRow(**_values(plan, PlanRow)),
        units=stored_units(plan.government),
        guidelines=tuple(_node_row(node, "") for node in guidelines),
        objectives=tuple(_node_row(node, node.guideline.code) for node in objectives),
        actions=tuple(_node_row(node, node.objective.code) for node in actions),
        activities=tuple(map(_activity_row, activities)),
        indicators=tuple(map(_indicator_row, indicators)),
        steps=tuple(_step_row(step) for step in plan.approval_steps.select_related("responsible_unit")),
    )


def in_order(nodes: Iterable[Any]) -> list[Any]:
    """Sorted here and not by the database, whose idea of alphabetical order depends on its settings."""
    return sorted(nodes, key=lambda node: (node.order, node.code))


def government_row(government: Government) -> GovernmentRow:
    return GovernmentRow(
        government_name=clean(government.name),
        government_place=clean(government.place),
        government_kind=government.kind,
        ubigeo=government.ubigeo,
    )


def stored_units(government: Government) -> tuple[UnitRow, ...]:
    units = government.units.select_related("successor").order_by("valid_from", "acronym")
    return tuple(
        UnitRow(**_values(unit, UnitRow, successor=unit.successor.acronym if unit.successor else "")) for unit in units
    )


def _under(nodes: Iterable[Any], parent: str, parents: list[Any]) -> list[Any]:
    """The nodes in the order of their parents, and among siblings by `order` and code."""
    places = {node.code: place for place, node in enumerate(parents)}
    return sorted(in_order(nodes), key=lambda node: places[getattr(node, parent).code])


def _indicators_of(plan: Plan) -> Iterable[Indicator]:
    tenures = Responsibility.objects.select_related("unit").order_by("from_period")
    return plan.indicators.select_related("activity", "action", "objective").prefetch_related(
        "declared_tables",
        Prefetch("responsibilities", tenures),
        Prefetch("targets", Target.objects.order_by("period")),
    )


def _values(instance: Model, row: type, **given: Any) -> dict[str, Any]:
    """The row's fields that the model has under the same name, texts cleaned as the workbook will carry them."""
    values = {name: getattr(instance, name) for name in row.__dataclass_fields__ if name not in given}
    return {name: clean(value) if isinstance(value, str) else value for name, value in values.items()} | given


def _node_row(node: Node, parent: str) -> NodeRow:
    return NodeRow(**_values(node, NodeRow, parent=parent))


def _activity_row(activity: Any) -> ActivityRow:
    return ActivityRow(
        **_values(
            activity,
            ActivityRow,
            parent=activity.action.code,
            lead_unit=activity.lead_unit.acronym,
            supporting_units=tuple(sorted(unit.acronym for unit in activity.supporting_units.all())),
            gcm_objectives=tuple(sorted(goal.number for goal in activity.gcm_objectives.all())),
            sdg_targets=tuple(t.code for t in sorted(activity.sdg_targets.all(), key=lambda t: t.order)),
            igm_dimension=activity.igm_dimension_id,
        )
    )


def _indicator_row(indicator: Indicator) -> IndicatorRow:
    return IndicatorRow(
        **_values(
            indicator,
            IndicatorRow,
            parent=indicator.node.code,
            breakdown_tables=tuple(
                declared.table for declared in sorted(indicator.declared_tables.all(), key=lambda row: row.pk)
            ),
            responsible=tuple(
                Tenure(row.unit.acronym, row.from_period, row.until_period) for row in indicator.responsibilities.all()
            ),
            targets={target.period: target.value for target in indicator.targets.all()},
        )
    )


def _step_row(step: Any) -> StepRow:
    acronym = step.responsible_unit.acronym if step.responsible_unit else ""
    return StepRow(**_values(step, StepRow, responsible_unit=acronym))
