"""An evaluation's record made by hand, the machine's ability to print, and a printing press that needs none."""

import os

import pytest

from reports import issuing
from reports.checks import has_pango
from tests.reports.archived import small_pdf
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


@pytest.fixture
def press(monkeypatch):
    """A printing press that takes no time: what it printed, in order."""
    printed = []

    def press(kind, record, stamp):
        printed.append(stamp.code)
        return small_pdf(stamp.code)

    monkeypatch.setattr(issuing, "print_document", press)
    return printed
