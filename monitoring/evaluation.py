"""Holding an evaluation: open, write, close, verify (rules, section 11).

Closing freezes one record: the scorecard as of the cut-off, the inputs it was computed from, the rules, the list of
submissions used, the revisions of targets and the text; its SHA-256 is that of the canonical JSON. Documents and pages
of a closed evaluation read the record, never the live tables.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Role, Unit, User
from institution.permissions import acting_for, coordinates
from monitoring.frozen import (
    JSON,
    decimal_text,
    outline_json,
    scorecard_from_json,
    scorecard_json,
    sha256_of,
)
from monitoring.models import Evaluation, EvaluationSection, Submission
from monitoring.queries import load_outline, results_that_count
from monitoring.scorecard import Scorecard, score
from plans.measures import Horizon
from plans.models import Indicator, Plan, TargetRevision


class EvaluationRefused(Exception):
    """The evaluation cannot be opened or closed; the message says why, in the words of the user."""


@transaction.atomic
def open_evaluation(*, plan: Plan, year: int, by: User, reason: str = "", on: dt.date | None = None) -> Evaluation:
    """The draft of the evaluation of that year: the one at hand, the first, or, with a reason, a later version.

    Raises EvaluationRefused for a year outside the plan, a later version without a reason, or a person who does not
    coordinate the plan.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    _refuse_strangers(plan, by, on)
    if year not in plan.years:
        raise EvaluationRefused(
            _("%(plan)s no tiene evaluación en %(year)s: va de %(first)s a %(last)s.")
            % {"plan": plan.code, "year": year, "first": plan.first_year, "last": plan.last_year}
        )
    versions = list(Evaluation.objects.filter(plan=plan, year=year).order_by("version"))
    if versions and versions[-1].state == Evaluation.State.DRAFT:
        return versions[-1]
    if versions and not reason.strip():
        raise EvaluationRefused(_("Esta evaluación ya está cerrada: una nueva versión necesita un motivo."))
    evaluation = Evaluation.objects.create(
        plan=plan,
        year=year,
        version=len(versions) + 1,
        reason=reason.strip() if versions else "",
        opened_by=by,
        opened_on=on or clock.today(),
    )
    texts = dict(versions[-1].sections.values_list("kind", "text")) if versions else {}
    for kind in EvaluationSection.Kind:
        EvaluationSection.objects.create(evaluation=evaluation, kind=kind, text=texts.get(kind, ""))
    return evaluation


@transaction.atomic
def supersede_evaluation(*, plan: Plan, year: int, by: User, reason: str, on: dt.date | None = None) -> Evaluation:
    """A new version of an evaluation that is closed. Raises EvaluationRefused also where there is none, or one is open.

    Opening takes up the draft at hand; whoever writes a reason for a new version has to know that there is none.
    """
    plan = Plan.objects.held(plan.pk)
    _refuse_strangers(plan, by, on)
    latest = Evaluation.objects.filter(plan=plan, year=year).order_by("version").last()
    if latest is None or (latest.version == 1 and not latest.is_frozen):
        raise EvaluationRefused(_("Esta evaluación aún no se ha cerrado: no hay qué reemplazar."))
    if not latest.is_frozen:
        raise EvaluationRefused(_("Ya hay una versión en elaboración: no se abrió otra, y su motivo no cambió."))
    return open_evaluation(plan=plan, year=year, by=by, reason=reason, on=on)


def _refuse_strangers(plan: Plan, by: User, on: dt.date | None) -> None:
    if not coordinates(by, plan.government, on):
        raise EvaluationRefused(_("Solo la coordinación del plan abre y cierra evaluaciones."))


def empty_sections(evaluation: Evaluation) -> list[str]:
    """The sections that nobody has written yet."""
    written = {section.kind: section.text.strip() for section in evaluation.sections.all()}
    return [kind.value for kind in EvaluationSection.Kind if not written.get(kind.value)]


def obstacles(evaluation: Evaluation, *, texts_may_be_empty: bool = False, on: dt.date | None = None) -> list[str]:
    """What keeps the evaluation from being closed, each in the words of the user; empty when nothing does."""
    found = []
    if (on or clock.today()) <= evaluation.cutoff:
        cutoff = date_format(evaluation.cutoff)
        found.append(_("La fecha de corte, %(cutoff)s, no ha pasado.") % {"cutoff": cutoff})
    covered = evaluation.plan.periods.up_to(evaluation.upto)
    if covered.count() < len([code for code in evaluation.plan.period_codes if code <= evaluation.upto]):
        found.append(_("Faltan semestres del plan hasta la fecha de corte."))
    unclosed = [period.code for period in covered if not period.is_closed]
    if unclosed:
        found.append(
            _("Hay semestres sin cerrar hasta la fecha de corte: %(periods)s.") % {"periods": ", ".join(unclosed)}
        )
    if not texts_may_be_empty and (empty := empty_sections(evaluation)):
        labels = ", ".join(str(EvaluationSection.Kind(kind).label) for kind in empty)
        found.append(_("Hay secciones sin texto: %(sections)s.") % {"sections": labels})
    return found


