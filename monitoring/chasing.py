"""Who is behind, and reminding them: each day by a command, or when the coordination presses a button.

What to say to whom on a day is decided in `reminders`; here the cases are read, and what was decided is written.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from institution import clock
from institution.models import Designation, Letter, Role, Unit, User
from institution.permissions import acting_for, is_coordinator
from monitoring import letters
from monitoring.letters import Draft
from monitoring.models import Period, Reminder, Submission, SubmissionEvent
from monitoring.periods import deadlines
from monitoring.queries import units_answering
from monitoring.reminders import Case, Quiet, addressed, why_quiet
from monitoring.workflow import WITH_THE_UNIT, reviewers_in
from plans.models import Activity, Plan

Matter, State = Reminder.Matter, Submission.State


class ChasingRefused(Exception):
    """Nobody was reminded; the message says why, in the words of the user."""


@dataclass(frozen=True)
class UnitCase:
    """One unit's report of a semester: how it stands, until when, and who does what about it today."""

    unit: Unit
    period: Period
    submission: Submission | None
    deadline: dt.date
    is_extended: bool
    last_event: SubmissionEvent | None
    last_reminder: Reminder | None  # the last to anybody of the unit
    reminded: dict[int, dt.date]  # by person, the day they were last reminded of it
    noticed: frozenset[int]  # the persons to whom the last event was told
    reporters: tuple[User, ...]
    heads: tuple[User, ...]

    @property
    def state(self) -> str | None:
        return self.submission.state if self.submission else None

    @property
    def is_waiting(self) -> bool:
        """Whether it is with the unit, in a semester that is open."""
        return self.period.is_open and self.state in WITH_THE_UNIT

    @property
    def case(self) -> Case:
        """What came back waits since that day; anything else until the deadline."""
        returned = self.state == State.RETURNED and self.last_event
        return Case(self.deadline, timezone.localdate(self.last_event.at) if returned else None)

    def last_told(self, person: User) -> dt.date | None:
        """When the person last had a letter about it: a reminder, or the notice of the step that brought it to them."""
        noticed = timezone.localdate(self.last_event.at) if person.pk in self.noticed else None
        days = [self.reminded.get(person.pk), noticed]
        return max(filter(None, days), default=None)

    def addressed(self, day: dt.date) -> list[User]:
        """To whom it is said that it waits."""
        own, above = self.reporters, self.heads
        if self.state == State.AWAITING_SIGNOFF:
            own, above = self.heads, ()
        return addressed(self.case, day, own, above)

    @property
    def missing_role(self) -> Role:
        """The post that has to be filled where there is nobody to whom to say it."""
        return Role.HEAD if self.state == State.AWAITING_SIGNOFF else Role.REPORTER

    def letter(self, day: dt.date) -> Draft:
        return letters.of_report(self.unit, self.period, self.state, self.deadline, day)


@dataclass(frozen=True)
class Due:
    """One reminder that is to be written: of what, to whom."""

    matter: Reminder.Matter
    person: User
    plan: Plan
    draft: Draft
    period: Period | None = None
    unit: Unit | None = None


@dataclass
class Round:
    """What came of reminding some units: who was reminded, who was not and why, and where there is nobody to remind."""

    sent: list[tuple[Unit, User]] = field(default_factory=list)
    quiet: list[tuple[Unit, User, Quiet]] = field(default_factory=list)
    nobody: list[tuple[Unit, Role]] = field(default_factory=list)  # with the post that has to be filled


