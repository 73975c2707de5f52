"""Where the things are seen that the log speaks of, and how it calls them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from institution.models import Unit
from monitoring.models import Result, Submission
from plans.models import Indicator, Plan


def of_plan(plan: Plan) -> str:
    return reverse("monitoring:plan_detail", args=[plan.code])


def of_node(plan: Plan, row: Any) -> str:
    return reverse("monitoring:node_detail", args=[plan.code, row.code])


def of_indicator(plan: Plan, indicator: Indicator | None) -> str:
    """Nowhere, where it is no longer in the plan."""
    return reverse("monitoring:indicator_detail", args=[plan.code, indicator.code]) if indicator else ""


def of_unit(plan: Plan, unit: Unit) -> str:
    return reverse("monitoring:unit_detail", args=[plan.code, unit.acronym])


def of_submission(plan: Plan, submission: Submission, anchor: str = "") -> str:
    return of_report(plan, submission.period.code, submission.unit.acronym, anchor)


def of_report(plan: Plan, period: str, unit: str, anchor: str = "") -> str:
    page = reverse("monitoring:submission_detail", args=[plan.code, period, unit])
    return f"{page}#{anchor}" if anchor else page


def of_result(plan: Plan, result: Result) -> str:
    return of_submission(plan, result.submission, f"i{result.indicator_id}")


def of_periods(plan: Plan) -> str:
    return reverse("monitoring:period_list", args=[plan.code])


def of_commitment(plan: Plan, pk: int | None) -> str:
    return reverse("monitoring:commitment_detail", args=[plan.code, pk]) if pk else ""


def report_name(submission: Submission) -> str:
    return f"{submission.unit.acronym} {submission.period.code}"


def result_name(result: Result) -> str:
    return f"{report_name(result.submission)} · {result.indicator.code}"
