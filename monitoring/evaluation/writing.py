"""Writing the text of an evaluation: several authors, no lost edits, and a history that can be read (section 11).

Whoever saves says which revision of the section they had read. If somebody else has written since, nothing is written
and their text is given back: the author decides.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from institution import clock
from institution.models import User
from monitoring.entries import TEXT_LENGTH
from monitoring.models import Evaluation, EvaluationSection
from monitoring.permissions import may_write_evaluation
from monitoring.wording import differ
from plans.workbook.text import clean

# Somebody who writes on saves every few seconds: within such a stretch the row of their history is brought up to date.
STRETCH = dt.timedelta(minutes=10)
LONGEST = 60_000


class WritingRefused(Exception):
    """Nothing may be written now, or not this; the message says why, in the words of the user."""


class Changed(Exception):
    """Somebody else has written or removed it since it was read. `now`: as it stands, None when removed."""

    def __init__(self, text: str, now: Model | None) -> None:
        super().__init__(text)
        self.now = now


@dataclass(frozen=True, slots=True)
class Written:
    """The section as it stands. `conflict`: somebody else wrote since the author read it, and nothing was written."""

    section: EvaluationSection
    conflict: bool = False


@transaction.atomic
def write_section(*, evaluation: Evaluation, kind: str, text: str, seen: int, by: User) -> Written:
    """Writes a section whose revision `seen` the author had read.

    Raises WritingRefused when the evaluation is closed, the person may not write, or the text is too long;
    EvaluationSection.DoesNotExist for an unknown section.
    """
    held_draft(evaluation, by)
    section = EvaluationSection.objects.select_related("written_by").get(evaluation=evaluation, kind=kind)
    text = clean(text)
    if len(text) > LONGEST:
        raise WritingRefused(_("El texto pasa de %(most)s letras: acórtelo.") % {"most": f"{LONGEST:,}"})
    if not differ(section.text, text):
        return Written(section)
    if section.revision != seen:
        return Written(section, conflict=True)
    _write(section, text, by)
    return Written(section)


@transaction.atomic
def restore_section(*, section: EvaluationSection, version: int, seen: int, by: User) -> Written:
    """Writes an earlier text again, as a new edit: what stands there now stays in the history.

    `version`: the key of a row of the section's history. Raises WritingRefused, and LookupError for an unknown row.
    """
    held_draft(section.evaluation, by)
    section = EvaluationSection.objects.select_related("written_by").get(pk=section.pk)
    earlier = section.history.filter(history_id=version).first()
    if earlier is None:
        raise LookupError(version)
    if section.revision != seen:
        return Written(section, conflict=True)
    if differ(section.text, earlier.text):
        _write(section, earlier.text, by, afresh=True)
    return Written(section)


def held_draft(evaluation: Evaluation, by: User) -> Evaluation:
    """The draft, held until the end of the transaction, so that it does not close while something is written.

    Raises WritingRefused when it is closed, or for whoever may not write in it.
    """
    held = Evaluation.objects.select_for_update(of=("self",)).select_related("plan__government", "closed_by")
    evaluation = held.get(pk=evaluation.pk)
    if evaluation.is_frozen:
        raise WritingRefused(_("%(who)s cerró esta evaluación: su texto ya no cambia.") % {"who": evaluation.closed_by})
    if not may_write_evaluation(by, evaluation):
        raise WritingRefused(_("Solo la coordinación del plan escribe la evaluación."))
    return evaluation


def _write(section: EvaluationSection, text: str, by: User, *, afresh: bool = False) -> None:
    before = section.text
    section.text, section.written_by, section.written_at = text, by, clock.now()
    section.revision += 1
    last = None if afresh else section.history.select_for_update().order_by("-history_id").first()
    if last is None or not _goes_on(last, before, text, by):
        section._history_user = by
        section.save()
        return
    section.skip_history_when_saving = True
    section.save()
    del section.skip_history_when_saving
    last.text, last.revision = section.text, section.revision
    last.written_by, last.written_at = section.written_by, section.written_at
    last.save()


def _goes_on(last, before: str, text: str, by: User) -> bool:
    """Whether this is the same stretch of writing as the last row: same author, begun a moment ago.

    Not when most of the text goes: what stood there stays readable. Nor over the row of the opening.
    """
    loses = len(text) * 2 < len(before)
    young = clock.real_now() - last.history_date < STRETCH
    return last.history_type == "~" and last.history_user_id == by.pk and young and not loses


def said(text: str, when_empty: str) -> str:
    """A text that has to say something, as it is kept. Raises WritingRefused, with `when_empty` where it does not."""
    told = clean(text)
    if not told:
        raise WritingRefused(when_empty)
    if len(told) > TEXT_LENGTH:
        raise WritingRefused(_("El texto pasa de %(most)s letras: acórtelo.") % {"most": f"{TEXT_LENGTH:,}"})
    return told
