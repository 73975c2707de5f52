"""Everything about one node of the tree at a semester: figures, what hangs under it, the indicators measured at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from institution.models import User
from monitoring import showing
from monitoring.chosen import Chosen
from monitoring.dossier.series import Crumb, HorizonFigure, IndicatorCard, cards, crumbs, span
from monitoring.progress import NodeFigure
from monitoring.queries import load_outline
from monitoring.scorecard import Level, NodeRow, Scorecard, score
from plans.measures import Horizon, Reading
from plans.models import NODE_MODELS, Activity, Guideline, Indicator, Objective, Plan, StrategicAction


@dataclass(frozen=True)
class NodeDossier:
    level: Level
    node: Guideline | Objective | StrategicAction | Activity
    crumbs: list[Crumb]
    figures: list[HorizonFigure]
    below: list[NodeRow]
    indicators: list[IndicatorCard]
    reading: Reading
    counts_people: bool  # whether an activity under it has an indicator of people

    @property
    def level_name(self) -> str:
        return str(showing.LEVEL_NAMES[self.level])

    @property
    def is_activity(self) -> bool:
        """Only the indicators of activities enter averages."""
        return self.level == Level.ACTIVITY

    @property
    def to_date(self) -> NodeFigure:
        return self.figures[2].figure


def load_node(plan: Plan, code: str, chosen: Chosen, user: User) -> NodeDossier:
    """The dossier of a node as of the chosen semester. Raises LookupError. 16 queries at most."""
    outline = load_outline(plan, working=chosen.working)
    found = next((node for node in outline.nodes if node.code == code), None)
    if found is None:
        raise LookupError(code)
    level = found.level
    counting = Indicator.objects.filter(plan=plan, counts=Indicator.Counts.PEOPLE, activity__code__in=found.leaves)
    card = score(outline, chosen.code)
    return NodeDossier(
        level=level,
        node=_fetch(plan, level, code),
        crumbs=crumbs(card, code),
        figures=[HorizonFigure(h, span(plan, chosen.code, h), card.node(code)[h]) for h in Horizon],
        below=list(_below(card, code)),
        indicators=cards(plan, outline, card.indicators_of(code), chosen, user),
        reading=outline.parameters.reading,
        counts_people=counting.exists(),
    )


def _fetch(plan: Plan, level: Level, code: str) -> Guideline | Objective | StrategicAction | Activity:
    nodes = NODE_MODELS[level].objects.filter(plan=plan)
    if level == Level.ACTIVITY:
        nodes = nodes.select_related("lead_unit", "igm_dimension", "extra_budget_answered_by").prefetch_related(
            "supporting_units", "gcm_objectives", "sdg_targets"
        )
    return nodes.get(code=code)


def _below(card: Scorecard, code: str) -> Iterator[NodeRow]:
    """What hangs under the node, in reading order, down to the activities."""
    under = {code}
    for row in card.nodes:
        if row.parent in under and row.level != Level.UNIT:
            under.add(row.code)
            yield row
