"""The technical administration: who enters, by which door, and that nothing of the flow can be changed there."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.forms import model_to_dict
from django.urls import reverse

from institution.models import (
    Act,
    AuditEntry,
    Designation,
    District,
    GCMObjective,
    IGMDimension,
    Invitation,
    Letter,
    SDGTarget,
    User,
)
from monitoring.evaluation import close_evaluation, open_evaluation
from monitoring.models import OfflineUpload, Result, Submission
from plans.models import LibraryItem, PlanUpload, Responsibility, Target
from reports.models import Document, SignedCopy
from tests.factories import (
    PASSWORD,
    make_evidence,
    make_indicator,
    make_invitation,
    make_people,
    make_plan,
    make_result,
    make_revision,
    make_tree,
    make_unit,
    make_user,
    second_factor_code,
)

pytestmark = pytest.mark.django_db
HOME = "/tecnica/"
EDITABLE = {District, GCMObjective, SDGTarget, IGMDimension}
FLAGGED = {User}
REGISTERED = list(admin.site._registry)
GOVERNED = [model for model in REGISTERED if model not in EDITABLE | FLAGGED]


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def technician(client, people):
    """Somebody who runs the installation, and holds no post."""
    person = make_user("Tomás Roca", "tomas@example.org", is_staff=True)
    client.force_login(person)
    return client


@pytest.fixture
def world(people):
    """A row of what matters most, so that its pages have something to show and to lose."""
    plan = make_plan(closed_up_to="2022-2")
    unit = make_unit("GMU")
    indicator = make_indicator(make_tree(plan, lead_unit=unit).activity, unit=unit, targets={"2022-1": 4})
    make_evidence(make_result(indicator, "2022-1", 4))
    make_revision(indicator, "2022-2", None, 5, people.bruno)
    make_invitation(by=people.bruno)
    close_evaluation(open_evaluation(plan=plan, year=2022, by=people.bruno), by=people.bruno, texts_may_be_empty=True)
    return plan


def address(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rows(model) -> list[dict]:
    return [model_to_dict(row) | {"pk": row.pk} for row in model._default_manager.order_by("pk")]


class TestDoor:
    def test_nobody_is_sent_to_the_site_own_door_and_back(self, client):
        answer = client.get(HOME, follow=True)
        assert answer.request["PATH_INFO"] == reverse("account_login")
        assert "next=" in answer.request["QUERY_STRING"]
        client.force_login(make_user(is_staff=True))
        assert client.get(HOME).status_code == 200

    def test_signing_in_there_asks_for_the_second_factor(self, client):
        cache.clear()
        person = make_user("Tomás Roca", "tomas@example.org", is_staff=True)
        secret = "JBSWY3DPEHPK3PXP"
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
        door = client.get(HOME, follow=True).request
        login = f"{door['PATH_INFO']}?{door['QUERY_STRING']}"
        answer = client.post(login, {"login": person.email, "password": PASSWORD, "next": HOME})
        assert answer["Location"].startswith(reverse("mfa_authenticate"))
        assert client.get(HOME).status_code == 302  # the password alone opens nothing
        answer = client.post(answer["Location"], {"code": second_factor_code(secret)}, follow=True)
        assert answer.request["PATH_INFO"] == HOME
        assert "Administración técnica" in answer.text

    def test_django_own_form_takes_no_password(self, client):
        person = make_user(is_staff=True)
        answer = client.post(f"{HOME}login/", {"username": person.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert client.get(HOME).status_code == 302

    def test_an_address_elsewhere_is_not_followed(self, client):
        cache.clear()
        person = make_user(is_staff=True)
        door = client.get(f"{HOME}login/?next=https://example.org/", follow=True).request
        typed = {"login": person.email, "password": PASSWORD, "next": "https://example.org/"}
        answer = client.post(f"{door['PATH_INFO']}?{door['QUERY_STRING']}", typed)
        assert "example.org" not in answer["Location"]

    @pytest.mark.parametrize("name", ["alicia", "bruno", "carla"])
    def test_it_does_not_exist_for_whoever_has_only_a_post(self, client, people, name):
        client.force_login(getattr(people, name))
        pages = [HOME, f"{HOME}logout/", f"{HOME}no-existe/", f"{HOME}jsi18n/"]
        pages += [address(model, "changelist") for model in REGISTERED]
        assert {client.get(page).status_code for page in pages} == {404}
        assert {client.post(page).status_code for page in pages} == {404}

    def test_a_deactivated_technician_is_out_at_once(self, technician):
        User.objects.filter(email="tomas@example.org").update(is_active=False)
        assert technician.get(HOME).status_code == 302

    def test_password_and_leaving_are_the_site_own(self, technician):
        assert technician.get(f"{HOME}password_change/")["Location"] == reverse("account_change_password")
        assert technician.get(f"{HOME}logout/").status_code == 405
        assert technician.post(f"{HOME}logout/")["Location"] == reverse("account_login")
        assert technician.get(HOME).status_code == 302

    def test_the_flag_opens_nothing_of_a_plan(self, technician, world):
        assert technician.get(reverse("monitoring:plan_detail", args=[world.code])).status_code == 404


class TestWhatIsThere:
    def test_all_of_our_models_and_nothing_that_opens_an_account(self):
        ours = {
            model
            for label in ("institution", "plans", "monitoring", "reports")
            for model in apps.get_app_config(label).get_models()
            if not hasattr(model, "history_id")  # what simple_history keeps of a model is no model of ours
        }
        assert ours | {LogEntry} == set(REGISTERED)
        for model in (Designation, Invitation, Letter, Result, Submission, Responsibility, Target, OfflineUpload):
            assert model in GOVERNED

    def test_every_list_and_row_can_be_read(self, technician, world):
        found = {}
        for model in REGISTERED:
            row = model._default_manager.first()
            pages = [address(model, "changelist"), *([address(model, "change", row.pk)] if row else [])]
            found[model] = {technician.get(page).status_code for page in pages}
        assert found == {model: {200} for model in REGISTERED}

    def test_what_opens_something_is_not_shown(self, technician, world):
        invitation = Invitation.objects.get()
        letter = Letter.objects.create(
            to="x@example.org", subject="PMH: x", body="/invitacion/secreto/", kind="x", key="x"
        )
        for row, secret in ((invitation, invitation.token_hash), (letter, "secreto")):
            assert secret not in technician.get(address(type(row), "change", row.pk)).text
        person = User.objects.get(email="alicia@example.org")
        assert person.password not in technician.get(address(User, "change", person.pk)).text

    @pytest.mark.parametrize("model", [OfflineUpload, LibraryItem, PlanUpload, Document, SignedCopy])
    def test_files_are_not_reached_past_their_own_page(self, model):
        assert "file" in admin.site._registry[model].exclude


class TestNothingOfTheFlowChanges:
    def test_adding_changing_and_deleting_are_refused(self, technician, world):
        """Every model, by one walk: a row of it where the world has one, else an address that has none."""
        answers, moved = {}, []
        for model in GOVERNED:
            before = rows(model)
            row = model._default_manager.first()
            typed = (
                {name: value for name, value in rows(model)[0].items() if isinstance(value, str | int)} if row else {}
            )
            pk = row.pk if row else 1
            answers[model] = tuple(
                technician.post(address(model, page, *args), typed | {"post": "yes"}).status_code
                for page, args in (("add", ()), ("change", (pk,)), ("delete", (pk,)))
            )
            bulk = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
            technician.post(address(model, "changelist"), bulk)
            moved += [model] if rows(model) != before else []
        assert answers == dict.fromkeys(GOVERNED, (403, 403, 403))
        assert moved == []
        with_rows = {model for model in GOVERNED if model._default_manager.exists()}
        assert {Designation, Invitation, Responsibility, Result, Submission, Target} <= with_rows

    def test_codes_and_persons_are_never_deleted(self, technician):
        for model in EDITABLE | FLAGGED:
            row = model._default_manager.first()
            assert technician.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
            bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
            technician.post(address(model, "changelist"), bulk)
            assert model._default_manager.filter(pk=row.pk).exists()

    def test_persons_are_not_made_here(self, technician):
        assert technician.post(address(User, "add"), {"email": "x@example.org"}).status_code == 403


class TestWhatMayBeChanged:
    def test_the_name_of_a_code_but_not_the_code(self, technician):
        code = SDGTarget.objects.first()
        typed = {"code": "99.9", "name": "Escrita bien", "order": code.order}
        assert technician.post(address(SDGTarget, "change", code.pk), typed).status_code == 302
        assert SDGTarget.objects.get(pk=code.pk).name == "Escrita bien"
        assert not SDGTarget.objects.filter(pk="99.9").exists()

    def test_a_new_code(self, technician):
        assert technician.post(address(District, "add"), {"ubigeo": "150199", "name": "Nuevo"}).status_code == 302
        assert District.objects.get(pk="150199").name == "Nuevo"

    def test_of_a_person_the_flag_and_nothing_else(self, technician, people):
        typed = {"is_staff": "on", "full_name": "Otra", "email": "otra@example.org", "is_active": "", "password": "x"}
        before = User.objects.get(pk=people.alicia.pk)
        assert technician.post(address(User, "change", before.pk), typed).status_code == 302
        after = User.objects.get(pk=before.pk)
        assert after.is_staff
        for name in ("full_name", "email", "is_active", "password"):
            assert getattr(after, name) == getattr(before, name)
        assert LogEntry.objects.get().object_id == str(before.pk)
        noted = AuditEntry.objects.get(act=Act.TECHNICAL_CHANGED)
        assert (str(noted.user), noted.subject) == ("Tomás Roca", "Alicia Rojas: administración técnica abierta.")

    def test_nobody_shuts_themselves_out(self, technician):
        me = User.objects.get(email="tomas@example.org")
        technician.post(address(User, "change", me.pk), {"is_staff": ""})
        me.refresh_from_db()
        assert me.is_staff


class TestCommand:
    def test_opens_and_closes_it(self, people):
        out = StringIO()
        call_command("technical_admin", "ALICIA@example.org", stdout=out)
        people.alicia.refresh_from_db()
        assert people.alicia.is_staff
        assert "abierta" in out.getvalue()
        call_command("technical_admin", "alicia@example.org", "--withdraw", stdout=out)
        people.alicia.refresh_from_db()
        assert not people.alicia.is_staff

    def test_an_unknown_person_is_said(self, db):
        for email in ("nadie@example.org", User.objects.system().email):
            with pytest.raises(CommandError, match="Nadie ingresa"):
                call_command("technical_admin", email)
