"""The records that are acts already: each row says who did what and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution.models import Designation, Invitation
from monitoring import changes
from monitoring.activity import places
from monitoring.activity.entry import Kind, Told
from monitoring.activity.source import Source, one_by_one
from monitoring.changes import Difference
from monitoring.models import (
    CommitmentFollowUp,
    Evaluation,
    Evidence,
    Extension,
    Observation,
    ObservationReply,
    Period,
    PeriodEvent,
    SubmissionEvent,
)
from monitoring.showing import MISSING
from monitoring.workflow import BEGINNINGS, STEPS
from plans.models import Plan, TargetRevision

Tell = Callable[[Plan, Any], Told]


# --- Reports --------------------------------------------------------------------------------------------------------


def _steps(plan: Plan) -> QuerySet:
    rows = SubmissionEvent.objects.filter(submission__period__plan=plan).defer("sent")
    return rows.select_related("submission__unit", "submission__period", "capacity_unit")


def _tell_step(plan: Plan, row: SubmissionEvent) -> Told:
    step = STEPS.get(row.step)
    act = str(step.label if step else BEGINNINGS.get(row.step, row.get_to_state_display()))
    moved = row.from_state != row.to_state
    state = Difference(_("Estado"), str(row.get_from_state_display()) or MISSING, str(row.get_to_state_display()))
    unit = row.capacity_unit.acronym if row.capacity_unit else ""
    return Told(
        act=f"{act} ({_('en nombre de la unidad')})" if row.on_behalf else act,
        subject=places.report_name(row.submission),
        url=places.of_submission(plan, row.submission),
        unit=row.submission.unit.acronym,
        differences=(state,) if moved else (),
        why=row.comment,
        capacity=f"{row.get_capacity_display()} {unit}".strip(),
    )


def _observations(plan: Plan) -> QuerySet:
    rows = Observation.objects.filter(submission__period__plan=plan).defer("searchable")
    return rows.select_related("submission__unit", "submission__period", "result__indicator")


def _replies(plan: Plan) -> QuerySet:
    rows = ObservationReply.objects.filter(observation__submission__period__plan=plan).defer("searchable")
    path = "observation__submission"
    return rows.select_related(f"{path}__unit", f"{path}__period", "observation__result__indicator")


def _thread(act: Promise, *, ended: bool = False) -> Tell:
    def tell(plan: Plan, row: Observation | ObservationReply) -> Told:
        thread = row.observation if isinstance(row, ObservationReply) else row
        subject = places.report_name(thread.submission)
        return Told(
            act=str(act),
            subject=f"{subject} · {thread.result.indicator.code}" if thread.result else subject,
            url=places.of_submission(plan, thread.submission, f"o{thread.pk}"),
            unit=thread.submission.unit.acronym,
            differences=(Difference(_("Estado"), _("abierta"), _("resuelta")),) if ended else (),
            why=row.text,
        )

    return tell


def _evidence(plan: Plan) -> QuerySet:
    rows = Evidence.objects.filter(result__period__plan=plan).defer("searchable")
    joined = ("result__submission__unit", "result__submission__period", "result__indicator")
    return rows.select_related(*joined)


def _tell_evidence(act: Promise, *, withdrawn: bool = False) -> Tell:
    def tell(plan: Plan, row: Evidence) -> Told:
        name = row.title if row.file_name in ("", row.title) else f"{row.title} ({row.file_name})"
        old, new = (name, MISSING) if withdrawn else (MISSING, name)
        return Told(
            act=str(act),
            subject=places.result_name(row.result),
            url=places.of_result(plan, row.result),
            unit=row.result.submission.unit.acronym,
            differences=(Difference(_("Medio de verificación"), old, new),),
        )

    return tell


# --- Semesters and targets ------------------------------------------------------------------------------------------


def _periods(plan: Plan) -> QuerySet:
    return PeriodEvent.objects.filter(period__plan=plan).select_related("period")


# What was done to a semester: in words, what it was before, what it is since.
PERIOD_ACTS = {
    PeriodEvent.Act.OPENED: (gettext_lazy("Abrió el semestre"), Period.State.PLANNED, Period.State.OPEN),
    PeriodEvent.Act.CLOSED: (gettext_lazy("Cerró el semestre"), Period.State.OPEN, Period.State.CLOSED),
    PeriodEvent.Act.REOPENED: (gettext_lazy("Reabrió el semestre"), Period.State.CLOSED, Period.State.OPEN),
}


def _tell_period(plan: Plan, row: PeriodEvent) -> Told:
    act, old, new = PERIOD_ACTS[PeriodEvent.Act(row.act)]
    state = Difference(_("Estado"), str(old.label), str(new.label))
    where = places.of_periods(plan)
    return Told(act=str(act), subject=row.period.code, url=where, differences=(state,), why=row.note)


def _extensions(plan: Plan) -> QuerySet:
    earlier = Extension.objects.filter(period=OuterRef("period"), unit=OuterRef("unit"), pk__lt=OuterRef("pk"))
    until_then = Subquery(earlier.order_by("-pk").values("due_on")[:1])
    rows = Extension.objects.filter(period__plan=plan).annotate(until_then=Coalesce(until_then, "period__due_on"))
    return rows.select_related("period", "unit")


def _tell_extension(plan: Plan, row: Extension) -> Told:
    return Told(
        act=_("Amplió el plazo"),
        subject=f"{row.unit.acronym} {row.period.code}",
        url=places.of_report(plan, row.period.code, row.unit.acronym),
        unit=row.unit.acronym,
        differences=(Difference(_("Plazo"), date_format(row.until_then), date_format(row.due_on)),),
        why=row.reason,
    )


def _revisions(plan: Plan) -> QuerySet:
    return TargetRevision.objects.filter(indicator__plan=plan).select_related("indicator")


def _tell_revision(plan: Plan, row: TargetRevision) -> Told:
    return Told(
        act=_("Reprogramó la meta"),
        subject=f"{row.indicator.code} {row.indicator.name}",
        url=places.of_indicator(plan, row.indicator),
        differences=(changes.of_target(row.period, row.old_value, row.new_value),),
        why=changes.why_of(row),
    )


# --- Commitments ----------------------------------------------------------------------------------------------------


def _follow_ups(plan: Plan) -> QuerySet:
    rows = CommitmentFollowUp.objects.filter(commitment__evaluation__plan=plan)
    return rows.select_related("commitment__responsible_unit", "commitment__evaluation", "period").defer(
        "commitment__evaluation__frozen"
    )


def _tell_follow_up(plan: Plan, row: CommitmentFollowUp) -> Told:
    commitment = row.commitment
    in_force = commitment.evaluation.state == Evaluation.State.CLOSED
    act = _("Contó en qué va un compromiso")
    return Told(
        act=f"{act} ({_('en nombre de la unidad')})" if row.on_behalf else act,
        subject=f"{row.period.code} · {commitment.recommendation[:80]}",
        url=places.of_commitment(plan, commitment.pk) if in_force else "",
        unit=commitment.responsible_unit.acronym,
        differences=(Difference(_("Estado"), MISSING, str(row.get_state_display())),),
        why=row.text,
    )


# --- Evaluations and persons ----------------------------------------------------------------------------------------


def _evaluations(plan: Plan) -> QuerySet:
    return Evaluation.objects.filter(plan=plan).defer("frozen")


def _tell_evaluation(act: Promise, new: Evaluation.State, *, says_why: bool = False) -> Tell:
    old = {Evaluation.State.DRAFT: MISSING, Evaluation.State.CLOSED: Evaluation.State.DRAFT.label}

    def tell(plan: Plan, row: Evaluation) -> Told:
        return Told(
            act=str(act),
            subject=_("Evaluación %(year)s, versión %(version)s") % {"year": row.year, "version": row.version},
            differences=(Difference(_("Estado"), str(old[new]), str(new.label)),),
            why=row.reason if says_why else "",
            evaluation=row.year,
        )

    return tell


def _invitations(plan: Plan) -> QuerySet:
    return Invitation.objects.filter(unit__government=plan.government_id).select_related("unit")


def _tell_invitation(act: Promise) -> Tell:
    def tell(plan: Plan, row: Invitation) -> Told:
        return Told(
            act=str(act),
            subject=f"{row.full_name} · {row.get_role_display()} {row.unit.acronym}",
            url=places.of_unit(plan, row.unit),
            unit=row.unit.acronym,
            why=row.document,
        )

    return tell


def _posts(plan: Plan, rows: QuerySet) -> QuerySet:
    """The posts of the plan's government, with who wrote the first of the rows of their history; nobody before it."""
    who = Subquery(rows.filter(id=OuterRef("pk")).order_by("history_id").values("history_user_id")[:1])
    posts = Designation.objects.filter(unit__government=plan.government_id)
    return posts.annotate(who_id=who).select_related("unit", "user")


