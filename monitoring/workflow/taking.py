"""A report is begun, and goes from step to step. Nothing else changes `submission.state`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Role, Unit, User
from institution.permissions import acting_for
from monitoring import letters
from monitoring.entries import number_text
from monitoring.models import Observation, Period, Result, Submission, SubmissionEvent
from monitoring.periods import deadline
from monitoring.queries import Filing, load_filing, units_answering
from monitoring.releasing import release
from monitoring.workflow.allowed import capacity_for, last_word, refusal
from monitoring.workflow.table import HISTORICAL, STARTED, STEPS, TYPISTS, Incomplete, Memo, State, Step, StepRefused
from plans.workbook.text import clean

COMMENT_LENGTH = 4_000


@transaction.atomic
def start(*, unit: Unit, period: Period, by: User, on: dt.date | None = None) -> Submission:
    """The unit's submission of the semester, begun now if nobody has. Raises StepRefused when the person may not."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    if existing := Submission.objects.filter(unit=unit, period=period).first():
        return existing
    Unit.objects.held(unit.pk)
    if not period.is_open:
        raise StepRefused(_("El semestre %(period)s no está abierto.") % {"period": period.code})
    post = _starter(unit, by, on)
    if post is None:
        raise StepRefused(_("Su designación no permite reportar por esta unidad."))
    if not _answers(unit, period):
        raise StepRefused(_("La unidad no responde por ningún indicador en %s: no hay qué reportar.") % period.code)
    on_behalf = post.role not in TYPISTS
    submission = Submission.objects.create(unit=unit, period=period, started_by=by, on_behalf=on_behalf)
    _record(submission, STARTED, "", by, post, on=on, on_behalf=on_behalf)
    return submission


def may_start(unit: Unit, period: Period, user: User, *, on: dt.date | None = None) -> bool:
    """Whether the person may begin the unit's report of the semester."""
    return period.is_open and _starter(unit, user, on) is not None and _answers(unit, period)


def _answers(unit: Unit, period: Period) -> bool:
    """Whether the unit answers for anything in the semester; otherwise there is nothing to report."""
    return units_answering(period.plan, period).filter(pk=unit.pk).exists()


def _starter(unit: Unit, user: User, on: dt.date | None) -> Designation | None:
    """The post by which the person begins the report: the unit's, or else the coordination's on its behalf."""
    posts = Designation.objects.in_force(on).filter(user=user).select_related("unit")
    own = posts.filter(unit__in=acting_for([unit], on)[unit.pk], role__in=TYPISTS).first()
    return own or posts.filter(unit__government=unit.government_id, role=Role.COORDINATOR).first()


@transaction.atomic
def take(
    submission: Submission,
    step_name: str,
    *,
    by: User,
    comment: str = "",
    memo: Memo | None = None,
    memo_seen: Memo | None = None,
    last_seen: int | None = None,
    on: dt.date | None = None,
) -> Submission:
    """Takes one step of the table. Raises StepRefused with the reason; nothing is changed then.

    `last_seen`: the latest event of the report that the person had before them, where their page told it: nobody
    decides on a report that has gone on since.

    `memo`: the document with which the unit sends the report, where it is given along with the step; `memo_seen`: what
    stood there when its author began to type.
    """
    # The semester is held too: it must not close, nor an evaluation over it, while the step is being taken.
    held = Submission.objects.select_for_update(of=("self", "period"))
    submission = held.select_related("unit", "period__plan").get(pk=submission.pk)
    step, comment = STEPS[step_name], clean(comment)[:COMMENT_LENGTH]
    if reason := next(_refusals(submission, step, by, comment, last_seen, on), ""):
        raise StepRefused(reason)
    if memo not in (None, memo_seen):
        _note_memo(submission, memo, memo_seen)
    if step.sends:
        Unit.objects.held(submission.unit_id)
    filing = load_filing(submission.unit, submission.period) if step.sends else None
    if filing and (filing.unanswered or (filing.lacking and not submission.is_historical)):
        raise Incomplete(filing)
    # Asked once more, now that nothing else is waited for: a post may have ended since, and none acts without one.
    post = capacity_for(submission, step, by, on=on)
    if post is None:
        raise StepRefused(_("Su designación no permite este paso."))
    before, submission.state = submission.state, step.target
    if step.target == State.SUBMITTED and submission.submitted_on is None:
        _begin_history(submission, by, moment(on))
        submission.submitted_on = on or clock.today()
        submission.due_on = deadline(unit=submission.unit, period=submission.period)
    submission.save(update_fields=["state", "submitted_on", "due_on"])
    sent = as_sent(filing) if filing and step.target == State.SUBMITTED else None
    letters.tell(_record(submission, step.name, before, by, post, on=on, comment=comment, sent=sent), on=on)
    if State.VALIDATED in (before, submission.state):
        release(submission.period.plan, [submission.period.code])
    return submission


