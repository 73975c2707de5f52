"""The flow of a submission as one table (rules, section 9). Nothing else changes `submission.state`.

`open_steps` says which steps a person may take now: it draws the buttons and guards the verbs alike. `take` takes one
and writes its event.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from institution import clock
from institution.models import Designation, Role, Unit, User
from monitoring import letters
from monitoring.entries import number_text
from monitoring.models import Evaluation, Observation, Period, Result, Submission, SubmissionEvent
from monitoring.periods import deadline
from monitoring.queries import Filing, load_filing, units_answering
from plans.workbook.text import clean

State = Submission.State

COMMENT_LENGTH = 4_000
# Why a report is closed to typing, by its state, and who can open it.
LOCKED = {
    State.SUBMITTED: gettext_lazy(
        "El reporte ya se envió y está en revisión. Para corregirlo, pida a la coordinación que lo devuelva."
    ),
    State.VALIDATED: gettext_lazy(
        "El reporte tiene conformidad. Para corregirlo, pida a la coordinación que lo reabra."
    ),
}
# Who fills in a report: the unit's own people; and the coordination, in a report that it began on the unit's behalf.
TYPISTS = (Role.REPORTER, Role.HEAD)
REVIEWING = (Role.COORDINATOR, Role.PLANNER)
EDITABLE = (State.DRAFT, State.RETURNED)

# The events that no step of the table writes: how a submission came to be.
STARTED, HISTORICAL = "start", "historical"
BEGINNINGS = {STARTED: gettext_lazy("Empezar el reporte"), HISTORICAL: gettext_lazy("Carga histórica")}


# What somebody did to a report, as the beginning of a sentence: "Lucía Paredes dio conformidad al reporte".
DID: dict[str, Promise] = {
    STARTED: gettext_lazy("empezó el reporte"),
    HISTORICAL: gettext_lazy("cargó el reporte histórico"),
    "submit": gettext_lazy("envió el reporte"),
    "hand_to_head": gettext_lazy("pasó el reporte a la gerencia"),
    "sign_off": gettext_lazy("dio el visto bueno y envió el reporte"),
    "give_back": gettext_lazy("regresó el reporte al enlace"),
    "validate": gettext_lazy("dio conformidad al reporte"),
    "return": gettext_lazy("devolvió el reporte con observaciones"),
    "reopen": gettext_lazy("reabrió el reporte"),
}


class StepRefused(Exception):
    """The step cannot be taken; the message says why, in the words of the user."""


class Incomplete(StepRefused):
    """The report cannot be sent as it stands; `filing` says what is missing, each beside its field."""

    def __init__(self, filing: Filing) -> None:
        count = len(filing.lacking) + len(filing.unanswered)
        super().__init__(
            ngettext(
                "Falta %(count)s dato para enviar el reporte. Lo escrito está guardado.",
                "Faltan %(count)s datos para enviar el reporte. Lo escrito está guardado.",
                count,
            )
            % {"count": count}
        )
        self.filing = filing


@dataclass(frozen=True, slots=True)
class Memo:
    """The memorandum or file with which a unit sends its report."""

    number: str
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `signoff`: whether the plan must (True) or must not (False) ask for the head's sign-off."""

    name: str
    label: Promise | str
    done: Promise | str  # what has happened, to whoever took it
    sources: tuple[Submission.State, ...]
    target: Submission.State
    roles: tuple[Role, ...]
    signoff: bool | None = None
    needs_comment: bool = False
    needs_observation: bool = False

    @property
    def is_review(self) -> bool:
        """Whether it is taken from outside the unit, by those who review."""
        return Role.COORDINATOR in self.roles

    @property
    def sends(self) -> bool:
        """Whether the report leaves those who fill it in, and so has to be whole."""
        return self.target in (State.AWAITING_SIGNOFF, State.SUBMITTED)


