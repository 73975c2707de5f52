"""The semesters of a plan as everybody of the government reads them, with what was done to each and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from institution import clock
from institution.models import DayOff
from monitoring.models import Extension, Period, PeriodEvent, Submission
from monitoring.queries import units_by_period
from plans.models import Plan

State = Submission.State


@dataclass(frozen=True)
class Semester:
    """One row. Counts are of units."""

    period: Period
    today: dt.date
    asked: int  # that answer for something
    sent: int  # that sent their report at least once
    validated: int
    events: tuple[PeriodEvent, ...]
    extensions: tuple[Extension, ...]

    @property
    def story(self) -> list[PeriodEvent | Extension]:
        """What was done, in order of time."""
        acts = [*((row.on, 0, row) for row in self.events), *((row.granted_on, 1, row) for row in self.extensions)]
        return [row for _on, _kind, row in sorted(acts, key=lambda act: act[:2])]

    @property
    def may_open(self) -> bool:
        return self.period.state == Period.State.PLANNED and self.today >= self.period.starts_on

    @property
    def may_close(self) -> bool:
        return self.period.is_open and self.today > self.period.ends_on


@dataclass(frozen=True)
class Semesters:
    rows: tuple[Semester, ...]
    days_off: tuple[DayOff, ...]

    @property
    def history(self) -> list[Semester]:
        """The semesters of which there is something to tell, the latest first."""
        return [row for row in reversed(self.rows) if row.story]


def load_semesters(plan: Plan) -> Semesters:
    """The page. 6 queries, whatever the number of units and semesters."""
    periods = list(Period.objects.filter(plan=plan))
    asked = units_by_period(plan, [period.code for period in periods])
    states: dict[int, Counter] = defaultdict(Counter)
    for period_id, state, submitted_on in Submission.objects.filter(period__plan=plan).values_list(
        "period_id", "state", "submitted_on"
    ):
        states[period_id].update({"sent": submitted_on is not None, "validated": state == State.VALIDATED})
    events: dict[int, list[PeriodEvent]] = defaultdict(list)
    for event in PeriodEvent.objects.filter(period__plan=plan).select_related("by"):
        events[event.period_id].append(event)
    extensions: dict[int, list[Extension]] = defaultdict(list)
    for row in Extension.objects.filter(period__plan=plan).select_related("unit", "granted_by"):
        extensions[row.period_id].append(row)
    today = clock.today()
    rows = (
        Semester(
            period=period,
            today=today,
            asked=len(asked[period.code]),
            sent=states[period.pk]["sent"],
            validated=states[period.pk]["validated"],
            events=tuple(events[period.pk]),
            extensions=tuple(extensions[period.pk]),
        )
        for period in periods
    )
    return Semesters(tuple(rows), tuple(DayOff.objects.filter(government=plan.government_id)))
