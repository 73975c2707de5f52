"""A plan of any width for counting and measuring: every kind of indicator, every semester programmed and reported."""

from __future__ import annotations

from institution import clock
from monitoring.models import Period, Result
from plans.models import Activity, Guideline, Indicator, Objective, Plan, Responsibility, StrategicAction, Target
from tests.factories import make_plan, make_submission, make_unit, make_user

KINDS = (
    {"accumulation": "sum"},
    {"accumulation": "pooled", "counts": "percentage"},
    {"accumulation": "last"},
    {"accumulation": "average", "direction": "decreasing"},
    {"accumulation": "last", "formula": "baseline", "baseline": 3},
)
GUIDELINES, ACTIONS, ACTIVITIES, UNITS = 3, 5, 21, 12


def make_wide_plan(times: int, **kw) -> Plan:
    """The reference plan's shape so many times over: 21 activities of two indicators, 6 semesters, all closed.

    Written in bulk and without history.
    """
    plan = make_plan(closed_up_to="2024-2", **kw)
    by = make_user()
    units = [make_unit(f"W{number:02}", plan.government) for number in range(UNITS)]
    guidelines = Guideline.objects.bulk_create(
        Guideline(plan=plan, code=f"L.{n:03}", name=f"Lineamiento {n}", order=n) for n in range(GUIDELINES * times)
    )
    objectives = Objective.objects.bulk_create(
        Objective(plan=plan, guideline=row, code=f"OE.{row.order:03}", name=f"Objetivo {row.order}", order=row.order)
        for row in guidelines
    )
    actions = StrategicAction.objects.bulk_create(
        StrategicAction(
            plan=plan, objective=objectives[n % len(objectives)], code=f"AE.{n:03}", name=f"Acción {n}", order=n
        )
        for n in range(ACTIONS * times)
    )
    activities = Activity.objects.bulk_create(
        Activity(
            plan=plan,
            action=actions[n % len(actions)],
            code=f"ACT.{n:04}",
            name=f"Actividad {n}",
            order=n,
            lead_unit=units[n % UNITS],
        )
        for n in range(ACTIVITIES * times)
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(
            plan=plan,
            activity=activities[n // 2],
            code=f"IND.{n:05}",
            name=f"Número de cosas {n}",
            unit_of_measure="cosa",
            order=n,
            **KINDS[n % len(KINDS)],
        )
        for n in range(2 * len(activities))
    )
    first = plan.period_codes[0]
    Responsibility.objects.bulk_create(
        Responsibility(indicator=row, unit=units[(row.order // 2) % UNITS], from_period=first) for row in indicators
    )
    Target.objects.bulk_create(
        Target(indicator=row, period=period, value=20 + (row.order * 7 + place) % 60)
        for row in indicators
        for place, period in enumerate(plan.period_codes)
    )
    for place, period in enumerate(Period.objects.filter(plan=plan).order_by("code")):
        submissions = [make_submission(unit, period, by=by) for unit in units]
        Result.objects.bulk_create(
            _result(row, place, submission=submissions[(row.order // 2) % UNITS], period=period, entered_by=by)
            for row in indicators
        )
    return plan


def _result(indicator: Indicator, place: int, **kw) -> Result:
    value = 10 + (indicator.order * 11 + place * 5) % 80
    given = {"numerator": value, "denominator": 97} if indicator.accumulation == "pooled" else {"value": value}
    return Result(indicator=indicator, entered_at=clock.now(), **given, **kw)
