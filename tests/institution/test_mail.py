"""The letters that accounts receive."""

import pytest
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_letter_that_resets_a_password_is_plain_and_carries_one_link(client, mailoutbox):
    make_user(email="ana@example.org")
    client.post(reverse("account_reset_password"), {"email": "ana@example.org"})
    (letter,) = mailoutbox
    assert letter.subject == "PMH: Cambie su contraseña"
    assert letter.body.count("http") == 1
    assert "Si usted no lo pidió" in letter.body
    assert "testserver!" not in letter.body


def test_nobody_learns_whether_an_address_has_an_account(client, mailoutbox):
    make_user(email="ana@example.org")
    known, unknown = (
        client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("ana@example.org", "nadie@example.org")
    )
    assert known.redirect_chain == unknown.redirect_chain
    assert len(mailoutbox) == 1
