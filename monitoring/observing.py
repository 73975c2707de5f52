"""Observations: threads that the reviewer opens on a report, answered by the unit, resolved one by one (section 9).

A closed semester is locked for them as for everything else.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from institution.models import User
from monitoring import workflow
from monitoring.entries import TEXT_LENGTH
from monitoring.models import Observation, ObservationReply, Result, Submission
from plans.workbook.text import clean

State = Submission.State


class ObservationRefused(Exception):
    """Nothing was written; the message says why, in the words of the user."""


@transaction.atomic
def observe(
    *, submission: Submission, text: str, by: User, result: Result | None = None, on: dt.date | None = None
) -> Observation:
    """Opens a thread on one result, or on the whole report. Only who reviews it may, while it is under review."""
    submission = _held(submission)
    if submission.state != State.SUBMITTED:
        reason = _("Solo se observa un reporte que está en revisión.")
        raise ObservationRefused(f"{reason} {workflow.last_word(submission)}")
    if not reviews(submission, by, on=on):
        raise ObservationRefused(_("Su designación no permite observar este reporte."))
    if result is not None and result.submission_id != submission.pk:
        raise ObservationRefused(_("Ese resultado es de otro reporte."))
    return Observation.objects.create(
        submission=submission, result=result, text=_said(text), by=by, at=workflow.moment(on)
    )


@transaction.atomic
def reply(*, observation: Observation, text: str, by: User, on: dt.date | None = None) -> ObservationReply:
    """Adds to an open thread: the unit while the report is with it, the reviewer while it is under review."""
    submission = _held(observation.submission)
    observation = Observation.objects.get(pk=observation.pk)
    if not observation.is_open:
        raise ObservationRefused(_("La observación ya está resuelta."))
    from_unit = submission.state in workflow.EDITABLE
    if from_unit and (reason := workflow.why_locked(submission, by, on=on)):
        raise ObservationRefused(reason)
    if not from_unit and not reviews(submission, by, on=on):
        raise ObservationRefused(f"{_('El reporte no está ahora en sus manos.')} {workflow.last_word(submission)}")
    said = _said(text)
    last = observation.replies.last()
    if last is not None and (last.by_id, last.text) == (by.pk, said):
        return last  # sent twice, said once
    return ObservationReply.objects.create(
        observation=observation, text=said, by=by, from_unit=from_unit, at=workflow.moment(on)
    )


@transaction.atomic
def resolve(*, observation: Observation, by: User, on: dt.date | None = None) -> Observation:
    """Says that the thread is settled. Only who reviews the report may, while it is under review."""
    submission = _held(observation.submission)
    observation = Observation.objects.get(pk=observation.pk)
    if not observation.is_open:
        return observation
    if submission.state != State.SUBMITTED or not reviews(submission, by, on=on):
        raise ObservationRefused(_("La resuelve quien revisa el reporte, mientras está en revisión."))
    observation.resolved_by, observation.resolved_at = by, workflow.moment(on)
    observation.save(update_fields=["resolved_by", "resolved_at"])
    return observation


def reviews(submission: Submission, user: User, *, on: dt.date | None = None) -> bool:
    """Whether the person is the one who reviews this report."""
    return workflow.capacity_for(submission, workflow.STEPS["return"], user, on=on) is not None


def _held(submission: Submission) -> Submission:
    """The report as it stands, held with its semester, which must not close meanwhile. Refuses a closed one."""
    held = Submission.objects.select_for_update(of=("self", "period"))
    submission = held.select_related("unit", "period__plan").get(pk=submission.pk)
    if closed := workflow.why_closed(submission.period):
        raise ObservationRefused(closed)
    return submission


def _said(text: str) -> str:
    """The text without what no database carries."""
    said = clean(text)
    if not said:
        raise ObservationRefused(_("Escriba el texto."))
    if len(said) > TEXT_LENGTH:
        raise ObservationRefused(_("El texto pasa de %(most)s letras: acórtelo.") % {"most": f"{TEXT_LENGTH:,}"})
    return said
