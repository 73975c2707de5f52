"""The record of a handover: everything that a unit's next people have to know, as of one day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from institution import clock
from institution.models import Designation, Role, Unit
from monitoring.frozen import JSON, decimal_text
from monitoring.models import Commitment, Evidence, Extension, Observation, Period, Result, Submission
from monitoring.progress import Entry, Parameters, measure
from monitoring.queries import parameters_of, series_of
from monitoring.record import plan_facts
from plans.measures import Horizon
from plans.models import Activity, Indicator, Plan, Responsibility
from reports.documents.unit_report import evidence_json, thread_json

SCHEMA = "pmh-handover-1"
State = Submission.State
OWED = (Commitment.State.PENDING, Commitment.State.IN_PROGRESS)


def record_of_handover(plan: Plan, unit: Unit, *, post: Designation | None = None, on: dt.date | None = None) -> JSON:
    """The unit as of that day; with `post`, the handover of that designation. A constant number of queries.

    Internal: it names officials and holds what nobody has validated yet.
    """
    on = on or clock.today()
    tenures = list(
        Responsibility.objects.filter(unit=unit, indicator__plan=plan)
        .select_related("indicator__activity", "indicator__action", "indicator__objective")
        .prefetch_related("indicator__targets")
        .order_by("indicator__order", "indicator__code", "from_period")
    )
    periods = list(plan.periods.all())
    submissions = {row.period_id: row for row in Submission.objects.filter(unit=unit, period__plan=plan)}
    due = _due(unit, periods, submissions, tenures)
    return {
        "schema": SCHEMA,
        "plan": plan_facts(plan),
        "document": {"kind": "handover", "period": None, "issued_on": on.isoformat()},
        "unit": _unit_json(unit),
        "post": post and _post_json(post),
        "people": [_post_json(row) for row in _posts(unit)],
        "periods": [_period_json(row) for row in periods],
        "indicators": _indicators_json(plan, unit, tenures),
        "reports": [_report_json(row, submissions.get(row.pk)) for row in periods if row.pk in submissions],
        "observations": [_observation_json(row) for row in _observations(plan, unit)],
        "evidence": [_proof_json(row) for row in _evidence(plan, unit)],
        "due": due,
        "commitments": [_commitment_json(row, on) for row in _commitments(plan, unit)],
        "budget": _budget_json(plan, unit),
    }


def _unit_json(unit: Unit) -> JSON:
    def named(row: Unit | None) -> JSON | None:
        return row and {"acronym": row.acronym, "name": row.name}

    return {
        "acronym": unit.acronym,
        "name": unit.name,
        "function": unit.function,
        "valid_from": unit.valid_from.isoformat(),
        "valid_until": unit.valid_until and unit.valid_until.isoformat(),
        "predecessors": [named(row) for row in unit.predecessors.order_by("acronym")],
        "successor": named(unit.successor),
    }


# --- People ----------------------------------------------------------------------------------------------------


def _posts(unit: Unit) -> list[Designation]:
    """Everybody who acted for the unit, role by role, in the order of time."""
    order = {role: place for place, role in enumerate(Role)}
    posts = Designation.objects.filter(unit=unit).select_related("user", "unit").order_by("starts_on", "id")
    return sorted(posts, key=lambda post: order[post.role])


def _post_json(post: Designation) -> JSON:
    return {
        "unit": post.unit.acronym,
        "name": post.user.full_name,
        "role": post.role,
        "from": post.starts_on.isoformat(),
        "until": post.ends_on and post.ends_on.isoformat(),
        "document": post.document,
        "document_date": post.document_date and post.document_date.isoformat(),
        "end_reason": post.end_reason,
    }


# --- Promised and reported -------------------------------------------------------------------------------------


def _period_json(period: Period) -> JSON:
    return {"code": period.code, "state": period.state, "due_on": period.due_on.isoformat()}


def _indicators_json(plan: Plan, unit: Unit, tenures: list[Responsibility]) -> list[JSON]:
    """Each indicator for which the unit answers or answered, semester by semester, whoever reported it."""
    own: dict[int, list[Responsibility]] = defaultdict(list)
    for row in tenures:
        own[row.indicator_id].append(row)
    results: dict[int, dict[str, Result]] = defaultdict(dict)
    found = Result.objects.filter(indicator__in=own).select_related("period", "submission__unit")
    for result in found.order_by("period__code"):
        # What another unit has not sent yet is its own affair.
        if result.submission.unit_id == unit.pk or result.submission.state == State.VALIDATED:
            results[result.indicator_id][result.period.code] = result
    parameters = parameters_of(plan)
    return [
        _indicator_json(plan, rows, results[rows[0].indicator_id], parameters)
        for rows in sorted(own.values(), key=lambda rows: rows[0].indicator.measured_at)
    ]


def _indicator_json(
    plan: Plan, tenures: list[Responsibility], results: dict[str, Result], parameters: Parameters
) -> JSON:
    indicator = tenures[0].indicator
    targets = {row.period: row.value for row in indicator.targets.all()}
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "percent": indicator.is_pooled or indicator.counts == Indicator.Counts.PERCENTAGE,
        "node": {"code": indicator.node.code, "name": indicator.node.name},
        "tenures": [{"from": row.from_period, "until": row.until_period} for row in tenures],
        "semesters": [
            _semester_json(
                indicator,
                period,
                targets.get(period),
                results.get(period),
                parameters,
                any(row.covers(period) for row in tenures),
            )
            for period in plan.period_codes
        ],
    }


def _semester_json(
    indicator: Indicator, period: str, target, result: Result | None, parameters: Parameters, answers: bool
) -> JSON:
    entry = Entry(period, target)
    if result is not None:
        entry = Entry(
            period,
            target,
            result.value,
            result.numerator,
            result.denominator,
            not_available=bool(result.not_available_reason),
        )
    figure = measure(series_of(indicator, (entry,)), period, Horizon.SEMESTER, parameters)
    return {
        "period": period,
        "answers": answers,
        "target": decimal_text(target),
        "value": decimal_text(figure.value),
        "sign": figure.sign if figure.value is None else "",
        "progress": decimal_text(figure.progress.programmed),
        "state": result.submission.state if result else None,
        "unit": result.submission.unit.acronym if result else None,
        "not_available": result.not_available_reason if result else "",
    }


def _report_json(period: Period, submission: Submission) -> JSON:
    return {
        "period": period.code,
        "state": submission.state,
        "submitted_on": submission.submitted_on and submission.submitted_on.isoformat(),
        "due_on": submission.due_on and submission.due_on.isoformat(),
        "late": submission.was_late,
        "historical": submission.is_historical,
        "on_behalf": submission.on_behalf,
        "memo_number": submission.memo_number,
    }


# --- Observed and backed ---------------------------------------------------------------------------------------


def _observations(plan: Plan, unit: Unit) -> Iterable[Observation]:
    rows = Observation.objects.filter(submission__unit=unit, submission__period__plan=plan)
    rows = rows.select_related("by", "resolved_by", "submission__period", "result__indicator")
    return rows.prefetch_related("replies__by").order_by("submission__period__code", "at", "id")


def _observation_json(row: Observation) -> JSON:
    indicator = row.result and row.result.indicator
    return {
        "period": row.submission.period.code,
        "indicator": indicator and {"code": indicator.code, "name": indicator.name},
        **thread_json(row),
    }


def _evidence(plan: Plan, unit: Unit) -> Iterable[Evidence]:
    rows = Evidence.objects.in_use().filter(result__submission__unit=unit, result__period__plan=plan)
    rows = rows.select_related("result__period", "result__indicator")
    return rows.order_by("result__period__code", "result__indicator__order", "result__indicator__code", "id")


def _proof_json(row: Evidence) -> JSON:
    return {
        "period": row.result.period.code,
        "indicator": row.result.indicator.code,
        **evidence_json(row),
    }


# --- Pending ---------------------------------------------------------------------------------------------------


def _due(
    unit: Unit, periods: list[Period], submissions: dict[int, Submission], tenures: list[Responsibility]
) -> list[JSON]:
    """The reports that the unit still owes: of every open semester in which it answers, until they are sent."""
    extensions = Extension.objects.filter(unit=unit, period__in=periods).order_by("granted_on", "id")
    extended = dict(extensions.values_list("period_id", "due_on"))
    found = []
    for period in periods:
        submission = submissions.get(period.pk)
        waits = submission is None or submission.state in (State.DRAFT, State.AWAITING_SIGNOFF, State.RETURNED)
        if period.is_open and waits and any(row.covers(period.code) for row in tenures):
            due_on = extended.get(period.pk, period.due_on)
            state = submission.state if submission else None
            found.append({"period": period.code, "state": state, "due_on": due_on.isoformat()})
    return found


def _commitments(plan: Plan, unit: Unit) -> Iterable[Commitment]:
    rows = Commitment.objects.filter(responsible_unit=unit, evaluation__plan=plan)
    return rows.select_related("evaluation").prefetch_related("follow_ups__period").order_by("due_on", "id")


def _commitment_json(row: Commitment, on: dt.date) -> JSON:
    told = list(row.follow_ups.all())
    return {
        "year": row.evaluation.year,
        "recommendation": row.recommendation,
        "action": row.action_to_take,
        "due_on": row.due_on.isoformat(),
        "state": row.state,
        "open": row.state in OWED,
        "overdue": row.state in OWED and row.due_on < on,
        "last": told[-1].text if told else "",
        "last_period": told[-1].period.code if told else None,
    }


def _budget_json(plan: Plan, unit: Unit) -> JSON:
    activities = Activity.objects.filter(plan=plan).led_by([unit.pk]).order_by("code")
    return {
        "due_on": plan.extra_budget_due_on and plan.extra_budget_due_on.isoformat(),
        "activities": [
            {
                "code": row.code,
                "name": row.name,
                "needs": row.needs_extra_budget,
                "reason": row.extra_budget_reason,
                "answered_on": row.extra_budget_answered_on and row.extra_budget_answered_on.isoformat(),
            }
            for row in activities
        ],
    }
