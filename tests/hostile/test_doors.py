"""Signing in and being written to: no door tells who has an account, leads elsewhere or keeps a stranger's session."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as site
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_invitation, make_people, second_factor_code

SECRET = "una clave larga de prueba"
NOBODY = "nadie@example.org"


@pytest.fixture
def alicia(db):
    cache.clear()
    person = make_people().alicia
    person.set_password(SECRET)
    person.save()
    yield person
    cache.clear()


def sign_in(client: Client, email: str, password: str = SECRET, **more: str):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "//testserver@evil.example/",
    ],
)
def test_signing_in_never_leads_to_another_site(alicia, there):
    answer = sign_in(Client(), alicia.email, next=there)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_a_session_that_somebody_planted_is_not_kept(alicia):
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    assert sign_in(client, alicia.email).status_code == 302
    after = client.cookies[site.SESSION_COOKIE_NAME].value
    assert after != before
    client.cookies[site.SESSION_COOKIE_NAME] = before
    assert client.get(reverse("monitoring:plan_list")).status_code == 302


def test_signing_in_tells_nobody_who_has_an_account(alicia):
    said = []
    for email in (alicia.email, NOBODY):
        answer = sign_in(Client(), email, "no es la clave")
        said.append((answer.status_code, answer.context["form"].non_field_errors()))
    assert said[0] == said[1]
    assert not mail.outbox


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(alicia):
    said = []
    for email in (alicia.email, NOBODY):
        answer = Client().post(reverse("account_reset_password"), {"email": email})
        said.append((answer.status_code, answer["Location"]))
    assert said[0] == said[1]
    assert {to for letter in mail.outbox for to in letter.to} <= {alicia.email}


@pytest.mark.parametrize("address", ["account_login", "account_reset_password"])
def test_an_invented_host_is_refused_and_nothing_is_sent(alicia, settings, address):
    settings.ALLOWED_HOSTS = ["pmh.example.org"]
    answer = Client().post(reverse(address), {"email": alicia.email}, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert not mail.outbox


def test_the_link_of_a_letter_does_not_follow_a_forwarded_host(alicia, settings):
    settings.ALLOWED_HOSTS = ["pmh.example.org"]
    headers = {"host": "pmh.example.org", "x-forwarded-host": "evil.example"}
    Client().post(reverse("account_reset_password"), {"email": alicia.email}, headers=headers)
    (letter,) = mail.outbox
    assert "pmh.example.org" in letter.body
    assert "evil" not in letter.body


def test_guessing_a_password_ends(alicia):
    for _ in range(12):
        sign_in(Client(), alicia.email, "no es la clave")
    answer = sign_in(Client(), alicia.email)
    assert answer.status_code != 302  # not even with the right one


def test_both_cost_the_same_questions(alicia):
    asked = []
    for email in (alicia.email, NOBODY):
        with CaptureQueriesContext(connection) as queries:
            sign_in(Client(), email, "no es la clave")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_guessing_the_code_of_the_second_factor_ends(alicia):
    """Even with the right password: a million codes are not many."""
    secret = generate_totp_secret()
    TOTP.activate(alicia, secret)
    client = Client()
    assert sign_in(client, alicia.email)["Location"].startswith(reverse("mfa_authenticate"))
    right = second_factor_code(secret)
    wrong = next(code for code in ("000000", "111111") if code != right)
    answers = [client.post(reverse("mfa_authenticate"), {"code": wrong}).status_code for _ in range(12)]
    assert 302 not in answers
    client.post(reverse("mfa_authenticate"), {"code": second_factor_code(secret)})
    assert client.get(reverse("monitoring:plan_list")).status_code == 302  # not even with the right one


def test_an_invitation_shows_whom_it_is_for_only_to_who_has_the_link(db):
    """And nothing of it tells whether that address has an account, until one has it."""
    cache.clear()
    told = [Client().get(reverse("institution:invitation_accept", args=[f"x{n}"])) for n in range(2)]
    issued = make_invitation("nueva@example.org")
    told.append(Client().get(reverse("institution:invitation_accept", args=["x3"])))
    assert {(answer.status_code, answer.content) for answer in told} == {(404, told[0].content)}
    assert b"nueva@example.org" not in told[-1].content
    assert b"nueva@example.org" in Client().get(reverse("institution:invitation_accept", args=[issued.link])).content
    cache.clear()
