"""Builds tests/vectors/ranked_ballot.json: second generators, and a ballot with two rankings.

`python -m tests.contracts.voting.crypto.make_ranked_vectors` writes it. Proofs are random, so the
file is made once; a difference in how it verifies is a change of the protocol.
"""

import json
from dataclasses import asdict
from pathlib import Path

from client.voting.marking import mark
from client.voting.prover import seal_ballot
from contracts.sdk.group import POINT_BYTES, clear_cofactor
from contracts.sdk.transcript import uint
from contracts.voting.crypto.ballots import cast_hash
from contracts.voting.crypto.proofs import second_generator
from contracts.voting.crypto.questions import COPELAND, SCHULZE
from contracts.voting.crypto.transcript import hash_of
from tests.contracts.voting.crypto.builders import VOTER, contest, statement
from tests.contracts.voting.crypto.make_vectors import shown

FILE = Path(__file__).parents[3] / "vectors" / "ranked_ballot.json"
CONTESTS = (contest(SCHULZE, 4, blank=True), contest(COPELAND))
MARKS = ((2, (0, 3)), ((0, 1, 2),))
ELECTIONS = [bytes([0xE1 + number]) * 64 for number in range(12)]


def build() -> dict[str, object]:
    """Make everything anew."""
    stated = statement(*CONTESTS)
    values = [mark(asked, marks) for asked, marks in zip(CONTESTS, MARKS, strict=True)]
    ballot = seal_ballot(stated, values, VOTER).ballot
    return {
        "second_generators": [
            {
                "election": election,
                "n": attempt_of(election),
                "point": second_generator(election).encoded,
            }
            for election in ELECTIONS
        ],
        "values": values,
        "statement": asdict(stated),
        "ballot": asdict(ballot),
        "tracker": cast_hash(stated, ballot),
    }


def attempt_of(election: bytes) -> int:
    """The first n whose hash encodes a point."""
    hashes = (hash_of("quad-gen", (election, uint(number)))[:POINT_BYTES] for number in range(512))
    return next(number for number, data in enumerate(hashes) if clear_cofactor(data) is not None)


if __name__ == "__main__":
    FILE.write_text(json.dumps(shown(build()), indent=1) + "\n", encoding="utf-8")