@transaction.atomic
def close_evaluation(
    evaluation: Evaluation, *, by: User, texts_may_be_empty: bool = False, on: dt.date | None = None
) -> Evaluation:
    """Freezes, hashes and closes the evaluation; the version in force until now becomes superseded.

    `texts_may_be_empty`: closing from the command line, which records the empty sections instead. Raises
    EvaluationRefused with every obstacle; nothing is changed then.
    """
    Plan.objects.select_for_update().get(pk=evaluation.plan_id)
    evaluation = Evaluation.objects.select_related("plan__government").get(pk=evaluation.pk)
    if evaluation.is_frozen:
        raise EvaluationRefused(_("Esta versión de la evaluación ya está cerrada."))
    # Held until the end, so that no semester is opened, and no report in it reopened, while the record is written.
    list(evaluation.plan.periods.up_to(evaluation.upto).select_for_update())
    _refuse_strangers(evaluation.plan, by, on)
    if found := obstacles(evaluation, texts_may_be_empty=texts_may_be_empty, on=on):
        raise EvaluationRefused(" ".join(found))
    evaluation.closed_by, evaluation.closed_on = by, on or clock.today()
    evaluation.frozen = record_of(evaluation)
    evaluation.sha256 = sha256_of(evaluation.frozen)
    superseded = Evaluation.objects.filter(plan=evaluation.plan, year=evaluation.year).closed()
    superseded.update(state=Evaluation.State.SUPERSEDED)
    evaluation.state = Evaluation.State.CLOSED
    evaluation.save()
    return evaluation


def frozen_scorecard(evaluation: Evaluation) -> Scorecard:
    """The figures of a closed evaluation, as they were written."""
    return scorecard_from_json(evaluation.frozen["scorecard"])


# --- Verifying --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that the live data no longer give: which one, as frozen, as it would be today."""

    where: str
    frozen: str | None
    live: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """`intact`: the record still has its hash. `differences`: figures that today's data would change."""

    intact: bool
    sha256: str
    differences: tuple[Difference, ...]


def verify_evaluation(evaluation: Evaluation) -> Verification:
    """Computes the hash again, and scores the live data at the same cut-off. The record itself never changes."""
    found = sha256_of(evaluation.frozen)
    live = scorecard_json(score(load_outline(evaluation.plan), evaluation.upto), detail=True)
    before, after = _flat(evaluation.frozen["scorecard"]), _flat(live)
    differences = tuple(
        Difference(where, before.get(where), after.get(where))
        for where in [*before, *(key for key in after if key not in before)]
        if before.get(where) != after.get(where)
    )
    return Verification(found == evaluation.sha256, found, differences)


def _flat(scorecard: JSON) -> dict[str, str | None]:
    """Every number and status of a scorecard by a path that a person can read."""
    flat: dict[str, str | None] = {f"parameters {key}": value for key, value in scorecard["parameters"].items()}
    flat["formula"] = scorecard["formula"]

    def walk(path: str, part: JSON) -> None:
        for key, value in part.items():
            if isinstance(value, dict):
                walk(f"{path} {key}", value)
            elif key not in ("name", "parent", "unit_of_measure", "code", "level"):
                flat[f"{path} {key}"] = value if value is None else str(value)

    for row in scorecard["indicators"]:
        walk(f"indicator {row['code']}", row)
    for row in scorecard["nodes"]:
        walk(f"{row['level']} {row['code']}", row)
    return flat


# --- The record -------------------------------------------------------------------------------------------------


def record_of(evaluation: Evaluation) -> JSON:
    """Everything that the evaluation's pages and documents show: what closing freezes, or, of a draft, as of now."""
    plan = evaluation.plan
    outline = load_outline(plan).as_of(evaluation.upto)
    return {
        "schema": "pmh-evaluation-1",
        "plan": _plan_json(plan),
        "evaluation": {
            "year": evaluation.year,
            "version": evaluation.version,
            "reason": evaluation.reason,
            "cutoff": evaluation.cutoff.isoformat(),
            "closed_on": evaluation.closed_on and evaluation.closed_on.isoformat(),
            "empty_sections": empty_sections(evaluation),
        },
        "sections": {section.kind: section.text for section in evaluation.sections.all()},
        "findings": list(evaluation.findings.order_by("id").values_list("text", flat=True)),
        "commitments": [
            {
                "recommendation": row.recommendation,
                "action": row.action_to_take,
                "unit": row.responsible_unit.acronym,
                "due_on": row.due_on.isoformat(),
                "state": row.state,
            }
            for row in evaluation.commitments.select_related("responsible_unit")
        ],
        "scorecard": scorecard_json(score(outline, evaluation.upto), detail=True),
        # For charts over time and the follow-up annex: a later formula must not redraw them.
        "semesters": {
            period: scorecard_json(score(outline, period, [Horizon.SEMESTER]), detail=True)
            for period in outline.periods
            if period <= evaluation.upto
        },
        "outline": outline_json(outline),
        "baselines": {
            code: {"value": decimal_text(value), "year": year}
            for code, value, year in Indicator.objects.filter(plan=plan).values_list(
                "code", "baseline", "baseline_year"
            )
        },
        "submissions": _submissions_json(evaluation),
        "revisions": _revisions_json(evaluation),
        "notes": _notes_json(evaluation),
    }


def _plan_json(plan: Plan) -> JSON:
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
        "description": plan.description,
    }


def _submissions_json(evaluation: Evaluation) -> list[JSON]:
    """The submissions whose results entered, with what a reader should know of each."""
    submissions = (
        Submission.objects.filter(
            period__plan=evaluation.plan, period__code__lte=evaluation.upto, state=Submission.State.VALIDATED
        )
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


def _revisions_json(evaluation: Evaluation) -> list[JSON]:
    revisions = TargetRevision.objects.filter(indicator__plan=evaluation.plan).select_related("indicator")
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


def _notes_json(evaluation: Evaluation) -> list[JSON]:
    """Why a value is not available, and what hindered it, as the units told it in the semesters covered."""
    results = (
        results_that_count(evaluation.plan)
        .filter(period__code__lte=evaluation.upto)
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