def _begun(plan: Plan) -> QuerySet:
    return _posts(plan, Designation.history.filter(history_type="+"))


def _ended(plan: Plan) -> QuerySet:
    """By whoever wrote the day of the end as it stands: the row since which it never was another one."""
    later = Designation.history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    another = later.filter(Q(ends_on__isnull=True) | ~Q(ends_on=OuterRef("ends_on")))
    return _posts(plan, Designation.history.filter(~Exists(another), ends_on=OuterRef("ends_on")))


def _tell_post(act: Promise, why: str) -> Tell:
    def tell(plan: Plan, row: Designation) -> Told:
        return Told(
            act=str(act),
            subject=f"{row.user} · {row.get_role_display()} {row.unit.acronym}",
            url=places.of_unit(plan, row.unit),
            unit=row.unit.acronym,
            why=getattr(row, why),
        )

    return tell


def _source(kind: Kind, rows: Callable[[Plan], QuerySet], tell: Tell, moment: str, **ways: Any) -> Source:
    return Source(kind, rows, one_by_one(tell), moment, **ways)


OF_THREAD = {"unit": "submission__unit", "indicator": "result__indicator"}
OF_REPLY = {"unit": "observation__submission__unit", "indicator": "observation__result__indicator"}
OF_EVIDENCE = {"unit": "result__submission__unit", "indicator": "result__indicator"}
DRAFT, DONE = Evaluation.State.DRAFT, Evaluation.State.CLOSED

