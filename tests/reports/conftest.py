"""An evaluation's record made by hand, and the machine's ability to print."""

import os

import pytest

from reports.checks import has_pango
from tests.reports.records import make_record


@pytest.fixture
def record():
    return make_record()


@pytest.fixture(scope="session")
def pango():
    """Skips where this machine cannot print, unless everything is asked for."""
    if not has_pango():
        reason = "Pango is not installed (see reports.checks)"
        (pytest.fail if os.environ.get("PMH_REQUIRE_ALL") == "1" else pytest.skip)(reason)
