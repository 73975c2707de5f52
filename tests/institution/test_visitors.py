"""From where somebody asks, directly and behind a proxy."""

import pytest
from django.test import RequestFactory

from institution.visitors import address_of

PROXY = "10.0.0.2"


@pytest.fixture
def behind_a_proxy(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def asked(**headers):
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)


def test_directly_what_a_visitor_says_of_themselves_is_not_believed():
    assert address_of(asked(**{"x-forwarded-for": "192.0.2.9"})) == PROXY


def test_behind_a_proxy_each_visitor_has_an_address_of_their_own(behind_a_proxy):
    """Else a whole municipality would share one limit."""
    assert address_of(asked(**{"x-forwarded-for": "192.0.2.7"})) == "192.0.2.7"
    # What the visitor put there stands before what the proxy adds.
    assert address_of(asked(**{"x-forwarded-for": "198.51.100.1, 192.0.2.8"})) == "192.0.2.8"


@pytest.mark.parametrize("told", ["unknown", "<script>", "1.2.3.4.5"])
def test_what_is_no_address_is_none(behind_a_proxy, told):
    """PostgreSQL keeps addresses in a column of their own kind, and a file is not refused for it."""
    assert address_of(asked(**{"x-forwarded-for": told})) is None


def test_a_link_local_address_is_kept_without_its_zone():
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="fe80::1%eth0")) == "fe80::1"


def test_a_server_that_listens_on_a_socket_knows_none():
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) is None
