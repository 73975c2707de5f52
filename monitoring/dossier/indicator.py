"""Everything about one indicator: semester by semester, who answered, what changed, its breakdown and its sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from institution.models import User
from monitoring.breakdowns import BreakdownSummary, summarise
from monitoring.charts import Point
from monitoring.chosen import Chosen
from monitoring.dossier.changes import Change, changes_of
from monitoring.dossier.series import Crumb, HorizonFigure, crumbs, evidence_of, points, span
from monitoring.models import Evidence, Period, Result, Submission
from monitoring.progress import Entry, IndicatorFigure, measure
from monitoring.projection import Projection, project
from monitoring.queries import ceiling_of, load_outline, results_that_count
from monitoring.scorecard import IndicatorRow, Level, PlanOutline, score
from plans.measures import Accumulation, Horizon, Reading
from plans.models import Indicator, Plan, Responsibility, TargetRevision


@dataclass(frozen=True)
class Semester:
    """One line of the table of semesters."""

    period: Period
    entry: Entry
    value: Decimal | None
    figure: IndicatorFigure
    official: Decimal | None
    submission: Submission | None  # that of the unit that answers in the semester, whatever its state
    result: Result | None  # only one that counts
    evidence: list[Evidence]
    revisions: list[TargetRevision]
    is_chosen: bool


@dataclass(frozen=True)
class IndicatorDossier:
    indicator: Indicator
    node: Crumb
    crumbs: list[Crumb]
    row: IndicatorRow
    figures: list[HorizonFigure]
    semesters: list[Semester]
    points: tuple[Point, ...]
    tenures: list[Responsibility]
    tables: list[str]
    breakdown: list[BreakdownSummary]
    changes: list[Change]
    reading: Reading
    projection: Projection

    @property
    def chosen(self) -> Semester:
        return next(semester for semester in self.semesters if semester.is_chosen)

    @property
    def since(self) -> str:
        """Since which semester the unit that answers at P does so."""
        period = self.chosen.period.code
        return next((tenure.from_period for tenure in self.tenures if tenure.covers(period)), "")

    @property
    def path(self) -> list[Crumb]:
        """The way down to the indicator, its node included."""
        return [*self.crumbs, self.node]

    @property
    def enters_averages(self) -> bool:
        return self.node.level == Level.ACTIVITY

    @property
    def chart_kind(self) -> str:
        return "bars" if self.indicator.accumulation == Accumulation.SUM else "line"


def load_indicator(plan: Plan, code: str, chosen: Chosen, user: User) -> IndicatorDossier:
    """The dossier of an indicator. Raises Indicator.DoesNotExist. 21 queries at most, whatever the plan's size."""
    indicator = Indicator.objects.filter(plan=plan).prefetch_related("declared_tables").get(code=code)
    outline = load_outline(plan, working=chosen.working)
    card = score(outline, chosen.code)
    row = card.indicator(code)
    node = card.node(row.measures)
    counting = results_that_count(plan, working=chosen.working).filter(indicator=indicator)
    results = {r.period.code: r for r in counting.select_related("period", "submission__unit", "entered_by")}
    revisions = list(indicator.revisions.select_related("entered_by"))
    tenures = list(indicator.responsibilities.select_related("unit"))
    here = results.get(chosen.code)
    return IndicatorDossier(
        indicator=indicator,
        node=Crumb(node.level, node.code, node.name),
        crumbs=crumbs(card, node.code),
        row=row,
        figures=[HorizonFigure(h, span(plan, chosen.code, h), row[h]) for h in Horizon],
        semesters=_semesters(outline, indicator, chosen, results, tenures, revisions, user),
        points=points(outline, outline.by_indicator[code], chosen),
        tenures=tenures,
        tables=[table.get_table_display() for table in indicator.declared_tables.all()],
        breakdown=summarise(here.breakdown.all()) if here else [],
        changes=changes_of(indicator, revisions, list(results.values())),
        reading=outline.parameters.reading,
        projection=_projection(outline, indicator, chosen),
    )


def _projection(outline: PlanOutline, indicator: Indicator, chosen: Chosen) -> Projection:
    series = outline.by_indicator[indicator.code].series
    return project(series, chosen.code, outline.parameters, ceiling_of(indicator))


def _semesters(
    outline: PlanOutline,
    indicator: Indicator,
    chosen: Chosen,
    results: Mapping[str, Result],
    tenures: list[Responsibility],
    revisions: list[TargetRevision],
    user: User,
) -> list[Semester]:
    series = outline.by_indicator[indicator.code].series
    evidence = evidence_of(results.values(), user)
    revised: dict[str, list[TargetRevision]] = defaultdict(list)
    for revision in revisions:
        revised[revision.period].append(revision)
    submissions = _submissions(outline.periods, chosen, tenures)

    def semester(period: Period, entry: Entry) -> Semester:
        figure = measure(series, period.code, Horizon.SEMESTER, outline.parameters)
        result = results.get(period.code)
        return Semester(
            period=period,
            entry=entry,
            value=figure.value,
            figure=figure,
            official=figure.progress.by(outline.parameters.reading),
            submission=result.submission if result else submissions.get(period.code),
            result=result,
            evidence=evidence[result.pk] if result else [],
            revisions=revised[period.code],
            is_chosen=period.code == chosen.code,
        )

    return [semester(period, entry) for period, entry in zip(chosen.periods, series.entries, strict=True)]


def _submissions(periods: Iterable[str], chosen: Chosen, tenures: list[Responsibility]) -> dict[str, Submission]:
    """The report of whoever answers for the indicator in each semester."""
    rows = Submission.objects.filter(
        period__plan=chosen.period.plan_id, unit__in={tenure.unit_id for tenure in tenures}
    ).select_related("period", "unit")
    by_unit = {(row.unit_id, row.period.code): row for row in rows}
    found = {}
    for period in periods:
        unit = next((t.unit_id for t in tenures if t.covers(period)), None)
        if submission := by_unit.get((unit, period)):
            found[period] = submission
    return found