# The steps that whoever fills in the report takes at the end of the form.
FROM_FORM = ("submit", "hand_to_head")

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "submit",
            gettext_lazy("Enviar el reporte"),
            gettext_lazy("Reporte enviado. Este es su cargo."),
            (State.DRAFT, State.RETURNED),
            State.SUBMITTED,
            (Role.REPORTER, Role.HEAD),
            signoff=False,
        ),
        Step(
            "hand_to_head",
            gettext_lazy("Pasar al gerente"),
            gettext_lazy("El reporte pasó a su gerente para el visto bueno."),
            (State.DRAFT, State.RETURNED),
            State.AWAITING_SIGNOFF,
            (Role.REPORTER,),
            signoff=True,
        ),
        Step(
            "sign_off",
            gettext_lazy("Dar visto bueno y enviar"),
            gettext_lazy("Reporte enviado. Este es su cargo."),
            (State.AWAITING_SIGNOFF,),
            State.SUBMITTED,
            (Role.HEAD,),
        ),
        Step(
            "give_back",
            gettext_lazy("Regresar al enlace"),
            gettext_lazy("El reporte volvió a su enlace técnico, con su comentario."),
            (State.AWAITING_SIGNOFF,),
            State.DRAFT,
            (Role.HEAD,),
            needs_comment=True,
        ),
        Step(
            "validate",
            gettext_lazy("Dar conformidad"),
            gettext_lazy("Dio conformidad al reporte."),
            (State.SUBMITTED,),
            State.VALIDATED,
            (Role.COORDINATOR, Role.PLANNER),
        ),
        Step(
            "return",
            gettext_lazy("Devolver con observaciones"),
            gettext_lazy("El reporte volvió a la unidad, con las observaciones."),
            (State.SUBMITTED,),
            State.RETURNED,
            (Role.COORDINATOR, Role.PLANNER),
            needs_observation=True,
        ),
        Step(
            "reopen",
            gettext_lazy("Reabrir"),
            gettext_lazy("Reabrió el reporte: la unidad puede corregirlo."),
            (State.VALIDATED,),
            State.RETURNED,
            (Role.COORDINATOR, Role.PLANNER),
            needs_comment=True,
        ),
    )
}


def open_steps(submission: Submission, user: User, *, on: dt.date | None = None) -> list[Step]:
    """The steps that the person may take now, in the order of the table."""
    return [step for step in STEPS.values() if not refusal(submission, step, user, on=on)]


def refusal(submission: Submission, step: Step, user: User, *, on: dt.date | None = None) -> str:
    """Why the person may not take the step now; empty when they may."""
    if submission.state not in step.sources:
        return _("El reporte está en estado «%(state)s».") % {"state": submission.get_state_display()}
    if step.signoff is not None and submission.period.plan.requires_signoff != step.signoff:
        return (
            _("El plan pide el visto bueno del gerente.")
            if step.signoff is False
            else _("El plan no pide visto bueno.")
        )
    if locked := _locked(submission.period, step):
        return locked
    if capacity_for(submission, step, user, on=on) is None:
        return _("Su designación no permite este paso.")
    if step.name == "validate" and user.pk in _hands_on(submission):
        return _("Nadie da conformidad a lo que registró, envió o firmó.")
    return ""


def why_locked(submission: Submission, user: User, *, on: dt.date | None = None) -> str:
    """Why the person may not type into the report now, and who can change that; empty when they may."""
    if submission.period.is_closed:
        return _("El semestre está cerrado; la coordinación puede reabrirlo.")
    if submission.state == State.AWAITING_SIGNOFF:
        if capacity_for(submission, STEPS["give_back"], user, on=on):
            return _("El reporte espera su visto bueno. Para cambiarlo, regréselo al enlace.")
        return _("El reporte espera el visto bueno de la gerencia. Para cambiarlo, pida que se lo regresen.")
    if submission.state in LOCKED:
        return str(LOCKED[submission.state])
    if typist(submission, user, on=on) is None:
        return _("Su designación no permite llenar el reporte de esta unidad.")
    return ""


def typist(submission: Submission, user: User, *, on: dt.date | None = None) -> Designation | None:
    """The designation by which the person fills in the report, whatever its state, or None."""
    posts = Designation.objects.in_force(on).filter(user=user).select_related("unit")
    own = posts.filter(unit=submission.unit, role__in=TYPISTS).first()
    if own or not submission.on_behalf:
        return own
    return posts.filter(unit__government=submission.unit.government_id, role=Role.COORDINATOR).first()


def _locked(period: Period, step: Step) -> str:
    """A closed semester is locked but for reopening, and that too while a closed evaluation covers it (section 10)."""
    if step.name == "reopen":
        return Evaluation.objects.why_locked(period.plan, period.code)
    return _("El semestre está cerrado; la coordinación puede reabrirlo.") if period.is_closed else ""


def capacity_for(submission: Submission, step: Step, user: User, *, on: dt.date | None = None) -> Designation | None:
    """The designation by which the person may take the step, or None.

    Steps of the unit: a post in that unit. Steps of review: coordination, but the coordinating unit's own submission
    is reviewed by planning, or, where the government has no planner, by another coordinator.
    """
    posts = Designation.objects.in_force(on).filter(user=user).select_related("unit")
    if not step.is_review:
        return posts.filter(unit=submission.unit, role__in=step.roles).first()
    role = review_role(submission.unit, on=on)
    return posts.filter(unit__government=submission.unit.government_id, role=role).first()


