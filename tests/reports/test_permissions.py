"""Who may ask for which document."""

import datetime as dt

import pytest

from institution.models import Role
from plans.models import Plan
from reports.permissions import may_ask
from tests.factories import make_designation, make_unit, make_user
from tests.reports.papers import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def person(unit, role, **kw):
    user = make_user()
    make_designation(user, unit, role, **kw)
    return user


@pytest.fixture
def people(world):
    """By what they are: of the unit, coordinating, planning, of another unit, a reader, of another government."""
    government = world.plan.government
    return {
        "unit": world.alicia,
        "coordinator": world.bruno,
        "planner": person(make_unit("GP", government), Role.PLANNER),
        "other": person(make_unit("GDE", government), Role.REPORTER),
        "viewer": person(make_unit("GDE", government), Role.VIEWER),
        "stranger": world.people.carla,
        "past": person(world.unit, Role.REPORTER, ends_on=dt.date(2022, 6, 1)),
    }


OFFICE = {"coordinator", "planner"}
TABLE = [
    ("follow_up", lambda world: world.plan.periods.get(code="2022-1"), OFFICE),
    ("follow_up", lambda world: world.period, set()),  # still open
    ("receipt", lambda world: world.submission, {*OFFICE, "unit"}),
    ("unit_report", lambda world: world.submission, {*OFFICE, "unit"}),
    ("handover", lambda world: world.unit, {*OFFICE, "unit"}),
    ("sheets", lambda world: world.plan, {*OFFICE, "unit", "other", "viewer"}),
    ("road_map", lambda world: world.plan, {*OFFICE, "unit", "other", "viewer"}),
]


@pytest.mark.parametrize(("kind", "subject", "expected"), TABLE, ids=[kind for kind, *_rest in TABLE])
def test_who_may_ask_for_what(world, people, kind, subject, expected):
    subject = subject(world)
    assert {who for who, user in people.items() if may_ask(user, kind, subject)} == expected


def test_of_a_unit_that_is_over_its_successor_s_people_ask(world, people):
    successor = make_unit("GED")
    world.unit.valid_until, world.unit.successor = dt.date(2022, 12, 31), successor
    world.unit.save()
    nora = person(successor, Role.HEAD)
    assert may_ask(nora, "handover", world.unit)
    assert not may_ask(nora, "handover", make_unit("GDE"))


def test_a_reader_of_the_unit_hands_nothing_over(world):
    assert not may_ask(person(world.unit, Role.VIEWER), "handover", world.unit)


def test_an_unknown_kind(world):
    with pytest.raises(KeyError):
        may_ask(world.bruno, "otro", Plan())
