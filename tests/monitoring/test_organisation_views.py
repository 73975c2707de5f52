"""The pages of the organisation and its people: what they say, what they refuse, and whom they let in."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from institution import outbox
from institution.models import Designation, Invitation, Role, Unit, User
from monitoring.models import Submission
from plans.models import Activity, Responsibility
from tests.factories import (
    make_designation,
    make_government,
    make_indicator,
    make_invitation,
    make_people,
    make_plan,
    make_results,
    make_submission,
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


class TestPages:
    def test_the_organisation_says_what_is_missing_and_leads_to_the_invitation(self, bruno, unit, indicator):
        text = bruno.get(page("organisation")).text
        assert "El plan pide su visto bueno, y nadie puede darlo." in text
        link = f"/invitaciones/?unidad={unit.pk}&amp;rol=head#invitar"
        assert link in text
        form = bruno.get(link.replace("&amp;", "&")).text
        assert f'<option value="{unit.pk}" selected>' in form
        assert '<option value="head" selected>' in form

    def test_the_unit_remembers_everybody(self, bruno, unit):
        make_designation(make_user("Elsa Ríos"), unit, ends_on=dt.date(2022, 8, 1), end_reason="Rotación")
        make_invitation(unit=unit)
        text = bruno.get(page("organisation_unit", "GMU")).text
        for told in ("Elsa Ríos", "1 ago. 2022", "Término: Rotación", "Alicia Rojas", "Nora Díaz", "Pendiente"):
            assert told in text

    def test_creating_a_unit(self, bruno):
        typed = {"acronym": "GNU", "name": "Gerencia Nueva", "function": "responsible", "valid_from": "2023-06-01"}
        answer = bruno.post(page("organisation_unit_create"), typed, follow=True)
        assert "Se creó GNU · Gerencia Nueva." in answer.text
        refused = bruno.post(page("organisation_unit_create"), typed | {"acronym": "gnu", "name": "Otra"})
        assert refused.status_code == 422
        assert "elija otras siglas" in refused.text
        assert 'value="Otra"' in refused.text

    def test_changing_and_ending_a_unit(self, bruno, unit, indicator):
        typed = {"name": "Gerencia de Mujeres", "function": "responsible", "valid_from": "2022-01-01"}
        assert "Gerencia de Mujeres" in bruno.post(page("organisation_unit", "GMU"), typed, follow=True).text
        refused = bruno.post(page("organisation_unit_end", "GMU"), {"last_day": "2023-06-30"})
        assert refused.status_code == 422
        assert "registre su sucesora" in refused.text
        assert 'value="2023-06-30"' in refused.text
        empty = make_unit("GQ")
        bruno.post(page("organisation_unit_end", "GQ"), {"last_day": "2023-06-30"})
        empty.refresh_from_db()
        assert empty.valid_until == dt.date(2023, 6, 30)

    def test_passing_an_indicator(self, bruno, indicator):
        make_unit("GDE")
        typed = {"indicator": "IND", "unit": "GDE", "from_period": "2023-1"}
        assert (
            "GDE responde por IND desde 2023-1."
            in bruno.post(page("organisation_responsibility"), typed, follow=True).text
        )
        refused = bruno.post(page("organisation_responsibility"), typed)
        assert refused.status_code == 422
        assert "ya responde por IND" in refused.text


class TestSuccessionPage:
    CHOICE = {"unit": "GMU", "new_acronym": "GMN", "new_name": "Gerencia Nueva", "new_from": "2023-05-01"}

    def test_the_preview_writes_nothing_and_says_what_passes(self, bruno, unit, indicator, people):
        before = Unit.objects.count()
        text = bruno.get(page("organisation_succession"), self.CHOICE | {"from_period": "2023-1"}).text
        for told in ("GMU → GMN", "el 30 abr. 2023", "se crea en este acto", indicator.name, "Alicia Rojas"):
            assert told in text
        assert "Confirmar la sucesión" in text
        assert Unit.objects.count() == before
        assert Responsibility.objects.get().unit == unit

    def test_confirming_does_it(self, bruno, unit, indicator):
        answer = bruno.post(page("organisation_succession"), self.CHOICE | {"from_period": "2023-1"}, follow=True)
        assert "GMN sucede a GMU: pasa 1 responsabilidad desde 2023-1" in answer.text
        assert Activity.objects.get().lead_unit.acronym == "GMN"

    def test_a_refusal_is_told_where_it_was_asked_and_offers_no_button(self, bruno, indicator):
        for answer in (
            bruno.get(page("organisation_succession"), self.CHOICE | {"from_period": "2024-2"}),
            bruno.post(page("organisation_succession"), self.CHOICE | {"from_period": "2024-2"}),
        ):
            assert "Es tarde" in answer.text
            assert "Confirmar la sucesión" not in answer.text
            assert 'value="Gerencia Nueva"' in answer.text
        assert answer.status_code == 409

    def test_what_changed_meanwhile_is_refused(self, bruno, plan, unit, indicator):
        make_submission(unit, plan.periods.get(code="2023-1"), Submission.State.DRAFT)
        answer = bruno.post(page("organisation_succession"), self.CHOICE | {"from_period": "2023-1"})
        assert answer.status_code == 409
        assert "ya tiene un reporte de 2023-1" in answer.text

    def test_half_a_choice_is_asked_for(self, bruno, unit):
        answer = bruno.get(page("organisation_succession"), {"unit": "GMU", "from_period": "2023-1"})
        assert answer.status_code == 422
        assert "o complete los datos de la nueva" in answer.text
        begun = bruno.get(page("organisation_succession"), {"unit": "GMU"})
        assert begun.status_code == 200
        assert '<option value="GMU" selected>' in begun.text

    def test_the_past_figures_of_the_unit_page_do_not_move(self, bruno, unit, indicator):
        make_results(indicator, {"2022-1": 4})
        address = f"{page('unit_detail', 'GMU')}?semestre=2022-2"
        before = bruno.get(address).context["dossier"].figures
        bruno.post(page("organisation_succession"), self.CHOICE | {"from_period": "2023-1"})
        assert bruno.get(address).context["dossier"].figures == before
        assert before


class TestPeoplePages:
    def test_the_list_says_who_came_and_whether_letters_left(self, bruno, people):
        User.objects.filter(pk=people.alicia.pk).update(last_login=timezone.now())
        outbox.post(to=people.alicia.email, subject="x", body="x", kind="x", key="x", at_once=False)
        text = bruno.get(page("person_list")).text
        assert "por enviar" in text
        assert "nunca" not in text.split("Alicia Rojas", 1)[1].split("</tr>")[0]
        assert "Carla Quispe" not in text

    def test_ending_a_post(self, bruno, people):
        post = people.alicia.designations.get()
        refused = bruno.post(page("person_post_end", post.pk), {"ends_on": "2021-01-01", "reason": "Rotación"})
        assert refused.status_code == 422
        assert "no puede terminar antes" in refused.text
        assert 'value="Rotación"' in refused.text
        answer = bruno.post(
            page("person_post_end", post.pk), {"ends_on": "2023-05-31", "reason": "Rotación"}, follow=True
        )
        assert "Se registró el término" in answer.text
        assert "Término: Rotación" in answer.text

    def test_replacing_shows_the_link_once(self, bruno, people):
        post = people.alicia.designations.get()
        typed = {"full_name": "Nora Díaz", "email": "NORA@example.org", "starts_on": "2023-06-01", "document": "Mem 2"}
        answer = bruno.post(page("person_post_replace", post.pk), typed)
        assert "La invitación de Nora Díaz está lista" in answer.text
        assert "no-store" in answer["Cache-Control"]
        post.refresh_from_db()
        assert post.ends_on == dt.date(2023, 5, 31)
        assert Invitation.objects.get().email == "nora@example.org"
        refused = bruno.post(page("person_post_replace", post.pk), typed | {"email": "mal"})
        assert refused.status_code == 422
        assert 'value="Nora Díaz"' in refused.text

    def test_the_last_coordinator_is_told_what_to_do_first(self, bruno, people):
        post = people.bruno.designations.get()
        answer = bruno.post(page("person_post_end", post.pk), {"ends_on": "2023-05-31", "reason": "Renuncia"})
        assert "primero invite a otra persona a la coordinación" in answer.text

    def test_correcting_a_document(self, bruno, people):
        post = people.alicia.designations.get()
        bruno.post(page("person_post_correct", post.pk), {"document": "Memorando 1"})
        bruno.post(page("person_post_correct", post.pk), {"document": "Memorando 2", "document_date": "2022-01-03"})
        text = bruno.get(page("person_post", post.pk)).text
        assert "Memorando 2" in text
        assert "Memorando 1" in text
        # Each once, whatever else of the post changed meanwhile, and never an empty one.
        post.refresh_from_db()
        for document in ("Memorando 1", "Memorando 1", "Memorando 2"):
            bruno.post(page("person_post_correct", post.pk), {"document": document})
        assert bruno.get(page("person_post", post.pk)).context["history"] == ["Memorando 1"]

    def test_out_and_in_again(self, bruno, people):
        out = bruno.post(page("person_deactivate", people.alicia.pk), follow=True)
        assert "ya no puede ingresar" in out.text
        assert "Reactivar" in out.text
        again = bruno.post(page("person_reactivate", people.alicia.pk), follow=True)
        assert "puede ingresar otra vez" in again.text
        own = bruno.post(page("person_deactivate", people.bruno.pk), follow=True)
        assert "No puede desactivarse a sí misma" in own.text

    def test_a_person_page_tells_posts_and_invitations(self, bruno, people):
        make_invitation(people.alicia.email, by=people.bruno, role=Role.HEAD)
        text = bruno.get(page("person_detail", people.alicia.pk)).text
        assert "Gerente · GMU" in text
        assert "Invitó Bruno Salas" in text


class TestWhoMay:
    """Coordination changes, planning reads, for everybody else these pages do not exist."""

    READ = [("organisation",), ("organisation_unit", "GMU"), ("person_list",), ("person_detail", "alicia")]
    CHANGE = [
        ("organisation_unit_create",),
        ("organisation_succession",),
        ("organisation_responsibility",),
        ("organisation_unit", "GMU"),
        ("organisation_unit_end", "GMU"),
        ("person_deactivate", "alicia"),
        ("person_reactivate", "alicia"),
        ("person_post_end", "post"),
        ("person_post_replace", "post"),
        ("person_post_correct", "post"),
    ]

    def addresses(self, pages, people):
        known = {"alicia": people.alicia.pk, "post": people.alicia.designations.get().pk}
        return [page(name, *(known.get(arg, arg) for arg in args)) for name, *args in pages]

    def test_planning_reads_and_may_not_change(self, client, people):
        planner = make_user()
        make_designation(planner, make_unit("GP"), Role.PLANNER)
        client.force_login(planner)
        reading = [client.get(each) for each in self.addresses(self.READ, people)]
        assert {answer.status_code for answer in reading} == {200}
        for answer in reading:
            forms = re.findall(r'<form method="post" action="(/planes[^"]*)"', answer.text)
            assert {each.split("/documentos/")[-1] for each in forms} <= {"pedir/handover/"}  # to have, not to change
            assert "Registrar" not in answer.text
        assert {client.post(each).status_code for each in self.addresses(self.CHANGE, people)} == {403}

    @pytest.mark.parametrize("name", ["alicia", "carla"])
    def test_for_others_nothing_is_there(self, client, people, name):
        client.force_login(getattr(people, name))
        assert {client.get(each).status_code for each in self.addresses(self.READ, people)} == {404}
        assert {client.post(each).status_code for each in self.addresses(self.CHANGE, people)} == {404}

    def test_a_coordinator_reaches_nobody_of_another_government(self, bruno, people):
        """Carla's unit, person and post answer as those that do not exist at all."""
        hers = people.carla.designations.get()
        gone = 10**6
        for name, number in (
            ("person_detail", people.carla.pk),
            ("person_post", hers.pk),
            ("person_detail", gone),
            ("person_post", gone),
        ):
            assert bruno.get(page(name, number)).status_code == 404
        for name, number in (
            ("person_deactivate", people.carla.pk),
            ("person_reactivate", people.carla.pk),
            ("person_post_end", hers.pk),
            ("person_post_replace", hers.pk),
            ("person_post_correct", hers.pk),
        ):
            assert bruno.post(page(name, number)).status_code == 404
        assert bruno.get(page("organisation_unit", "GDS")).status_code == 404
        assert bruno.post(page("organisation_unit_end", "GDS"), {"last_day": "2023-06-30"}).status_code == 404
        asked = {"unit": "GDS", "successor": "GDS", "from_period": "2023-1"}
        told = bruno.post(page("organisation_succession"), asked)
        nowhere = bruno.post(page("organisation_succession"), asked | {"unit": "NADA", "successor": "NADA"})
        assert told.status_code == nowhere.status_code == 422
        assert told.context["form"].errors == nowhere.context["form"].errors
        assert hers == Designation.objects.get(pk=hers.pk)

    def test_the_menu_leads_to_the_people_of_the_plan_and_elsewhere_to_the_invitations(self, bruno, client, people):
        assert f'href="{page("person_list")}">Personas e invitaciones' in bruno.get(page("scorecard")).text
        assert 'href="/invitaciones/">Personas e invitaciones' in bruno.get(reverse("monitoring:plan_list")).text
        client.force_login(people.alicia)
        assert "Personas e invitaciones" not in client.get(page("scorecard")).text

    def test_of_a_plan_elsewhere_a_coordinator_sees_the_invitations(self, bruno, people):
        make_plan(make_government("0701"), code="callao")
        make_designation(people.bruno, make_unit("GDS", make_government("0701")), Role.VIEWER)
        text = bruno.get(reverse("monitoring:scorecard", args=["callao"])).text
        assert 'href="/invitaciones/">Personas e invitaciones' in text
