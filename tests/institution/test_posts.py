"""Posts ended, passed on and set right; persons put out and let in again. Nobody leaves a plan without coordinator."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from institution.invitations import InvitationRefused, accept
from institution.models import Act, AuditEntry, Designation, Invitation, PersonsAreKept, Role, Unit, User
from institution.posts import PostRefused, correct_document, deactivate, end_post, reactivate, replace_post
from tests.factories import (
    PASSWORD,
    make_designation,
    make_government,
    make_invitation,
    make_people,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2024, 3, 15)
TOMORROW = dt.date(2024, 3, 16)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = TODAY.isoformat()


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def post(people):
    return people.alicia.designations.get()


@pytest.fixture
def coordination(people):
    return people.bruno.designations.get()


def end(post, by, **kw):
    return end_post(designation=post, by=by, **({"ends_on": TODAY, "reason": "Memorando 9"} | kw))


def replace(post, by, **kw):
    fields = {
        "full_name": "Nora Díaz",
        "email": "nora@example.org",
        "starts_on": TOMORROW,
        "document": "Memorando 10",
        "document_date": TODAY,
    } | kw
    return replace_post(designation=post, by=by, link_of=str, **fields)


class TestEnd:
    def test_the_last_day_still_counts(self, people, post, settings):
        end(post, people.bruno)
        assert people.alicia.designations.in_force(TODAY).exists()
        assert not people.alicia.designations.in_force(TOMORROW).exists()
        post.refresh_from_db()
        assert post.end_reason == "Memorando 9"
        assert post.history.first().history_user == people.bruno

    def test_what_is_refused_says_why(self, people, post):
        for why, by, kw in (
            ("Solo la coordinación", people.alicia, {}),
            ("Solo la coordinación", people.carla, {}),
            ("no puede terminar antes", people.bruno, {"ends_on": dt.date(2021, 12, 31)}),
            ("motivo o el documento", people.bruno, {"reason": "  "}),
        ):
            with pytest.raises(PostRefused, match=why):
                end(post, by, **kw)
        post.refresh_from_db()
        assert post.ends_on is None

    def test_an_ended_post_does_not_come_back(self, people, post):
        Designation.objects.filter(pk=post.pk).update(ends_on=dt.date(2024, 1, 31))
        with pytest.raises(PostRefused, match=r"ya terminó el 31 ene\. 2024"):
            end(post, people.bruno, ends_on=dt.date(2025, 1, 1))

    def test_an_announced_end_may_move(self, people, post):
        end(post, people.bruno, ends_on=dt.date(2024, 6, 30))
        assert end(post, people.bruno, ends_on=dt.date(2024, 5, 31)).ends_on == dt.date(2024, 5, 31)

    def test_but_never_later(self, people, post):
        """A longer post is another act, with its document: another invitation."""
        end(post, people.bruno, ends_on=dt.date(2024, 6, 30))
        with pytest.raises(PostRefused, match=r"termina el 30 jun\. 2024 y no se alarga"):
            end(post, people.bruno, ends_on=dt.date(2024, 7, 1))

    def test_not_after_its_unit(self, people, post):
        Unit.objects.filter(pk=post.unit_id).update(valid_until=dt.date(2024, 4, 30))
        with pytest.raises(PostRefused, match=r"GMU termina el 30 abr\. 2024: la designación no dura más"):
            end(post, people.bruno, ends_on=dt.date(2024, 5, 1))
        assert end(post, people.bruno, ends_on=dt.date(2024, 4, 30)).ends_on == dt.date(2024, 4, 30)


class TestLastCoordinator:
    def test_whoever_stays_reaches_as_far(self, people, coordination):
        """Two steps do not do what one may not: first the one until June, then the other from May on."""
        other = make_designation(make_user(), make_unit("GPV"), Role.COORDINATOR)
        end(other, people.bruno, ends_on=dt.date(2024, 6, 30))
        with pytest.raises(PostRefused, match=r"Desde el 1 jul\. 2024 nadie coordinaría el plan"):
            end(coordination, people.bruno, ends_on=dt.date(2024, 5, 31))

    def test_one_after_the_other_will_do(self, people, coordination):
        for starts_on, ends_on in ((TODAY, dt.date(2024, 6, 30)), (dt.date(2024, 7, 1), None)):
            make_designation(make_user(), make_unit("GPV"), Role.COORDINATOR, starts_on=starts_on, ends_on=ends_on)
        assert end(coordination, people.bruno).ends_on == TODAY

    def test_whoever_is_to_follow_is_not_put_out(self, people, coordination):
        nora = make_user("Nora Díaz")
        make_designation(nora, make_unit("GPV"), Role.COORDINATOR, starts_on=TOMORROW)
        end(coordination, people.bruno)
        with pytest.raises(PostRefused, match="única persona que coordina"):
            deactivate(person=nora, government=make_government(), by=people.bruno)

    def test_does_not_leave(self, people, coordination):
        for day in (TODAY, dt.date(2024, 12, 31), dt.date(2023, 1, 1)):
            with pytest.raises(PostRefused, match="nadie coordinaría el plan"):
                end(coordination, people.bruno, ends_on=day)
        with pytest.raises(PostRefused, match="nadie coordinaría el plan"):
            replace(coordination, people.bruno)
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        "other",
        [
            {"is_active": False},
            {"role": Role.PLANNER},
            {"ends_on": TODAY},
            {"starts_on": dt.date(2024, 3, 17)},
            {"government": "0701"},
        ],
        ids=str,
    )
    def test_somebody_who_could_not_act_the_next_day_is_nobody(self, people, coordination, other):
        user = make_user(is_active=other.pop("is_active", True))
        unit = make_unit("GPV", make_government(other.pop("government", "1501")))
        make_designation(user, unit, **({"role": Role.COORDINATOR} | other))
        with pytest.raises(PostRefused, match="nadie coordinaría el plan"):
            end(coordination, people.bruno)

    def test_leaves_once_somebody_else_coordinates(self, people, coordination):
        make_designation(make_user(), make_unit("GPV"), Role.COORDINATOR, starts_on=TOMORROW)
        assert end(coordination, people.bruno).ends_on == TODAY

    def test_two_do_not_put_each_other_out(self, people, coordination):
        lucia = make_user("Lucía")
        hers = make_designation(lucia, make_unit("GPV"), Role.COORDINATOR)
        end(hers, people.bruno, ends_on=dt.date(2024, 3, 14))
        with pytest.raises(PostRefused, match="Solo la coordinación"):
            end(coordination, lucia)

    def test_is_not_deactivated_even_by_the_system(self, people):
        with pytest.raises(PostRefused, match="única persona que coordina"):
            deactivate(person=people.bruno, government=make_government(), by=User.objects.system())


class TestReplace:
    def test_ends_one_and_invites_the_other(self, people, post):
        issued = replace(post, people.bruno)
        post.refresh_from_db()
        assert (post.ends_on, post.end_reason) == (TODAY, "Reemplazo: Memorando 10")
        new = accept(token=issued.link, full_name="Nora Díaz", password=PASSWORD)
        assert (new.unit, new.role, new.starts_on) == (post.unit, Role.REPORTER, TOMORROW)

    def test_both_or_neither(self, people, post):
        make_invitation("nora@example.org", by=people.bruno)
        with pytest.raises(InvitationRefused, match="sin aceptar"):
            replace(post, people.bruno)
        with pytest.raises(ValidationError):
            replace(post, people.bruno, email="no es")
        post.refresh_from_db()
        assert post.ends_on is None

    def test_who_may(self, people, post):
        for stranger in (people.alicia, people.carla):
            with pytest.raises(PostRefused, match="Solo la coordinación"):
                replace(post, stranger)


class TestCorrect:
    def test_what_stood_there_stays_readable(self, people, post):
        correct_document(designation=post, document="Memorando 1", document_date=TODAY, by=people.bruno)
        correct_document(designation=post, document="Memorando 2", document_date=TODAY, by=people.bruno)
        post.refresh_from_db()
        assert post.document == "Memorando 2"
        assert [row.document for row in post.history.all()] == ["Memorando 2", "Memorando 1", ""]

    def test_is_refused(self, people, post):
        for why, by, document in (
            ("Solo la coordinación", people.carla, "X"),
            ("Escriba el documento", people.bruno, " "),
        ):
            with pytest.raises(PostRefused, match=why):
                correct_document(designation=post, document=document, document_date=None, by=by)


class TestOverlap:
    def test_nobody_holds_one_post_twice_at_once(self, people, post):
        again = Designation(user=people.alicia, unit=post.unit, role=post.role, starts_on=TODAY)
        with pytest.raises(ValidationError, match=r"Alicia Rojas ya tiene esta designación desde el 1 ene\. 2022"):
            again.full_clean()
        again.role = Role.HEAD
        again.full_clean()

    def test_one_after_the_other_is_fine(self, people, post):
        end(post, people.bruno)
        Designation(user=people.alicia, unit=post.unit, role=post.role, starts_on=TOMORROW).full_clean()


class TestPersons:
    def put_out(self, people, person=None, by=None):
        return deactivate(person=person or people.alicia, government=make_government(), by=by or people.bruno)

    def test_out_and_in_again(self, people, post):
        self.put_out(people)
        people.alicia.refresh_from_db()
        assert not people.alicia.is_active
        post.refresh_from_db()
        assert post.ends_on is None
        reactivate(person=people.alicia, government=make_government(), by=people.bruno)
        people.alicia.refresh_from_db()
        assert people.alicia.is_active
        # Who did it stands in the audit log, which the coordination reads.
        told = [(entry.act, entry.user, entry.subject) for entry in AuditEntry.objects.all()]
        assert told == [
            (Act.ACCOUNT_CLOSED, people.bruno, "Alicia Rojas"),
            (Act.ACCOUNT_OPENED, people.bruno, "Alicia Rojas"),
        ]

    def test_are_kept(self, people):
        with pytest.raises(PersonsAreKept):
            people.alicia.delete()

    def test_who_may_put_out_whom(self, people):
        lucia = make_user()
        make_designation(lucia, make_unit("GPV"), Role.COORDINATOR)
        technician = make_user(is_staff=True)
        make_designation(technician, make_unit("GPV"), Role.VIEWER)
        for why, person, by in (
            ("Solo la coordinación", people.alicia, people.alicia),
            ("Solo la coordinación", people.alicia, people.carla),
            ("no es de Municipalidad Metropolitana", people.carla, people.bruno),
            ("a sí misma", people.bruno, people.bruno),
            ("administra la instalación", technician, people.bruno),
        ):
            with pytest.raises(PostRefused, match=why):
                self.put_out(people, person, by)
        self.put_out(people, lucia)
        with pytest.raises(PostRefused, match="ya está desactivada"):
            self.put_out(people, lucia)

    def test_not_whoever_also_acts_elsewhere(self, people):
        elsewhere = make_designation(people.alicia, make_unit("GDS", make_government("0701")), Role.VIEWER)
        with pytest.raises(PostRefused, match="actúa también fuera de su plan"):
            self.put_out(people)
        elsewhere.ends_on = dt.date(2024, 1, 31)
        elsewhere.save()
        assert not self.put_out(people).is_active

    def test_nobody_is_let_in_twice(self, people):
        with pytest.raises(PostRefused, match="ya está activa"):
            reactivate(person=people.alicia, government=make_government(), by=people.bruno)
        with pytest.raises(PostRefused, match="Solo la coordinación"):
            reactivate(person=people.alicia, government=make_government(), by=people.carla)
