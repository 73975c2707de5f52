"""Who holds which role: the predicates that the apps above build their own on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from institution.models import Designation, Government, Role, Unit, User


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


def somebody_coordinates(government: Government, day: dt.date, *, without: Collection[Designation] = ()) -> bool:
    """Whether somebody coordinates the government's plan on that day, those posts left aside."""
    posts = Designation.objects.in_force(day).filter(role=Role.COORDINATOR, unit__government=government)
    return posts.exclude(pk__in=[post.pk for post in without]).exists()
