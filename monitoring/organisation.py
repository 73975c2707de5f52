"""The government's units: who answers for what now, who is missing where, who came before, and who acted for them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from institution import clock
from institution.models import Designation, Invitation, Role, Unit, User
from institution.queries import persons_without_post
from monitoring import succession
from monitoring.models import Commitment
from plans.models import Activity, Plan, Responsibility


@dataclass(frozen=True)
class UnitLine:
    """A unit as the list of the organisation shows it."""

    unit: Unit
    predecessors: tuple[Unit, ...]
    indicators: int  # for which it answers in the semester of today
    activities: int  # which it leads
    posts: tuple[Designation, ...]  # in force today
    is_over: bool
    is_ahead: bool
    requires_head: bool

    @property
    def missing(self) -> tuple[Role, ...]:
        """The posts that nobody holds although the plan needs them."""
        held = {post.role for post in self.posts}
        needed = {
            Role.REPORTER: self.indicators > 0,
            Role.HEAD: self.indicators > 0 and self.requires_head,
            Role.BUDGET_LIAISON: self.activities > 0,
        }
        return tuple(
            role for role in (Role.REPORTER, Role.HEAD, Role.BUDGET_LIAISON) if needed[role] and role not in held
        )

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """Who acts for it today, with the roles of each: "Luis Gamarra", "Gerente, Enlace presupuestal"."""
        roles: dict[str, list[str]] = defaultdict(list)
        for post in self.posts:
            roles[post.user.full_name].append(str(post.get_role_display()))
        return tuple((name, ", ".join(held)) for name, held in roles.items())


@dataclass(frozen=True)
class Gap:
    """A post that nobody holds, where the plan needs it."""

    unit: Unit
    role: Role
    reason: int  # how many indicators, or activities, wait for it

    @property
    def is_reporter(self) -> bool:
        return self.role == Role.REPORTER

    @property
    def is_head(self) -> bool:
        return self.role == Role.HEAD


@dataclass(frozen=True)
class Organisation:
    units: tuple[UnitLine, ...]  # in force today, or about to be
    ended: tuple[UnitLine, ...]
    persons: tuple[User, ...]  # who may sign in and holds no post
    period: str
    may_change: bool

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(
            Gap(line.unit, role, line.activities if role == Role.BUDGET_LIAISON else line.indicators)
            for line in (*self.units, *self.ended)
            for role in line.missing
        )


def load_organisation(plan: Plan, *, may_change: bool) -> Organisation:
    """Every unit of the plan's government. 5 queries, however many units there are."""
    today, period = clock.today(), semester_of(plan, clock.today())
    units = list(Unit.objects.filter(government=plan.government_id).select_related("successor"))  # 1
    answered = Responsibility.objects.at(period).filter(indicator__plan=plan)
    indicators = Counter(answered.values_list("unit", flat=True))  # 2
    activities = Counter(plan.activities.values_list("lead_unit", flat=True))  # 3
    posts: dict[int, list[Designation]] = defaultdict(list)
    in_force = Designation.objects.in_force(today).filter(unit__government=plan.government_id)
    for post in in_force.select_related("user").order_by("starts_on", "id"):  # 4
        posts[post.unit_id].append(post)
    before: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.successor_id:
            before[unit.successor_id].append(unit)
    lines = [
        UnitLine(
            unit=unit,
            predecessors=tuple(before[unit.pk]),
            indicators=indicators[unit.pk],
            activities=activities[unit.pk],
            posts=tuple(posts[unit.pk]),
            is_over=unit.is_over(today),
            is_ahead=unit.valid_from > today,
            requires_head=plan.requires_signoff,
        )
        for unit in units
    ]
    return Organisation(
        units=tuple(line for line in lines if not line.is_over),
        ended=tuple(line for line in lines if line.is_over),
        persons=tuple(persons_without_post(plan.government)),  # 5
        period=period,
        may_change=may_change,
    )


def semester_of(plan: Plan, day: dt.date) -> str:
    """The plan's semester in which the day lies; the nearest one where the plan has not begun or is over."""
    code = f"{day.year}-{1 if day.month <= 6 else 2}"
    return min(max(code, plan.period_codes[0]), plan.period_codes[-1])


# --- One unit through time ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tenure:
    """Who held one post of the unit, the latest first: the institution's memory."""

    role: Role
    posts: tuple[Designation, ...]

    @property
    def label(self) -> str:
        return str(self.role.label)


@dataclass(frozen=True)
class UnitMemory:
    unit: Unit
    predecessors: tuple[Unit, ...]
    tenures: tuple[Tenure, ...]
    invitations: tuple[Invitation, ...]  # not answered yet
    responsibilities: tuple[Responsibility, ...]  # the plan's, past ones too
    is_over: bool
    may_change: bool


def load_unit_memory(plan: Plan, unit: Unit, *, may_change: bool) -> UnitMemory:
    """One unit of the plan's government with everybody who acted for it. 4 queries."""
    posts = Designation.objects.filter(unit=unit).select_related("user").order_by("-starts_on", "-id")
    by_role: dict[str, list[Designation]] = defaultdict(list)
    for post in posts:
        by_role[post.role].append(post)
    rows = Responsibility.objects.filter(unit=unit, indicator__plan=plan).select_related("indicator")
    return UnitMemory(
        unit=unit,
        predecessors=tuple(unit.predecessors.all()),
        tenures=tuple(Tenure(role, tuple(by_role[role])) for role in Role if by_role[role]),
        invitations=tuple(Invitation.objects.unanswered().filter(unit=unit).order_by("-created_at")),
        responsibilities=tuple(rows.order_by("indicator__code", "from_period")),
        is_over=unit.is_over(),
        may_change=may_change,
    )


# --- What a succession would do -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What passes from one unit to its successor, read before it is done; `refused` says why it cannot be."""

    unit: Unit
    successor: Unit
    from_period: str
    last_day: dt.date
    responsibilities: tuple[Responsibility, ...]
    activities: tuple[Activity, ...]
    supported: tuple[Activity, ...]  # where the successor supports from then on
    commitments: tuple[Commitment, ...]
    designations: tuple[Designation, ...]
    refused: str

    @property
    def function(self) -> str:
        """What the successor does from then on in the unit's place, beyond answering for activities."""
        return str(self.unit.get_function_display()) if succession.passes_function(self.unit) else ""

    @property
    def is_new(self) -> bool:
        return self.successor._state.adding


def preview_succession(unit: Unit, successor: Unit, from_period: str, by: User) -> Preview:
    """Nothing is written. The rows are the ones that the act itself would change (`monitoring.succession`)."""
    last_day = succession.last_day_before(successor, unit, clock.today())
    return Preview(
        unit=unit,
        successor=successor,
        from_period=from_period,
        last_day=last_day,
        responsibilities=tuple(succession.reaching(unit, from_period)),
        activities=_by_code(succession.led(unit)),
        supported=_by_code(succession.supported(unit).exclude(lead_unit__in=[unit.pk, successor.pk or unit.pk])),
        commitments=tuple(succession.owed(unit)),
        designations=tuple(succession.ending(unit, last_day).select_related("user").order_by("role", "starts_on")),
        refused=succession.why_not_succeed(unit, successor, from_period, by),
    )


def _by_code(activities: Iterable[Activity]) -> tuple[Activity, ...]:
    return tuple(sorted(activities, key=lambda activity: activity.code))
