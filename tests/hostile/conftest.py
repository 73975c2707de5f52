"""One plan with a row behind every address of the site, with a report being filled in."""

import pytest

from tests.permissions.table import TOLD
from tests.permissions.world import STATES, World, make_world


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    STATES[TOLD](world)
    return world
