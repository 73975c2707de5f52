"""A whole plan as it stands at the close of one semester, as JSON: what every document about its progress is made of.

The evaluation freezes it with its text; the semiannual follow-up report tells the same part without one. Documents
read these records, never the live tables, so that what was printed can be printed again.
"""

from __future__ import annotations

from institution.models import Role, Unit
from institution.permissions import acting_for
from monitoring.disclosure import published_people
from monitoring.frozen import JSON, decimal_text, outline_json, scorecard_json
from monitoring.models import Submission
from monitoring.queries import load_outline, results_that_count
from monitoring.scorecard import PlanOutline, score
from plans.measures import Horizon
from plans.models import SHEET_TEXTS, Indicator, Plan, TargetRevision
from plans.models.tree import ACTIVITY_LINKS


def plan_record(plan: Plan, upto: str, *, outline: PlanOutline | None = None) -> JSON:
    """What the plan promised and reported up to the semester `upto`, with its figures.

    Keys: `plan` (its names), `scorecard` (year and plan to date, both readings, counts, coverage), `semesters` (the
    scorecard of each semester, for charts and annex: a later formula must not redraw them), `outline` (the inputs),
    `baselines`, `sheets` (the technical sheet of each indicator by code), `links` (who leads each activity and what it
    contributes to, with the names of those units, objectives and targets), `submissions`, `revisions` of targets,
    `notes` (what units told), `people` (`disclosure.published_people`: counts as they may be published).
    """
    full = outline or load_outline(plan)
    outline = full.as_of(upto)
    return {
        "plan": plan_facts(plan) | {"description": plan.description},
        "scorecard": scorecard_json(score(outline, upto), detail=True),
        "semesters": {
            period: scorecard_json(score(outline, period, [Horizon.SEMESTER]), detail=True)
            for period in outline.periods
            if period <= upto
        },
        "outline": outline_json(outline),
        **_indicators_json(plan),
        "links": _links_json(plan),
        "submissions": _submissions_json(plan, upto),
        "revisions": _revisions_json(plan),
        "notes": _notes_json(plan, upto),
        "people": published_people(plan, upto, outline=full),
    }


def _indicators_json(plan: Plan) -> JSON:
    """Baselines and technical sheets. 2 queries."""
    rows = Indicator.objects.filter(plan=plan).prefetch_related("declared_tables").order_by("order", "code")
    return {
        "baselines": {row.code: {"value": decimal_text(row.baseline), "year": row.baseline_year} for row in rows},
        "sheets": {row.code: _sheet_json(row) for row in rows},
    }


def _sheet_json(indicator: Indicator) -> JSON:
    return {
        **{name: getattr(indicator, name) for name in SHEET_TEXTS},
        "accumulation": indicator.accumulation,
        "direction": indicator.direction,
        "formula": indicator.formula,
        "counts": indicator.counts,
        "people_may_repeat": indicator.people_may_repeat,
        "tables": [declared.table for declared in indicator.declared_tables.all()],
    }


def _links_json(plan: Plan) -> JSON:
    """Of each activity who leads and supports it, and its place in agendas beyond the plan. 4 queries."""
    rows = plan.activities.select_related("lead_unit", "igm_dimension").prefetch_related(*ACTIVITY_LINKS)
    links: JSON = {"activities": {}, "units": {}, "gcm_objectives": {}, "sdg_targets": {}, "igm_dimensions": {}}
    for row in rows.order_by("order", "code"):
        supporting = sorted(row.supporting_units.all(), key=lambda unit: unit.acronym)
        objectives, targets = row.gcm_objectives.all(), row.sdg_targets.all()
        links["units"] |= {unit.acronym: unit.name for unit in (row.lead_unit, *supporting)}
        links["gcm_objectives"] |= {str(each.number): each.name for each in objectives}
        links["sdg_targets"] |= {each.code: each.name for each in targets}
        if row.igm_dimension:
            links["igm_dimensions"][str(row.igm_dimension.number)] = row.igm_dimension.name
        links["activities"][row.code] = {
            "lead_unit": row.lead_unit.acronym,
            "supporting_units": [unit.acronym for unit in supporting],
            "gcm_objectives": [each.number for each in objectives],
            "sdg_targets": [each.code for each in targets],
            "igm_dimension": row.igm_dimension_id,
            "gender_focus": row.gender_focus,
        }
    return links


def plan_facts(plan: Plan) -> JSON:
    """What a document says of its plan. One query for the unit that coordinates, one where the government is unread."""
    coordination = plan.government.units.filter(function=Unit.Function.COORDINATION).order_by("valid_from").last()
    return {
        "code": plan.code,
        "name": plan.name,
        "government": plan.government.name,
        "place": plan.government.place,
        "coordination": coordination.name if coordination else "",
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "instrument": plan.instrument(),
        "is_reference": plan.is_reference,
    }


def _submissions_json(plan: Plan, upto: str) -> list[JSON]:
    """The submissions whose results entered, with what a reader should know of each."""
    submissions = (
        Submission.objects.filter(period__plan=plan, period__code__lte=upto, state=Submission.State.VALIDATED)
        .select_related("unit", "period")
        .prefetch_related("events")
        .order_by("period__code", "unit__acronym")
    )
    return [
        {
            "unit": row.unit.acronym,
            "period": row.period.code,
            "submitted_on": row.submitted_on.isoformat(),
            "due_on": row.due_on.isoformat(),
            "late": row.was_late,
            "historical": row.is_historical,
            "on_behalf": row.on_behalf,
            "validated_by_same_unit": _was_validated_inside(row),
        }
        for row in submissions
    ]


def _was_validated_inside(submission: Submission) -> bool:
    """Whether the coordinating unit validated its own submission, the last time that anybody did (section 9)."""
    validations = [event for event in submission.events.all() if event.step == "validate"]
    if not validations:
        return False
    last = validations[-1]
    if last.capacity != Role.COORDINATOR:
        return False
    # Once the coordinating unit has given way, its successor's people act for it, and review it no less from inside.
    coordinates_too = submission.unit.function == Unit.Function.COORDINATION
    inside = acting_for([submission.unit])[submission.unit_id] if coordinates_too else {submission.unit_id}
    return last.capacity_unit_id in inside


def _revisions_json(plan: Plan) -> list[JSON]:
    revisions = TargetRevision.objects.filter(indicator__plan=plan).select_related("indicator")
    return [
        {
            "indicator": row.indicator.code,
            "period": row.period,
            "old": decimal_text(row.old_value),
            "new": decimal_text(row.new_value),
            "reason": row.reason,
            "explanation": row.explanation,
            "document": f"{row.document_kind} {row.document_number}",
            "document_date": row.document_date.isoformat(),
            "entered_on": row.entered_on.isoformat(),
        }
        for row in revisions.order_by("entered_on", "id")
    ]


def _notes_json(plan: Plan, upto: str) -> list[JSON]:
    """Why a value is not available, and what hindered it, as the units told it in the semesters covered."""
    results = (
        results_that_count(plan)
        .filter(period__code__lte=upto)
        .select_related("indicator", "period", "submission__unit")
        .order_by("indicator__order", "indicator__code", "period__code")
    )
    return [
        {
            "indicator": row.indicator.code,
            "period": row.period.code,
            "unit": row.submission.unit.acronym,
            "not_available": row.not_available_reason,
            "difficulties": row.difficulties,
            "measures": row.measures_taken,
            "note": row.note,
        }
        for row in results
        if row.not_available_reason or row.difficulties or row.measures_taken or row.note
    ]
