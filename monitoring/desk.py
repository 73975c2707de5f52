"""The desk: what waits for a person, until when, and the one next step, by the posts that they hold today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institution.models import Designation, Role, Unit, User
from institution.permissions import acting_for
from monitoring import workflow
from monitoring.commitment_matrix import CommitmentLine, load_commitments
from monitoring.filing import FormPage, load_form_page
from monitoring.models import Period, Submission
from monitoring.queries import units_answering
from monitoring.reviewing import waiting_for
from plans.budget import waiting_for as budget_waiting_for
from plans.models import Plan

State = Submission.State
REPORTING = (Role.REPORTER, Role.HEAD)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now: what, where it is done (the name of a page), and why."""

    label: Promise | str
    page: str  # the name of an address of the report, or "start"
    why: Promise | str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of the checklist: `done`, or the one that is `current`."""

    label: Promise | str
    done: bool
    current: bool = False


@dataclass(frozen=True)
class UnitDesk:
    """One unit of the person in the semester under way: what was promised, what was reported, what is due."""

    unit: Unit
    roles: frozenset[str]
    form: FormPage
    needs_signoff: bool
    history: tuple[Submission, ...]  # its earlier reports, latest first

    @property
    def submission(self) -> Submission | None:
        return self.form.filing.submission

    @property
    def state(self) -> str | None:
        return self.submission.state if self.submission else None

    @property
    def is_waiting(self) -> bool:
        """Whether the report is still with the unit."""
        return self.state in workflow.WITH_THE_UNIT

    @property
    def next_step(self) -> NextStep | None:
        """None where the person has nothing to do but wait."""
        types, signs = bool(self.roles & set(workflow.TYPISTS)), Role.HEAD in self.roles
        match self.state:
            case None if types:
                return NextStep(_("Empezar el reporte"), "start", _("Puede dejarlo a medias y volver cuando quiera."))
            case State.DRAFT if types:
                return self._of_a_draft()
            case State.RETURNED if types:
                return self._of_a_returned_report()
            case State.AWAITING_SIGNOFF if signs:
                why = _("Su enlace terminó el reporte: revíselo y dé su visto bueno, o regréselo con un comentario.")
                return NextStep(_("Revisar y dar visto bueno"), "submission_detail", why)
        return None

    def _of_a_draft(self) -> NextStep:
        if not self.form.filing.is_whole:
            return NextStep(_("Seguir llenando"), "submission_form", _("Lo escrito está guardado."))
        if not self.form.steps:
            why = _("Está completo: falta que su enlace técnico lo pase para su visto bueno.")
            return NextStep(_("Ver el reporte"), "submission_detail", why)
        hands = any(step.name == "hand_to_head" for step in self.form.steps)
        label = _("Revisar y pasar al gerente") if hands else _("Revisar y enviar")
        return NextStep(label, "submission_form", _("Ya no falta ningún dato."), "envio")

    def _of_a_returned_report(self) -> NextStep:
        filing = self.form.filing
        if not any(thread.is_open for thread in filing.observations):
            return NextStep(_("Corregir el reporte"), "submission_form", _("La coordinación lo reabrió."))
        why = _("La coordinación dejó observaciones: responda cada una y corrija lo que haga falta.")
        first = next((f"o{thread.pk}" for thread in filing.unanswered), "envio")
        return NextStep(_("Responder las observaciones"), "submission_form", why, first)

    @property
    def checklist(self) -> list[CheckItem]:
        filing, state = self.form.filing, self.state
        sent = state in (State.SUBMITTED, State.VALIDATED)
        handed = sent or state == State.AWAITING_SIGNOFF
        steps: list[tuple[Promise | str, bool]] = [
            (_("Reporte empezado"), state is not None),
            (
                _("%(done)s de %(due)s indicadores con meta, listos") % {"done": filing.done, "due": len(filing.due)},
                handed or (state is not None and filing.done == len(filing.due)),
            ),
        ]
        if filing.observations:
            steps.append((_("Observaciones respondidas"), not filing.unanswered))
        if self.needs_signoff:
            steps += [(_("Pasado a la gerencia"), handed), (_("Visto bueno de la gerencia y envío"), sent)]
        else:
            steps.append((_("Enviado a la coordinación"), sent))
        steps.append((_("Conformidad de la coordinación"), state == State.VALIDATED))
        first_open = next((place for place, (_label, done) in enumerate(steps) if not done), None)
        return [CheckItem(label, done, place == first_open) for place, (label, done) in enumerate(steps)]


@dataclass(frozen=True)
class ReviewRow:
    """One unit's report as whoever reviews sees it in the list."""

    unit: Unit
    submission: Submission | None
    mine: bool  # whether it waits for this person

    @property
    def state(self) -> str:
        return self.submission.state if self.submission else ""


