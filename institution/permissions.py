"""Who holds which role: the predicates that the apps above build their own on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from institution import clock
from institution.models import Designation, Government, Role, Unit, User

A_DAY = dt.timedelta(days=1)


def holds_role(
    user: User,
    *roles: Role,
    unit: Unit | None = None,
    government: Government | None = None,
    on: dt.date | None = None,
) -> bool:
    """Whether the person holds one of `roles` by a designation in force on that day, in that unit or government."""
    if not user.is_authenticated:
        return False
    designations = Designation.objects.in_force(on).filter(user=user, role__in=roles)
    if unit is not None:
        designations = designations.filter(unit=unit)
    if government is not None:
        designations = designations.filter(unit__government=government)
    return designations.exists()


def coordinates(by: User, government: Government, on: dt.date | None = None) -> bool:
    """Whether the act may be the coordination's: by whoever coordinates on that day, or by a command of the system."""
    return by.is_system or holds_role(by, Role.COORDINATOR, government=government, on=on)


def is_coordinator(user: User, government: Government) -> bool:
    return holds_role(user, Role.COORDINATOR, government=government)


def coordinated_governments(user: User) -> QuerySet[Government]:
    """The governments whose plans the person coordinates today: usually one, or none."""
    return Government.objects.filter(pk__in=Designation.objects.coordinating(user).values("unit__government"))


def day_without_coordination(
    government: Government, leaving: Collection[Designation], after: dt.date
) -> dt.date | None:
    """The first day, from `after` on, on which nobody would coordinate the plan once those posts are gone.

    Looked at are the days that they would have covered: whoever stays has to reach as far as they did, alone or one
    after the other. None where every day is covered.
    """
    posts = Designation.objects.filter(role=Role.COORDINATOR, unit__government=government, user__is_active=True)
    gone = [post for post in leaving if post.role == Role.COORDINATOR and post.user.is_active]
    staying = list(posts.overlapping(after, None).exclude(pk__in=[post.pk for post in gone])) if gone else []
    for post in sorted(gone, key=lambda each: each.starts_on):
        day = max(after, post.starts_on)
        while post.ends_on is None or day <= post.ends_on:
            there = [each.ends_on or dt.date.max for each in staying if each.starts_on <= day <= (each.ends_on or day)]
            if not there:
                return day
            if max(there) == dt.date.max:
                break
            day = max(there) + A_DAY
    return None


def acting_for(units: Iterable[Unit], on: dt.date | None = None) -> dict[int, set[int]]:
    """Whose people act for each unit on that day: its own, and once it is over those of its successor, and so on.

    By the keys of the units. No query while none of them has given way to another, one otherwise.
    """
    day, units = on or clock.today(), list(units)
    over = [unit for unit in units if unit.successor_id and unit.is_over(day)]
    ended = Unit.objects.filter(government__in={unit.government_id for unit in over}, valid_until__lt=day)
    after = {each.pk: each.successor_id for each in ended if each.successor_id} if over else {}
    return {unit.pk: _line(unit.pk, after) for unit in units}


def _line(unit: int, after: dict[int, int]) -> set[int]:
    """The unit with those that followed it; a circle in old data ends where it closes."""
    line = {unit}
    while (unit := after.get(unit, unit)) not in line:
        line.add(unit)
    return line
