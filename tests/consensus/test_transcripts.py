"""The golden transcripts: what a small network does, step by step.

`SAPHA_WRITE_TRANSCRIPTS=1 pytest tests/consensus/test_transcripts.py` writes them anew; read the
difference before committing it.
"""

import os
from pathlib import Path

import pytest

from tests.consensus.transcript import replay

FOLDER = Path(__file__).parent.parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_network_does_what_the_transcript_says(path):
    expected = path.read_text()

    actual = replay(expected)

    if os.environ.get("SAPHA_WRITE_TRANSCRIPTS"):
        path.write_text(actual)
        return
    assert actual == expected


def test_all_transcripts_are_found():
    assert len(FILES) >= 8
