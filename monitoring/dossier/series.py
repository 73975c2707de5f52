"""One indicator over the semesters, and its results with their evidence: what the three dossiers share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from institution.models import User
from monitoring.charts import Point
from monitoring.chosen import Chosen
from monitoring.models import Evidence, Result
from monitoring.progress import Entry, IndicatorFigure, measure
from monitoring.queries import results_that_count
from monitoring.scorecard import IndicatorOutline, IndicatorRow, Level, NodeRow, PlanOutline, Scorecard
from plans.measures import Accumulation, Horizon
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class Crumb:
    level: Level
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HorizonFigure:
    """A figure in one of the four windows."""

    horizon: Horizon
    span: str  # "2024-1", "2024", "2022-1 a 2024-1"
    figure: IndicatorFigure


@dataclass(frozen=True)
class IndicatorCard:
    """One indicator at P with what a reader needs to believe it: result, evidence, who answers."""

    row: IndicatorRow
    semester: IndicatorFigure
    official: Decimal | None
    since: str
    result: Result | None
    evidence: list[Evidence]
    points: tuple[Point, ...]
    is_flow: bool

    @property
    def chart_kind(self) -> str:
        return "bars" if self.is_flow else "line"


def span(plan: Plan, upto: str, horizon: Horizon) -> str:
    """Which semesters a window covers, in words."""
    first, last = plan.period_codes[0], plan.period_codes[-1]
    year = upto[:4]
    return {
        Horizon.SEMESTER: upto,
        Horizon.YEAR: year if upto.endswith("-2") else f"{year}, a {upto}",
        Horizon.PLAN: f"{first} a {upto}",
        Horizon.WHOLE: f"{first} a {last}",
    }[horizon]


def crumbs(card: Scorecard, code: str) -> list[Crumb]:
    """The nodes above one, from the guideline down, itself not included."""
    above: list[NodeRow] = []
    parent = card.node(code).parent
    while parent is not None:
        above.insert(0, node := card.node(parent))
        parent = node.parent
    return [Crumb(node.level, node.code, node.name) for node in above]


def points(outline: PlanOutline, indicator: IndicatorOutline, chosen: Chosen) -> tuple[Point, ...]:
    """The indicator's chart: what is under way or to come is shaded."""
    closed = {period.code for period in chosen.periods if period.is_closed}

    def point(entry: Entry) -> Point:
        figure = measure(indicator.series, entry.period, Horizon.SEMESTER, outline.parameters)
        return Point(entry.period, entry.target, figure.value, figure.sign, ahead=entry.period not in closed)

    return tuple(point(entry) for entry in indicator.series.entries)


def evidence_of(results: Iterable[Result], user: User) -> dict[int, list[Evidence]]:
    """The evidence of each result that the person may see, what was withdrawn left out. One query."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    rows = Evidence.objects.visible_to(user).filter(result__in=[result.pk for result in results])
    for row in rows.filter(withdrawn_at__isnull=True):
        found[row.result_id].append(row)
    return found


def cards(
    plan: Plan, outline: PlanOutline, rows: list[IndicatorRow], chosen: Chosen, user: User
) -> list[IndicatorCard]:
    """The cards of those indicators at P. Two queries, however many they are."""
    counting = results_that_count(plan, working=chosen.working).filter(
        period__code=chosen.code, indicator__code__in=[row.code for row in rows]
    )
    results = {result.indicator.code: result for result in counting.select_related("indicator", "submission")}
    evidence = evidence_of(results.values(), user)

    def card(row: IndicatorRow) -> IndicatorCard:
        indicator = outline.by_indicator[row.code]
        result = results.get(row.code)
        return IndicatorCard(
            row=row,
            semester=row[Horizon.SEMESTER],
            official=row[Horizon.SEMESTER].progress.by(outline.parameters.reading),
            since=indicator.since(chosen.code),
            result=result,
            evidence=evidence[result.pk] if result else [],
            points=points(outline, indicator, chosen),
            is_flow=indicator.series.accumulation == Accumulation.SUM,
        )

    return [card(row) for row in rows]
