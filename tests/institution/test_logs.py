"""Lines of the log: by whose request, as JSON, and with links that open something blanked."""

import json
import logging
import sys

import pytest

from institution.logs import HideLinks, JsonLines, NameRequest, request_id
from tests.factories import make_user


@pytest.mark.parametrize(
    ("message", "arguments", "written"),
    [
        ("Not Found: %s", ("/invitacion/abc-DEF_1/",), "Not Found: /invitacion/[...]/"),
        (
            '"GET /cuenta/login/?next=/invitacion/abc/ HTTP/1.1"',
            (),
            '"GET /cuenta/login/?next=/invitacion/[...]/ HTTP/1.1"',
        ),
        ("Forbidden: /cuenta/password/reset/key/1-abc/", (), "Forbidden: /cuenta/password/reset/key/[...]/"),
        ("/planes/%s/", ("lima",), "/planes/lima/"),
        ("/invitaciones/3/renovar/", (), "/invitaciones/3/renovar/"),
    ],
)
def test_the_key_of_a_link_is_blanked(message, arguments, written):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, message, arguments, None)
    assert HideLinks().filter(record)
    assert record.getMessage() == written


def line(message, *arguments, error=None, **facts):
    record = logging.LogRecord("pmh.access", logging.INFO, "", 1, message, arguments, error)
    record.__dict__ |= facts
    NameRequest().filter(record)
    HideLinks().filter(record)
    return json.loads(JsonLines().format(record))


def test_a_line_names_its_request():
    request_id.set("")
    assert line("algo")["request_id"] == "-"
    request_id.set("abc-123")
    told = line("año %s\nen dos líneas", 2024, method="GET", status=200)
    assert told["request_id"] == "abc-123"
    assert (told["message"], told["method"], told["status"]) == ("año 2024\nen dos líneas", "GET", 200)
    assert told["at"].endswith("+00:00")


def test_the_traceback_of_an_error_is_in_its_line_without_links():
    try:
        raise ValueError("/invitacion/abc-DEF_1/")
    except ValueError:
        told = line("falló", error=sys.exc_info())
    assert "ValueError: /invitacion/[...]/" in told["traceback"]


class TestRequests:
    """`X-Request-ID`, and one line about each request."""

    @pytest.fixture(autouse=True)
    def heard(self, caplog):
        caplog.set_level(logging.INFO, logger="pmh.access")
        return caplog

    def test_every_answer_has_a_number_of_its_own(self, client, db):
        first, second = client.get("/salud/vive/")["X-Request-ID"], client.get("/no/hay/")["X-Request-ID"]
        assert len(first) == 32
        assert first != second

    def test_a_number_is_believed_of_the_proxy_only(self, client, db, settings):
        given = {"X-Request-ID": "de-nginx-0001"}
        assert client.get("/salud/vive/", headers=given)["X-Request-ID"] != "de-nginx-0001"
        settings.BEHIND_PROXY = True
        assert client.get("/salud/vive/", headers=given)["X-Request-ID"] == "de-nginx-0001"
        for wrong in ("corto", "x" * 65, "con espacio 1", 'comilla"12345'):
            assert client.get("/salud/vive/", headers={"X-Request-ID": wrong})["X-Request-ID"] != wrong

    def test_the_line_says_what_and_for_whom_without_the_query_or_a_link(self, client, heard, make_person):
        client.force_login(make_person)
        client.get("/escritorio/?buscar=Rosa")
        client.get("/invitacion/abc-DEF_1/")
        told = [record for record in heard.records if record.name == "pmh.access"]
        assert (told[0].method, told[0].path, told[0].user) == ("GET", "/escritorio/", make_person.pk)
        assert told[1].path == "/invitacion/[...]/"
        assert "Rosa" not in heard.text
        assert "abc-DEF" not in heard.text

    def test_nobody_is_looked_up_for_the_line(self, client, db, heard, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get("/salud/vive/")
        assert [r.user for r in heard.records if r.name == "pmh.access"] == [None]

    @pytest.fixture
    def make_person(self, db):
        return make_user("alicia@example.org")
