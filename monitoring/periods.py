"""A plan's semesters: made with the plan, opened, extended for one unit, closed (rules, sections 9 and 10)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import DayOff, Government, Unit, User
from institution.permissions import coordinates
from monitoring.models import Evaluation, Extension, Observation, Period, PeriodEvent, Submission
from monitoring.models.period import REPORTING_WORKING_DAYS
from monitoring.queries import units_answering
from monitoring.releasing import release
from plans.models import Plan
from plans.workbook.text import clean

Act, State = PeriodEvent.Act, Submission.State


class PeriodRefused(Exception):
    """The semester cannot be opened or closed; the message says why, in the words of the user."""


@dataclass(frozen=True)
class LeftOpen:
    """What closing the semester would leave as it is: no figure of it becomes official."""

    without_report: tuple[Unit, ...]
    unsent: tuple[Submission, ...]  # drafts, and those that wait for their head
    returned: tuple[Submission, ...]
    submitted: tuple[Submission, ...]
    observations: int
    in_time: tuple[Unit, ...]  # those of the first three kinds whose deadline has not passed

    def __bool__(self) -> bool:
        return any((self.without_report, self.unsent, self.returned, self.submitted, self.observations))

    @property
    def words(self) -> str:
        """All of it in one sentence; empty when nothing is left."""

        def told(label: str, units: Iterable[Unit]) -> str:
            acronyms = ", ".join(unit.acronym for unit in units)
            return f"{label}: {acronyms}" if acronyms else ""

        parts = [
            told(_("sin reporte"), self.without_report),
            told(_("sin enviar"), (row.unit for row in self.unsent)),
            told(_("devueltos"), (row.unit for row in self.returned)),
            told(_("enviados sin conformidad"), (row.unit for row in self.submitted)),
            _("observaciones sin resolver: %s") % self.observations if self.observations else "",
        ]
        return "; ".join(filter(None, parts))

    @property
    def mark(self) -> str:
        """A short mark of it, to notice that it changed after somebody had read it."""
        return hashlib.sha256(self.words.encode()).hexdigest()[:16]


def left_open(period: Period, *, on: dt.date | None = None) -> LeftOpen:
    """What is missing in the semester, unit by unit. 4 queries."""
    on = on or clock.today()
    units = list(units_answering(period.plan, period))
    begun = list(Submission.objects.filter(period=period).select_related("unit").order_by("unit__acronym"))
    known = {row.unit_id for row in begun}
    due = deadlines(period)
    without_report = tuple(unit for unit in units if unit.pk not in known)
    unsent = tuple(row for row in begun if row.state in (State.DRAFT, State.AWAITING_SIGNOFF))
    returned = tuple(row for row in begun if row.state == State.RETURNED)
    waiting = sorted((*without_report, *(row.unit for row in (*unsent, *returned))), key=lambda unit: unit.acronym)
    return LeftOpen(
        without_report=without_report,
        unsent=unsent,
        returned=returned,
        submitted=tuple(row for row in begun if row.state == State.SUBMITTED),
        observations=Observation.objects.filter(submission__period=period, resolved_at=None).count(),
        in_time=tuple(unit for unit in waiting if due.get(unit.pk, period.due_on) >= on),
    )


@transaction.atomic
def create_periods(*, plan: Plan) -> list[Period]:
    """Gives the plan those of its semesters that it lacks, planned, with the deadline that the rules give.

    Semesters that exist are never touched. Returns the new ones.
    """
    known, days_off = set(plan.periods.values_list("code", flat=True)), plan.government.own_days_off()
    new = [Period(plan=plan, code=code) for code in plan.period_codes if code not in known]
    for period in new:
        period.due_on = period.default_due_on(days_off)
    return Period.objects.bulk_create(new)


@transaction.atomic
def fit_periods(*, plan: Plan) -> list[Period]:
    """The same for a draft whose years have moved: semesters outside them go. Returns the new ones.

    Raises PeriodRefused where something was reported in one that would go; nothing is changed then.
    """
    outside = plan.periods.exclude(code__in=plan.period_codes)
    if reported := outside.filter(submissions__isnull=False).values_list("code", flat=True).first():
        raise PeriodRefused(
            _("El semestre %(period)s tiene reportes: el plan no puede dejarlo fuera de sus años.")
            % {"period": reported}
        )
    outside.delete()
    return create_periods(plan=plan)


@transaction.atomic
def open_period(*, period: Period, by: User, due_on: dt.date | None = None, on: dt.date | None = None) -> Period:
    """Opens a planned semester for reports; `due_on` sets another deadline than the rules give.

    Raises PeriodRefused with the reason.
    """
    on = on or clock.today()
    period = _locked_row(period, by, on)
    if period.is_closed:
        raise PeriodRefused(
            _("El semestre %(period)s está cerrado: reábralo, con su motivo.") % {"period": period.code}
        )
    if on < period.starts_on:
        raise PeriodRefused(_("El semestre %(period)s aún no empieza.") % {"period": period.code})
    if due_on and due_on <= period.ends_on:
        raise PeriodRefused(_("El plazo vence después de que termina el semestre."))
    if due_on and due_on < on:
        raise PeriodRefused(_("El plazo no puede vencer antes de hoy."))
    return _opened(period, Act.OPENED, by, on, due_on=due_on)


@transaction.atomic
def reopen_period(*, period: Period, reason: str, by: User, on: dt.date | None = None) -> Period:
    """Opens a closed semester again; who, when and why stay on record. The deadline does not move: late stays late.

    Raises PeriodRefused: a semester that a closed evaluation covers waits for its superseding draft.
    """
    on = on or clock.today()
    period = _locked_row(period, by, on)
    if period.state == Period.State.PLANNED:
        raise PeriodRefused(_("El semestre %(period)s aún no se ha abierto.") % {"period": period.code})
    reason = clean(reason)
    if not reason:
        raise PeriodRefused(_("Escriba el motivo por el que se reabre."))
    return _opened(period, Act.REOPENED, by, on, note=reason)


def offered_due_on(period: Period, *, on: dt.date | None = None) -> dt.date:
    """The deadline that is offered with the opening: the usual one; once that has passed, as long from today."""
    days_off = period.plan.government.own_days_off()
    today = on or clock.today()
    if period.due_on >= today:
        return period.due_on
    return clock.add_working_days(today, REPORTING_WORKING_DAYS, days_off)


def _opened(
    period: Period, act: PeriodEvent.Act, by: User, on: dt.date, *, due_on: dt.date | None = None, note: str = ""
) -> Period:
    if period.is_open:
        raise PeriodRefused(_("El semestre %(period)s ya está abierto.") % {"period": period.code})
    if period.plan.state != Plan.State.IN_FORCE:
        raise PeriodRefused(_("Solo se abren semestres de un plan vigente."))
    if locked := Evaluation.objects.why_locked(period.plan, period.code):
        raise PeriodRefused(locked)
    period.state, period.closed_on = Period.State.OPEN, None
    period.opened_on = period.opened_on or on
    period.due_on = due_on or period.due_on
    period.save()
    _record(period, act, by, on, note)
    if act == Act.REOPENED:
        release(period.plan, [period.code])
    return period


@transaction.atomic
def close_period(*, period: Period, by: User, seen: str | None = None, on: dt.date | None = None) -> Period:
    """Closes the semester: its figures become official, and what nobody reported or validated stays S.I.

    While something is missing it is closed only by whoever says so: `seen` is the mark of what they have read
    (`left_open`). Raises PeriodRefused with the reason and what to do.
    """
    on = on or clock.today()
    period = _locked_row(period, by, on)
    if not period.is_open:
        raise PeriodRefused(_("El semestre %(period)s no está abierto.") % {"period": period.code})
    if on <= period.ends_on:
        raise PeriodRefused(_("El semestre %(period)s aún no termina.") % {"period": period.code})
    left = left_open(period, on=on)
    if left and seen is None:
        raise PeriodRefused(
            _("Falta algo en %(period)s (%(left)s). Termine de revisarlo, o confirme que lo cierra así: quedará S.I.")
            % {"period": period.code, "left": left.words}
        )
    if left and seen != left.mark:
        raise PeriodRefused(
            _("Mientras usted leía, cambió lo que falta (%(left)s). Revíselo y confirme de nuevo.")
            % {"left": left.words}
        )
    period.state, period.closed_on = Period.State.CLOSED, on
    period.save()
    _record(period, Act.CLOSED, by, on, left.words)
    release(period.plan, [period.code])
    return period


def _record(period: Period, act: PeriodEvent.Act, by: User, on: dt.date, note: str = "") -> None:
    PeriodEvent.objects.create(period=period, act=act, by=by, on=on, due_on=period.due_on, note=note)


@transaction.atomic
def close_filled(*, periods: set[int], by: User) -> list[Period]:
    """Closes those semesters, by key, that are not closed yet: what historical results have filled (section 9)."""
    today = clock.today()
    waiting = list(Period.objects.select_for_update().filter(pk__in=periods).exclude(state=Period.State.CLOSED))
    for period in waiting:
        period.state, period.closed_on = Period.State.CLOSED, today
        period.opened_on = period.opened_on or today
        period.save()
        _record(period, Act.CLOSED, by, today, _("Se cargaron sus resultados, de antes de este sistema."))
    return waiting


@transaction.atomic
def extend(
    *, unit: Unit, period: Period, due_on: dt.date, reason: str, by: User, on: dt.date | None = None
) -> Extension:
    """Grants the unit a later deadline in the semester. Raises PeriodRefused with the reason.

    It must lie ahead, and after the deadline that holds now: an extension never takes days away.
    """
    on = on or clock.today()
    period = _locked_row(period, by, on)
    if not period.is_open:
        raise PeriodRefused(_("El semestre %(period)s no está abierto.") % {"period": period.code})
    if unit.government_id != period.plan.government_id:
        raise PeriodRefused(_("La unidad es de otro gobierno local."))
    reason = clean(reason)
    if not reason:
        raise PeriodRefused(_("Escriba el motivo de la ampliación."))
    current = deadline(unit=unit, period=period)
    if due_on <= current or due_on < on:
        raise PeriodRefused(
            _("El nuevo plazo va después del actual (%(due)s) y no antes de hoy.") % {"due": f"{current:%d/%m/%Y}"}
        )
    return Extension.objects.create(
        unit=unit, period=period, due_on=due_on, reason=reason, granted_by=by, granted_on=on
    )


def deadline(*, unit: Unit, period: Period) -> dt.date:
    """The day after which the unit's report is late: the latest extension granted to it, else the semester's own."""
    extension = Extension.objects.filter(unit=unit, period=period).order_by("granted_on", "id").last()
    return extension.due_on if extension else period.due_on


def deadlines(period: Period) -> dict[int, dt.date]:
    """By unit, the deadline of those that were granted another one in the semester. One query."""
    rows = Extension.objects.filter(period=period).order_by("granted_on", "id")
    return dict(rows.values_list("unit_id", "due_on"))


# --- The government's own days off --------------------------------------------------------------------------------


@transaction.atomic
def add_day_off(*, government: Government, day: dt.date, reason: str, by: User) -> DayOff:
    """Keeps a day on which the municipality does not work. Deadlines of planned semesters move with it.

    Raises PeriodRefused with the reason.
    """
    planned = _following_the_rule(government, by)
    if not clock.is_working_day(day):
        raise PeriodRefused(_("Ese día ya es feriado o fin de semana."))
    row = DayOff(government=government, day=day, reason=clean(reason))
    try:
        row.full_clean()
    except ValidationError as error:
        raise PeriodRefused(" ".join(error.messages)) from error
    row._history_user = by
    row.save()
    _move(planned, government)
    return row


@transaction.atomic
def drop_day_off(*, day_off: DayOff, by: User) -> None:
    """The day counts as a working day again. Raises PeriodRefused with the reason."""
    planned = _following_the_rule(day_off.government, by)
    day_off._history_user = by
    day_off.delete()
    _move(planned, day_off.government)


def _following_the_rule(government: Government, by: User) -> list[Period]:
    """The planned semesters whose deadline is the one that the rules give, held; for the coordination only."""
    if not coordinates(by, government):
        raise PeriodRefused(_("Solo la coordinación del plan lleva los días no laborables."))
    days_off = Government.objects.select_for_update().get(pk=government.pk).own_days_off()
    planned = Period.objects.select_for_update(of=("self",)).filter(
        plan__government=government, state=Period.State.PLANNED
    )
    return [period for period in planned if period.due_on == period.default_due_on(days_off)]


def _move(planned: list[Period], government: Government) -> None:
    days_off = government.own_days_off()
    for period in planned:
        period.due_on = period.default_due_on(days_off)
    Period.objects.bulk_update(planned, ["due_on"])


def _locked_row(period: Period, by: User, on: dt.date) -> Period:
    """The semester, held until the end of the transaction, if the person coordinates the plan."""
    period = Period.objects.select_for_update(of=("self",)).select_related("plan__government").get(pk=period.pk)
    if not coordinates(by, period.plan.government, on):
        raise PeriodRefused(_("Solo la coordinación del plan abre y cierra semestres."))
    return period
