"""The pages of invitations, without a browser: what they say, whom they let in, what they do not leak."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse

from institution import clock, views
from institution.invitations import accept, revoke
from institution.models import Invitation, Role, User
from tests.factories import PASSWORD, make_invitation, make_people, make_unit

pytestmark = pytest.mark.django_db
LONG = "una-clave-bastante-larga"
LIST = "/invitaciones/"


@pytest.fixture(autouse=True)
def _attempts():
    cache.clear()


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def bruno(client, people):
    client.force_login(people.bruno)
    return client


def address_of(link: str) -> str:
    return reverse("institution:invitation_accept", args=[link])


def typed(**kw):
    fields = {"full_name": "Nora Díaz", "email": "nora@example.org", "unit": make_unit("GMU").pk, "role": "reporter"}
    return fields | {"starts_on": "2022-01-01", "document": "Memorando 1"} | kw


def account(**kw):
    return {"full_name": "Nora Díaz", "password": LONG, "again": LONG} | kw


def expire(invitation: Invitation) -> None:
    past = clock.real_now() - dt.timedelta(days=15)
    Invitation.objects.filter(pk=invitation.pk).update(created_at=past, expires_at=past + dt.timedelta(days=14))


class TestInvitations:
    def test_says_what_to_do_where_there_are_none(self, bruno):
        assert "Aún no hay invitaciones" in bruno.get(LIST).text

    def test_inviting_shows_the_link_once(self, bruno):
        answer = bruno.post(LIST, typed())
        assert answer.status_code == 200
        assert "La invitación de Nora Díaz está lista" in answer.text
        link = answer.context["issued"].link
        assert link.startswith("http://testserver/invitacion/")
        assert f'value="{link}"' in answer.text
        assert "no-store" in answer["Cache-Control"]
        listed = bruno.get(LIST).text
        assert "nora@example.org" in listed
        assert link not in listed
        assert bruno.get(link).status_code == 200

    def test_a_second_time_it_says_why_not(self, bruno):
        bruno.post(LIST, typed())
        answer = bruno.post(LIST, typed(email="Nora@example.org"))
        assert "nora@example.org ya tiene una invitación a este puesto sin aceptar" in answer.text
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"email": "nora"}, "correo electrónico"),
            ({"full_name": ""}, "obligatorio"),
            ({"role": "mayor"}, "mayor"),
            ({"ends_on": "2021-01-01"}, "La designación termina antes de empezar"),
            ({"ends_on": "2022-02-01"}, "terminaría antes de empezar"),
            ({"email": "alicia@example.org"}, "Alicia Rojas ya tiene esta designación"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_is_kept(self, bruno, wrong, told):
        answer = bruno.post(LIST, typed(**wrong))
        assert "Revise lo siguiente" in answer.text
        assert told in answer.text
        assert "Memorando 1" in answer.text
        assert not Invitation.objects.exists()

    def test_units_of_another_government_are_not_offered(self, bruno, people):
        foreign = people.carla.designations.get().unit
        assert foreign.acronym not in bruno.get(LIST).text
        bruno.post(LIST, typed(unit=foreign.pk))
        assert not Invitation.objects.exists()

    def test_the_account_menu_leads_there_only_who_may_invite(self, client, people):
        for person, offered in ((people.bruno, True), (people.alicia, False)):
            client.force_login(person)
            page = client.get(reverse("monitoring:plan_list")).text
            assert (LIST in page) is offered
            assert reverse("mfa_index") in page

    def test_lists_by_state_in_a_constant_number_of_queries(self, bruno, people, django_assert_num_queries):
        make_invitation("a@example.org")
        expire(make_invitation("b@example.org").invitation)
        revoke(invitation=make_invitation("c@example.org").invitation, by=people.bruno)
        accept(token=make_invitation("d@example.org", full_name="Delia").link, full_name="Delia Soto", password=LONG)
        # session, person, governments that they coordinate, their posts, units to choose from, invitations
        with django_assert_num_queries(6):
            page = bruno.get(LIST).text
        for told in ("Pendientes", "Vencidas", "Aceptadas", "Una anulada", "Delia Soto", "el correo aún no sale"):
            assert told in page
        for number in range(5):
            make_invitation(f"e{number}@example.org")
        with django_assert_num_queries(6):
            bruno.get(LIST)


class TestRenewAndRevoke:
    def test_renew_shows_another_link(self, bruno):
        issued = make_invitation()
        answer = bruno.post(reverse("institution:invitation_renew", args=[issued.invitation.pk]))
        assert "Enlace para aceptar" in answer.text
        assert bruno.get(address_of(issued.link)).status_code == 404
        bruno.logout()
        assert bruno.get(answer.context["issued"].link).status_code == 200

    def test_revoke(self, bruno):
        issued = make_invitation()
        answer = bruno.post(reverse("institution:invitation_revoke", args=[issued.invitation.pk]), follow=True)
        assert "Se anuló la invitación de Nora Díaz" in answer.text
        for name in ("institution:invitation_revoke", "institution:invitation_renew"):
            again = bruno.post(reverse(name, args=[issued.invitation.pk]), follow=True)
            assert "Esta invitación ya está anulada" in again.text

    def test_those_of_another_government_do_not_exist(self, client, people):
        pk = make_invitation().invitation.pk
        for person in (people.alicia, people.carla):
            client.force_login(person)
            for name in ("institution:invitation_revoke", "institution:invitation_renew"):
                assert client.post(reverse(name, args=[pk])).status_code == 404
        assert Invitation.objects.get().state == Invitation.State.PENDING


class TestAccept:
    def test_somebody_new_creates_the_account_and_is_in(self, client, people, settings):
        issued = make_invitation(document="Memorando 1")
        page = client.get(address_of(issued.link)).text
        for told in ("Gerencia de la Mujer", "Enlace técnico", "Registra cada semestre", "Memorando 1", "Bruno Salas"):
            assert told in page
        answer = client.post(address_of(issued.link), account())
        assert answer.status_code == 302
        assert answer["Location"] == reverse(settings.LOGIN_REDIRECT_URL)
        page = client.get(reverse("monitoring:plan_list")).text
        assert "Aceptó su designación: Enlace técnico, Gerencia de la Mujer." in page
        assert "nora@example.org" in page

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"again": "otra"}, "Las dos contraseñas no son iguales"),
            ({"password": "corta", "again": "corta"}, "12 caracteres"),
            ({"password": "nora@example.org", "again": "nora@example.org"}, "similar"),
            ({"full_name": ""}, "obligatorio"),
        ],
    )
    def test_what_is_wrong_is_told(self, client, people, wrong, told):
        issued = make_invitation()
        answer = client.post(address_of(issued.link), account(**wrong))
        assert "Revise lo siguiente" in answer.text
        assert told in answer.text
        assert LONG not in answer.text
        assert not User.objects.filter(email="nora@example.org").exists()

    def test_somebody_with_an_account_signs_in_and_comes_back(self, client, people):
        issued = make_invitation("alicia@example.org", role=Role.HEAD)
        address = address_of(issued.link)
        page = client.get(address).text
        assert "Ya tiene una cuenta" in page
        assert "password" not in page
        sign_in = f"{reverse('account_login')}?next={address}"
        assert sign_in in page
        back = client.post(sign_in, {"login": "alicia@example.org", "password": PASSWORD, "next": address})
        assert back["Location"] == address
        assert "Aceptar la designación" in client.get(address).text
        assert client.post(address).status_code == 302
        assert people.alicia.designations.filter(role=Role.HEAD).exists()

    def test_another_person_s_session_may_not_accept(self, client, people):
        issued = make_invitation("alicia@example.org", role=Role.HEAD)
        address = address_of(issued.link)
        client.force_login(people.carla)
        for answer in (client.get(address), client.post(address)):
            assert "Esta invitación es para <b>alicia@example.org</b>" in answer.text
            assert "Carla Quispe (carla@example.org)" in answer.text
            assert "Salir y volver a la invitación" in answer.text
        out = client.post(reverse("account_logout"), {"next": address})
        assert out["Location"] == address
        assert "Ingresar y aceptar" in client.get(address).text

    def test_another_person_s_session_makes_no_account_either(self, client, people):
        issued = make_invitation()
        client.force_login(people.carla)
        client.post(address_of(issued.link), account())
        assert not User.objects.filter(email="nora@example.org").exists()

    def test_without_signing_in_nobody_slips_into_an_account(self, client, people):
        issued = make_invitation("alicia@example.org", role=Role.HEAD)
        answer = client.post(address_of(issued.link), account())
        assert "ya tiene una cuenta: ingrese con ella" in answer.text
        people.alicia.refresh_from_db()
        assert people.alicia.check_password(PASSWORD)

    def test_a_post_that_cannot_begin_says_why(self, client, people):
        issued = make_invitation()
        unit = issued.invitation.unit
        unit.valid_until = dt.date(2022, 12, 31)
        unit.save()
        page = client.get(address_of(issued.link)).text
        assert "No se puede aceptar." in page
        assert "GMU termina el 31 dic. 2022" in page
        assert "Hable con Bruno Salas" in page

    def test_links_that_open_nothing_say_what_to_do(self, client, people):
        expired, revoked, used = (make_invitation(f"{name}@example.org") for name in "abc")
        expire(expired.invitation)
        revoke(invitation=revoked.invitation, by=people.bruno)
        accept(token=used.link, full_name="Celia", password=LONG)
        for issued, told in (
            (expired, "Pida a Bruno Salas que la renueve"),
            (revoked, "Esta invitación fue anulada"),
            (used, "Esta invitación ya se usó"),
        ):
            for answer in (client.get(address_of(issued.link)), client.post(address_of(issued.link))):
                assert answer.status_code == 410
                assert told in answer.text
        answer = client.get(address_of("no-es-un-enlace"))
        assert answer.status_code == 404
        assert "Copie el enlace entero" in answer.text

    def test_the_link_is_told_to_nobody(self, client, people):
        for link in (make_invitation().link, "x"):
            answer = client.get(address_of(link))
            assert answer["Referrer-Policy"] == "strict-origin"
            assert "no-store" in answer["Cache-Control"]
            assert "noindex" in answer["X-Robots-Tag"]

    def test_trying_links_comes_to_an_end(self, client, people, monkeypatch):
        monkeypatch.setattr(views, "WRONG_LINKS", 3)
        issued = make_invitation()
        found = [client.get(address_of(f"x{n}"), REMOTE_ADDR="10.0.0.7").status_code for n in range(4)]
        assert found == [404, 404, 404, 429]
        assert client.get(address_of(issued.link), REMOTE_ADDR="10.0.0.7").status_code == 429
        assert client.get(address_of(issued.link), REMOTE_ADDR="10.0.0.8").status_code == 200
