"""The pages of the extra budget: who sees what, what is kept, and how many queries they take."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institution.models import Role
from plans.budget import answer, state_of
from plans.models import Activity, Plan
from tests.factories import (
    make_activity,
    make_designation,
    make_people,
    make_plan,
    make_tree,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
DUE = dt.date(2022, 7, 15)


@pytest.fixture
def world(settings):
    settings.PMH_TODAY = "2022-07-01"

    class World:
        plan = make_plan(code="lima", extra_budget_due_on=DUE)
        unit, other = make_unit("GMU"), make_unit("GDE", name="Gerencia de Desarrollo Económico")
        people = make_people(unit)
        tree = make_tree(plan, activities=2, lead_unit=unit)
        first, second = tree.activities
        foreign = make_activity(tree.actions[0], name="Ferias de empleo", lead_unit=other)
        sonia = make_user("Sonia Bravo")

    make_designation(World.sonia, World.unit, Role.BUDGET_LIAISON)
    return World


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name="budget_answers"):
    return reverse(f"plans:{name}", args=["lima"])


def open_as(user, name="budget_answers", status=200) -> str:
    response = client_of(user).get(address(name))
    assert response.status_code == status
    return response.content.decode()


def sent(*answers) -> dict[str, str]:
    """What a browser sends: (activity, "si", "no" or "", reason), as the page stood."""
    data = {}
    for activity, needs, reason in answers:
        prefix = f"a{activity.pk}"
        data |= {f"{prefix}-seen": state_of(activity), f"{prefix}-reason": reason}
        data |= {f"{prefix}-needs": needs} if needs else {}
    return data


class TestBudgetAnswers:
    def test_budget_answers_asks_the_liaison_about_the_unit_s_activities_only(self, world):
        page = open_as(world.sonia)
        assert page.count('type="radio"') == 4
        assert "Ferias de empleo" not in page
        assert "15 jul. 2022" in page
        assert "quedan 14 días" in page
        assert "Faltan 2 respuestas de 2." in page

    def test_budget_answers_are_saved_all_at_once(self, world):
        data = sent((world.first, "si", "Una abogada, unos S/ 54,000."), (world.second, "no", ""))
        response = client_of(world.sonia).post(address(), data, follow=True)
        assert response.redirect_chain == [(address(), 302)]
        page = response.content.decode()
        assert "Se guardaron 2 respuestas." in page
        assert page.count("Respondió Sonia Bravo, 1 jul. 2022") == 2
        assert "Todo está respondido." in page
        assert not Activity.objects.filter(lead_unit=world.unit).unanswered().exists()

    def test_budget_answers_keep_the_valid_ones_and_lose_nothing_typed(self, world):
        data = sent((world.first, "no", ""), (world.second, "si", ""))
        page = client_of(world.sonia).post(address(), data).content.decode()
        assert "Se guardó 1 respuesta." in page
        assert "Una respuesta no se guardó; lo demás sí." in page
        assert f'<a href="#id_a{world.second.pk}-reason">' in page
        assert f'id="id_a{world.second.pk}-reason_error">Diga para qué se necesita' in page
        assert f'value="si" id="id_a{world.second.pk}-needs_0" checked' in page
        assert list(Activity.objects.filter(lead_unit=world.unit).unanswered()) == [world.second]

    def test_budget_answers_keep_a_reason_that_was_typed_without_a_yes(self, world):
        page = client_of(world.sonia).post(address(), sent((world.first, "", "Unos talleres"))).content.decode()
        assert "Elija sí o no." in page
        assert "Unos talleres</textarea>" in page

    def test_budget_answers_left_alone_change_nothing(self, world):
        response = client_of(world.sonia).post(address(), sent((world.first, "", "")), follow=True)
        assert "No había nada nuevo que guardar" in response.content.decode()
        assert world.first.history.count() == 1

    def test_budget_answers_tell_when_somebody_else_answered_meanwhile(self, world):
        nelly = make_user("Nelly Chumpitaz")
        make_designation(nelly, world.unit, Role.BUDGET_LIAISON)
        data = sent((world.first, "no", ""))
        answer(activity=world.first, needs=True, reason="Una abogada.", by=nelly)
        page = client_of(world.sonia).post(address(), data).content.decode()
        assert "Mientras usted escribía, Nelly Chumpitaz respondió «sí»" in page
        world.first.refresh_from_db()
        assert world.first.needs_extra_budget is True
        # The page now shows the other answer: the same form, sent again, is meant.
        client_of(world.sonia).post(address(), sent((world.first, "no", "")))
        world.first.refresh_from_db()
        assert world.first.needs_extra_budget is False

    def test_budget_answers_after_the_deadline_only_miss_what_is_missing(self, world, settings):
        answer(activity=world.first, needs=False, by=world.sonia)
        settings.PMH_TODAY = "2022-07-18"
        page = open_as(world.sonia)
        assert "venció hace 3 días" in page
        assert page.count('type="radio"') == 2
        assert "pida a la coordinación del plan que lo amplíe" in page
        data = sent((Activity.objects.get(pk=world.first.pk), "si", "Tarde"), (world.second, "no", ""))
        page = client_of(world.sonia).post(address(), data).content.decode()
        assert "El plazo venció." in page
        assert "Tarde</textarea>" in page
        assert "fuera de plazo</span>" in page

    def test_budget_answers_of_a_closed_plan_are_read(self, world):
        Plan.objects.update(state=Plan.State.CLOSED)
        page = open_as(world.sonia)
        assert "El plan está cerrado" in page
        assert "Guardar respuestas" not in page

    def test_budget_answers_of_everybody_for_coordination_and_planning(self, world):
        answer(activity=world.first, needs=True, reason="Una abogada.", by=world.sonia)
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        for person in (world.people.bruno, planner):
            page = open_as(person)
            assert "Guardar respuestas" not in page
            assert "Ferias de empleo" in page
            assert "Una abogada." in page
            assert "2 unidades aún no responden todo" in page
            assert "No tiene enlace presupuestal designado" in page
            assert world.sonia.email in page
        assert "Cambiar el plazo" in open_as(world.people.bruno)
        assert "Cambiar el plazo" not in page

    def test_budget_answers_of_the_own_unit_for_its_other_people(self, world):
        page = open_as(world.people.alicia)
        assert 'type="radio"' not in page
        assert world.first.name in page
        assert "Ferias de empleo" not in page

    def test_budget_answers_do_not_exist_for_who_has_nothing_to_see(self, world):
        reader = make_user()
        make_designation(reader, make_unit("GC"), Role.VIEWER)
        for person in (reader, world.people.carla):
            open_as(person, status=404)

    def test_budget_answers_say_so_to_a_liaison_whose_unit_leads_nothing(self, world):
        idle = make_user()
        make_designation(idle, make_unit("GC"), Role.BUDGET_LIAISON)
        assert "nadie espera una respuesta suya" in open_as(idle)

    def test_budget_answers_are_nobody_else_s_to_send(self, world):
        for person, status in ((world.people.alicia, 403), (world.people.bruno, 403), (world.people.carla, 404)):
            assert client_of(person).post(address(), sent((world.first, "no", ""))).status_code == status
        # An activity of another unit, slipped into the form of one's own, is not asked about.
        client_of(world.sonia).post(address(), sent((world.foreign, "no", "")))
        assert Activity.objects.unanswered().count() == 3

    @pytest.mark.parametrize("who", ["sonia", "bruno"])
    def test_budget_answers_take_the_same_queries_for_1_and_20_activities(self, world, who):
        person = world.sonia if who == "sonia" else world.people.bruno
        client = client_of(person)
        client.get(address())  # the content types of permissions and sessions are cached
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                client.get(address())
            counts.append(len(captured))
            for number in range(18):
                unit = make_unit(f"U{number}") if who == "bruno" else world.unit
                make_activity(world.tree.actions[0], lead_unit=unit)
        assert counts[0] == counts[1]


class TestBudgetDeadline:
    def test_budget_deadline_is_the_coordination_s(self, world):
        response = client_of(world.people.bruno).post(address("budget_deadline"), {"due_on": "2022-08-01"}, follow=True)
        assert "responden hasta el 1 ago. 2022" in response.content.decode()
        assert Plan.objects.get().extra_budget_due_on == dt.date(2022, 8, 1)

    def test_budget_deadline_explains_what_is_wrong(self, world):
        page = client_of(world.people.bruno).post(address("budget_deadline"), {"due_on": "2022-06-01"})
        assert "El plazo no puede vencer antes de hoy." in page.content.decode()
        assert 'value="2022-06-01"' in page.content.decode()
        assert Plan.objects.get().extra_budget_due_on == DUE

    def test_budget_deadline_asks_for_a_date_where_nothing_is_sent(self, world):
        page = client_of(world.people.bruno).post(address("budget_deadline"))
        assert (page.status_code, "Este campo es obligatorio" in page.text) == (422, True)

    def test_budget_deadline_does_not_exist_for_others(self, world):
        for person in (world.sonia, world.people.alicia, world.people.carla):
            open_as(person, "budget_deadline", status=404)


def test_the_section_stands_in_the_navigation_of_those_whose_work_it_is(world):
    for person, shown in ((world.sonia, True), (world.people.bruno, True), (world.people.alicia, False)):
        page = client_of(person).get(reverse("monitoring:plan_detail", args=["lima"])).content.decode()
        assert (f'href="{address()}"' in page) is shown
