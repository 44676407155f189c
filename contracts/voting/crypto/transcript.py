"""What every hash of voting covers, byte by byte, and the contexts that tie proofs to an election.

Fields are as in `contracts.sdk.transcript`. Contests, classes and ciphertexts are numbered from 0
in manifest order, trustees and registrars from 1. Source: docs/voting.md#transcripts (strong
Fiat-Shamir).
"""

from typing import Annotated

from contracts.sdk import Chars, CountMax, Length, PublicKey, Range, record
from contracts.sdk.group import hash_to_scalar
from contracts.sdk.transcript import hash_fields, listed, uint

PREFIX = "sapha/vote/v1/"
SUITE_ED25519 = 1

Hash = Annotated[bytes, Length(64)]
PointBytes = Annotated[bytes, Length(32)]
Number = Annotated[int, Range(0, 2**31)]


@record
class ElectionParts:
    """All that an election's context is made of, frozen before anything may be cast.

    `registrars` are their RSA moduli, by number and then by class; `qualified` pairs each trustee
    of QUAL with its verification key; `dkg` is `dkg.transcript_hash`.
    """

    chain_id: Annotated[str, Chars(1, 80)]
    suite: Number
    manifest: Annotated[bytes, Length(1, 65536)]
    eligibility_root: Annotated[bytes, Length(32, 64)]
    registrars: Annotated[tuple[Annotated[bytes, Length(384)], ...], CountMax(256)]
    signatures_needed: Number
    registrar_count: Number
    qualified: Annotated[tuple[Annotated[bytes, Length(40)], ...], CountMax(64)]
    shares_needed: Number
    dkg: Hash
    key: PointBytes


def hash_of(tag: str, fields: tuple[bytes, ...]) -> bytes:
    """Return H(tag, fields): SHA-512, 64 bytes."""
    return hash_fields(PREFIX + tag, fields)


def challenge(tag: str, fields: tuple[bytes, ...]) -> int:
    """Return Hs(tag, fields): H as a little-endian number modulo the group's order."""
    return hash_to_scalar(hash_of(tag, fields))


def setup_context(chain_id: str, suite: int, manifest: bytes) -> bytes:
    """Return ctx_0, the election before it has a key: what the trustees' setup is tied to."""
    return hash_of("setup", (chain_id.encode(), uint(suite), manifest))


def election_context(parts: ElectionParts) -> bytes:
    """Return ctx_E, what every token, ballot and decryption share is tied to."""
    fields = (
        parts.chain_id.encode(),
        uint(parts.suite),
        parts.manifest,
        parts.eligibility_root,
        listed(parts.registrars),
        uint(parts.signatures_needed),
        uint(parts.registrar_count),
        listed(parts.qualified),
        uint(parts.shares_needed),
        parts.dkg,
        parts.key,
    )
    return hash_of("election", fields)


def qualified_entry(trustee: int, verification_key: bytes) -> bytes:
    """Return one entry of `ElectionParts.qualified`."""
    return uint(trustee) + verification_key


def token_message(election: bytes, class_id: int, voter_key: PublicKey) -> bytes:
    """Return M, what registrars sign blindly: tag || ctx_E || class || pk_v, 123 bytes."""
    return (PREFIX + "token").encode() + election + uint(class_id) + voter_key


def tally_hash(election: bytes, counted: bytes, counts: tuple[tuple[int, ...], ...]) -> bytes:
    """Return what the tally transaction carries: a list of counts for each contest."""
    rows = [listed(tuple([uint(count) for count in row])) for row in counts]
    return hash_of("tally", (election, counted, listed(tuple(rows))))
