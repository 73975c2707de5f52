"""What passes from a unit to its successor: the acts change these rows, and the preview reads them before."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from institution.models import Designation, Government, Unit
from monitoring.models import Commitment
from plans.models import Activity, Plan, Responsibility

PENDING = (Commitment.State.PENDING, Commitment.State.IN_PROGRESS)
A_DAY = dt.timedelta(days=1)


def unfinished_plans(government: Government) -> QuerySet[Plan]:
    return Plan.objects.filter(government=government).exclude(state=Plan.State.CLOSED).order_by("pk")


def reaching(unit: Unit, from_period: str) -> QuerySet[Responsibility]:
    """The unit's responsibilities in unfinished plans that reach the semester or beyond."""
    lasting = Q(until_period__isnull=True) | Q(until_period__gte=from_period)
    rows = Responsibility.objects.filter(lasting, unit=unit).exclude(indicator__plan__state=Plan.State.CLOSED)
    return rows.select_related("indicator__plan").order_by("indicator__plan", "indicator__code", "from_period")


def led(unit: Unit) -> QuerySet[Activity]:
    return Activity.objects.filter(lead_unit=unit).exclude(plan__state=Plan.State.CLOSED)


def supported(unit: Unit) -> QuerySet[Activity]:
    return Activity.objects.filter(supporting_units=unit).exclude(plan__state=Plan.State.CLOSED)


def owed(unit: Unit) -> QuerySet[Commitment]:
    """The commitments that the unit has not fulfilled yet."""
    rows = Commitment.objects.filter(responsible_unit=unit, state__in=PENDING)
    return rows.exclude(evaluation__plan__state=Plan.State.CLOSED)


def ending(unit: Unit, last_day: dt.date) -> QuerySet[Designation]:
    """The designations that would reach beyond the unit's last day."""
    return Designation.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day), unit=unit)


def last_day_before(successor: Unit, unit: Unit, on: dt.date) -> dt.date:
    """The unit's last day when that successor takes its place; an end that has passed stays where it was."""
    return unit.valid_until if unit.is_over(on) else successor.valid_from - A_DAY


def passes_function(unit: Unit) -> bool:
    """Whether the unit does more than answer for activities, which its successor then does in its place."""
    return unit.function != Unit.Function.RESPONSIBLE
