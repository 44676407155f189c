"""An election from an empty devnet, as docs/voting-guide.md and its Thai page write it.

Both pages have the same commands (tests/docs/test_voting_guide.py), so one walk is of both: what
takes long is to wait for the election's dates.
"""

from contextlib import suppress

import pytest

from tests.e2e.guide.page import VOTING_GUIDES, Command, procedure
from tests.e2e.guide.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.soak]  # a quarter of an hour

HEADINGS = ("From an empty devnet", "เริ่มจากเครือข่ายทดลองที่ว่างเปล่า")


@pytest.fixture
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("guide"), answer_s=1200)  # short: sockets are in it
    yield made
    with suppress(AssertionError):  # the guide's last command has stopped it already
        made.do(Command("desk", "sapha devnet stop"), "the end")


def test_an_election_is_held_from_an_empty_devnet_by_the_guides_commands(world):
    for block in procedure(HEADINGS[0], VOTING_GUIDES[0]):
        world.run(block)
