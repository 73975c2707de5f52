"""A municipality for one race, and what must hold in it afterwards."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal

from institution.models import Government, Role, Unit, User
from monitoring.entries import entry_of
from monitoring.models import Period, ReleasedResult, Result, Submission
from monitoring.queries import load_filing, scorecard, units_answering
from monitoring.recording import Recorded, record
from monitoring.releasing import told_of
from monitoring.workflow import start, take
from plans.models import Indicator, Plan
from tests.factories import (
    make_designation,
    make_government,
    make_indicator,
    make_plan,
    make_tree,
    make_unit,
    make_user,
)

TARGET = 10
SENT = (Submission.State.SUBMITTED, Submission.State.VALIDATED)
_numbers = itertools.count(1)


@dataclass
class World:
    """Alicia and Ana report for one unit, Bruno and Berta coordinate; the report of one semester is begun and whole."""

    code: str = "2022-1"
    government: Government = field(init=False)
    unit: Unit = field(init=False)
    gpv: Unit = field(init=False)
    alicia: User = field(init=False)
    ana: User = field(init=False)
    bruno: User = field(init=False)
    berta: User = field(init=False)
    plan: Plan = field(init=False)
    indicators: list[Indicator] = field(init=False)
    period: Period = field(init=False)

    def __post_init__(self) -> None:
        self.government = make_government(f"{next(_numbers):04}")
        self.unit = make_unit("GMU", self.government)
        self.gpv = make_unit("GPV", self.government)
        self.alicia, self.ana, self.bruno, self.berta = (
            make_user(name) for name in ("Alicia", "Ana", "Bruno", "Berta")
        )
        for person, unit, role in (
            (self.alicia, self.unit, Role.REPORTER),
            (self.ana, self.unit, Role.REPORTER),
            (self.bruno, self.gpv, Role.COORDINATOR),
            (self.berta, self.gpv, Role.COORDINATOR),
        ):
            make_designation(person, unit, role)
        before = {"2022-2": "2022-1"}.get(self.code, "")
        self.plan = make_plan(self.government, closed_up_to=before, open_period=self.code, requires_signoff=False)
        self.tree = make_tree(self.plan, activities=2, lead_unit=self.unit)
        self.indicators = [self.indicator(number, self.unit) for number in range(2)]
        self.period = self.plan.periods.get(code=self.code)

    def indicator(self, number: int, unit: Unit) -> Indicator:
        return make_indicator(self.tree.activities[number], unit=unit, targets={self.code: TARGET})

    def begun(self) -> Submission:
        """The report with all its values, not sent yet."""
        report = start(unit=self.unit, period=self.period, by=self.alicia)
        for indicator in self.indicators:
            self.typed(report, indicator, 5)
        return report

    def sent(self) -> Submission:
        return take(self.begun(), "submit", by=self.alicia)

    def typed(
        self, report: Submission, indicator: Indicator, value: int, seen: str = "", by: User | None = None
    ) -> Recorded:
        typed = {"value": str(value), "no_evidence_reason": "Un acta."}
        before = {"value": seen} | ({"no_evidence_reason": "Un acta."} if seen else {})
        return record(submission=report, indicator=indicator, typed=typed, seen=before, by=by or self.alicia)

    def value(self, indicator: Indicator) -> Decimal | None:
        return Result.objects.get(indicator=indicator, period=self.period).value

    def state(self) -> str:
        return Submission.objects.get(unit=self.unit, period=self.period).state

    def steps(self) -> list[str]:
        """The steps of the unit's report, in the order in which they were written."""
        report = Submission.objects.get(unit=self.unit, period=self.period)
        return list(report.events.order_by("pk").values_list("step", flat=True))


def assert_whole(world: World) -> None:
    """What holds whoever was first: the chain of events, what was sent, who answers, the figures, what is released."""
    for report in Submission.objects.filter(period__plan=world.plan).select_related("unit", "period"):
        events = list(report.events.all())
        assert events == sorted(events, key=lambda event: event.pk)
        states = ["", *(event.to_state for event in events)]
        assert [event.from_state for event in events] == states[:-1]
        assert all(event.from_state != event.to_state for event in events)
        assert states[-1] == report.state
        assert all(event.capacity for event in events)
        answering = units_answering(world.plan, report.period)
        assert report.unit in answering, f"{report.unit} has begun a report and answers for nothing"
        for result in report.results.select_related("indicator"):
            answers = result.indicator.responsibilities.at(report.period.code).get().unit
            assert answers == report.unit, f"{report.unit} typed what {answers} answers for"
        if report.state in SENT:
            assert not load_filing(report.unit, report.period).lacking, "what was sent lacks something"
            last = next(event for event in reversed(events) if event.sent)
            assert {row["code"]: row["entry"] for row in last.sent["indicators"]} == {
                row.indicator.code: entry_of(row, row.breakdown.all()) for row in report.results.all()
            }, "what stands in the report is not what was sent"
    _assert_figures(world)
    known = ReleasedResult.objects.filter(plan=world.plan, withdrawn=False)
    told = {(row.indicator_id, row.period_id): row.told for row in known}
    assert told == told_of(world.plan, world.plan.period_codes)


def _assert_figures(world: World) -> None:
    """Each indicator's figure is its validated value against its target, computed here again."""
    card = scorecard(world.plan, world.code)
    for indicator in Indicator.objects.filter(plan=world.plan):
        counted = Result.objects.filter(
            indicator=indicator, period__code=world.code, submission__state=Submission.State.VALIDATED
        ).first()
        expected = counted.value / TARGET * 100 if counted else 0
        assert (card.indicator(indicator.code)["semester"].progress.programmed or 0) == expected
