"""The record of an evaluation: everything that its pages and documents show, as JSON."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from monitoring.frozen import JSON
from monitoring.models import SUBJECTS, Commitment, Evaluation, EvaluationSection, Evidence, Finding
from monitoring.queries import follow_ups_along
from monitoring.record import plan_record

SCHEMA = "pmh-evaluation-2"


def empty_sections(evaluation: Evaluation) -> list[str]:
    """The sections that nobody has written yet."""
    written = {section.kind: section.text.strip() for section in evaluation.sections.all()}
    return [kind.value for kind in EvaluationSection.Kind if not written.get(kind.value)]


def record_of(evaluation: Evaluation) -> JSON:
    """Everything that the evaluation's pages and documents show: what closing freezes, or, of a draft, as of now.

    `plan_record`, and what is the evaluation's own: its text, `versions` (this one last), `findings`, `commitments`,
    and `previous`, the figures of the year before as its evaluation in force tells them (null when there is none).
    """
    return {
        "schema": SCHEMA,
        **plan_record(evaluation.plan, evaluation.upto),
        "evaluation": {
            "year": evaluation.year,
            "version": evaluation.version,
            "reason": evaluation.reason,
            "cutoff": evaluation.cutoff.isoformat(),
            "closed_on": evaluation.closed_on and evaluation.closed_on.isoformat(),
            "empty_sections": empty_sections(evaluation),
        },
        "sections": {section.kind: section.text for section in evaluation.sections.all()},
        "versions": _versions_json(evaluation),
        "previous": _previous_json(evaluation),
        "findings": findings_json(evaluation),
        "commitments": commitments_json(evaluation.commitments.all()),
        # What became of those of the years before, as it was known when this version closed.
        "earlier_commitments": commitments_json(
            Commitment.objects.in_force().filter(evaluation__plan=evaluation.plan, evaluation__year__lt=evaluation.year)
        ),
    }


def standing_record(evaluation: Evaluation) -> JSON:
    """What pages and documents tell of an evaluation: the frozen record, or, of a draft, the one made as of now."""
    return evaluation.frozen if evaluation.is_frozen else record_of(evaluation)


def commitments_json(rows: QuerySet[Commitment]) -> list[JSON]:
    """Commitments with everything that was told of each, in this version of its evaluation and in those before."""
    ordered = rows.select_related("responsible_unit", "evaluation").defer("evaluation__frozen")
    commitments = list(ordered.order_by("evaluation__year", "due_on", "id"))
    told = follow_ups_along(commitments)
    return [
        {
            "recommendation": row.recommendation,
            "action": row.action_to_take,
            "unit": row.responsible_unit.acronym,
            "due_on": row.due_on.isoformat(),
            "state": row.state,
            "year": row.evaluation.year,
            "follow_ups": [
                {"period": each.period.code, "state": each.state, "text": each.text, "on": each.on.isoformat()}
                for each in told[row.pk]
            ],
        }
        for row in commitments
    ]


def findings_json(evaluation: Evaluation) -> list[JSON]:
    """The findings, each with what it is about and the evidence that backs it."""
    rows = evaluation.findings.select_related(*SUBJECTS).prefetch_related(
        Prefetch("evidence", Evidence.objects.select_related("result__period", "result__indicator").order_by("id"))
    )
    return [
        {
            "text": row.text,
            "about": _about_json(row),
            "evidence": [
                {
                    "title": each.title,
                    "sha256": each.sha256,
                    "url": each.url,
                    "period": each.result.period.code,
                    "indicator": each.result.indicator.code,
                }
                for each in row.evidence.all()
            ],
        }
        for row in rows.order_by("id")
    ]


def _about_json(finding: Finding) -> JSON | None:
    if finding.subject is None:
        return None
    level, row = finding.subject
    return {"level": level, "code": row.acronym if level == "unit" else row.code, "name": row.name}


def _versions_json(evaluation: Evaluation) -> list[JSON]:
    """Every version up to this one, from the first. This one has no hash here: it would be that of itself."""
    earlier = Evaluation.objects.filter(plan=evaluation.plan, year=evaluation.year, version__lt=evaluation.version)
    return [
        {
            "version": row.version,
            "reason": row.reason,
            "opened_on": row.opened_on.isoformat(),
            "closed_on": row.closed_on and row.closed_on.isoformat(),
            "sha256": row.sha256,
        }
        for row in [*earlier.defer("frozen").order_by("version"), evaluation]
    ]


def _previous_json(evaluation: Evaluation) -> JSON | None:
    """The figures of the year before: of the plan as a whole, and of every node and unit by code."""
    before = Evaluation.objects.filter(plan=evaluation.plan, year=evaluation.year - 1).closed().first()
    if before is None:
        return None
    card = before.frozen["scorecard"]
    return {
        "year": before.year,
        "version": before.version,
        "sha256": before.sha256,
        "closed_on": before.closed_on.isoformat(),
        "formula": card["formula"],
        "parameters": card["parameters"],
        "whole": next(_figures(row) for row in card["nodes"] if row["code"] == card["plan"]),
        "nodes": {row["code"]: _figures(row) for row in card["nodes"]},
    }


def _figures(row: JSON) -> JSON:
    """The two horizons of an evaluation, as they were frozen."""
    return {horizon: row[horizon] for horizon in ("year", "plan")}