def load_cases(period: Period) -> tuple[UnitCase, ...]:
    """The reports of all units that answer in the semester. 7 queries however many, and one once a unit is over."""
    units = list(units_answering(period.plan, period))
    rows = Submission.objects.filter(period=period).select_related("unit", "started_by")
    begun = {row.unit_id: row for row in rows}
    extended = deadlines(period)
    acting = acting_for(units)
    people = _people(set().union(*acting.values()))
    events = _last_events(period)
    noticed = _noticed(events, people)
    reminders: dict[int, list[Reminder]] = defaultdict(list)
    for row in Reminder.objects.filter(period=period, matter=Matter.REPORT).select_related("person", "by", "letter"):
        reminders[row.unit_id].append(row)

    def case(unit: Unit) -> UnitCase:
        told = reminders[unit.pk]
        return UnitCase(
            unit=unit,
            period=period,
            submission=begun.get(unit.pk),
            deadline=extended.get(unit.pk, period.due_on),
            is_extended=unit.pk in extended,
            last_event=events.get(unit.pk),
            last_reminder=max(told, key=lambda row: (row.on, row.pk), default=None),
            reminded={row.person_id: row.on for row in sorted(told, key=lambda row: row.on)},
            noticed=noticed.get(unit.pk, frozenset()),
            reporters=_together(people, acting[unit.pk], Role.REPORTER),
            heads=_together(people, acting[unit.pk], Role.HEAD),
        )

    return tuple(map(case, units))


def _together(people: dict[tuple[int, str], list[User]], units: Iterable[int], role: Role) -> tuple[User, ...]:
    """Who holds the role in one of the units, each once."""
    return tuple(dict.fromkeys(person for unit in sorted(units) for person in people[unit, role]))


def _people(units: Iterable[int], *roles: Role) -> dict[tuple[int, str], list[User]]:
    """Who holds those roles today, by unit and role, in the order in which they came."""
    held = Designation.objects.in_force().filter(unit__in=units, role__in=roles or (Role.REPORTER, Role.HEAD))
    people: dict[tuple[int, str], list[User]] = defaultdict(list)
    for post in held.select_related("user").order_by("starts_on", "id"):
        if post.user not in people[post.unit_id, post.role]:
            people[post.unit_id, post.role].append(post.user)
    return people


def _last_events(period: Period) -> dict[int, SubmissionEvent]:
    last = SubmissionEvent.objects.filter(submission__period=period).values("submission").annotate(last=Max("id"))
    events = SubmissionEvent.objects.filter(pk__in=last.values("last")).select_related("by", "submission")
    return {event.submission.unit_id: event for event in events}


def _noticed(
    events: dict[int, SubmissionEvent], people: dict[tuple[int, str], list[User]]
) -> dict[int, frozenset[int]]:
    """By unit, who of its people had a letter when the last thing happened. One query; none where nothing did."""
    keys = {
        letters.notice_key(events[unit], person): (unit, person.pk)
        for (unit, _role), persons in people.items()
        for person in persons
        if unit in events
    }
    found: dict[int, set[int]] = defaultdict(set)
    for key in Letter.objects.filter(key__in=keys).values_list("key", flat=True):
        unit, person = keys[key]
        found[unit].add(person)
    return {unit: frozenset(persons) for unit, persons in found.items()}


# --- By hand ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remind(*, period: Period, units: Iterable[Unit] | None, by: User, on: dt.date | None = None) -> Round:
    """Reminds those units now, or all that are behind; nobody twice a day. Raises ChasingRefused with the reason."""
    on = on or clock.today()
    period = Period.objects.select_for_update(of=("self",)).select_related("plan__government").get(pk=period.pk)
    if not is_coordinator(by, period.plan.government):
        raise ChasingRefused(_("Solo la coordinación del plan recuerda a las unidades."))
    if not period.is_open:
        raise ChasingRefused(_("El semestre %(period)s no está abierto.") % {"period": period.code})
    chosen = None if units is None else {unit.pk for unit in units}
    done = Round()
    for case in load_cases(period):
        if not case.is_waiting or (chosen is not None and case.unit.pk not in chosen):
            continue
        people = case.addressed(on)
        if not people:
            done.nobody.append((case.unit, case.missing_role))
        for person in people:
            if quiet := why_quiet(person, case.case, on, case.last_told(person), by_hand=True):
                done.quiet.append((case.unit, person, quiet))
            else:
                _write(_of_case(case, person, on), on=on, by=by)
                done.sent.append((case.unit, person))
    return done


# --- Each day ---------------------------------------------------------------------------------------------------------


