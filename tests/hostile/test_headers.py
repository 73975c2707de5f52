"""What every answer tells the browser, and what Django says of the settings of production."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client

from tests.hostile.test_pages import addresses, client_of, whole
from tests.permissions.world import COORDINATOR, OWN_REPORTER

POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", None),
        ("/cuenta/login/", 200),
        ("/publico/no-hay/", 404),
        ("/cuenta/dos-pasos/", 302),
        ("/api/v1/plans/", None),
        ("/api/v1/no-hay/", 404),
        ("/cuenta/login/?x=%00", 400),
    ],
)
def test_headers_of_every_answer(db, settings, address, status):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    answer = Client().get(address, secure=True)
    assert status is None or answer.status_code == status
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Permissions-Policy"] == POLICY


def held(answer, *, framed: str = "'none'") -> None:
    """What every page says, to whomever."""
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f"frame-ancestors {framed}" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Permissions-Policy"] == POLICY
    assert answer["Referrer-Policy"] in ("same-origin", "strict-origin")


def test_headers_of_whatever_a_person_is_given(world):
    """Pages, refusals, JSON, tables, workbooks, evidence. Files are data: no script is allowed in any."""
    kinds = set()
    for person in (COORDINATOR, OWN_REPORTER):
        client = client_of(world, person)
        for name, address in addresses(world).items():
            answer = client.get(address)
            whole(answer)
            kind = answer["Content-Type"].partition(";")[0]
            kinds.add((answer.status_code, kind))
            if kind == "text/html":
                held(answer)
                continue
            policy = answer["Content-Security-Policy"]
            assert answer["X-Content-Type-Options"] == "nosniff", name
            assert "default-src 'none'" in policy, name
            assert "script-src 'unsafe" not in policy, name
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert kinds >= {
        *((200, kind) for kind in ("text/html", "application/json", "text/csv", "application/pdf", workbook)),
        (404, "text/html"),
        (405, "text/html"),
    }


@pytest.mark.parametrize(("error", "status"), [(RuntimeError, 500), (OperationalError, 503), (PermissionDenied, 403)])
def test_headers_where_something_failed(db, monkeypatch, error, status):
    def fail(*_arguments, **_named):
        raise error("x")

    monkeypatch.setattr("reports.public.pages.load_home", fail)
    answer = Client(raise_request_exception=False).get("/publico/")
    assert answer.status_code == status
    held(answer)


def test_production_asks_for_https_for_a_year():
    """From the settings alone, as a server would have them."""
    code = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)"
    seconds, redirects = in_production("-c", code).stdout.split()
    assert int(seconds) >= 31536000
    assert redirects == "True"


def test_django_finds_nothing_to_warn_of_in_production():
    said = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout


def in_production(*arguments: str) -> subprocess.CompletedProcess:
    """What python says of that in an installation with nothing but its own secret and name."""
    kept = {key: value for key, value in os.environ.items() if not re.match("PMH_|PYTEST|DJANGO_", key)}
    production = {"PMH_SECRET_KEY": "k7" * 40 + "aBcDeFgH!x", "PMH_ALLOWED_HOSTS": "pmh.example.org"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=site.BASE_DIR,
        env={**kept, **production, "DJANGO_SETTINGS_MODULE": "pmh.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
