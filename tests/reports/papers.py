"""A plan with everything that the internal documents tell: a report sent, returned and answered, evidence, people."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from institution.models import Role, Unit, User
from monitoring.models import Evaluation, Period, Submission
from monitoring.observing import observe, reply
from monitoring.workflow import start, take
from plans.models import BreakdownTable, Indicator, Plan
from tests.factories import (
    make_breakdown,
    make_designation,
    make_evidence,
    make_indicator,
    make_people,
    make_period,
    make_plan,
    make_result,
    make_tree,
    make_unit,
    make_user,
)

OPEN = "2022-2"
TODAY = dt.date(2023, 1, 10)


@dataclass
class World:
    plan: Plan
    unit: Unit
    people: Any
    period: Period
    submission: Submission
    counted: Indicator
    pooled: Indicator

    @property
    def alicia(self) -> User:
        return self.people.alicia

    @property
    def bruno(self) -> User:
        return self.people.bruno


def make_world() -> World:
    """GMU answers for a count of women and for a percentage; it has sent 2022-2, and one result is observed."""
    plan = make_plan(code="lima", closed_up_to="2022-1", open_period=OPEN, is_reference=True, requires_signoff=False)
    unit = make_unit("GMU", name="Gerencia de la Mujer")
    people = make_people(unit)
    activity = make_tree(plan, lead_unit=unit).activity
    counted = make_indicator(
        activity,
        code="IND.A",
        unit=unit,
        name="Mujeres formadas",
        targets={"2022-1": 40, OPEN: 60, "2023-1": 70},
        tables=("sex",),
        unit_of_measure="mujer",
        counts="people",
        justification="Formarse abre puertas.",
        method="Se cuentan las egresadas.",
    )
    pooled = make_indicator(
        activity,
        code="IND.B",
        unit=unit,
        name="Casos derivados",
        accumulation="pooled",
        counts="percentage",
        targets={OPEN: 80},
        unit_of_measure="porcentaje",
    )
    make_result(counted, "2022-1", 32)
    period = make_period(plan, OPEN, Period.State.OPEN, due_on=dt.date(2023, 1, 20))
    submission = start(unit=unit, period=period, by=people.alicia, on=TODAY)
    told = {
        "by": people.alicia,
        "achievements": "Dos grupos egresaron.",
        "difficulties": "Faltó una sala.",
        "measures_taken": "La prestó el centro cultural.",
    }
    first = make_result(counted, OPEN, 3, unit=unit, **told)
    make_breakdown(first, BreakdownTable.SEX, {("", "woman"): 2, ("", "man"): 1})
    make_evidence(first, "Lista de egresadas")
    second = make_result(pooled, OPEN, numerator=30, denominator=40, unit=unit, by=people.alicia)
    make_evidence(second, "Registro de casos", url="https://example.org/registro")
    take(submission, "submit", by=people.alicia, on=TODAY)
    thread = observe(submission=submission, result=first, text="¿Por qué tan pocas?", by=people.bruno, on=TODAY)
    take(submission, "return", by=people.bruno, on=TODAY)
    reply(observation=thread, text="El local era pequeño.", by=people.alicia, on=TODAY)
    submission.refresh_from_db()
    return World(plan, unit, people, period, submission, counted, pooled)


def add_indicators(world: World, count: int) -> None:
    """So many more indicators of the unit, each reported in both semesters, with evidence, table and observation."""
    activity = world.counted.activity
    for _number in range(count):
        indicator = make_indicator(activity, unit=world.unit, targets={"2022-1": 5, OPEN: 5}, tables=("sex",))
        make_result(indicator, "2022-1", 5)
        result = make_result(indicator, OPEN, 5, unit=world.unit)
        make_breakdown(result, BreakdownTable.SEX, {("", "woman"): 5})
        make_evidence(result)
        world.submission.observations.create(
            result=result, text="Revise.", by=world.bruno, at=result.entered_at
        ).replies.create(text="Revisado.", by=world.alicia, at=result.entered_at)


def add_people(world: World, count: int) -> None:
    for number in range(count):
        make_designation(make_user(f"Persona de antes {number}"), world.unit, Role.REPORTER)


def owe(world: World, **kw: Any) -> None:
    """A commitment of an evaluation that the unit still owes."""
    evaluation, _created = Evaluation.objects.get_or_create(
        plan=world.plan, year=2022, version=1, defaults={"opened_by": world.bruno, "opened_on": TODAY}
    )
    evaluation.commitments.create(
        **{
            "recommendation": "Mejorar los locales.",
            "action_to_take": "Buscar un local.",
            "responsible_unit": world.unit,
            "due_on": dt.date(2022, 12, 1),
        }
        | kw
    )
