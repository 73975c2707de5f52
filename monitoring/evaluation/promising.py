"""The commitments of a draft: recommendations that a unit takes on until a date (section 11).

They change only while the evaluation is a draft, by whoever has read their last revision. A superseding draft begins
with those of the version before, each continuing its own; what became of them meanwhile is taken over at closing.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from institution.models import Unit, User
from monitoring.evaluation.writing import Changed, WritingRefused, held_draft, said
from monitoring.models import Commitment, Evaluation


class CommitmentChanged(Changed):
    def __init__(self, now: Commitment | None) -> None:
        super().__init__(_("Otra persona cambió este compromiso mientras usted escribía."), now)


@transaction.atomic
def add_commitment(
    *, evaluation: Evaluation, recommendation: str, action: str, unit: Unit, due_on: dt.date, by: User
) -> Commitment:
    """A new commitment. Raises WritingRefused when the draft is closed, the person may not, or something is not fit."""
    evaluation = held_draft(evaluation, by)
    return _write(Commitment(evaluation=evaluation), recommendation, action, unit, due_on, by)


@transaction.atomic
def change_commitment(
    *, commitment: Commitment, recommendation: str, action: str, unit: Unit, due_on: dt.date, seen: int, by: User
) -> Commitment:
    """Writes a commitment whose revision `seen` the author had read.

    Raises WritingRefused, and CommitmentChanged when somebody else wrote it meanwhile: nothing is written then.
    """
    evaluation = held_draft(commitment.evaluation, by)
    commitment = _as_read(commitment, seen)
    commitment.evaluation = evaluation
    return _write(commitment, recommendation, action, unit, due_on, by)


@transaction.atomic
def remove_commitment(*, commitment: Commitment, seen: int, by: User) -> None:
    """Raises WritingRefused, and CommitmentChanged when it is no longer what the person read."""
    held_draft(commitment.evaluation, by)
    commitment = _as_read(commitment, seen)
    commitment._history_user = by
    commitment.delete()


def take_over_commitments(earlier: Evaluation, draft: Evaluation) -> None:
    """What the version before promised, as a start; each row continues one of them."""
    for row in earlier.commitments.order_by("id"):
        Commitment.objects.create(
            evaluation=draft,
            recommendation=row.recommendation,
            action_to_take=row.action_to_take,
            responsible_unit=row.responsible_unit,
            due_on=row.due_on,
            state=row.state,
            continues=row,
        )


def take_over_states(evaluation: Evaluation) -> None:
    """What became of the commitments while the version that replaces them was written. Called as it closes."""
    for row in evaluation.commitments.filter(continues__isnull=False).select_related("continues"):
        if row.state != row.continues.state:
            row.state = row.continues.state
            row.save(update_fields=["state"])


def _as_read(commitment: Commitment, seen: int) -> Commitment:
    now = Commitment.objects.select_for_update().filter(pk=commitment.pk).first()
    if now is None or now.revision != seen:
        raise CommitmentChanged(now)
    return now


def _write(
    commitment: Commitment, recommendation: str, action: str, unit: Unit, due_on: dt.date, by: User
) -> Commitment:
    evaluation = commitment.evaluation
    if unit.government_id != evaluation.plan.government_id:
        raise WritingRefused(_("La unidad responsable es de otro gobierno."))
    if due_on <= evaluation.cutoff:
        cutoff = date_format(evaluation.cutoff)
        raise WritingRefused(_("El plazo es posterior a la fecha de corte, %(day)s.") % {"day": cutoff})
    if unit.is_over(due_on) and unit.successor_id is None:
        raise WritingRefused(_("%(unit)s deja de existir antes del plazo: elija otra unidad.") % {"unit": unit.acronym})
    commitment.recommendation = said(recommendation, _("Escriba la recomendación de la que nace."))
    commitment.action_to_take = said(action, _("Escriba a qué se compromete la unidad."))
    commitment.responsible_unit, commitment.due_on = unit, due_on
    commitment.revision += 1
    commitment._history_user = by
    commitment.save()
    return commitment
