from collections.abc import Iterator

import pytest
from django.db import connection

from tests.counting import count
from tests.races import running


@pytest.fixture(autouse=True)
def _seen_by_all_connections(transactional_db: None) -> Iterator[None]:
    """What is made for a race is committed: the others have connections of their own."""
    return


@pytest.fixture(scope="session", autouse=True)
def _told_at_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    total, kinds, refusals = running.run.total(), len(running.run), running.refused.total()
    told = ", ".join(f"{name} {number}" for name, number in sorted(running.refused.items()))
    line = f"races on {connection.vendor}: {total} of {kinds} kinds; {refusals} acts refused in words ({told})"
    count(request.config, line)
