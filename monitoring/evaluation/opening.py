"""Opening an evaluation: the first version of a year, or a later one with its reason."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import User
from institution.permissions import coordinates
from monitoring.evaluation.promising import take_over_commitments
from monitoring.models import SUBJECTS, Evaluation, EvaluationSection, Finding
from plans.models import Plan


class EvaluationRefused(Exception):
    """The evaluation cannot be opened or closed; the message says why, in the words of the user."""


@transaction.atomic
def open_evaluation(*, plan: Plan, year: int, by: User, reason: str = "", on: dt.date | None = None) -> Evaluation:
    """The draft of the evaluation of that year: the one at hand, the first, or, with a reason, a later version.

    Raises EvaluationRefused for a year outside the plan, a later version without a reason, or a person who does not
    coordinate the plan.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    refuse_strangers(plan, by, on)
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
    if versions:
        _take_over_findings(versions[-1], evaluation)
        take_over_commitments(versions[-1], evaluation)
    return evaluation


def _take_over_findings(earlier: Evaluation, draft: Evaluation) -> None:
    """The findings of the closed version, as a start; without evidence that was withdrawn since."""
    for finding in earlier.findings.order_by("id").prefetch_related("evidence"):
        about = {f"{level}_id": getattr(finding, f"{level}_id") for level in SUBJECTS}
        taken = Finding.objects.create(evaluation=draft, text=finding.text, **about)
        taken.evidence.set(row for row in finding.evidence.all() if row.withdrawn_at is None)


@transaction.atomic
def supersede_evaluation(*, plan: Plan, year: int, by: User, reason: str, on: dt.date | None = None) -> Evaluation:
    """A new version of an evaluation that is closed. Raises EvaluationRefused also where there is none, or one is open.

    Opening takes up the draft at hand; whoever writes a reason for a new version has to know that there is none.
    """
    plan = Plan.objects.held(plan.pk)
    refuse_strangers(plan, by, on)
    latest = Evaluation.objects.filter(plan=plan, year=year).order_by("version").last()
    if latest is None or (latest.version == 1 and not latest.is_frozen):
        raise EvaluationRefused(_("Esta evaluación aún no se ha cerrado: no hay qué reemplazar."))
    if not latest.is_frozen:
        raise EvaluationRefused(_("Ya hay una versión en elaboración: no se abrió otra, y su motivo no cambió."))
    return open_evaluation(plan=plan, year=year, by=by, reason=reason, on=on)


def refuse_strangers(plan: Plan, by: User, on: dt.date | None) -> None:
    """Raises EvaluationRefused for whoever does not coordinate the plan on that day."""
    if not coordinates(by, plan.government, on):
        raise EvaluationRefused(_("Solo la coordinación del plan abre y cierra evaluaciones."))
