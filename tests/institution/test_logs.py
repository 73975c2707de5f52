"""Links that open something are blanked in the log."""

import logging

import pytest

from institution.logs import HideLinks


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
