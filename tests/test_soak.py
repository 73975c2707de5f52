"""The short form of bin/soak: the same installation, people and accidents, without nginx; the long run has it whole."""

import os

import pytest
from django.db import connection

from tests.soak.run import soak

LONG = os.environ.get("PMH_LONG") == "1"
SECONDS, FAULTS, UNITS = (600, 110, 6) if LONG else (25, 7, 3)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="brings a PostgreSQL of its own, so one run of it is enough")
def test_nothing_that_was_answered_is_lost_or_doubled(counted):
    outcome = soak(seconds=SECONDS, faults=FAULTS, seed=2022, units=UNITS, nginx=False)
    counted(f"soak: {outcome}")
    assert outcome.faults.total() == FAULTS
    assert outcome.acts["autosaves"] > UNITS
    assert outcome.is_clean
