"""Writes tests/vectors/voting_rings.json.

    python -m tests.contracts.voting.crypto.make_ring_vectors

All secrets are hashes of their names, so that another implementation makes the same bytes.
"""

import json
from pathlib import Path

from client.voting.ring import sign_ring
from contracts.sdk.group import hash_to_scalar, multiply_base
from contracts.sdk.transcript import hash_fields
from contracts.tools.testing import key_of
from contracts.voting.crypto.rings import RingStatement, ring_root, tag_generator
from contracts.voting.crypto.transcript import hash_of

FILE = Path(__file__).parents[3] / "vectors" / "voting_rings.json"
SIZES = (1, 2, 5, 20)


def secret_of(number):
    """The secret of a member, from 0."""
    return hash_to_scalar(hash_fields("test-ring-secret", (bytes([number]),)))


def statement_of(size, *, election=b"one", class_id=0, who="voter"):
    """What a ring of the first members signs."""
    keys = tuple(multiply_base(secret_of(number)).encoded for number in range(size))
    return RingStatement(
        election=hash_of("test", (election,)),
        class_id=class_id,
        root=ring_root(keys),
        keys=keys,
        voter_key=key_of(who).public_key,
    )


def shown(statement, signer):
    """A signature, as the file has it."""
    return {
        "election": statement.election.hex(),
        "class_id": statement.class_id,
        "voter_key": statement.voter_key.hex(),
        "secret": f"{secret_of(signer):064x}",
        "keys": [key.hex() for key in statement.keys],
        "root": statement.root.hex(),
        "generator": tag_generator(statement.election).encoded.hex(),
        "token": sign_ring(statement, secret_of(signer)).hex(),
    }


def main():
    """Write the file; signatures take fresh random numbers each time."""
    signatures = [shown(statement_of(size), size - 1) for size in SIZES]
    FILE.write_text(json.dumps({"signatures": signatures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
