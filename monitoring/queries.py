"""Loaders: each answers one question over several tables in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet, Sum

from institution.models import Unit
from monitoring.completeness import Asked, Filled, Given, Lack, filled, lacks
from monitoring.entries import Form, entry_of, given_of, layouts
from monitoring.models import (
    Breakdown,
    Commitment,
    CommitmentFollowUp,
    Evidence,
    Observation,
    Period,
    Result,
    Submission,
)
from monitoring.progress import Entry, Leaf, Parameters, Series
from monitoring.scorecard import IndicatorOutline, Level, NodeOutline, PlanOutline, Scorecard, Tenure, score
from plans.measures import Accumulation, Direction, Formula, Reading
from plans.models import (
    Activity,
    DeclaredTable,
    Guideline,
    Indicator,
    Objective,
    Plan,
    Responsibility,
    StrategicAction,
    Target,
)

ONE = Decimal(1)


def scorecard(plan: Plan, upto: str | None = None, *, working: bool = False) -> Scorecard:
    """The plan's figures as of a semester (the last closed one when none is named).

    `working` takes results under review too. Raises ValueError when the plan has no such semester.
    """
    outline = load_outline(plan, working=working)
    return score(outline, upto or outline.default_upto)


def load_outline(plan: Plan, *, working: bool = False) -> PlanOutline:
    """The plan as the pure core wants it: tree, series, who answers, closed semesters. 9 queries, whatever its size."""
    periods = plan.period_codes
    tenures, unit_names = _tenures(plan)
    indicators = tuple(
        _indicator(indicator, entries, tenures[indicator.pk])
        for indicator, entries in _series_of(plan, periods, working=working)
    )
    # Rows of large tables are read as tuples: making models of them takes longer than asking for them.
    activities: list[Any] = list(
        Activity.objects.filter(plan=plan).values_list("pk", "code", "name", "action_id", "weight", named=True)
    )
    own: dict[str, list[Series]] = defaultdict(list)
    for indicator in indicators:
        if indicator.measures_level == Level.ACTIVITY:
            own[indicator.measures].append(indicator.series)
    nodes = _nodes(plan, activities)
    # Reading order of the activities is that of the tree, which `order` alone does not give across actions.
    weights = {activity.code: activity.weight for activity in activities}
    return PlanOutline(
        code=plan.code,
        name=plan.name,
        parameters=parameters_of(plan),
        periods=periods,
        closed_periods=frozenset(Period.objects.filter(plan=plan).closed().values_list("code", flat=True)),
        indicators=indicators,
        nodes=nodes,
        activities={
            node.code: Leaf(node.code, tuple(own[node.code]), weights[node.code] or ONE)
            for node in nodes
            if node.level == Level.ACTIVITY
        },
        unit_names=unit_names,
        with_submitted=working,
    )


def parameters_of(plan: Plan) -> Parameters:
    return Parameters(
        cap=plan.cap, green=plan.green_from, amber=plan.amber_from, reading=Reading(plan.official_reading)
    )


def results_that_count(plan: Plan, *, working: bool = False) -> QuerySet[Result]:
    """Official figures use validated results only; the working view takes submitted ones too (section 1)."""
    states = [Submission.State.VALIDATED, *([Submission.State.SUBMITTED] if working else [])]
    return Result.objects.filter(submission__period__plan=plan, submission__state__in=states)


def ceiling_of(indicator: Indicator) -> Decimal | None:
    """Above which no value of the indicator can be: a share of something ends at 100 %."""
    is_share = indicator.counts == Indicator.Counts.PERCENTAGE and not indicator.numerator_may_exceed
    return Decimal(100) if is_share else None


def ceilings(plan: Plan) -> dict[str, Decimal | None]:
    """The same of every indicator of the plan, by its code. One query."""
    rows = Indicator.objects.filter(plan=plan).only("code", "counts", "numerator_may_exceed").order_by()
    return {row.code: ceiling_of(row) for row in rows}


def _tenures(plan: Plan) -> tuple[dict[int, list[Tenure]], dict[str, str]]:
    """Who answers for each indicator, by its key and from the first; and the names of those units, by acronym."""
    tenures: dict[int, list[Tenure]] = defaultdict(list)
    names: dict[str, str] = {}
    rows = Responsibility.objects.filter(indicator__plan=plan).order_by("from_period")
    columns = ("indicator_id", "unit__acronym", "unit__name", "from_period", "until_period")
    for indicator, acronym, name, from_period, until_period in rows.values_list(*columns):
        tenures[indicator].append(Tenure(acronym, from_period, until_period))
        names[acronym] = name
    return tenures, names


MEASURED = (
    "pk",
    "code",
    "name",
    "unit_of_measure",
    "accumulation",
    "direction",
    "formula",
    "baseline",
    "weight",
    "activity__code",
    "action__code",
    "objective__code",
)


def _series_of(plan: Plan, periods: tuple[str, ...], *, working: bool) -> list[tuple[Any, tuple[Entry, ...]]]:
    """The MEASURED columns of each indicator, with its semesters."""
    targets: dict[int, dict[str, Decimal]] = defaultdict(dict)
    # Neither is wanted in its usual order, for which the database would join and sort them.
    rows = Target.objects.filter(indicator__plan=plan).order_by()
    for indicator_id, period, value in rows.values_list("indicator_id", "period", "value"):
        targets[indicator_id][period] = value
    reported: dict[int, dict[str, tuple]] = defaultdict(dict)
    columns = ("value", "numerator", "denominator", "not_available_reason")
    results = results_that_count(plan, working=working).order_by()
    for indicator_id, period, *cells in results.values_list("indicator_id", "submission__period__code", *columns):
        reported[indicator_id][period] = tuple(cells)

    nothing: tuple = (None, None, None, "")

    def entries_of(indicator: int) -> Iterator[Entry]:
        programmed, obtained = targets[indicator], reported[indicator]
        for period in periods:
            value, numerator, denominator, reason = obtained.get(period, nothing)
            yield Entry(period, programmed.get(period), value, numerator, denominator, not_available=bool(reason))

    indicators = Indicator.objects.filter(plan=plan).values_list(*MEASURED, named=True)
    return [(row, tuple(entries_of(row.pk))) for row in indicators]


def series_of(indicator: Any, entries: tuple[Entry, ...]) -> Series:
    """The indicator (a row, or its columns by name) with those entries, as the pure core wants it."""
    return Series(
        code=indicator.code,
        entries=entries,
        accumulation=Accumulation(indicator.accumulation),
        direction=Direction(indicator.direction),
        formula=Formula(indicator.formula),
        baseline=indicator.baseline,
        weight=indicator.weight or ONE,
    )


def _indicator(indicator: Any, entries: tuple[Entry, ...], tenures: list[Tenure]) -> IndicatorOutline:
    nodes = (
        (Level.ACTIVITY, indicator.activity__code),
        (Level.ACTION, indicator.action__code),
        (Level.OBJECTIVE, indicator.objective__code),
    )
    level, code = next((level, code) for level, code in nodes if code is not None)
    return IndicatorOutline(
        series=series_of(indicator, entries),
        name=indicator.name,
        unit_of_measure=indicator.unit_of_measure,
        measures=code,
        measures_level=level,
        tenures=tuple(tenures),
    )


def _nodes(plan: Plan, activities: list[Any]) -> tuple[NodeOutline, ...]:
    """The tree in reading order, each node followed by what hangs under it."""
    guidelines = list(Guideline.objects.filter(plan=plan))
    objectives = _grouped(Objective.objects.filter(plan=plan), "guideline_id")
    actions = _grouped(StrategicAction.objects.filter(plan=plan), "objective_id")
    leaves = _grouped(activities, "action_id")
    nodes: list[NodeOutline] = []

    def below_objective(pk: int) -> tuple[str, ...]:
        return tuple(leaf.code for action in actions[pk] for leaf in leaves[action.pk])

    for guideline in guidelines:
        codes = tuple(code for objective in objectives[guideline.pk] for code in below_objective(objective.pk))
        nodes.append(NodeOutline(Level.GUIDELINE, guideline.code, guideline.name, None, codes))
        for objective in objectives[guideline.pk]:
            codes = below_objective(objective.pk)
            nodes.append(NodeOutline(Level.OBJECTIVE, objective.code, objective.name, guideline.code, codes))
            for action in actions[objective.pk]:
                codes = tuple(leaf.code for leaf in leaves[action.pk])
                nodes.append(NodeOutline(Level.ACTION, action.code, action.name, objective.code, codes))
                nodes.extend(
                    NodeOutline(Level.ACTIVITY, leaf.code, leaf.name, action.code, (leaf.code,))
                    for leaf in leaves[action.pk]
                )
    return tuple(nodes)


def _grouped(rows: Iterable[Any], parent: str) -> dict[int, list]:
    groups: dict[int, list] = defaultdict(list)
    for row in rows:
        groups[getattr(row, parent)].append(row)
    return groups


# --- What a unit is asked, and what it has entered --------------------------------------------------------------------


@dataclass(frozen=True)
class FiledIndicator:
    """One indicator for which the unit answers in the semester, with what it has entered so far."""

    form: Form
    result: Result | None
    entry: dict[str, str]
    evidence: tuple[Evidence, ...]
    withdrawn: tuple[Evidence, ...] = ()

    @property
    def indicator(self) -> Indicator:
        return self.form.indicator

    @property
    def given(self) -> Given:
        return given_of(self.entry, len(self.evidence))

    @property
    def lacks(self) -> tuple[Lack, ...]:
        return lacks(self.form.asked, self.given)

    @property
    def filled(self) -> Filled:
        return filled(self.form.asked, self.given)


@dataclass(frozen=True)
class Filing:
    """The report of a unit in a semester as it stands: due indicators first, each with its gaps."""

    unit: Unit
    period: Period
    submission: Submission | None
    indicators: tuple[FiledIndicator, ...]
    observations: tuple[Observation, ...]

    @cached_property
    def due(self) -> list[FiledIndicator]:
        return [row for row in self.indicators if row.form.asked.due]

    @cached_property
    def done(self) -> int:
        """How many of the due ones are whole, with every observation on them answered."""
        asked = {thread.result.indicator_id for thread in self.unanswered if thread.result}
        return sum(row.filled == Filled.DONE and row.indicator.pk not in asked for row in self.due)

    @property
    def not_available(self) -> int:
        """How many of the due ones are declared not available."""
        return sum(bool(row.given.not_available_reason) for row in self.due)

    def threads_of(self, indicator_id: int | None) -> tuple[Observation, ...]:
        """The observations on one indicator's result; on the report as a whole where None is asked for."""
        return tuple(
            thread
            for thread in self.observations
            if (thread.result.indicator_id if thread.result else None) == indicator_id
        )

    @cached_property
    def lacking(self) -> list[tuple[FiledIndicator, Lack]]:
        return [(row, lack) for row in self.indicators for lack in row.lacks]

    @property
    def unanswered(self) -> list[Observation]:
        """Open observations to which nobody of the unit has replied yet."""
        return [row for row in self.observations if row.is_open and not row.is_answered]

    @property
    def is_whole(self) -> bool:
        return not self.lacking and not self.unanswered

    def of(self, indicator_id: int) -> FiledIndicator | None:
        return next((row for row in self.indicators if row.indicator.pk == indicator_id), None)


