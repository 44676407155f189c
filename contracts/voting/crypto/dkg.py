"""The checks of the trustees' common key: made by all of them, held whole by nobody.

Trustee i (from 1) has a secret polynomial f_i of degree t-1 and publishes F_ik = a_ik * G, first
as a hash, so that nobody chooses after seeing the others. The share for j is f_i(j). Owns no state.
Source: Pedersen 1991; Gennaro et al. 1999 (bias); docs/voting.md#trustees.
"""

from typing import Annotated

from contracts.sdk import CountMax, Length, Range, record, require
from contracts.sdk.group import (
    IDENTITY,
    ORDER,
    BadPoint,
    Point,
    add,
    add_all,
    decode_point,
    decode_scalar,
    invert,
    multiply,
    multiply_base,
)
from contracts.sdk.transcript import listed, uint
from contracts.voting.crypto.proofs import verify_knowledge, verify_share
from contracts.voting.crypto.transcript import Hash, PointBytes, hash_of

TRUSTEES_MAX = 64
SEALED_SHARE_BYTES = 80

KnowledgeProof = Annotated[bytes, Length(64)]
Coefficients = Annotated[tuple[PointBytes, ...], CountMax(TRUSTEES_MAX, low=1)]
Commitments = tuple[Point, ...]


@record
class Dealing:
    """What trustee `trustee` reveals: its t coefficient commitments, and that it knows the first.

    `encryption_key` is the X25519 key that its own shares are encrypted to.
    """

    trustee: Annotated[int, Range(1, TRUSTEES_MAX)]
    encryption_key: Annotated[bytes, Length(32)]
    coefficients: Coefficients
    proof: KnowledgeProof


def commit_hash(setup: bytes, trustee: int, coefficients: Coefficients) -> bytes:
    """Return what the commit round publishes: 64 bytes; `setup` is ctx_0."""
    return hash_of("dkg-commit", (setup, uint(trustee), listed(coefficients)))


def knowledge_labels(setup: bytes, dealing: Dealing) -> tuple[bytes, ...]:
    """Return the leading fields of Hs("dkg-pok", ctx_0, i, pk_i, F_i0, a)."""
    first = dealing.coefficients[0]
    return (setup, uint(dealing.trustee), dealing.encryption_key, first)


def decode_dealing(setup: bytes, dealing: Dealing, shares_needed: int) -> Commitments | None:
    """Return the checked commitments; None if they are not t or the proof does not hold.

    Rejects: BadPoint, BadScalar.
    """
    if len(dealing.coefficients) != shares_needed:
        return None
    commitments = tuple([decode_point(coefficient) for coefficient in dealing.coefficients])
    labels = knowledge_labels(setup, dealing)
    is_known = verify_knowledge("dkg-pok", labels, commitments[0], dealing.proof)
    return commitments if is_known else None


def public_share(commitments: Commitments, trustee: int) -> Point:
    """Return f_i(trustee) * G from dealer i's commitments."""
    total = IDENTITY
    for commitment in reversed(commitments):
        total = add(multiply(trustee, total), commitment)
    return total


def is_share_of(commitments: Commitments, trustee: int, share: bytes) -> bool:
    """Whether `share` is what the dealer of `commitments` owes `trustee`; decides complaints.

    Rejects: BadScalar.
    """
    return multiply_base(decode_scalar(share)) == public_share(commitments, trustee)


def verification_key(qualified: tuple[Commitments, ...], trustee: int) -> Point:
    """Return V_j, what decryption shares of `trustee` are checked against.

    Rejects: BadPoint when it is the identity, which no honest setup makes happen.
    """
    key = add_all([public_share(commitments, trustee) for commitments in qualified])
    require(key != IDENTITY, BadPoint)
    return key


def election_key(qualified: tuple[Commitments, ...]) -> Point:
    """Return K, the sum of the first commitments of QUAL. Rejects: BadPoint for the identity."""
    key = add_all([commitments[0] for commitments in qualified])
    require(key != IDENTITY, BadPoint)
    return key


def transcript_hash(setup: bytes, dealings: tuple[Dealing, ...]) -> bytes:
    """Return the hash of the setup's public part: the dealings of QUAL by trustee."""
    fields = [
        listed((uint(dealing.trustee), dealing.encryption_key, *dealing.coefficients))
        for dealing in dealings
    ]
    return hash_of("dkg", (setup, listed(tuple(fields))))


@record
class ShareStatement:
    """What a decryption share is tied to; `counted` names the ballots that were counted."""

    election: Hash
    contest: Annotated[int, Range(0, 2**31)]
    choice: Annotated[int, Range(0, 2**31)]
    trustee: Annotated[int, Range(1, TRUSTEES_MAX)]
    counted: Hash


@record
class DecryptionShare:
    """D_i = s_i * A of one summed ciphertext, with its proof."""

    share: PointBytes
    proof: KnowledgeProof


def share_labels(statement: ShareStatement) -> tuple[bytes, ...]:
    """Return the leading fields of Hs("dec", ...)."""
    return (
        statement.election,
        uint(statement.contest),
        uint(statement.choice),
        uint(statement.trustee),
        statement.counted,
    )


def is_decryption_share(
    statement: ShareStatement, key: Point, mask: Point, given: DecryptionShare
) -> bool:
    """Whether `given` is the share of V = `key` for the summed A = `mask`.

    Rejects: BadPoint, BadScalar.
    """
    is_nothing = mask == IDENTITY and given.share == IDENTITY.encoded
    share = IDENTITY if is_nothing else decode_point(given.share)
    return verify_share(share_labels(statement), key, (mask, share), given.proof)


def lagrange(trustees: tuple[int, ...], trustee: int) -> int:
    """Return the weight of `trustee` among distinct `trustees` when shares are put together."""
    above, below = 1, 1
    for other in trustees:
        if other != trustee:
            above = above * other % ORDER
            below = below * (other - trustee) % ORDER
    return above * invert(below) % ORDER


def combine(trustees: tuple[int, ...], shares: tuple[Point, ...]) -> Point:
    """Return D, what masks the summed number, from the valid shares of t distinct trustees."""
    weighted = [
        multiply(lagrange(trustees, trustee), share)
        for trustee, share in zip(trustees, shares, strict=True)
    ]
    return add_all(weighted)
