"""docs/voting-guide.md and its Thai page: an election from an empty devnet, as it is written."""

from contextlib import suppress

import pytest

from tests.e2e.guide.page import VOTING_GUIDES, Command, procedure
from tests.e2e.guide.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.soak]  # a quarter of an hour for each page

HEADINGS = ("From an empty devnet", "เริ่มจากเครือข่ายทดลองที่ว่างเปล่า")


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, answer_s=1200)
    yield made
    with suppress(AssertionError):  # the guide's last command has stopped it already
        made.do(Command("desk", "sapha devnet stop"), "the end")


@pytest.mark.parametrize(("guide", "heading"), list(zip(VOTING_GUIDES, HEADINGS, strict=True)))
def test_an_election_is_held_from_an_empty_devnet_by_the_guide_s_commands(world, guide, heading):
    for block in procedure(heading, guide):
        world.run(block)
