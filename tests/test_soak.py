"""The short form of bin/soak: the same installation, people and accidents, without nginx; the long run has it whole.

It brings a PostgreSQL of its own, so it asks no database of the tests' and runs once.
"""

import os

import pytest

from tests.postgres import find_programs
from tests.soak.run import soak

LONG = os.environ.get("PMH_LONG") == "1"
SECONDS, FAULTS, UNITS = (600, 110, 6) if LONG else (25, 7, 3)


@pytest.fixture
def postgresql():
    """Skips where there is none, unless everything is asked for."""
    try:
        find_programs()
    except pytest.UsageError as error:
        (pytest.fail if os.environ.get("PMH_REQUIRE_ALL") == "1" else pytest.skip)(str(error))


@pytest.mark.usefixtures("postgresql")
def test_nothing_that_was_answered_is_lost_or_doubled(counted):
    outcome = soak(seconds=SECONDS, faults=FAULTS, seed=2022, units=UNITS, nginx=False)
    counted(f"soak: {outcome}")
    assert outcome.faults.total() == FAULTS
    assert outcome.acts["autosaves"] > UNITS
    assert outcome.is_clean
