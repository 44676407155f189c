"""Signs as one of a ring: who reads it learns that a member spoke, and not which.

It takes fresh random numbers each time; every signature of a member shows the same tag.
Source: Liu, Wei, Wong 2004; docs/voting.md#rings.
"""

from client.voting.errors import NotInRing
from client.voting.facts import ElectionFacts
from client.voting.prover import random_scalar
from client.voting.seed import VoterSeed
from contracts.sdk.group import (
    ORDER,
    Point,
    encode_scalar,
    multiply,
    multiply_base,
    subtract,
)
from contracts.voting.crypto.rings import RingStatement, ring_challenge, tag_generator
from contracts.voting.crypto.transcript import roll_context
from primitives.crypto import PublicKey


def ring_token(
    election: ElectionFacts, class_id: int, voter_key: PublicKey, seed: VoterSeed
) -> bytes:
    """Return a signature of a pseudonym by a voter of a class's ring, another each time.

    Raises:
        NotOpen: the election is not open, or the ring is too small.
        NotInRing: the voter's key was not posted in time.
    """
    roll = roll_context(election.setup, election.opened().roll_root)
    secret = seed.election(roll).ring_secret(class_id)
    return sign_ring(election.ring_statement(class_id, voter_key), secret)


def sign_ring(statement: RingStatement, secret: int) -> bytes:
    """Return the ring signature of the member who knows `secret`. Raises NotInRing."""
    own_key = multiply_base(secret).encoded
    if own_key not in statement.keys:
        raise NotInRing("your key is not in the ring: it was not posted in time, or by other words")
    mine, count = statement.keys.index(own_key), len(statement.keys)
    generator = tag_generator(statement.election)
    tag, nonce = multiply(secret, generator), random_scalar()
    parts, answers = [0] * count, [random_scalar() for _ in range(count)]
    commitments = (multiply_base(nonce), multiply(nonce, generator))
    for step in range(1, count + 1):  # around the ring, from the next member to the signer
        at = (mine + step) % count
        parts[at] = ring_challenge(statement, tag, *commitments)
        if at != mine:
            key = Point(statement.keys[at])
            commitments = (
                subtract(multiply_base(answers[at]), multiply(parts[at], key)),
                subtract(multiply(answers[at], generator), multiply(parts[at], tag)),
            )
    answers[mine] = (nonce + parts[mine] * secret) % ORDER
    return b"".join([tag.encoded, *map(encode_scalar, (parts[0], *answers))])
