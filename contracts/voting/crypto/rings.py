"""Ring signatures: a member of a ring speaks for a pseudonym, and nobody learns which member.

Each member shows one tag in one election, whatever it signs, so nobody votes twice; tags of two
elections have nothing in common that can be seen. Nobody issues anything, so nobody can issue too
much. A token is the tag I, c_1, then z_1 .. z_N: 32 bytes each.
Source: Liu, Wei, Wong 2004 (LSAG), over the ballots' group; docs/voting.md#rings.
"""

from typing import Annotated

from contracts.sdk import CountMax, Length, PublicKey, Range, record
from contracts.sdk.group import (
    POINT_BYTES,
    SCALAR_BYTES,
    Point,
    decode_point,
    decode_scalar,
    multiply,
    multiply_base,
    subtract,
    unchecked_point,
)
from contracts.sdk.transcript import uint
from contracts.voting.core.messages import RING_MAX, PointBytes
from contracts.voting.crypto.merkle import EMPTY, append, root_of
from contracts.voting.crypto.proofs import drawn_generator, verify_knowledge
from contracts.voting.crypto.transcript import Hash, challenge

HEAD_BYTES = POINT_BYTES + SCALAR_BYTES  # I and c_1
RING_KEY = "ring-key"

RingKeys = Annotated[tuple[PointBytes, ...], CountMax(RING_MAX, low=1)]


@record
class RingStatement:
    """What a ring signature says: a member of this ring votes by `voter_key`.

    `election` is ctx_E. `keys` are the members' in the order of the ring; `root` is over them.
    """

    election: Hash
    class_id: Annotated[int, Range(0, 2**31)]
    root: Annotated[bytes, Length(32)]
    keys: RingKeys
    voter_key: PublicKey


def tag_generator(election: bytes) -> Point:
    """Return the generator of an election's tags (ctx_E), whose logarithm nobody knows."""
    return drawn_generator("ring-gen", election)


def tag_of(token: bytes) -> bytes:
    """Return the tag that a ring's token begins with, which is in ctx_B in place of sigma."""
    return token[:POINT_BYTES]


def ring_root(keys: RingKeys) -> bytes:
    """Return the Merkle root over the keys of a ring in order."""
    tree = EMPTY
    for key in keys:
        tree = append(tree, key)
    return root_of(tree)


def key_labels(roll: bytes, reference: bytes, class_id: int, key: bytes) -> tuple[bytes, ...]:
    """Return what the proof of a member's key is tied to: ctx_R, voter, class, key."""
    return (roll, reference, uint(class_id), key)


def is_own_key(labels: tuple[bytes, ...], key: bytes, proof: bytes) -> bool:
    """Whether who posts a key knows what is behind it: nobody can post another's.

    Rejects: BadPoint, BadScalar.
    """
    return verify_knowledge(RING_KEY, labels, decode_point(key), proof)


def is_ring_signature(statement: RingStatement, token: bytes) -> bool:
    """Whether a token is a signature of the statement by a member of its ring.

    For members 1 to N: L_i = z_i G - c_i P_i, R_i = z_i h - c_i I, and c_i+1 is their challenge;
    the last one must be c_1. Rejects: BadPoint, BadScalar.
    """
    if len(token) != HEAD_BYTES + len(statement.keys) * SCALAR_BYTES:
        return False
    tag, generator = decode_point(tag_of(token)), tag_generator(statement.election)
    first = decode_scalar(token[POINT_BYTES:HEAD_BYTES])
    part = first
    for number, key in enumerate(statement.keys):
        answer = decode_scalar(_slot(token, number))
        own = subtract(multiply_base(answer), multiply(part, unchecked_point(key)))
        linked = subtract(multiply(answer, generator), multiply(part, tag))
        part = ring_challenge(statement, tag, own, linked)
    return part == first


def _slot(token: bytes, number: int) -> bytes:
    """Return z of the member with this number, from 0."""
    start = HEAD_BYTES + number * SCALAR_BYTES
    return token[start : start + SCALAR_BYTES]


def ring_challenge(statement: RingStatement, tag: Point, own: Point, linked: Point) -> int:
    """Return the challenge to the next member after L and R of one."""
    fields = (
        statement.election,
        uint(statement.class_id),
        statement.root,
        statement.voter_key,
        tag.encoded,
        own.encoded,
        linked.encoded,
    )
    return challenge("ring", fields)