def _refusals(
    submission: Submission, step: Step, by: User, comment: str, last_seen: int | None, on: dt.date | None
) -> Iterator[str]:
    reason = refusal(submission, step, by, on=on)
    if submission.state not in step.sources:
        yield f"{reason} {last_word(submission)}"
    if reason:
        yield reason
    if last_seen is not None and submission.events.filter(pk__gt=last_seen).exists():
        told = _("El reporte cambió desde que abrió la página. %(what)s Revíselo otra vez antes de decidir.")
        yield told % {"what": last_word(submission)}
    if step.needs_comment and not comment:
        yield _("Escriba el motivo.")
    still_open = Observation.objects.filter(submission=submission, resolved_at=None)
    if step.needs_observation and not still_open.exists():
        yield _("Anote al menos una observación antes de devolver el reporte.")
    if step.name == "validate" and still_open.exists():
        yield _("Hay observaciones sin resolver: resuélvalas o devuelva el reporte.")


def _note_memo(submission: Submission, memo: Memo, seen: Memo | None) -> None:
    """Writes the document down, unless somebody else noted another one since the person began to type."""
    noted = Memo(submission.memo_number, submission.memo_date)
    if memo == noted:
        return
    if noted != seen:
        raise StepRefused(_("Otra persona anotó el documento «%s» mientras tanto: revíselo.") % noted.number)
    submission.memo_number, submission.memo_date = memo.number, memo.day
    submission.save(update_fields=["memo_number", "memo_date"])


def as_sent(filing: Filing) -> dict:
    """What the report says, as the receipt keeps it: entries, targets and evidence of each indicator."""
    return {
        "memo_number": filing.submission.memo_number,
        "memo_date": filing.submission.memo_date and filing.submission.memo_date.isoformat(),
        "indicators": [
            {
                "code": row.indicator.code,
                "name": row.indicator.name,
                "unit_of_measure": row.indicator.unit_of_measure,
                "target": number_text(row.form.target),
                "entry": row.entry,
                "evidence": [
                    {"title": each.title, "file_name": each.file_name, "sha256": each.sha256, "url": each.url}
                    for each in row.evidence
                ],
            }
            for row in filing.indicators
        ],
    }


def _begin_history(submission: Submission, by: User, at: dt.datetime) -> None:
    """From the first submission on every change of a result stays readable; what was sent is where it begins."""
    known = Result.history.filter(id__in=submission.results.values("pk")).values("id")
    begun = list(submission.results.exclude(pk__in=known))
    Result.history.bulk_history_create(begun, default_user=by, default_date=at)


@transaction.atomic
def record_historical(*, unit: Unit, period: Period, by: User) -> Submission:
    """The submission that carries results loaded by import: marked historical, and validated as they are."""
    today = clock.today()
    submission, created = Submission.objects.get_or_create(
        unit=unit,
        period=period,
        defaults={
            "started_by": by,
            "is_historical": True,
            "state": State.VALIDATED,
            "submitted_on": today,
            "due_on": period.due_on,
        },
    )
    if created:
        _record(submission, HISTORICAL, "", by, None)
    return submission


def _record(
    submission: Submission,
    step: str,
    before: str,
    by: User,
    post: Designation | None,
    *,
    on: dt.date | None = None,
    comment: str = "",
    on_behalf: bool = False,
    sent: dict | None = None,
) -> SubmissionEvent:
    return SubmissionEvent.objects.create(
        submission=submission,
        step=step,
        from_state=before,
        to_state=submission.state,
        by=by,
        capacity=post.role if post else "",
        capacity_unit=post.unit if post else None,
        on_behalf=on_behalf,
        at=moment(on),
        comment=comment,
        sent=sent,
    )


def moment(on: dt.date | None) -> dt.datetime:
    """When an act is said to have happened: now, or at noon of the day that was named."""
    return clock.now() if on is None else timezone.make_aware(dt.datetime.combine(on, dt.time(12)))
