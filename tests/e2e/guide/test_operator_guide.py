"""docs/operator.md from beginning to end, on four validators that it set up itself."""

import pytest

from tests.e2e.guide.page import procedure
from tests.e2e.guide.procedures import PROCEDURES
from tests.e2e.guide.world import World

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("guide"))
    yield made
    made.stop()


@pytest.mark.parametrize("heading", PROCEDURES)
def test_the_guide_does_what_it_says(world, heading):
    PROCEDURES[heading](world)

    for block in procedure(heading):
        world.run(block)
