"""The organisation and its people: who is missing where, who did what before, and how many queries that takes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution import outbox
from institution.models import Designation, Letter, Role, Unit, User
from institution.queries import load_directory
from monitoring.organisation import load_organisation, load_unit_memory, semester_of
from plans.models import Activity, Indicator, Plan, Responsibility
from tests.factories import (
    make_designation,
    make_indicator,
    make_people,
    make_plan,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2023, 5, 15)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = TODAY.isoformat()


@pytest.fixture
def plan():
    return make_plan(code="lima", closed_up_to="2022-2")


@pytest.fixture
def people(plan):
    return make_people()


@pytest.fixture
def unit(people):
    return make_unit("GMU")


@pytest.fixture
def indicator(plan, unit):
    return make_indicator(make_tree(plan, lead_unit=unit).activity, code="IND", unit=unit, targets={"2022-1": 5})


@pytest.fixture
def bruno(client, people):
    client.force_login(people.bruno)
    return client


def page(name: str, *args) -> str:
    return reverse(f"monitoring:{name}", args=["lima", *args])


def many(plan: Plan, first: int, until: int) -> None:
    """Units that answer for something, each with its people, one who left, and letters to them. Written in bulk."""
    action = plan.actions.first() or make_tree(plan, activities=0).actions[0]
    numbers, lima = range(first, until), plan.government
    units = Unit.objects.bulk_create(
        Unit(government=lima, acronym=f"U{n:03}", name=f"Gerencia {n}", valid_from=dt.date(2022, 1, 1)) for n in numbers
    )
    activities = Activity.objects.bulk_create(
        Activity(plan=plan, action=action, code=f"A{unit.acronym}", name="Actividad", lead_unit=unit) for unit in units
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(plan=plan, activity=each, code=f"I{each.code}", name="Cosas", accumulation="sum")
        for each in activities
    )
    Responsibility.objects.bulk_create(
        Responsibility(indicator=row, unit=unit, from_period="2022-1")
        for row, unit in zip(indicators, units, strict=True)
    )
    persons = User.objects.bulk_create(
        User(email=f"{unit.acronym}.{kind}@example.org".lower(), full_name=f"{kind} de {unit.acronym}")
        for unit in units
        for kind in ("Enlace", "Gerente", "Antes")
    )
    ends = (None, None, dt.date(2022, 6, 1))
    roles = (Role.REPORTER, Role.HEAD, Role.REPORTER)
    Designation.objects.bulk_create(
        Designation(
            user=person, unit=units[n // 3], role=roles[n % 3], starts_on=dt.date(2022, 1, 1), ends_on=ends[n % 3]
        )
        for n, person in enumerate(persons)
    )
    Letter.objects.bulk_create(
        Letter(to=person.email, subject="PMH: x", kind="x", key=f"{person.email}{n}")
        for person in persons
        for n in (1, 2)
    )


def asked(load) -> int:
    with CaptureQueriesContext(connection) as captured:
        load()
    return len(captured)


class TestOrganisation:
    def test_who_is_missing_where(self, plan, people, unit, indicator):
        found = load_organisation(plan, may_change=True)
        gaps = {(gap.unit.acronym, gap.role, gap.reason) for gap in found.gaps}
        assert gaps == {("GMU", Role.HEAD, 1), ("GMU", Role.BUDGET_LIAISON, 1)}
        people.alicia.designations.update(ends_on=dt.date(2023, 5, 14))
        found = load_organisation(plan, may_change=True)
        assert ("GMU", Role.REPORTER) in {(gap.unit.acronym, gap.role) for gap in found.gaps}
        assert found.persons == (people.alicia,)

    def test_a_head_is_missing_only_where_the_plan_asks_for_one(self, plan, indicator):
        plan.requires_signoff = False
        assert Role.HEAD not in {gap.role for gap in load_organisation(plan, may_change=True).gaps}

    def test_a_unit_that_answers_for_nothing_misses_nobody(self, plan, people):
        make_unit("GQ")
        assert load_organisation(plan, may_change=True).gaps == ()

    def test_a_unit_that_ended_and_still_answers_is_told(self, plan, unit, indicator):
        Unit.objects.filter(pk=unit.pk).update(valid_until=dt.date(2023, 3, 1))
        found = load_organisation(plan, may_change=True)
        assert [line.unit for line in found.ended] == [unit]
        assert found.gaps

    def test_predecessors_and_successors(self, plan, unit):
        make_unit("GVI", valid_until=dt.date(2022, 3, 1), successor=unit)
        found = load_organisation(plan, may_change=True)
        line = next(line for line in found.units if line.unit == unit)
        assert [before.acronym for before in line.predecessors] == ["GVI"]

    def test_now_is_a_semester_of_the_plan(self, plan):
        for day, period in ((dt.date(2019, 1, 1), "2022-1"), (TODAY, "2023-1"), (dt.date(2030, 1, 1), "2024-2")):
            assert semester_of(plan, day) == period

    def test_queries_do_not_grow(self, plan, people):
        many(plan, 0, 11)
        small = asked(lambda: load_organisation(plan, may_change=True).gaps)
        many(plan, 11, 200)
        # Units with their successors; responsibilities; activities; posts with their persons; persons without post.
        assert small == asked(lambda: load_organisation(plan, may_change=True).gaps) == 5
        assert len(load_organisation(plan, may_change=True).units) > 200

    def test_one_unit_is_told_in_four_queries(self, plan, unit, indicator):
        # Its posts; its predecessors; invitations; responsibilities.
        assert asked(lambda: load_unit_memory(plan, unit, may_change=True)) == 4


class TestDirectory:
    def test_who_acts_who_did_and_who_never_came(self, plan, people):
        left, out = make_user("Zoila Paz"), make_user("Óscar Ávila")
        make_designation(left, make_unit("GMU"), Role.HEAD, ends_on=dt.date(2022, 6, 1))
        make_designation(out, make_unit("GMU"), Role.HEAD)
        out.deactivate()
        found = load_directory(plan.government)
        assert [line.person for line in found.acting] == [people.alicia, people.bruno]
        assert [line.person for line in found.others] == [out, left]
        assert people.carla not in {line.person for line in (*found.acting, *found.others)}
        assert [post.role for post in found.others[1].past] == [Role.HEAD]

    def test_the_last_letter_to_each(self, plan, people):
        for key in ("1", "2"):
            outbox.post(to="Alicia@example.org", subject=key, body="x", kind="x", key=key, at_once=False)
        found = {line.person: line.letter for line in load_directory(plan.government).acting}
        assert found[people.alicia].subject.endswith("2")
        assert found[people.bruno] is None

    def test_queries_do_not_grow(self, plan, people):
        many(plan, 0, 11)
        small = asked(lambda: load_directory(plan.government))
        many(plan, 11, 200)
        # Posts with their units; persons; the last letter of each by number; those letters; open invitations.
        assert small == asked(lambda: load_directory(plan.government)) == 5

    @pytest.mark.parametrize("name", ["organisation", "person_list"])
    def test_the_pages_ask_no_more_for_more_rows(self, bruno, plan, name):
        many(plan, 0, 11)
        bruno.get(page(name))
        small = asked(lambda: bruno.get(page(name)))
        many(plan, 11, 200)
        assert asked(lambda: bruno.get(page(name))) == small
