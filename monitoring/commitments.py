"""Following up commitments: what became of each, told by its unit every semester (rules, section 11).

A follow-up is only ever added. The commitment bears the state that the last one gave it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Role, Unit, User
from institution.permissions import acting_for, coordinates
from monitoring.entries import TEXT_LENGTH
from monitoring.models import Commitment, CommitmentFollowUp, Evaluation, Period
from plans.models import Plan
from plans.workbook.text import clean

TELLING = (Role.REPORTER, Role.HEAD)
State = Commitment.State


class FollowUpRefused(Exception):
    """Nothing was told; the message says why, in the words of the user."""


def units_told_for(user: User, units: Iterable[Unit], on: dt.date | None = None) -> set[int]:
    """Of those units the ones for which the person tells: their own, and those whose place it took. By key."""
    day = on or clock.today()
    posts = Designation.objects.in_force(day).filter(user=user, role__in=TELLING)
    own = set(posts.values_list("unit_id", flat=True))
    return {unit for unit, line in acting_for(units, day).items() if own & line} if own else set()


def telling_period(plan: Plan) -> Period | None:
    """The semester to which a follow-up belongs: the last one that is open, or else the last that was closed."""
    periods = list(Period.objects.filter(plan=plan).order_by("code"))
    begun = [each for each in periods if each.is_open] or [each for each in periods if each.is_closed]
    return begun[-1] if begun else None


def open_states(commitment: Commitment, *, by_coordination: bool) -> tuple[State, ...]:
    """The states that a follow-up may give: only the coordination says that a commitment has lost its purpose."""
    return (State.PENDING, State.IN_PROGRESS, State.DONE, *((State.DROPPED,) if by_coordination else ()))


@transaction.atomic
def follow_up(
    *, commitment: Commitment, state: str, text: str, by: User, period: Period | None = None, on: dt.date | None = None
) -> CommitmentFollowUp:
    """Tells what became of a commitment. Whoever coordinates tells it for the unit, and that is said.

    Raises FollowUpRefused when the version is not in force, the person may not, or nothing is told.
    """
    rows = Commitment.objects.select_for_update(of=("self",))
    commitment = rows.select_related("evaluation__plan__government", "responsible_unit").get(pk=commitment.pk)
    evaluation, unit = commitment.evaluation, commitment.responsible_unit
    if evaluation.state == Evaluation.State.DRAFT:
        raise FollowUpRefused(_("La evaluación no está cerrada: el compromiso todavía no rige."))
    if evaluation.state == Evaluation.State.SUPERSEDED:
        raise FollowUpRefused(_("Esta versión de la evaluación fue reemplazada: siga el compromiso en la vigente."))
    own = unit.pk in units_told_for(by, [unit], on)
    coordinating = coordinates(by, evaluation.plan.government, on)
    if not (own or coordinating):
        raise FollowUpRefused(_("Lo cuentan la unidad responsable y la coordinación."))
    if state not in open_states(commitment, by_coordination=coordinating):
        raise FollowUpRefused(_("Elija en qué quedó. Sin efecto lo declara solo la coordinación."))
    if not (told := clean(text)):
        raise FollowUpRefused(_("Escriba qué se hizo, o por qué no."))
    if len(told) > TEXT_LENGTH:
        raise FollowUpRefused(_("El texto pasa de %(most)s letras: acórtelo.") % {"most": f"{TEXT_LENGTH:,}"})
    period = period or telling_period(evaluation.plan)
    if period is None:
        raise FollowUpRefused(_("El plan no tiene ningún semestre abierto ni cerrado."))
    if commitment.state != state:
        commitment.state, commitment._history_user = state, by
        commitment.save(update_fields=["state"])
    return CommitmentFollowUp.objects.create(
        commitment=commitment,
        period=period,
        state=state,
        text=told,
        by=by,
        on=on or clock.today(),
        on_behalf=not own,
    )
