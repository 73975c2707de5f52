"""The audit log: what leaves an entry, that it only grows, its chain of seals, and how long it is kept."""

import datetime as dt
import hashlib
import json
from io import StringIO

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from institution import clock
from institution.audit import RemovalRefused, kept_since, note, remove, seal, sealing, verify
from institution.models import Act, AuditEntry, AuditRemoval, AuditSeal
from tests.factories import PASSWORD, make_people, make_user
from tests.unlocked import unlocked

pytestmark = pytest.mark.django_db
LOGIN = "/cuenta/login/"


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)


def acts() -> list[tuple]:
    return list(AuditEntry.objects.values_list("act", "user__email", "typed"))


def write(count: int, **columns) -> None:
    for number in range(count):
        note(Act.DOWNLOADED, subject=f"archivo {number}", **columns)


def long_ago(days: int) -> None:
    """All entries are as old as that, as if they had been written then."""
    with unlocked(connection):
        AuditEntry.objects.update(at=clock.real_now() - dt.timedelta(days=days))


class TestSigningIn:
    def test_coming_in_failing_and_leaving(self, client):
        alicia = make_user("Alicia Rojas", "alicia@example.org")
        client.post(LOGIN, {"login": alicia.email, "password": "otra-cosa"})
        client.post(LOGIN, {"login": "nadie@example.org", "password": "otra-cosa"})
        client.post(LOGIN, {"login": alicia.email, "password": PASSWORD}, REMOTE_ADDR="190.12.0.7")
        client.post("/cuenta/logout/")
        assert acts() == [
            ("sign_in_failed", None, "alicia@example.org"),
            ("sign_in_failed", None, "nadie@example.org"),
            ("signed_in", "alicia@example.org", ""),
            ("signed_out", "alicia@example.org", ""),
        ]
        came_in = AuditEntry.objects.get(act=Act.SIGNED_IN)
        assert (came_in.address, came_in.path) == ("190.12.0.7", LOGIN)
        assert abs(clock.real_now() - came_in.at) < dt.timedelta(minutes=1)

    def test_the_number_of_the_request_is_that_of_the_answer(self, client):
        make_user("Alicia Rojas", "alicia@example.org")
        answer = client.post(LOGIN, {"login": "alicia@example.org", "password": PASSWORD})
        assert AuditEntry.objects.get().request == answer["X-Request-ID"]

    def test_a_password_typed_where_the_address_belongs_is_not_kept(self, client):
        client.post(LOGIN, {"login": "mi-clave-secreta-2022", "password": "alicia@example.org"})
        assert not AuditEntry.objects.exclude(typed="").exists()

    def test_a_wrong_code_of_the_second_factor(self, client):
        alicia = make_user("Alicia Rojas", "alicia@example.org")
        TOTP.activate(alicia, generate_totp_secret())
        client.post(LOGIN, {"login": alicia.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert acts() == [("sign_in_failed", "alicia@example.org", "")]

    def test_a_changed_password(self, client):
        alicia = make_user("Alicia Rojas", "alicia@example.org")
        client.force_login(alicia)
        new = "otra-clave-muy-larga-7"
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert ("password_changed", "alicia@example.org", "") in acts()

    def test_the_link_that_opens_something_is_not_kept(self, client):
        note(Act.DOWNLOADED, client.get("/invitacion/un-secreto/").wsgi_request)
        assert AuditEntry.objects.get().path == "/invitacion/[...]/"


class TestItOnlyGrows:
    @pytest.fixture(autouse=True)
    def sealed(self):
        write(2)
        seal()
        AuditRemoval.objects.create(first_entry=-9, last_entry=-8, at=clock.real_now(), by="Ana", why="Venció")

    @pytest.mark.parametrize("model", [AuditEntry, AuditSeal, AuditRemoval])
    def test_nothing_is_changed_and_nothing_is_deleted(self, model):
        field = {AuditEntry: "subject", AuditSeal: "sha256", AuditRemoval: "why"}[model]
        before = list(model.objects.values())
        for act in (lambda: model.objects.update(**{field: "otro"}), lambda: model.objects.all().delete()):
            with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
                act()
        assert list(model.objects.values()) == before

    def test_no_table_is_emptied(self):
        if connection.vendor != "postgresql":
            return  # SQLite knows no TRUNCATE
        connection.check_constraints()  # a table whose rows are still to be checked is not emptied anyway
        for model in (AuditEntry, AuditSeal, AuditRemoval):
            with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f'TRUNCATE "{model._meta.db_table}"')


class TestSeals:
    def test_the_chain_can_be_checked_by_anybody(self, small_batches):
        """From the description in `institution.audit.sealing` alone, without its code."""
        alicia = make_user("Alicia Ñahui", "alicia@example.org")
        write(7, user=alicia, plan="lima")
        assert [each.entries for each in seal()] == [3, 3, 1]
        previous, after = "", 0
        for each in AuditSeal.objects.order_by("number"):
            lines = b""
            for row in AuditEntry.objects.filter(id__gt=after, id__lte=each.last_entry).order_by("id"):
                moment = row.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
                told = [row.id, moment, row.act, row.user_id, row.key_id, row.typed, row.plan, row.unit, row.subject]
                told += [row.path, row.address, row.request]
                lines += json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            assert each.entries_sha256 == hashlib.sha256(lines).hexdigest()
            sealed_at = each.sealed_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
            text = f"{each.number}|{each.last_entry}|{each.entries}|{each.entries_sha256}|{previous}|{sealed_at}"
            assert each.sha256 == hashlib.sha256(text.encode()).hexdigest()
            previous, after = each.sha256, each.last_entry

    def test_sealing_again_seals_only_what_is_new(self, small_batches):
        write(2)
        seal()
        assert seal() == []
        write(1)
        assert verify().unsealed == 1
        (new,) = seal()
        assert (new.number, new.entries) == (2, 1)
        found = verify()
        assert (found.seals, found.entries, found.unsealed, found.problems) == (2, 3, 0, [])

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(data=st.data())
    def test_whatever_is_tampered_with_is_found(self, small_batches, data):
        """By somebody who owns the database, and does not write the whole chain anew."""
        with transaction.atomic():
            write(8)
            head = seal()[-1].sha256
            entries, seals = list(AuditEntry.objects.all()), list(AuditSeal.objects.all())
            entry, one = data.draw(st.sampled_from(entries)), data.draw(st.sampled_from(seals))
            column = data.draw(st.sampled_from(["act", "subject", "typed", "plan", "unit", "path", "request"]))
            other = f"{getattr(entry, column)}x"[-24:]
            ways = {
                "an entry changed": lambda: AuditEntry.objects.filter(pk=entry.pk).update(**{column: other}),
                "an entry moved in time": lambda: AuditEntry.objects.filter(pk=entry.pk).update(
                    at=entry.at + dt.timedelta(microseconds=1)
                ),
                "an entry deleted": lambda: AuditEntry.objects.filter(pk=entry.pk).delete(),
                "an entry smuggled in": lambda: AuditEntry.objects.create(
                    pk=entries[0].pk - 1, act=Act.DOWNLOADED, at=entry.at
                ),
                "a seal changed": lambda: AuditSeal.objects.filter(pk=one.pk).update(
                    sealed_at=one.sealed_at - dt.timedelta(days=1)
                ),
                "a seal deleted": lambda: AuditSeal.objects.filter(pk=one.pk).delete(),
            }
            way = data.draw(st.sampled_from(sorted(ways)))
            with unlocked(connection):
                ways[way]()
            assert verify(known=head).problems, way
            transaction.set_rollback(True)

    def test_a_chain_written_anew_is_found_by_a_hash_noted_elsewhere(self):
        write(3)
        noted = seal()[-1].sha256
        with unlocked(connection):
            AuditEntry.objects.filter(subject="archivo 1").delete()
            AuditSeal.objects.all().delete()
        seal()
        assert verify().problems == []
        (problem,) = verify(known=noted).problems
        assert "huella anotada" in problem

    def test_the_hash_of_any_seal_of_the_chain_is_known(self, small_batches):
        write(7)
        for each in seal():
            assert verify(known=each.sha256).problems == []


class TestRetention:
    def test_what_is_to_be_kept_is_kept(self):
        write(1)
        seal()
        with pytest.raises(RemovalRefused, match="5 años"):
            remove(before=kept_since() + dt.timedelta(days=1), by="Ana Quispe", why="Sobra")
        with pytest.raises(RemovalRefused, match="por qué"):
            remove(before=kept_since(), by="Ana Quispe", why=" ")
        assert remove(before=kept_since(), by="Ana Quispe", why="Venció") == 0
        assert AuditEntry.objects.count() == 1

    def test_old_batches_go_in_the_open_and_the_chain_still_holds(self, small_batches):
        write(4)
        long_ago(6 * 366)
        write(3)
        assert [each.entries for each in seal()] == [3, 3, 1]
        # The fourth is as old, but shares its seal with younger ones.
        assert remove(before=kept_since(), by="Ana Quispe", why="Directiva 3-2026") == 3
        assert AuditEntry.objects.filter(act=Act.DOWNLOADED).count() == 4
        told = AuditEntry.objects.get(act=Act.ENTRIES_REMOVED).subject
        assert told.endswith("Ana Quispe · Directiva 3-2026")
        seal()
        found = verify()
        assert (found.seals, found.removed, found.problems) == (4, 3, [])

    def test_removing_twice_goes_on_where_it_ended(self, small_batches):
        write(3)
        seal()
        long_ago(6 * 366)
        with unlocked(connection):  # sealed when they were young
            AuditSeal.objects.all().delete()
        seal()
        assert remove(before=kept_since(), by="Ana", why="Venció") == 3
        assert remove(before=kept_since(), by="Ana", why="Venció") == 0
        assert AuditRemoval.objects.count() == 1

    def test_what_comes_back_under_a_removed_seal_is_found(self, small_batches):
        write(3)
        long_ago(6 * 366)
        first = AuditEntry.objects.first().pk
        seal()
        remove(before=kept_since(), by="Ana", why="Venció")
        AuditEntry.objects.create(pk=first, at=clock.real_now(), act=Act.DOWNLOADED)
        (problem,) = verify().problems
        assert "quedan líneas" in problem


class TestCommands:
    def said(self, *command, **options) -> str:
        out = StringIO()
        call_command(*command, stdout=out, **options)
        return out.getvalue()

    def test_sealing_and_verifying(self):
        assert "No hay líneas" in self.said("seal_audit")
        write(2)
        head = self.said("seal_audit").split()[-1]
        told = self.said("verify_audit", known=head)
        assert "líneas selladas: 2" in told
        assert head in told

    def test_what_was_tampered_with_ends_the_command_with_an_error(self):
        write(2)
        seal()
        with unlocked(connection):
            AuditEntry.objects.filter(subject="archivo 0").update(subject="otro")
        with pytest.raises(CommandError, match="Sello 1"):
            self.said("verify_audit")

    def test_removing(self):
        day = str(kept_since())
        assert "retiradas: 0" in self.said("remove_audit", f"--before={day}", "--by=Ana", "--why=Venció")
        with pytest.raises(CommandError, match="No se retiró nada"):
            self.said("remove_audit", "--before=2999-01-01", "--by=Ana", "--why=Venció")


def test_an_answer_that_cannot_be_noted_is_not_given(client, monkeypatch):
    people = make_people()
    client.force_login(people.bruno)
    monkeypatch.setattr("institution.middleware.note_answer", _away)
    client.raise_request_exception = False
    assert client.get("/planes/").status_code == 500


def _away(*_request):
    raise RuntimeError("the database is away")