def due_reminders(*, on: dt.date | None = None) -> list[Due]:
    """Every reminder that is to be written on the day, of all plans in force."""
    on = on or clock.today()
    found: list[Due] = []
    for plan in Plan.objects.filter(state=Plan.State.IN_FORCE).select_related("government"):
        for period in plan.periods.filter(state=Period.State.OPEN):
            period.plan = plan
            cases = load_cases(period)
            found += _of_reports(cases, on)
            found += _of_reviews(period, cases, on)
        found += _of_budget(plan, on)
    return found


def send_due(*, on: dt.date | None = None) -> list[Due]:
    """Writes the reminders of the day; run again on the same day it writes none twice. Returns what it wrote."""
    on = on or clock.today()
    return [due for due in due_reminders(on=on) if _write(due, on=on)]


def _of_reports(cases: Iterable[UnitCase], on: dt.date) -> Iterator[Due]:
    for case in cases:
        if not case.is_waiting or not case.case.is_time(on):
            continue
        for person in case.addressed(on):
            if not why_quiet(person, case.case, on, case.last_told(person)):
                yield _of_case(case, person, on)


def _of_case(case: UnitCase, person: User, on: dt.date) -> Due:
    return Due(Matter.REPORT, person, case.period.plan, case.letter(on), case.period, case.unit)


def _of_reviews(period: Period, cases: Iterable[UnitCase], on: dt.date) -> Iterator[Due]:
    """One letter to each who reviews, of all that has waited for five days or waits along with it.

    Whoever both coordinates and plans has all of it in the one letter.
    """
    reviewers = reviewers_in(period.plan.government_id, on=on)
    waiting: dict[User, list[UnitCase]] = defaultdict(list)
    for case in cases:
        if case.state == State.SUBMITTED:
            for person in reviewers.people(case.unit):
                waiting[person].append(case)
    told = _last_told(Reminder.objects.filter(matter=Matter.REVIEW, period=period))
    for person, found in waiting.items():
        since = min(timezone.localdate(c.last_event.at) if c.last_event else c.submission.submitted_on for c in found)
        wait = Case(since=since)
        if wait.is_time(on) and not why_quiet(person, wait, on, told.get(person.pk)):
            draft = letters.of_reviews(period, [case.unit for case in found])
            yield Due(Matter.REVIEW, person, period.plan, draft, period)


def _of_budget(plan: Plan, on: dt.date) -> Iterator[Due]:
    """One letter to each budget liaison, of all the answers that are theirs to give."""
    wait = Case(plan.extra_budget_due_on)
    if not wait.is_time(on):
        return
    unanswered = Activity.objects.unanswered().filter(plan=plan).order_by().values("lead_unit")
    counts = dict(unanswered.annotate(n=Count("pk")).values_list("lead_unit", "n"))
    asked: dict[User, int] = defaultdict(int)
    for (unit, _role), people in _people(counts, Role.BUDGET_LIAISON).items():
        for person in people:
            asked[person] += counts[unit]
    told = _last_told(Reminder.objects.filter(matter=Matter.BUDGET, plan=plan))
    for person, count in asked.items():
        if not why_quiet(person, wait, on, told.get(person.pk)):
            yield Due(Matter.BUDGET, person, plan, letters.of_budget(plan, count, on))


def _last_told(reminders) -> dict[int, dt.date]:
    return dict(reminders.order_by("on").values_list("person", "on"))


@transaction.atomic
def _write(due: Due, *, on: dt.date, by: User | None = None) -> bool:
    """Writes one reminder with its letter, once a day; says whether it had not been written yet."""
    about = [due.matter, due.plan.pk, due.period.pk if due.period else "", due.unit.pk if due.unit else ""]
    letter = letters.post_reminder(due.person, due.draft, key=":".join(map(str, [*about, due.person.pk, on])))
    fields = {"matter": due.matter, "person": due.person, "plan": due.plan, "period": due.period, "unit": due.unit}
    _reminder, is_new = Reminder.objects.get_or_create(letter=letter, defaults=fields | {"on": on, "by": by})
    return is_new