def units_answering(plan: Plan, period: Period) -> QuerySet[Unit]:
    """The units that answer for something in the semester, by acronym."""
    answered = Responsibility.objects.at(period.code).filter(indicator__plan=plan)
    return Unit.objects.filter(pk__in=answered.values("unit")).order_by("acronym")


def units_by_period(plan: Plan, periods: Iterable[str]) -> dict[str, dict[int, Unit]]:
    """By semester, the units that answer for something in it, by key. One query."""
    rows = list(Responsibility.objects.filter(indicator__plan=plan).select_related("unit").order_by("unit__acronym"))
    return {code: {row.unit_id: row.unit for row in rows if row.covers(code)} for code in periods}


def load_filing(unit: Unit, period: Period) -> Filing:
    """What the unit is asked in the semester and what it has entered. 10 queries, whatever the number of indicators."""
    submission = (
        Submission.objects.filter(unit=unit, period=period).select_related("unit", "period__plan", "started_by").first()
    )
    answered = Responsibility.objects.at(period.code).filter(unit=unit, indicator__plan=period.plan_id)
    indicators = list(
        Indicator.objects.filter(pk__in=answered.values("indicator"))
        .select_related("activity__action", "action", "objective")
        .order_by("order", "code")
    )
    targets = dict(
        Target.objects.filter(indicator__in=indicators, period=period.code).values_list("indicator_id", "value")
    )
    results = _results_of(submission)
    forms = sorted(_forms(unit, indicators, targets), key=lambda form: (not form.asked.due, form.indicator.measured_at))

    def row(form: Form) -> FiledIndicator:
        result = results.get(form.indicator.pk)
        if result is None:
            return FiledIndicator(form, None, {}, ())
        given = list(result.evidence.all())
        return FiledIndicator(
            form,
            result,
            entry_of(result, result.breakdown.all()),
            tuple(each for each in given if each.withdrawn_at is None),
            tuple(each for each in given if each.withdrawn_at is not None),
        )

    observations = () if submission is None else tuple(_observations_of(submission))
    return Filing(unit, period, submission, tuple(map(row, forms)), observations)


