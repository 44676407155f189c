"""The two guides of elections say the same commands from an empty devnet."""

from tests.e2e.guide.page import VOTING_GUIDES, procedure
from tests.e2e.guide.test_voting_guide import HEADINGS


def test_the_thai_guide_has_the_commands_of_the_english_one():
    english, thai = (
        [block.text for block in procedure(heading, guide)]
        for heading, guide in zip(HEADINGS, VOTING_GUIDES, strict=True)
    )

    assert english
    assert english == thai
