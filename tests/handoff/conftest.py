"""The desk's scene, for all tests of this room."""

import pytest
from sqlalchemy import Engine

from tests.conftest import HandHeldClock
from tests.handoff.desk_for_tests import Scene


@pytest.fixture
def scene(database: Engine, clock: HandHeldClock) -> Scene:
    """Two agents online, one customer who has not written yet."""
    return Scene(database, clock)
