"""What the table cannot say in a cell: where somebody is sent, and what happens to who is inside already."""

import pytest
from django.urls import reverse

from institution.models import User
from tests.factories import make_people, make_plan

pytestmark = pytest.mark.django_db


def test_anonymous_readers_are_sent_to_sign_in_and_back(client):
    address = reverse("monitoring:scorecard", args=["lima"])
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


def test_signing_up_is_closed(client):
    answer = client.post(
        reverse("account_signup"),
        {"email": "nueva@example.org", "password1": "una-clave-larga-1", "password2": "una-clave-larga-1"},
    )
    assert answer.status_code == 200
    assert not User.objects.filter(email="nueva@example.org").exists()


def test_a_designation_that_ends_closes_at_once(client):
    alicia = make_people().alicia
    make_plan(code="lima")
    client.force_login(alicia)
    page = reverse("monitoring:scorecard", args=["lima"])
    assert client.get(page).status_code == 200
    alicia.designations.update(ends_on="2022-01-02")
    assert client.get(page).status_code == 404


def test_a_deactivated_person_is_out_at_once(client):
    alicia = make_people().alicia
    client.force_login(alicia)
    assert client.get(reverse("monitoring:plan_list")).status_code == 200
    alicia.deactivate()
    assert client.get(reverse("monitoring:plan_list")).status_code == 302
