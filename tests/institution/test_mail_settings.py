"""How often a person is reminded by mail is theirs to choose."""

import pytest
from django.urls import reverse

from institution.models import MailFrequency, User
from tests.factories import make_people

pytestmark = pytest.mark.django_db
PAGE = reverse("institution:mail_settings")


@pytest.fixture
def alicia(client):
    client.force_login(make_people().alicia)
    return client


def chosen() -> str:
    return User.objects.get(email="alicia@example.org").mail_frequency


def test_everybody_starts_with_all_reminders(alicia):
    assert chosen() == MailFrequency.EVERY
    assert 'value="every" ' in alicia.get(PAGE).content.decode()


@pytest.mark.parametrize("frequency", MailFrequency)
def test_each_may_be_chosen(alicia, frequency):
    page = alicia.post(PAGE, {"mail_frequency": frequency}, follow=True).content.decode()
    assert chosen() == frequency
    assert frequency.label.lower() in page


def test_what_is_not_offered_is_refused(alicia):
    assert alicia.post(PAGE, {"mail_frequency": "hourly"}).status_code == 422
    assert chosen() == MailFrequency.EVERY


def test_it_is_reached_from_the_account_menu(alicia):
    assert f'href="{PAGE}"' in alicia.get(reverse("monitoring:plan_list")).content.decode()
