"""Inviting to a post, and accepting it: the verbs, and every reason to refuse."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from institution import clock
from institution.invitations import InvitationRefused, accept, hash_of, invitation_of, renew, revoke, why_not_accept
from institution.models import Designation, Invitation, Letter, Role, User
from institution.permissions import coordinated_governments
from tests.constraints import refused
from tests.factories import (
    BEGINNING,
    make_designation,
    make_government,
    make_invitation,
    make_people,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
LONG = "una-clave-bastante-larga"
TODAY = dt.date(2025, 1, 13)
NEXT_MONTH = dt.date(2025, 2, 3)


@pytest.fixture(autouse=True)
def today(settings):
    settings.PMH_TODAY = TODAY.isoformat()


@pytest.fixture
def people():
    return make_people()


def expire(invitation: Invitation) -> Invitation:
    Invitation.objects.filter(pk=invitation.pk).update(
        created_at=clock.real_now() - dt.timedelta(days=15), expires_at=clock.real_now() - dt.timedelta(days=1)
    )
    return Invitation.objects.get(pk=invitation.pk)


class TestInvite:
    def test_gives_the_link_once_and_keeps_its_hash(self, people):
        issued = make_invitation("Nora@Example.org", by=people.bruno)
        invitation = Invitation.objects.get()
        assert invitation.state == Invitation.State.PENDING
        assert invitation.email == "nora@example.org"
        assert invitation.token_hash == hash_of(issued.link)
        assert issued.link not in {str(value) for value in Invitation.objects.values().get().values()}
        assert invitation_of(issued.link) == invitation
        assert not User.objects.filter(email="nora@example.org").exists()

    def test_lasts_14_real_days_whatever_the_demonstration_says(self, people):
        invitation = make_invitation().invitation
        assert dt.timedelta(days=13, hours=23) < invitation.expires_at - clock.real_now() <= dt.timedelta(days=14)

    def test_sends_one_short_letter_with_one_link(self, people, django_capture_on_commit_callbacks, mailoutbox):
        with django_capture_on_commit_callbacks(execute=True):
            issued = make_invitation(full_name="Nora D'Ávila & Cía")
        (letter,) = mailoutbox
        assert letter.to == ["nora@example.org"]
        assert letter.subject == "PMH: Invitación a GMU"
        assert letter.body.count(issued.link) == 1
        assert "Nora D'Ávila & Cía:" in letter.body
        assert "Bruno Salas le invita" in letter.body
        assert "Unidad: Gerencia de la Mujer\nPuesto: Enlace técnico\n" in letter.body
        assert len(letter.body) < 800
        assert issued.link not in str(list(Letter.objects.values()))

    @pytest.mark.parametrize("person", ["alicia", "carla"])
    def test_only_the_coordination_of_the_unit_s_government(self, people, person):
        with pytest.raises(InvitationRefused, match="Solo la coordinación del plan de Municipalidad Metropolitana"):
            make_invitation(by=getattr(people, person))
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"email": "alicia@example.org"}, "Alicia Rojas ya tiene esta designación desde el 1 ene. 2022"),
            ({"ends_on": dt.date(2024, 12, 31)}, "terminaría antes de empezar"),
            ({"email": "ida@example.org"}, "está desactivada"),
        ],
    )
    def test_what_could_never_begin_is_refused(self, people, wrong, told):
        make_user(email="ida@example.org").deactivate()
        with pytest.raises(InvitationRefused, match=told):
            make_invitation(by=people.bruno, **wrong)

    def test_a_unit_that_has_ended_or_not_begun(self, people):
        old = make_unit("GSC", valid_until=dt.date(2023, 4, 30))
        new = make_unit("GX", valid_from=dt.date(2026, 1, 1))
        with pytest.raises(InvitationRefused, match=r"GSC termina el 30 abr\. 2023"):
            make_invitation(unit=old)
        with pytest.raises(InvitationRefused, match=r"GX recién empieza el 1 ene\. 2026"):
            make_invitation(unit=new)

    def test_the_same_post_once_until_it_is_answered(self, people):
        first = make_invitation().invitation
        with pytest.raises(InvitationRefused, match="ya tiene una invitación a este puesto"):
            make_invitation("NORA@example.org")
        expire(first)
        with pytest.raises(InvitationRefused, match="ya tiene una invitación"):
            make_invitation()
        make_invitation(role=Role.HEAD)
        make_invitation("otra@example.org")
        revoke(invitation=first, by=people.bruno)
        make_invitation()

    def test_a_post_that_ended_can_be_given_again(self, people):
        people.alicia.designations.update(ends_on=dt.date(2024, 6, 30))
        assert make_invitation("alicia@example.org").invitation.state == Invitation.State.PENDING

    def test_what_is_not_written_well(self, people):
        with pytest.raises(ValidationError, match="correo"):
            make_invitation("no es un correo")
        with pytest.raises(ValidationError):
            make_invitation(full_name="")


class TestAccept:
    def test_makes_the_account_and_the_designation(self, people, client):
        issued = make_invitation(document="Memorando 1", document_date=BEGINNING)
        designation = accept(token=issued.link, full_name=" Nora Díaz Ríos ", password=LONG)
        nora = User.objects.get(email="nora@example.org")
        assert nora.full_name == "Nora Díaz Ríos"
        assert client.login(email="nora@example.org", password=LONG)
        assert designation in Designation.objects.in_force()
        found = (designation.user, designation.unit.acronym, designation.role, designation.document)
        assert found == (nora, "GMU", Role.REPORTER, "Memorando 1")
        assert designation.document_date == BEGINNING
        invitation = Invitation.objects.get()
        assert (invitation.state, invitation.accepted_by) == (Invitation.State.ACCEPTED, nora)

    @pytest.mark.parametrize(("starts_on", "begins"), [(BEGINNING, TODAY), (NEXT_MONTH, NEXT_MONTH)])
    def test_the_post_begins_today_or_on_its_later_date(self, people, starts_on, begins):
        issued = make_invitation(starts_on=starts_on, ends_on=dt.date(2025, 12, 31))
        designation = accept(token=issued.link, full_name="Nora", password=LONG)
        assert (designation.starts_on, designation.ends_on) == (begins, dt.date(2025, 12, 31))

    def test_adds_the_post_to_an_account_that_is_there(self, people):
        issued = make_invitation("Alicia@example.org", role=Role.HEAD)
        accept(token=issued.link, by=people.alicia)
        assert set(people.alicia.designations.values_list("role", flat=True)) == {Role.REPORTER, Role.HEAD}
        assert User.objects.filter(email__iexact="alicia@example.org").count() == 1

    def test_nobody_else_accepts_it(self, people):
        issued = make_invitation("alicia@example.org", role=Role.HEAD)
        with pytest.raises(InvitationRefused, match=r"es para alicia@.* usted ingresó como carla@"):
            accept(token=issued.link, by=people.carla)
        with pytest.raises(InvitationRefused, match="ya tiene una cuenta: ingrese con ella"):
            accept(token=issued.link, full_name="Otra", password=LONG)
        fresh = make_invitation()
        with pytest.raises(InvitationRefused, match=r"es para nora@"):
            accept(token=fresh.link, by=people.alicia)
        assert not Invitation.objects.filter(accepted_at__isnull=False).exists()

    def test_a_password_that_will_not_do_changes_nothing(self, people):
        issued = make_invitation()
        for password in ("corta", "nora@example.org", "123456789012"):
            with pytest.raises(ValidationError):
                accept(token=issued.link, full_name="Nora Díaz", password=password)
        with pytest.raises(ValidationError):
            accept(token=issued.link, full_name="", password=LONG)
        assert Invitation.objects.get().state == Invitation.State.PENDING
        assert not User.objects.filter(email="nora@example.org").exists()

    def test_once_only(self, people):
        issued = make_invitation()
        designation = accept(token=issued.link, full_name="Nora", password=LONG)
        for by in (None, designation.user):
            with pytest.raises(InvitationRefused, match="ya se usó"):
                accept(token=issued.link, by=by, full_name="Nora", password=LONG)
        assert Designation.objects.filter(user=designation.user).count() == 1

    def test_links_that_open_nothing(self, people):
        for_expired, for_revoked = make_invitation("a@example.org"), make_invitation("b@example.org")
        expire(for_expired.invitation)
        revoke(invitation=for_revoked.invitation, by=people.bruno)
        for link, told in ((for_expired.link, "venció"), (for_revoked.link, "anulada"), ("x", "ninguna invitación")):
            with pytest.raises(InvitationRefused, match=told):
                accept(token=link, full_name="Ana", password=LONG)

    def test_a_post_that_cannot_begin_any_more(self, people, settings):
        issued = make_invitation(ends_on=dt.date(2025, 1, 31))
        settings.PMH_TODAY = "2025-02-01"
        assert "terminaría antes de empezar" in why_not_accept(issued.invitation, None)
        with pytest.raises(InvitationRefused, match="terminaría antes de empezar"):
            accept(token=issued.link, full_name="Nora", password=LONG)

    def test_a_post_that_was_given_otherwise_meanwhile(self, people):
        issued = make_invitation("carla@example.org")
        make_designation(people.carla, make_unit("GMU"), starts_on=TODAY)
        with pytest.raises(InvitationRefused, match="Carla Quispe ya tiene esta designación"):
            accept(token=issued.link, by=people.carla)


class TestRenewAndRevoke:
    def test_a_renewed_link_replaces_the_one_before(self, people):
        first = make_invitation()
        old = expire(first.invitation)
        second = renew(invitation=old, by=people.bruno, link_of=str)
        assert second.invitation.pk == old.pk
        assert second.invitation.state == Invitation.State.PENDING
        assert invitation_of(first.link) is None
        accept(token=second.link, full_name="Nora", password=LONG)

    def test_a_letter_with_a_dead_link_is_not_sent_any_more(self, people, mailoutbox):
        first = make_invitation()  # inside the test's transaction it has not left yet
        second = renew(invitation=first.invitation, by=people.bruno, link_of=str)
        assert second.link in Letter.objects.get().body
        revoke(invitation=second.invitation, by=people.bruno)
        assert not Letter.objects.exists()

    def test_revoked_it_stays_on_record(self, people):
        issued = make_invitation()
        revoke(invitation=issued.invitation, by=people.bruno)
        invitation = Invitation.objects.get()
        assert (invitation.state, invitation.revoked_by) == (Invitation.State.REVOKED, people.bruno)

    def test_only_the_coordination_and_only_while_unanswered(self, people):
        issued = make_invitation()
        invitation = issued.invitation
        for by in (people.alicia, people.carla):
            with pytest.raises(InvitationRefused, match="Solo la coordinación"):
                revoke(invitation=invitation, by=by)
            with pytest.raises(InvitationRefused, match="Solo la coordinación"):
                renew(invitation=invitation, by=by, link_of=str)
        accept(token=issued.link, full_name="Nora", password=LONG)
        for verb in (revoke, lambda **kw: renew(link_of=str, **kw)):
            with pytest.raises(InvitationRefused, match="Nora Díaz ya aceptó"):
                verb(invitation=invitation, by=people.bruno)
        other = make_invitation("b@example.org").invitation
        revoke(invitation=other, by=people.bruno)
        with pytest.raises(InvitationRefused, match="ya está anulada"):
            renew(invitation=other, by=people.bruno, link_of=str)

    def test_not_renewed_where_the_post_cannot_begin(self, people):
        issued = make_invitation("carla@example.org")
        make_designation(people.carla, make_unit("GMU"), starts_on=TODAY)
        with pytest.raises(InvitationRefused, match="ya tiene esta designación"):
            renew(invitation=issued.invitation, by=people.bruno, link_of=str)


class TestModel:
    def test_visible_to_those_who_coordinate_today(self, people):
        invitation = make_invitation().invitation
        assert list(Invitation.objects.visible_to(people.bruno)) == [invitation]
        assert not Invitation.objects.visible_to(people.alicia).exists()
        assert not Invitation.objects.visible_to(people.carla).exists()
        assert list(coordinated_governments(people.bruno)) == [make_government()]
        people.bruno.designations.update(ends_on=TODAY - dt.timedelta(days=1))
        assert not Invitation.objects.visible_to(people.bruno).exists()
        assert not coordinated_governments(people.bruno).exists()

    def test_what_the_database_refuses(self, people):
        invitation = make_invitation().invitation
        row = Invitation.objects.filter(pk=invitation.pk)
        now = clock.real_now()
        for wrong in (
            {"ends_on": BEGINNING - dt.timedelta(days=1)},
            {"expires_at": invitation.created_at},
            {"accepted_at": now},
            {"accepted_by": people.alicia},
            {"revoked_at": now},
            {"revoked_by": people.bruno},
            {"accepted_at": now, "accepted_by": people.alicia, "revoked_at": now, "revoked_by": people.bruno},
        ):
            refused(lambda wrong=wrong: row.update(**wrong))
        other = make_invitation("b@example.org").invitation
        refused(lambda: Invitation.objects.filter(pk=other.pk).update(email="NORA@example.org"))
        refused(lambda: Invitation.objects.filter(pk=other.pk).update(token_hash=invitation.token_hash))

    def test_overlapping_posts(self, people):
        held = make_designation(people.carla, make_unit("GMU"), ends_on=dt.date(2024, 6, 30))
        mine = Designation.objects.filter(pk=held.pk)
        assert mine.overlapping(dt.date(2024, 6, 30), None).exists()
        assert not mine.overlapping(dt.date(2024, 7, 1), None).exists()
        assert mine.overlapping(dt.date(2021, 1, 1), BEGINNING).exists()
        assert not mine.overlapping(dt.date(2021, 1, 1), BEGINNING - dt.timedelta(days=1)).exists()
