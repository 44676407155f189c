"""`sapha vote words`, `trustee secret`: 24 words in a file; asks no node."""

import sys
from pathlib import Path

from client.keystore import write_secret
from client.voting.seed import VoterSeed
from commands.output import emit
from commands.table import padded


def words(file: Path, *, lang: str, recover: bool, as_json: bool) -> None:
    """Make a voter's 24 words and show them once; everything of a vote follows from them."""
    seed = VoterSeed.from_words(sys.stdin.read()) if recover else VoterSeed.generate()
    written = seed.words_in(lang)
    write_secret(file, written + "\n")
    data: dict[str, object] = {"file": str(file)}
    if not recover:
        data["words"] = written
    text = f"{file}" if recover else f"{_rows(written)}\nwrite them down; who has them, votes"
    emit(data, text, as_json=as_json)


def _rows(text: str) -> str:
    """Return words numbered, four a line."""
    numbered = [f"{place:2}. {padded(word, 10)}" for place, word in enumerate(text.split(), 1)]
    return "\n".join("".join(numbered[row : row + 4]) for row in range(0, len(numbered), 4))


def trustee_secret(file: Path, *, lang: str, as_json: bool) -> None:
    """Make a trustee's secret: 24 words, for all its elections."""
    write_secret(file, VoterSeed.generate().words_in(lang) + "\n")
    emit({"file": str(file)}, f"{file}: back it up; nobody can restore it", as_json=as_json)
