"""The reporting board: how the report of each unit stands in a semester, until when, and who is behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.models import Role, Unit, User
from institution.permissions import is_coordinator
from monitoring.chasing import UnitCase, load_cases
from monitoring.chosen import Chosen, UnknownPeriod
from monitoring.models import Period, Reminder, Submission, SubmissionEvent
from monitoring.queries import FilledIn, filled_in, is_only_historical
from monitoring.workflow import WITH_THE_UNIT
from plans.models import Plan

State = Submission.State
# The states in the order in which they need the coordination; "" is a report that nobody has begun.
ORDER: dict[str, Promise] = {
    "": _("Sin empezar"),
    State.RETURNED: _("Devueltos"),
    State.DRAFT: _("En borrador"),
    State.AWAITING_SIGNOFF: _("Esperan el visto bueno de su gerencia"),
    State.SUBMITTED: _("Por revisar"),
    State.VALIDATED: _("Con conformidad"),
}


@dataclass(frozen=True)
class Contact:
    """The last that went between the coordination and the unit: a reminder to somebody, or what the unit did."""

    on: dt.date
    reminder: Reminder | None = None
    event: SubmissionEvent | None = None


@dataclass(frozen=True)
class BoardRow:
    """One unit."""

    case: UnitCase
    filled: FilledIn
    today: dt.date
    may_act: bool
    is_historical: bool = False  # whether the report, or all of the semester, is from before this system

    @property
    def unit(self) -> Unit:
        return self.case.unit

    @property
    def submission(self) -> Submission | None:
        return self.case.submission

    @property
    def state(self) -> str:
        return self.case.state or ""

    @property
    def is_sent(self) -> bool:
        """Whether it reached the coordination once: then it came in time or late, whatever happened since."""
        return bool(self.submission and self.submission.submitted_on)

    @property
    def days_late(self) -> int:
        """Calendar days after the deadline: of the day it was first sent, else of the closing or today; 0 in time."""
        if self.is_historical:
            return 0
        if self.is_sent:
            return max((self.submission.submitted_on - self.submission.due_on).days, 0)
        until = self.case.period.closed_on or self.today
        return max((until - self.case.deadline).days, 0)

    @property
    def people(self) -> tuple[User, ...]:
        """Who does something about it now: the head where it waits for the sign-off, the reporters otherwise."""
        return self.case.heads if self.state == State.AWAITING_SIGNOFF else self.case.reporters

    @property
    def heads(self) -> tuple[User, ...]:
        return () if self.state == State.AWAITING_SIGNOFF else self.case.heads

    @property
    def missing_role(self) -> Role:
        return self.case.missing_role

    @property
    def has_nobody(self) -> bool:
        return self.case.is_waiting and not self.case.addressed(self.today)

    @property
    def may_remind(self) -> bool:
        return self.may_act and self.case.is_waiting and not self.has_nobody

    @property
    def may_start(self) -> bool:
        """Whether the coordination may begin it on the unit's behalf."""
        return self.may_act and self.case.period.is_open and self.submission is None

    @property
    def contact(self) -> Contact | None:
        event, reminder = self.case.last_event, self.case.last_reminder
        acted = timezone.localdate(event.at) if event else None
        if reminder and (acted is None or reminder.on >= acted):
            return Contact(reminder.on, reminder=reminder)
        return Contact(acted, event=event) if event else None


@dataclass(frozen=True)
class Group:
    """The units whose reports are in one state."""

    state: str
    label: Promise | str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True)
class Board:
    """The page. `may_act`: whether the reader reminds and begins reports, or only reads."""

    chosen: Chosen
    rows: tuple[BoardRow, ...]
    may_act: bool

    @property
    def period(self) -> Period:
        return self.chosen.period

    @cached_property
    def groups(self) -> list[Group]:
        by_state = ((state, tuple(row for row in self.rows if row.state == state)) for state in ORDER)
        return [Group(state, ORDER[state], rows) for state, rows in by_state if rows]

    @cached_property
    def waiting(self) -> int:
        """How many are with their unit; once the semester is closed, how many stayed there."""
        return sum(row.case.state in WITH_THE_UNIT and not row.is_historical for row in self.rows)

    @cached_property
    def late(self) -> int:
        """How many have not been sent, and their deadline has passed."""
        return sum(bool(row.days_late) and not row.is_sent for row in self.rows)

    def count(self, *states: str) -> int:
        return sum(row.state in states for row in self.rows)

    @property
    def to_review(self) -> int:
        return self.count(State.SUBMITTED)

    @property
    def validated(self) -> int:
        return self.count(State.VALIDATED)

    @property
    def may_remind(self) -> bool:
        return any(row.may_remind for row in self.rows)


def load_board(plan: Plan, params: Mapping[str, str], user: User) -> Board:
    """The board of the semester that the address names (`semestre`), or of the one under way.

    15 queries, whatever the number of units. Raises UnknownPeriod.
    """
    chosen = chosen_semester(plan, params)
    filled, today = filled_in(chosen.period), clock.today()
    may_act = is_coordinator(user, plan.government)
    cases = load_cases(chosen.period)
    all_historical = is_only_historical(case.submission for case in cases if case.submission)

    def row(case: UnitCase) -> BoardRow:
        historical = all_historical or bool(case.submission and case.submission.is_historical)
        return BoardRow(case, filled.get(case.unit.pk, FilledIn()), today, may_act, historical)

    return Board(chosen, tuple(map(row, cases)), may_act)


def chosen_semester(plan: Plan, params: Mapping[str, str]) -> Chosen:
    """The semester named in the address; else the latest open one, else the last closed one. One query."""
    periods = tuple(Period.objects.filter(plan=plan))
    for period in periods:
        period.plan = plan
    under_way = [period for period in periods if period.is_open] or [period for period in periods if period.is_closed]
    default = (under_way or periods[:1])[-1] if periods else None
    code = params.get("semestre")
    chosen = next((period for period in periods if period.code == code), None) if code else default
    if chosen is None:
        raise UnknownPeriod(code or "")
    return Chosen(chosen, periods, default=default.code)
