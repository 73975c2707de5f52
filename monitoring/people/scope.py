"""What a reader looks at: the selection that the address makes, and the results of people that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from monitoring.attentions import Fact, People, people
from monitoring.breakdowns import people_cells, people_facts, people_values
from monitoring.chosen import Chosen
from monitoring.dossier.series import span
from monitoring.models import Breakdown
from monitoring.progress import in_window
from monitoring.queries import load_outline, results_that_count
from monitoring.scorecard import IndicatorOutline, NodeOutline, PlanOutline
from plans.measures import Horizon
from plans.models import BreakdownTable, Plan

# What the address says, and what it means.
TIMES = {"semestre": Horizon.SEMESTER, "anio": Horizon.YEAR, "plan": Horizon.PLAN}
SEXES = {
    "mujer": Breakdown.Sex.WOMAN,
    "hombre": Breakdown.Sex.MAN,
    "otro": Breakdown.Sex.OTHER,
    "no-informado": Breakdown.Sex.NOT_INFORMED,
}
TABLES = {
    "poblacion": BreakdownTable.SEX_POPULATION,
    "edad": BreakdownTable.SEX_AGE,
    "discapacidad": BreakdownTable.SEX_DISABILITY,
    "distrito": BreakdownTable.SEX_DISTRICT,
}
TITLES = {
    "poblacion": _("Por grupo de población"),
    "edad": _("Por edad"),
    "discapacidad": _("Por discapacidad"),
    "distrito": _("Por distrito"),
}


@dataclass(frozen=True)
class Selection:
    """Which results are looked at: under which node, in which time, of which unit; and which sex is drawn."""

    node: str = ""
    time: str = "anio"
    unit: str = ""
    sex: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Selection:
        """What the address says; a time or a sex that there is not is passed over."""
        time, sex = params.get("tiempo", ""), params.get("sexo", "")
        return cls(
            node=params.get("nodo", ""),
            time=time if time in TIMES else "anio",
            unit=params.get("gerencia", ""),
            sex=sex if sex in SEXES else "",
        )

    @property
    def horizon(self) -> Horizon:
        return TIMES[self.time]

    @property
    def sex_code(self) -> str:
        return SEXES[self.sex].value if self.sex else ""

    @property
    def sex_label(self) -> str:
        return str(SEXES[self.sex].label) if self.sex else ""


@dataclass(frozen=True)
class Scope:
    """The results of a selection, before anything is added up. `facts`: every indicator of people in it."""

    plan: Plan
    chosen: Chosen
    selection: Selection
    outline: PlanOutline
    node: NodeOutline | None
    nodes: tuple[NodeOutline, ...]  # those that hold indicators of people, whatever is selected
    units: Mapping[str, str]
    facts: tuple[Fact, ...]
    people: People

    @property
    def is_filtered(self) -> bool:
        return bool(self.selection.node or self.selection.unit)

    @property
    def span(self) -> str:
        return span(self.plan, self.chosen.code, self.selection.horizon)

    def indicator(self, code: str) -> IndicatorOutline:
        return self.outline.by_indicator[code]


def load_scope(plan: Plan, chosen: Chosen, selection: Selection) -> Scope:
    """What a selection holds. Raises LookupError for a node that the plan does not have.

    12 queries: outline 9; indicators of people with the tables they declare; their results; cells.
    """
    outline = load_outline(plan, working=chosen.working)
    node = next((each for each in outline.nodes if each.code == selection.node), None)
    if selection.node and node is None:
        raise LookupError(selection.node)
    facts = people_facts(plan, outline)
    measured = {outline.by_indicator[fact.code].measures for fact in facts}
    answering = {outline.by_indicator[fact.code].unit_at(chosen.code) or "" for fact in facts}
    inside = inside_of(outline, selection.node)
    facts = tuple(
        fact
        for fact in facts
        if outline.by_indicator[fact.code].measures in inside
        and selection.unit in ("", outline.by_indicator[fact.code].unit_at(chosen.code))
    )
    periods = [period for period in outline.periods if in_window(period, chosen.code, selection.horizon)]
    return Scope(
        plan=plan,
        chosen=chosen,
        selection=selection,
        outline=outline,
        node=node,
        nodes=tuple(each for each in outline.nodes if measured.intersection((each.code, *each.leaves))),
        units={unit: name for unit, name in outline.unit_names.items() if unit in answering},
        facts=facts,
        people=people(
            facts,
            people_values(outline, facts, periods),
            people_cells(results_that_count(plan, working=chosen.working), facts, periods),
        ),
    )


def inside_of(outline: PlanOutline, code: str) -> set[str]:
    """The node and everything under it; the whole tree where none is named."""
    if not code:
        return {node.code for node in outline.nodes}
    inside = {code}
    for node in outline.nodes:  # in reading order: a parent comes before what hangs under it
        if node.parent in inside:
            inside.add(node.code)
    return inside