SOURCES = (
    _source(Kind.REPORTS, _steps, _tell_step, "at", by="by", unit="submission__unit"),
    _source(Kind.OBSERVATIONS, _observations, _thread(gettext_lazy("Observó")), "at", by="by", **OF_THREAD),
    _source(Kind.OBSERVATIONS, _replies, _thread(gettext_lazy("Respondió una observación")), "at", by="by", **OF_REPLY),
    _source(
        Kind.OBSERVATIONS,
        _observations,
        _thread(gettext_lazy("Dio por resuelta una observación"), ended=True),
        "resolved_at",
        by="resolved_by",
        **OF_THREAD,
    ),
    _source(
        Kind.EVIDENCE,
        _evidence,
        _tell_evidence(gettext_lazy("Adjuntó un medio de verificación")),
        "uploaded_at",
        by="uploaded_by",
        **OF_EVIDENCE,
    ),
    _source(
        Kind.EVIDENCE,
        _evidence,
        _tell_evidence(gettext_lazy("Retiró un medio de verificación"), withdrawn=True),
        "withdrawn_at",
        by="withdrawn_by",
        **OF_EVIDENCE,
    ),
    _source(Kind.DEADLINES, _periods, _tell_period, "on", by="by", is_day=True),
    _source(Kind.DEADLINES, _extensions, _tell_extension, "granted_on", by="granted_by", is_day=True, unit="unit"),
    _source(
        Kind.TARGETS, _revisions, _tell_revision, "entered_on", by="entered_by", is_day=True, indicator="indicator"
    ),
    _source(
        Kind.EVALUATIONS,
        _evaluations,
        _tell_evaluation(gettext_lazy("Abrió la evaluación"), DRAFT, says_why=True),
        "opened_on",
        by="opened_by",
        is_day=True,
        version="state",
    ),
    _source(
        Kind.EVALUATIONS,
        _evaluations,
        _tell_evaluation(gettext_lazy("Cerró la evaluación"), DONE),
        "closed_on",
        by="closed_by",
        is_day=True,
    ),
    _source(
        Kind.EVALUATIONS,
        _follow_ups,
        _tell_follow_up,
        "on",
        by="by",
        is_day=True,
        unit="commitment__responsible_unit",
    ),
    _source(
        Kind.PEOPLE, _invitations, _tell_invitation(gettext_lazy("Invitó")), "created_at", by="invited_by", unit="unit"
    ),
    _source(
        Kind.PEOPLE,
        _invitations,
        _tell_invitation(gettext_lazy("Aceptó la invitación")),
        "accepted_at",
        by="accepted_by",
        unit="unit",
    ),
    _source(
        Kind.PEOPLE,
        _invitations,
        _tell_invitation(gettext_lazy("Anuló la invitación")),
        "revoked_at",
        by="revoked_by",
        unit="unit",
    ),
    _source(
        Kind.PEOPLE,
        _begun,
        _tell_post(gettext_lazy("Empezó la designación"), "document"),
        "starts_on",
        by="who",
        is_day=True,
        unit="unit",
    ),
    _source(
        Kind.PEOPLE,
        _ended,
        _tell_post(gettext_lazy("Terminó la designación"), "end_reason"),
        "ends_on",
        by="who",
        is_day=True,
        unit="unit",
    ),
)
