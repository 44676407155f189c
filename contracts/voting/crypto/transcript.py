"""What every hash of voting covers, byte by byte, and the contexts that tie proofs to an election.

Fields are as in `contracts.sdk.transcript`. Contests, classes and ciphertexts are numbered from 0
in manifest order, trustees and registrars from 1. Source: docs/voting.md#transcripts (strong
Fiat-Shamir).
"""

from typing import Annotated

from contracts.sdk import CountMax, Length, Range, record
from contracts.sdk.group import hash_to_scalar
from contracts.sdk.transcript import hash_fields, listed, uint

PREFIX = "sapha/vote/v2/"
SUITE_ED25519 = 1
TOKENS_BLIND_BLS = 1
TOKENS_RING = 2  # ring signatures, for committees: no registrars

Hash = Annotated[bytes, Length(64)]
PointBytes = Annotated[bytes, Length(32)]
Number = Annotated[int, Range(0, 2**31)]
SignerRow = Annotated[tuple[Annotated[bytes, Length(40, 104)], ...], CountMax(64, low=1)]


@record
class ElectionParts:
    """All that an election's context is made of, frozen before anything may be cast.

    `roll` is ctx_R. `registrars` are the keys of those that posted them, a row for each class, an
    entry for each registrar; with rings the one entry of a row is the ring's size and root, and
    nobody signs. `qualified` pairs each trustee of QUAL with its verification key;
    `dkg` is `dkg.transcript_hash`.
    """

    roll: Hash
    registrars: Annotated[tuple[SignerRow, ...], CountMax(64, low=1)]
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


def setup_context(chain_id: str, schemes: tuple[int, int], manifest: bytes) -> bytes:
    """Return ctx_0, the election before it has a roll or key; `schemes` are suite and token scheme.

    The chain id ends with the beginning of the genesis hash, so it stands for both.
    """
    suite, token_scheme = schemes
    return hash_of("setup", (chain_id.encode(), uint(suite), uint(token_scheme), manifest))


def voter_ref(setup: bytes, sid: bytes) -> bytes:
    """Return the name of a subject within one election: 64 bytes; `setup` is ctx_0."""
    return hash_of("voter", (setup, sid))


def roll_context(setup: bytes, root: bytes) -> bytes:
    """Return ctx_R, the election with its frozen roll: what registrars' keys are tied to."""
    return hash_of("roll", (setup, root))


def election_context(parts: ElectionParts) -> bytes:
    """Return ctx_E, what every token, ballot and decryption share is tied to."""
    fields = (
        parts.roll,
        listed(tuple([listed(row) for row in parts.registrars])),
        uint(parts.signatures_needed),
        uint(parts.registrar_count),
        listed(parts.qualified),
        uint(parts.shares_needed),
        parts.dkg,
        parts.key,
    )
    return hash_of("election", fields)


def numbered_key(number: int, key: bytes) -> bytes:
    """Return a registrar's or trustee's number and key, or a ring's size and root.

    An entry of `ElectionParts`.
    """
    return uint(number) + key


def tally_hash(election: bytes, counted: bytes, counts: tuple[tuple[int, ...], ...]) -> bytes:
    """Return what the tally transaction carries: a list of counts for each contest."""
    rows = [listed(tuple([uint(count) for count in row])) for row in counts]
    return hash_of("tally", (election, counted, listed(tuple(rows))))
