"""A plan's semesters: made with the plan, opened, extended for one unit, closed (rules, sections 9 and 10)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Role, Unit, User
from institution.permissions import holds_role
from monitoring.models import Evaluation, Extension, Period
from plans.models import Plan


class PeriodRefused(Exception):
    """The semester cannot be opened or closed; the message says why, in the words of the user."""


@transaction.atomic
def create_periods(*, plan: Plan) -> list[Period]:
    """Gives the plan those of its semesters that it lacks, planned, with the deadline that the rules give.

    Semesters that exist are never touched. Returns the new ones.
    """
    known = set(plan.periods.values_list("code", flat=True))
    new = [Period(plan=plan, code=code) for code in plan.period_codes if code not in known]
    for period in new:
        period.due_on = period.default_due_on()
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
    """Opens the semester for reports, for the first time or again; `due_on` sets another deadline than the rules give.

    Raises PeriodRefused: a semester that a closed evaluation covers waits for its superseding draft.
    """
    on = on or clock.today()
    period = _locked_row(period, by, on)
    if period.is_open:
        raise PeriodRefused(_("El semestre %(period)s ya está abierto.") % {"period": period.code})
    if period.plan.state != Plan.State.IN_FORCE:
        raise PeriodRefused(_("Solo se abren semestres de un plan vigente."))
    if on < period.starts_on:
        raise PeriodRefused(_("El semestre %(period)s aún no empieza.") % {"period": period.code})
    if due_on and due_on <= period.ends_on:
        raise PeriodRefused(_("El plazo vence después de que termina el semestre."))
    if locked := Evaluation.objects.why_locked(period.plan, period.code):
        raise PeriodRefused(locked)
    period.state, period.closed_on = Period.State.OPEN, None
    period.opened_on = period.opened_on or on
    period.due_on = due_on or period.due_on
    period.save()
    return period


@transaction.atomic
def close_period(*, period: Period, by: User, on: dt.date | None = None) -> Period:
    """Closes the semester: its figures become official, and what nobody reported or validated stays S.I."""
    on = on or clock.today()
    period = _locked_row(period, by, on)
    if not period.is_open:
        raise PeriodRefused(_("El semestre %(period)s no está abierto.") % {"period": period.code})
    if on <= period.ends_on:
        raise PeriodRefused(_("El semestre %(period)s aún no termina.") % {"period": period.code})
    period.state, period.closed_on = Period.State.CLOSED, on
    period.save()
    return period


@transaction.atomic
def close_filled(*, periods: set[int]) -> list[Period]:
    """Closes those semesters, by key, that are not closed yet: what historical results have filled (section 9)."""
    today = clock.today()
    waiting = list(Period.objects.select_for_update().filter(pk__in=periods).exclude(state=Period.State.CLOSED))
    for period in waiting:
        period.state, period.closed_on = Period.State.CLOSED, today
        period.opened_on = period.opened_on or today
        period.save()
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
    if not reason.strip():
        raise PeriodRefused(_("Escriba el motivo de la ampliación."))
    current = deadline(unit=unit, period=period)
    if due_on <= current or due_on < on:
        raise PeriodRefused(
            _("El nuevo plazo va después del actual (%(due)s) y no antes de hoy.") % {"due": f"{current:%d/%m/%Y}"}
        )
    return Extension.objects.create(
        unit=unit, period=period, due_on=due_on, reason=reason.strip(), granted_by=by, granted_on=on
    )


def deadline(*, unit: Unit, period: Period) -> dt.date:
    """The day after which the unit's report is late: the latest extension granted to it, else the semester's own."""
    extension = Extension.objects.filter(unit=unit, period=period).order_by("granted_on", "id").last()
    return extension.due_on if extension else period.due_on


def _locked_row(period: Period, by: User, on: dt.date) -> Period:
    """The semester, held until the end of the transaction, if the person coordinates the plan."""
    period = Period.objects.select_for_update(of=("self",)).select_related("plan__government").get(pk=period.pk)
    if not (by.is_system or holds_role(by, Role.COORDINATOR, government=period.plan.government, on=on)):
        raise PeriodRefused(_("Solo la coordinación del plan abre y cierra semestres."))
    return period
