"""The government's units: a new one, and a name or a beginning set right.

How a unit ends depends on what it answers for in the plans: `monitoring.succession`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Government, Unit, User
from institution.permissions import coordinates


class UnitRefused(Exception):
    """The unit cannot be made or changed so; the message says why, in the words of the user."""


@transaction.atomic
def create_unit(*, unit: Unit, by: User, on: dt.date | None = None) -> Unit:
    """Keeps a new unit of its government. Raises UnitRefused, or ValidationError for what is not written well."""
    # Whoever makes units holds the government: the same acronym is not given twice at once.
    unit.government = Government.objects.select_for_update().get(pk=unit.government_id)
    if refused := why_not_create(unit, by, on):
        raise UnitRefused(refused)
    unit.full_clean()
    unit._history_user = by
    unit.save()
    return unit


@transaction.atomic
def change_unit(
    *, unit: Unit, name: str, function: str, valid_from: dt.date, by: User, on: dt.date | None = None
) -> Unit:
    """Sets right how the unit is called, what it does or since when it exists; its acronym stays for ever.

    Raises UnitRefused with the reason, or ValidationError for what is not written well.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if refused := next(_refusals_to_change(unit, function, valid_from, by, on or clock.today()), ""):
        raise UnitRefused(refused)
    unit.name, unit.function, unit.valid_from = name.strip(), function, valid_from
    unit.full_clean()
    unit._history_user = by
    unit.save()
    return unit


def why_not_create(unit: Unit, by: User, on: dt.date | None = None) -> str:
    """Why the government cannot have this new unit; empty when it can."""
    return next(_refusals_to_create(unit, by, on or clock.today()), "")


def _refusals_to_create(unit: Unit, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(unit, by, on)
    if not unit.acronym[:1].isalnum():
        yield _("Las siglas empiezan con una letra o un número.")
    same = Unit.objects.filter(government=unit.government_id, acronym__iexact=unit.acronym).first()
    if same and same.valid_until:
        told = {"unit": same, "day": formats.date_format(same.valid_until)}
        yield _("%(unit)s usó estas siglas hasta el %(day)s; las siglas no se reutilizan: elija otras.") % told
    elif same:
        yield _("Ya existe %(unit)s: elija otras siglas.") % {"unit": same}


def _refusals_to_change(unit: Unit, function: str, valid_from: dt.date, by: User, on: dt.date) -> Iterator[str]:
    yield from _refusals_of_author(unit, by, on)
    if unit.is_over(on):
        day = formats.date_format(unit.valid_until)
        yield _("%(unit)s terminó el %(day)s: su historia queda como está.") % {"unit": unit.acronym, "day": day}
    yield from _refusals_of_function(unit, function, on)
    if valid_from == unit.valid_from:
        return
    if before := unit.predecessors.first():
        yield _("%(unit)s empezó cuando terminó %(before)s: su comienzo ya no cambia.") % {
            "unit": unit.acronym,
            "before": before.acronym,
        }
    first = Designation.objects.filter(unit=unit, starts_on__lt=valid_from).order_by("starts_on").first()
    if first:
        yield _("%(name)s actúa por %(unit)s desde el %(day)s: la unidad no puede empezar después.") % {
            "name": first.user,
            "unit": unit.acronym,
            "day": formats.date_format(first.starts_on),
        }


def _refusals_of_function(unit: Unit, function: str, on: dt.date) -> Iterator[str]:
    """Whoever coordinates does not take the own unit out of planning's review (rules, section 9)."""
    if Unit.Function.COORDINATION not in {unit.function, function} or unit.function == function:
        return
    coordinating = Unit.objects.valid_on(on).filter(government=unit.government_id, function=Unit.Function.COORDINATION)
    leads = unit if unit.function == Unit.Function.COORDINATION else coordinating.first()
    if leads:
        yield _("%(unit)s coordina el plan: esa función pasa a otra unidad con una sucesión.") % {"unit": leads.acronym}


def _refusals_of_author(unit: Unit, by: User, on: dt.date) -> Iterator[str]:
    if not coordinates(by, unit.government, on):
        yield _("Solo la coordinación del plan registra cambios en la organización.")