@dataclass(frozen=True)
class SemesterDesk:
    """One semester under way, as it concerns the person."""

    period: Period
    units: tuple[UnitDesk, ...]
    reviews: tuple[ReviewRow, ...]  # empty for whoever does not review

    @property
    def to_review(self) -> list[ReviewRow]:
        return [row for row in self.reviews if row.mine]


@dataclass(frozen=True)
class Desk:
    """Everything on one person's desk in one plan."""

    semesters: tuple[SemesterDesk, ...]  # those that are open; usually one, more while an earlier one is corrected
    coming: Period | None  # the next one to be opened
    budget_questions: int  # activities that wait for the person's answer about extra budget
    commitments: tuple[CommitmentLine, ...] = ()  # of the person's units: something is to be told of them, or is late
    overdue: int = 0  # commitments of all units whose date has passed, for whoever coordinates

    @property
    def concerns_nobody(self) -> bool:
        """Whether the open semesters ask nothing of the person, who then reads the scorecard."""
        busy = any(semester.units or semester.reviews for semester in self.semesters)
        return bool(self.semesters) and not busy and not self.budget_questions and not self.commitments


def load_desk(plan: Plan, user: User) -> Desk:
    """The person's desk. So many queries for each unit that they act for, whatever its number of indicators."""
    posts = list(Designation.objects.in_force().filter(user=user, unit__government=plan.government))
    periods = Period.objects.filter(plan=plan).order_by("code")
    waiting = {each.pk for each in waiting_for(plan, user)}
    lines = load_commitments(plan, user)
    coordinating = any(post.role == Role.COORDINATOR for post in posts)
    return Desk(
        tuple(_semester(plan, period, posts, user, waiting) for period in periods.filter(state=Period.State.OPEN)),
        periods.filter(state=Period.State.PLANNED).first(),
        budget_waiting_for(user, plan=plan).count(),
        tuple(line for line in lines if line.mine and (line.is_awaited or line.is_overdue)),
        sum(line.is_overdue for line in lines) if coordinating else 0,
    )


def _semester(plan: Plan, period: Period, posts: list[Designation], user: User, waiting: set[int]) -> SemesterDesk:
    answering = list(units_answering(plan, period))
    reviews = _reviews(period, posts, answering, waiting)
    return SemesterDesk(period, _units(plan, period, posts, answering, user), reviews)


def _units(
    plan: Plan, period: Period, posts: list[Designation], answering: list[Unit], user: User
) -> tuple[UnitDesk, ...]:
    held = [post for post in posts if post.role in REPORTING]
    acting = acting_for(answering) if held else {}
    roles = {unit: {post.role for post in held if post.unit_id in units} for unit, units in acting.items()}
    return tuple(
        UnitDesk(
            unit=unit,
            roles=frozenset(roles[unit.pk]),
            form=load_form_page(plan, unit, period, user),
            needs_signoff=plan.requires_signoff,
            history=tuple(reports_of(plan, unit).filter(period__code__lt=period.code)),
        )
        for unit in answering
        if roles.get(unit.pk)
    )


def reports_of(plan: Plan, unit: Unit) -> QuerySet[Submission]:
    """The unit's reports, and those of the units whose place it took, latest first."""
    rows = Submission.objects.filter(
        period__plan=plan, unit__in=[unit.pk, *unit.predecessors.values_list("pk", flat=True)]
    )
    return rows.select_related("period", "unit").order_by("-period__code", "unit__acronym")


def _reviews(
    period: Period, posts: list[Designation], answering: list[Unit], waiting: set[int]
) -> tuple[ReviewRow, ...]:
    if not {post.role for post in posts} & set(workflow.REVIEWING):
        return ()
    known = {
        row.unit_id: row for row in Submission.objects.filter(period=period).select_related("unit", "period__plan")
    }

    def row(unit: Unit) -> ReviewRow:
        submission = known.get(unit.pk)
        return ReviewRow(unit, submission, submission is not None and submission.pk in waiting)

    return tuple(sorted(map(row, answering), key=lambda each: not each.mine))