def _results_of(submission: Submission | None) -> dict[int, Result]:
    if submission is None:
        return {}
    rows = submission.results.select_related("entered_by").prefetch_related("breakdown", "evidence__uploaded_by")
    return {row.indicator_id: row for row in rows}


def _observations_of(submission: Submission) -> QuerySet[Observation]:
    rows = submission.observations.select_related("by", "resolved_by", "result")
    return rows.prefetch_related("replies__by")


def _forms(unit: Unit, indicators: list[Indicator], targets: dict[int, Decimal]) -> list[Form]:
    declared: dict[int, list[str]] = defaultdict(list)
    for indicator_id, table in DeclaredTable.objects.filter(indicator__in=indicators).values_list(
        "indicator_id", "table"
    ):
        declared[indicator_id].append(table)
    districts = list(unit.government.districts().order_by("name").values_list("pk", "name"))
    return [Form(row, layouts(declared[row.pk], districts), targets.get(row.pk)) for row in indicators]


@dataclass(frozen=True, slots=True)
class FilledIn:
    """How many of the indicators that are due for a unit in the semester are whole."""

    done: int = 0
    due: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.done // self.due if self.due else 0


def is_only_historical(submissions: Iterable[Submission]) -> bool:
    """Whether all that a semester has was loaded from before this system: then nobody had a deadline here."""
    rows = list(submissions)
    return bool(rows) and all(row.is_historical for row in rows)


