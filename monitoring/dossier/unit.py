"""The units at a semester: their figures, and one unit with its work, its people and its place in the organisation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from institution.models import Designation, Unit, User
from monitoring import showing
from monitoring.chosen import Chosen
from monitoring.dossier.series import HorizonFigure, IndicatorCard, cards, span
from monitoring.models import Submission
from monitoring.progress import Status
from monitoring.queries import load_outline, scorecard
from monitoring.scorecard import Level, NodeRow, Scorecard, score
from plans.measures import Horizon, Reading
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit that answers for something at P."""

    row: NodeRow
    reading: Reading

    @property
    def to_date(self) -> Decimal | None:
        return self.row[Horizon.PLAN].progress.by(self.reading)

    @property
    def indicators(self) -> int:
        return sum(self.row[Horizon.PLAN].counts.values())

    @property
    def unreported(self) -> int:
        """Its indicators that have no information in the semester though something was programmed."""
        return self.row[Horizon.SEMESTER].counts[Status.NOT_REPORTED]


@dataclass(frozen=True)
class ActivityWork:
    """An activity with the indicators of it for which the unit answers."""

    code: str
    name: str
    cards: list[IndicatorCard]

    @property
    def short_code(self) -> str:
        return showing.short_code(self.code)


@dataclass(frozen=True)
class UnitDossier:
    unit: Unit
    figures: list[HorizonFigure]  # empty where the unit answers for nothing at P
    work: list[ActivityWork]
    above: list[IndicatorCard]  # its indicators of actions and objectives, which enter no average
    posts: list[Designation]
    predecessors: list[Unit]
    submissions: list[Submission]
    reading: Reading


def load_units(plan: Plan, chosen: Chosen) -> list[UnitRow]:
    """Every unit that answers for an indicator of an activity at P, by acronym."""
    card = scorecard(plan, chosen.code, working=chosen.working)
    return [UnitRow(row, card.parameters.reading) for row in card.at_level(Level.UNIT)]


def load_unit(plan: Plan, acronym: str, chosen: Chosen, user: User) -> UnitDossier:
    """One unit of the plan's government as of the chosen semester. Raises Unit.DoesNotExist. 16 queries at most."""
    unit = Unit.objects.select_related("successor").get(government=plan.government_id, acronym=acronym)
    outline = load_outline(plan, working=chosen.working)
    card = score(outline, chosen.code)
    own = [row for row in card.indicators if row.unit == acronym]
    found = {c.row.code: c for c in cards(plan, outline, own, chosen, user)}
    posts = Designation.objects.in_force().filter(unit=unit).select_related("user")
    submissions = Submission.objects.filter(unit=unit, period__plan=plan).select_related("period")
    return UnitDossier(
        unit=unit,
        figures=_figures(plan, card, acronym),
        work=_work(card, list(found.values())),
        above=[c for c in found.values() if c.row.measures_level != Level.ACTIVITY],
        posts=list(posts),
        predecessors=list(unit.predecessors.all()),
        submissions=list(submissions.order_by("-period__code")),
        reading=outline.parameters.reading,
    )


def _figures(plan: Plan, card: Scorecard, acronym: str) -> list[HorizonFigure]:
    try:
        row = card.unit(acronym)
    except KeyError:
        return []
    return [HorizonFigure(h, span(plan, card.upto, h), row[h]) for h in Horizon]


def _work(card: Scorecard, found: list[IndicatorCard]) -> list[ActivityWork]:
    by_activity: dict[str, list[IndicatorCard]] = defaultdict(list)
    for item in found:
        by_activity[item.row.measures].append(item)
    return [
        ActivityWork(node.code, node.name, by_activity[node.code])
        for node in card.at_level(Level.ACTIVITY)
        if node.code in by_activity
    ]
