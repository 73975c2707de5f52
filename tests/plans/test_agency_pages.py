"""Agencies and their keys, as the coordination keeps them: shown once, renewed with an overlap, revoked."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution import clock
from institution.agencies import AgencyRefused, forget_old_uses, keep_agency
from institution.models import Agency, AgencyKey, KeyUse
from plans.key_board import KeyState, load_agencies, load_key
from plans.keys import give_key
from plans.models import Plan
from tests.api import world
from tests.factories import make_government, make_people, make_plan

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Tablero", "scopes": ["plan", "results"], "plans": "this", "expires_on": "2030-01-01"}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def plan(people):
    return make_plan(code="lima")


@pytest.fixture
def agency(plan):
    return world.make_agency(plan.government)


def post(client, people, page, /, *args, **data):
    client.force_login(people.bruno)
    return client.post(reverse(f"plans:{page}", args=["lima", *args]), data, follow=True)


def soon() -> str:
    return (clock.real_now() + dt.timedelta(days=200)).date().isoformat()


class TestAgencies:
    def test_one_is_added_and_gets_its_key(self, plan, people, client):
        answer = post(client, people, "agency_list", acronym="OIM", name="Organización Internacional", contact_email="")
        assert "Nueva clave para OIM" in answer.content.decode()
        assert Agency.objects.get().government == plan.government

    def test_the_same_acronym_twice_is_told_and_what_was_typed_stays(self, agency, people, client):
        answer = post(client, people, "agency_list", acronym="OIM", name="Otra", contact_email="x")
        assert answer.status_code == 422
        said = answer.content.decode()
        assert 'value="Otra"' in said
        assert Agency.objects.count() == 1

    def test_only_the_coordination(self, plan, people):
        with pytest.raises(AgencyRefused):
            keep_agency(agency=Agency(government=plan.government, acronym="X", name="X"), by=people.alicia)


class TestKeys:
    def test_it_is_shown_once_and_opens(self, agency, people, client):
        answer = post(client, people, "agency_key_create", agency.pk, **FIELDS | {"expires_on": soon()})
        assert "no-store" in answer["Cache-Control"]
        text = re.search(r'id="key"[^>]*value="([^"]+)"', answer.content.decode())[1]
        key = AgencyKey.objects.get()
        assert text.startswith(f"{key.prefix}.")
        assert Client().get("/api/v1/plans/lima/", headers={"Authorization": f"Api-Key {text}"}).status_code == 200
        for page in ("agency_list", "agency_key"):
            args = [key.prefix] if page == "agency_key" else []
            shown = client.get(reverse(f"plans:{page}", args=["lima", *args])).content.decode()
            assert key.prefix in shown
            assert text not in shown

    @pytest.mark.parametrize(
        "wrong",
        [{"scopes": []}, {"name": ""}, {"expires_on": "2001-01-01"}, {"expires_on": "2099-01-01"}, {"plans": "x"}],
    )
    def test_what_cannot_be_is_told(self, agency, people, client, wrong):
        answer = post(client, people, "agency_key_create", agency.pk, **FIELDS | {"expires_on": soon()} | wrong)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not AgencyKey.objects.exists()

    def test_renewed_and_revoked(self, agency, people, client, plan):
        old = world.give_key(agency, people.bruno, plans=(plan,))[0]
        answer = post(client, people, "agency_key_renew", old.prefix, days="7")
        assert "está lista" in answer.content.decode()
        new = AgencyKey.objects.exclude(pk=old.pk).get()
        assert list(new.plans.all()) == [plan]
        again = post(client, people, "agency_key_renew", old.prefix, days="7")
        assert "ya fue renovada" in again.content.decode()
        assert post(client, people, "agency_key_renew", new.prefix, days="400").status_code == 422
        refused = post(client, people, "agency_key_revoke", new.prefix, why="")
        assert "Escriba por qué" in refused.content.decode()
        post(client, people, "agency_key_revoke", new.prefix, why="Se filtró.")
        new.refresh_from_db()
        assert (new.revoked_by, new.revoked_why) == (people.bruno, "Se filtró.")

    def test_for_plans_of_their_own_government_only(self, agency, people):
        other = make_plan(make_government("0701"))
        for plans in ([], [other]):
            with pytest.raises(AgencyRefused):
                give_key(
                    agency=agency,
                    name="x",
                    scopes=["plan"],
                    expires_at=clock.real_now() + dt.timedelta(days=2),
                    plans=plans,
                    by=people.bruno,
                )


class TestTheBoard:
    def test_how_each_stands_and_is_used(self, plan, agency, people):
        now = clock.real_now()
        keys = [world.give_key(agency, people.bruno)[0] for _key in range(4)]
        ends = [now + dt.timedelta(days=90), now + dt.timedelta(days=9), now - dt.timedelta(seconds=1), now]
        for key, end in zip(keys, ends, strict=True):
            AgencyKey.objects.filter(pk=key.pk).update(expires_at=end, made_at=now - dt.timedelta(days=99))
        AgencyKey.objects.filter(pk=keys[3].pk).update(revoked_at=now, revoked_by=people.bruno, revoked_why="x")
        hour = now.replace(minute=0, second=0, microsecond=0)
        KeyUse.objects.create(key=keys[0], hour=hour, requests=5, refused=1)
        KeyUse.objects.create(key=keys[0], hour=hour - dt.timedelta(days=3), requests=7)
        KeyUse.objects.create(key=keys[0], hour=hour - dt.timedelta(days=40), requests=900)
        [line] = load_agencies(plan)
        found = {each.key.pk: each for each in line.keys}
        assert [found[key.pk].state for key in keys] == [
            KeyState.HOLDS,
            KeyState.ENDS_SOON,
            KeyState.EXPIRED,
            KeyState.REVOKED,
        ]
        used = found[keys[0].pk]
        assert (used.requests, used.refused, used.last_hour) == (12, 1, hour)
        assert [day.requests for day in load_key(keys[0]).days] == [5, 7]

    def test_old_counts_are_forgotten(self, agency, people):
        key = world.give_key(agency, people.bruno)[0]
        for days in (1, 500):
            KeyUse.objects.create(key=key, hour=clock.real_now() - dt.timedelta(days=days))
        assert forget_old_uses() == 1

    def test_queries_do_not_grow(self, plan, agency, people):
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                load_agencies(Plan.objects.get(pk=plan.pk))
            return len(queries)

        world.give_key(agency, people.bruno, plans=(plan,))
        before = count()
        for number in range(6):
            another = world.make_agency(plan.government, f"A{number}")
            for _key in range(3):
                world.give_key(another, people.bruno, plans=(plan,))
        assert count() == before == 5  # the plan; agencies, keys, their plans, their use