def review_role(unit: Unit, *, on: dt.date | None = None) -> Role:
    """Who reviews the unit's reports: coordination; of the coordinating unit planning, where there is a planner."""
    if unit.function != Unit.Function.COORDINATION:
        return Role.COORDINATOR
    planners = Designation.objects.in_force(on).filter(unit__government=unit.government_id, role=Role.PLANNER)
    return Role.PLANNER if planners.exists() else Role.COORDINATOR


def last_word(submission: Submission) -> str:
    """Who did what to the report last, and when, in a sentence."""
    event = submission.events.select_related("by").last()
    if event is None:
        return ""
    at = timezone.localtime(event.at)
    return _("%(by)s %(did)s el %(day)s a las %(time)s.") % {
        "by": event.by,
        "did": DID[event.step],
        "day": date_format(at, "DATE_FORMAT"),
        "time": date_format(at, "TIME_FORMAT"),
    }


def _hands_on(submission: Submission) -> set[int]:
    """Everybody who entered a result, or took a step of the unit's side."""
    unit_steps = [STARTED, *(step.name for step in STEPS.values() if not step.is_review)]
    return {
        submission.started_by_id,
        *submission.contributors.values_list("pk", flat=True),
        *submission.results.values_list("entered_by_id", flat=True),
        *submission.events.filter(step__in=unit_steps).values_list("by_id", flat=True),
    }


@transaction.atomic
def start(*, unit: Unit, period: Period, by: User, on: dt.date | None = None) -> Submission:
    """The unit's submission of the semester, begun now if nobody has. Raises StepRefused when the person may not."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    if existing := Submission.objects.filter(unit=unit, period=period).first():
        return existing
    if not period.is_open:
        raise StepRefused(_("El semestre %(period)s no está abierto.") % {"period": period.code})
    post = _starter(unit, by, on)
    if post is None:
        raise StepRefused(_("Su designación no permite reportar por esta unidad."))
    if not _answers(unit, period):
        raise StepRefused(_("La unidad no responde por ningún indicador en %s: no hay qué reportar.") % period.code)
    on_behalf = post.unit_id != unit.pk or post.role not in TYPISTS
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
    """The post by which the person begins the report: one of the unit, or else the coordination on its behalf."""
    posts = Designation.objects.in_force(on).filter(user=user).select_related("unit")
    own = posts.filter(unit=unit, role__in=TYPISTS).first()
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
    step = STEPS[step_name]
    if submission.state not in step.sources:
        raise StepRefused(f"{refusal(submission, step, by, on=on)} {last_word(submission)}")
    if reason := refusal(submission, step, by, on=on):
        raise StepRefused(reason)
    if last_seen is not None and submission.events.filter(pk__gt=last_seen).exists():
        told = _("El reporte cambió desde que abrió la página. %(what)s Revíselo otra vez antes de decidir.")
        raise StepRefused(told % {"what": last_word(submission)})
    comment = clean(comment)[:COMMENT_LENGTH]
    if step.needs_comment and not comment:
        raise StepRefused(_("Escriba el motivo."))
    still_open = Observation.objects.filter(submission=submission, resolved_at=None)
    if step.needs_observation and not still_open.exists():
        raise StepRefused(_("Anote al menos una observación antes de devolver el reporte."))
    if step.name == "validate" and still_open.exists():
        raise StepRefused(_("Hay observaciones sin resolver: resuélvalas o devuelva el reporte."))
    noted = Memo(submission.memo_number, submission.memo_date)
    if memo not in (None, memo_seen, noted):
        if noted != memo_seen:
            raise StepRefused(_("Otra persona anotó el documento «%s» mientras tanto: revíselo.") % noted.number)
        submission.memo_number, submission.memo_date = memo.number, memo.day
        submission.save(update_fields=["memo_number", "memo_date"])
    filing = load_filing(submission.unit, submission.period) if step.sends else None
    if filing and (filing.unanswered or (filing.lacking and not submission.is_historical)):
        raise Incomplete(filing)
    before, submission.state = submission.state, step.target
    if step.target == State.SUBMITTED and submission.submitted_on is None:
        _begin_history(submission, by, moment(on))
        submission.submitted_on = on or clock.today()
        submission.due_on = deadline(unit=submission.unit, period=submission.period)
    submission.save(update_fields=["state", "submitted_on", "due_on"])
    post = capacity_for(submission, step, by, on=on)
    sent = as_sent(filing) if filing and step.target == State.SUBMITTED else None
    letters.tell(_record(submission, step.name, before, by, post, on=on, comment=comment, sent=sent), on=on)
    return submission


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
