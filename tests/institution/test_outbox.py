"""Letters: written once, sent after the act they tell of, tried again, given up aloud."""

import datetime as dt
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import transaction
from django.db.models import F

from institution import clock, outbox
from institution.models import Letter
from tests.constraints import refused

pytestmark = pytest.mark.django_db


class NoServer(BaseEmailBackend):
    """A mail server that nobody reaches."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError("111 nadie responde")


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.NoServer"
    return settings


def post(key="aviso:1", **kw):
    fields = {"to": "ana@example.org", "subject": "Aviso", "body": "Lea https://x.example/", "kind": "notice"} | kw
    return outbox.post(key=key, **fields)


def later(letter: Letter) -> Letter:
    """The wait is over: the letter is due again."""
    Letter.objects.filter(pk=letter.pk).update(next_attempt_at=clock.real_now() - dt.timedelta(seconds=1))
    return Letter.objects.get(pk=letter.pk)


def deliver_mail() -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("deliver_mail", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_leaves_when_the_transaction_has_succeeded(django_capture_on_commit_callbacks, mailoutbox):
    with django_capture_on_commit_callbacks(execute=True):
        letter = post()
        assert mailoutbox == []
    (sent,) = mailoutbox
    assert (sent.to, sent.subject, sent.body) == (["ana@example.org"], "PMH: Aviso", "Lea https://x.example/")
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.next_attempt_at) == (Letter.State.SENT, 1, None)


def test_a_subject_is_one_line_whatever_name_stands_in_it(django_capture_on_commit_callbacks, mailoutbox):
    with django_capture_on_commit_callbacks(execute=True):
        letter = post(subject="Reporte de GMU\r\nBcc: otra@example.org\n de 2022-1")
    (sent,) = mailoutbox
    assert sent.subject == "PMH: Reporte de GMU Bcc: otra@example.org de 2022-1"
    assert sent.recipients() == ["ana@example.org"]
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_leaves_no_letter(mailoutbox):
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    assert mailoutbox == []
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_posting_twice_makes_one_letter(mailoutbox):
    assert post() == post(body="Otro texto")
    assert Letter.objects.get().body == "Lea https://x.example/"
    assert len(mailoutbox) == 1


def test_many_letters_are_left_to_the_command(django_capture_on_commit_callbacks, mailoutbox):
    with django_capture_on_commit_callbacks(execute=True):
        post("a", at_once=False)
        post("b", at_once=False)
    assert mailoutbox == []
    assert deliver_mail()[0].startswith("Enviados: 2. Por reintentar: 0. Abandonados: 0.")
    assert deliver_mail()[0].startswith("Enviados: 0.")
    assert len(mailoutbox) == 2


def test_a_failure_is_kept_and_tried_again_later(no_server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = post()
    letter.refresh_from_db()
    assert letter.state == Letter.State.WAITING
    assert letter.last_error == "ConnectionRefusedError: 111 nadie responde"
    assert letter.next_attempt_at > clock.real_now() + dt.timedelta(minutes=4)
    assert deliver_mail()[0].startswith("Enviados: 0. Por reintentar: 0.")  # not yet
    later(letter)
    out, err = deliver_mail()
    assert "Por reintentar: 1." in out
    assert "PMH: Aviso (ana@example.org): ConnectionRefusedError" in out
    assert err == ""
    no_server.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later(letter)
    deliver_mail()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.last_error) == (Letter.State.SENT, 3, "")
    assert len(mail.outbox) == 1


def test_waits_grow_and_in_the_end_it_is_given_up_aloud(no_server):
    letter = post(is_secret=True)
    waits = []
    for _attempt in range(outbox.MAX_ATTEMPTS):
        letter = later(letter)
        before = clock.real_now()
        out, err = deliver_mail()
        letter.refresh_from_db()
        waits.append(letter.next_attempt_at and letter.next_attempt_at - before)
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[-1] is None
    assert letter.state == Letter.State.GIVEN_UP
    assert letter.body == ""  # nobody will send it any more, so nobody needs its link
    assert "Abandonados: 1." in out
    assert "No se pudo enviar después de 6 intentos: PMH: Aviso (ana@example.org)." in err
    assert deliver_mail()[0].startswith("Enviados: 0. Por reintentar: 0. Abandonados: 0.")


def test_two_processes_do_not_send_the_same_letter(mailoutbox):
    letter = post(at_once=False)
    twin = Letter.objects.get(pk=letter.pk)
    outbox.deliver(letter=letter)
    outbox.deliver(letter=twin)
    assert len(mailoutbox) == 1


def test_one_that_is_being_sent_is_left_alone(mailoutbox):
    letter = post(at_once=False)
    Letter.objects.filter(pk=letter.pk).update(attempts=F("attempts") + 1)  # another process is at it
    outbox.deliver(letter=letter)
    assert mailoutbox == []


def test_a_secret_letter_is_blanked_once_sent(mailoutbox):
    letter = post(is_secret=True, at_once=False)
    outbox.deliver(letter=letter)
    letter.refresh_from_db()
    assert mailoutbox[0].body == "Lea https://x.example/"
    assert letter.body == ""


def test_withdrawn_in_time_it_is_never_sent(mailoutbox):
    letter = post(at_once=False)
    assert outbox.withdraw(letter=letter)
    outbox.deliver(letter=letter)
    deliver_mail()
    assert mailoutbox == []
    sent = post("b", at_once=False)
    outbox.deliver(letter=sent)
    assert not outbox.withdraw(letter=sent)
    assert Letter.objects.get() == sent


def test_withdrawn_while_it_fails_it_does_not_come_back(no_server, monkeypatch):
    letter = post(at_once=False)
    monkeypatch.setattr(NoServer, "send_messages", lambda *args: outbox.withdraw(letter=letter) / 0)
    outbox.deliver(letter=letter)
    assert not Letter.objects.exists()


def test_the_database_keeps_sent_letters_out_of_the_queue_and_secrets_out_of_copies():
    letter = post(is_secret=True, at_once=False)
    refused(lambda: Letter.objects.update(sent_at=clock.real_now(), body=""))
    refused(lambda: Letter.objects.update(sent_at=clock.real_now(), next_attempt_at=None))
    refused(lambda: Letter.objects.create(key=letter.key, to="b@example.org", subject="B", kind="b"))


def test_each_attempt_at_a_letter_bears_the_same_number_and_no_other_letter_does(mailoutbox):
    letter, other = post(at_once=False), post("aviso:2", at_once=False)
    outbox.deliver(letter=letter)
    # The process died before it could say so.
    Letter.objects.filter(pk=letter.pk).update(sent_at=None, attempts=0, next_attempt_at=letter.created_at)
    outbox.deliver(letter=Letter.objects.get(pk=letter.pk))
    outbox.deliver(letter=other)
    first, again, different = (sent.message()["Message-ID"] for sent in mailoutbox)
    assert first == again != different
    assert first.startswith("<")
