"""What every answer tells the browser, and what Django says of the settings of production."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.test import Client

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


def test_django_finds_nothing_to_warn_of_in_production():
    kept = {key: value for key, value in os.environ.items() if not re.match("PMH_|PYTEST|DJANGO_", key)}
    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=site.BASE_DIR,
        env={**kept, "PMH_SECRET_KEY": "k7" * 40 + "aBcDeFgH!x", "PMH_ALLOWED_HOSTS": "pmh.example.org"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout
