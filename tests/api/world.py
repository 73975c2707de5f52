"""A plan with everything that the API tells, others beside it that it must not tell, and readers of every kind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from institution import clock
from institution.models import Agency, AgencyKey, Government, Scope
from monitoring.evaluation import add_commitment, close_evaluation, open_evaluation
from monitoring.releasing import release
from plans.keys import give_key as give
from plans.models import BreakdownTable, Plan
from tests.factories import (
    People,
    make_activity,
    make_breakdown,
    make_government,
    make_indicator,
    make_people,
    make_plan,
    make_result,
    make_tree,
    make_unit,
)
from tests.reports.publishing import publish_evaluation

API = "/api/v1"
POPULATION = BreakdownTable.SEX_POPULATION


@dataclass
class World:
    """`plan` is whole; `sibling` belongs to the same government, `foreign` to another, `draft` is not in force."""

    people: People
    plan: Plan
    sibling: Plan
    foreign: Plan
    draft: Plan
    agency: Agency
    keys: dict[str, str] = field(default_factory=dict)  # what is sent, by a name for the tests

    def get(self, path: str, key: str | None = "all", **headers: Any):
        """The answer to a request with that key; without one where None is given."""
        if key is not None:
            headers["Authorization"] = f"Api-Key {self.keys.get(key, key)}"
        return Client().get(f"{API}{path}", headers=headers)

    def in_plan(self, path: str, key: str | None = "all", **headers: Any):
        return self.get(f"/plans/{self.plan.code}/{path}", key, **headers)


def make_agency(government: Government, acronym: str = "OIM") -> Agency:
    return Agency.objects.create(government=government, acronym=acronym, name=f"Organización {acronym}")


def give_key(
    agency: Agency, by, *scopes: str, plans: tuple[Plan, ...] = (), name: str = "Tablero"
) -> tuple[AgencyKey, str]:
    """A key with those scopes (all, if none is named), for those plans (every plan, if none is given)."""
    made = give(
        agency=agency,
        name="Tablero",
        scopes=scopes or Scope.values,
        expires_at=clock.real_now() + dt.timedelta(days=30),
        plans=plans or None,
        by=by,
    )
    return made.key, made.text


def fill(plan: Plan, by) -> None:
    """A tree, indicators of two kinds, results of three semesters, an evaluation with a commitment, a document."""
    unit = make_unit("GMU", plan.government)
    action = make_tree(plan, lead_unit=unit).actions[0]
    helped = make_indicator(
        make_activity(action, "ACT.P", unit),
        code="HELP",
        counts="people",
        tables=(POPULATION,),
        unit=unit,
        targets=dict.fromkeys(plan.period_codes, 30),
    )
    made = make_indicator(
        make_activity(action, "ACT.T", unit), code="DONE", unit=unit, targets=dict.fromkeys(plan.period_codes, 4)
    )
    for period, count in (("2022-1", 20), ("2022-2", 3), ("2023-1", 25)):
        result = make_result(helped, period, count + 10)
        make_breakdown(result, POPULATION, {("migrant", "woman"): count, ("host", "man"): 10})
        make_result(made, period, 3)
    release(plan)
    draft = open_evaluation(plan=plan, year=2022, by=by)
    add_commitment(
        evaluation=draft,
        by=by,
        recommendation="Medir antes.",
        action="Aplicar la ficha.",
        unit=unit,
        due_on=dt.date(2023, 6, 30),
    )
    publish_evaluation(close_evaluation(draft, by=by, texts_may_be_empty=True), by)


def make_world() -> World:
    people = make_people()
    plan = make_plan(code="lima", closed_up_to="2023-1")
    fill(plan, people.bruno)
    elsewhere = make_government("0701")
    world = World(
        people=people,
        plan=plan,
        sibling=make_plan(code="vecino", closed_up_to="2022-2"),
        foreign=make_plan(elsewhere, code="callao", closed_up_to="2022-2"),
        draft=make_plan(code="proyecto", state=Plan.State.DRAFT),
        agency=make_agency(plan.government),
    )
    make_tree(world.sibling)
    make_tree(world.foreign)
    by = people.bruno
    world.keys["all"] = give_key(world.agency, by)[1]
    world.keys["narrow"] = give_key(world.agency, by, plans=(plan,))[1]
    world.keys["other"] = give_key(world.agency, by, plans=(world.sibling,))[1]
    world.keys["foreign"] = give_key(make_agency(elsewhere), people.carla)[1]
    for scope in Scope.values:
        world.keys[scope] = give_key(world.agency, by, scope)[1]
    return world
