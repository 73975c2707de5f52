"""Closing an evaluation: what keeps it open, and the one act that freezes, hashes and closes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from institution import clock
from institution.models import User
from monitoring.evaluation.opening import EvaluationRefused, refuse_strangers
from monitoring.evaluation.promising import take_over_states
from monitoring.evaluation.record import empty_sections, record_of
from monitoring.frozen import scorecard_from_json, sha256_of
from monitoring.models import Evaluation, EvaluationSection
from monitoring.scorecard import Scorecard
from plans.models import Plan


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps an evaluation open, in the words of the user. `about`: where it is mended."""

    class About(StrEnum):
        CUTOFF = "cutoff"
        PERIODS = "periods"
        SECTIONS = "sections"

    about: About
    text: str
    items: tuple[str, ...] = ()  # codes of semesters, or kinds of sections

    def __str__(self) -> str:
        return self.text


def obstacles(evaluation: Evaluation, *, texts_may_be_empty: bool = False, on: dt.date | None = None) -> list[Obstacle]:
    """What keeps the evaluation from being closed; empty when nothing does."""
    about, found = Obstacle.About, []
    if (on or clock.today()) <= evaluation.cutoff:
        text = _("La fecha de corte, %(cutoff)s, no ha pasado.")
        found.append(Obstacle(about.CUTOFF, text % {"cutoff": date_format(evaluation.cutoff)}))
    covered = evaluation.plan.periods.up_to(evaluation.upto)
    if covered.count() < len([code for code in evaluation.plan.period_codes if code <= evaluation.upto]):
        found.append(Obstacle(about.PERIODS, _("Faltan semestres del plan hasta la fecha de corte.")))
    if unclosed := tuple(period.code for period in covered if not period.is_closed):
        text = _("Hay semestres sin cerrar hasta la fecha de corte: %(periods)s.")
        found.append(Obstacle(about.PERIODS, text % {"periods": ", ".join(unclosed)}, unclosed))
    if not texts_may_be_empty and (empty := empty_sections(evaluation)):
        labels = ", ".join(str(EvaluationSection.Kind(kind).label) for kind in empty)
        text = _("Hay secciones sin texto: %(sections)s.")
        found.append(Obstacle(about.SECTIONS, text % {"sections": labels}, tuple(empty)))
    return found


@transaction.atomic
def close_evaluation(
    evaluation: Evaluation, *, by: User, texts_may_be_empty: bool = False, on: dt.date | None = None
) -> Evaluation:
    """Freezes, hashes and closes the evaluation; the version in force until now becomes superseded.

    `texts_may_be_empty`: closing from the command line, which records the empty sections instead. Raises
    EvaluationRefused with every obstacle; nothing is changed then.
    """
    # Against whoever else decides about the plan, not against what refers to it: a report that gets conformity holds
    # its semester, which we want next, and its results name the plan.
    Plan.objects.select_for_update(no_key=True).get(pk=evaluation.plan_id)
    # The row too: whoever writes a section or a finding holds it, and what they write is in the record or refused.
    held = Evaluation.objects.select_for_update(of=("self",)).select_related("plan__government", "closed_by")
    evaluation = held.get(pk=evaluation.pk)
    if evaluation.is_frozen:
        raise EvaluationRefused(
            _("Esta versión de la evaluación ya está cerrada: la cerró %(who)s el %(day)s.")
            % {"who": evaluation.closed_by, "day": date_format(evaluation.closed_on)}
        )
    # Held until the end, so that no semester is opened, and no report in it reopened, while the record is written.
    list(evaluation.plan.periods.up_to(evaluation.upto).select_for_update())
    refuse_strangers(evaluation.plan, by, on)
    if found := obstacles(evaluation, texts_may_be_empty=texts_may_be_empty, on=on):
        raise EvaluationRefused(" ".join(map(str, found)))
    evaluation.closed_by, evaluation.closed_on = by, on or clock.today()
    take_over_states(evaluation)
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
