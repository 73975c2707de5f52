"""PURE. Who is reminded of what waits for them, and on which days: cases in, decisions out. Standard library only.

A person is never reminded of the same thing twice within five days. Before a deadline the last days stay quiet, so that
the day itself can speak.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

BEGINS_BEFORE = dt.timedelta(days=10)
APART = dt.timedelta(days=5)
A_WEEK = dt.timedelta(days=7)
A_DAY = dt.timedelta(days=1)


class Quiet(StrEnum):
    """Why a person is not reminded of something today, though it waits for them."""

    NEVER = "never"  # they want no reminders
    NOT_OVERDUE = "not_overdue"  # they want them only once the deadline has passed
    WEEKLY = "weekly"  # they want one a week, and had theirs
    TOO_SOON = "too_soon"  # they were reminded of it in the last days


class Frequency(StrEnum):
    """How often a person wants to be reminded. The models keep the same words (`institution.models.MailFrequency`)."""

    EVERY = "every"
    WEEKLY = "weekly"
    OVERDUE = "overdue"
    NONE = "none"


class Reminded(Protocol):
    """Whoever may be reminded: a person who has chosen how often."""

    mail_frequency: str


Person = TypeVar("Person")


@dataclass(frozen=True, slots=True)
class Case:
    """Something that waits for somebody: until a deadline, or since a day (what came back, what waits for review)."""

    deadline: dt.date | None = None
    since: dt.date | None = None

    def is_overdue(self, day: dt.date) -> bool:
        """Whether the deadline has passed; its own day is still in time. What has none is overdue once it is time."""
        return self.is_time(day) if self.deadline is None else day > self.deadline

    def is_time(self, day: dt.date) -> bool:
        """Whether the daily round speaks of it: from ten to five days before, on the day, after it.

        What waits since a day is given five days first. What has neither is never asked for.
        """
        if self.since is not None:
            return day - self.since >= APART
        if self.deadline is None:
            return False
        return day >= self.deadline or APART <= self.deadline - day <= BEGINS_BEFORE


def addressed(case: Case, day: dt.date, own: Sequence[Person], above: Sequence[Person]) -> list[Person]:
    """To whom it is said: those who do it; whoever answers for them too, once it is overdue or nobody else is there."""
    said = list(own)
    if case.is_overdue(day) or not said:
        said += [person for person in above if person not in said]
    return said


def why_quiet(
    person: Reminded, case: Case, day: dt.date, last: dt.date | None, *, by_hand: bool = False
) -> Quiet | None:
    """Why the person hears nothing of it today; None where they do. `last`: when they were last reminded of it.

    Somebody who reminds `by_hand` need not wait five days, but never does so twice a day. The person's choice holds.
    """
    chosen = Frequency(person.mail_frequency)
    if chosen == Frequency.NONE:
        return Quiet.NEVER
    if chosen == Frequency.OVERDUE and not case.is_overdue(day):
        return Quiet.NOT_OVERDUE
    if last is None:
        return None
    if chosen == Frequency.WEEKLY and day - last < A_WEEK:
        return Quiet.WEEKLY
    return Quiet.TOO_SOON if day - last < (A_DAY if by_hand else APART) else None