def filled_in(period: Period) -> dict[int, FilledIn]:
    """By unit, how far its report is. 6 queries, whatever the number of units and indicators."""
    rows = Responsibility.objects.at(period.code).filter(indicator__plan=period.plan_id).select_related("indicator")
    targets = set(
        Target.objects.filter(indicator__plan=period.plan_id, period=period.code, value__isnull=False).values_list(
            "indicator_id", flat=True
        )
    )
    tables: dict[int, list[str]] = defaultdict(list)
    for indicator_id, table in DeclaredTable.objects.filter(indicator__plan=period.plan_id).values_list(
        "indicator_id", "table"
    ):
        tables[indicator_id].append(table)
    given = _given_in(period)
    counts: dict[int, list[bool]] = defaultdict(list)
    for row in rows:
        indicator = row.indicator
        if indicator.pk in targets:
            asked = Asked(True, indicator.is_pooled, indicator.numerator_may_exceed, tuple(tables[indicator.pk]))
            answered = given.get((row.unit_id, indicator.pk), Given())
            counts[row.unit_id].append(filled(asked, answered) == Filled.DONE)
    return {unit: FilledIn(sum(done), len(done)) for unit, done in counts.items()}


def _given_in(period: Period) -> dict[tuple[int, int], Given]:
    """What was entered in the semester, by unit and indicator, as completeness wants it."""
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    cells = Breakdown.objects.filter(result__period=period).order_by().values("result_id", "table")
    for result_id, table, total in cells.annotate(total=Sum("count")).values_list("result_id", "table", "total"):
        sums[result_id][table] = total
    kept = Evidence.objects.filter(result__period=period, withdrawn_at=None).order_by().values("result_id")
    evidence = dict(kept.annotate(n=Count("pk")).values_list("result_id", "n"))
    return {
        (row.submission.unit_id, row.indicator_id): Given(
            value=row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            not_available_reason=row.not_available_reason,
            no_evidence_reason=row.no_evidence_reason,
            sums=sums[row.pk],
            evidence=evidence.get(row.pk, 0),
        )
        for row in Result.objects.filter(period=period).select_related("submission")
    }


def follow_ups_along(commitments: Iterable[Commitment]) -> dict[int, tuple[CommitmentFollowUp, ...]]:
    """What was told of each commitment, the oldest first, in its own version of the evaluation and in those before.

    By key. 2 queries: who continues whom; follow-ups with semester and person.
    """
    commitments = list(commitments)
    plans = {row.evaluation.plan_id for row in commitments}
    before = dict(Commitment.objects.filter(evaluation__plan__in=plans).order_by().values_list("pk", "continues_id"))
    told: dict[int, list[CommitmentFollowUp]] = defaultdict(list)
    rows = CommitmentFollowUp.objects.filter(commitment__evaluation__plan__in=plans)
    for each in rows.select_related("period", "by"):
        told[each.commitment_id].append(each)

    def along(pk: int | None) -> list[CommitmentFollowUp]:
        found: list[CommitmentFollowUp] = []
        while pk is not None:
            found += told[pk]
            pk = before.get(pk)
        return sorted(found, key=lambda each: (each.on, each.pk))

    return {row.pk: tuple(along(row.pk)) for row in commitments}
