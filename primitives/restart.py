"""Restart statements: how a network goes on when nobody may sign any more (rule R2.9).

    statement = [1, chain_id, previous, height, block_hash, validators, reason, not_after_ms,
                 [suspended contract, ...]]
    signed    = [statement bytes, [[agency id, [[key, signature], ...]], ...]]

Its signers say: "we go on above block `height`; we know no certificate above it". Owns the form
and what is signed; who must sign is `contracts.electorate`'s, what it does is the executor's and
the engine's. Source: docs/protocol.md#restart-statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    digest,
)
from primitives.errors import BadShape, BadVersion, Rejected
from primitives.ids import Height
from primitives.keys import Signer, key_of, verify_raw
from primitives.limits import (
    BLOCK_RESTARTS_MAX,
    CHAIN_ID_CHARS_MAX,
    NAME_CHARS_MAX,
    RESTART_BYTES_MAX,
    RESTART_REASON_CHARS_MAX,
    RESTART_SUSPENDED_MAX,
    SIGNATURES_MAX,
    VALIDATORS_MAX,
)
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of, uint_of

RESTART_VERSION = 1
RESTART_TAG = "restart"
_STATEMENT_BYTES_MAX = 8 * 1024
_TIME_MS_MAX = 2**53 - 1

Signatures: TypeAlias = tuple[tuple[PublicKey, Signature], ...]


class RestartRefused(Rejected):
    """The restart statement does not hold for this chain, or too few have signed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartStatement:
    """What is signed.

    `previous` is the digest of the statement before it, or the genesis hash. `block_hash` and
    `validators` are of block `height` and of the set that decides the next one. The network must
    go on by `not_after_ms` of block time, or needs another statement. `suspended` names, in
    ascending order, the contracts whose end-of-block hooks do not run from height + 1 on.
    """

    chain_id: str
    previous: Digest
    height: Height
    block_hash: Digest
    validators: Digest
    reason: str
    not_after_ms: int
    suspended: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the canonical bytes, which are signed under the tag "restart"."""
        return encode(
            (
                RESTART_VERSION,
                self.chain_id,
                self.previous,
                self.height,
                self.block_hash,
                self.validators,
                self.reason,
                self.not_after_ms,
                self.suspended,
            )
        )

    @property
    def digest(self) -> Digest:
        """H("restart", statement): the `restart` of every header from height + 1 on."""
        return digest(RESTART_TAG, self.encode())


@dataclass(frozen=True, slots=True)
class Approval:
    """An agency that says so: signatures by keys of its administrator's account, in key order."""

    agency_id: str
    signatures: Signatures

    def to_value(self) -> Value:
        """Return [agency id, [[key, signature], ...]]."""
        return (self.agency_id, self.signatures)


@dataclass(frozen=True, slots=True)
class SignedRestart:
    """A statement with its approvals in the order of agency ids. Reading it verifies nothing."""

    statement: RestartStatement
    approvals: tuple[Approval, ...] = ()
    digest: Digest = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", self.statement.digest)

    def encode(self) -> bytes:
        """Return the canonical bytes, as a block carries them."""
        approvals = tuple(approval.to_value() for approval in self.approvals)
        return encode((self.statement.encode(), approvals))

    def signed_by(self, agency_id: str, keys: Iterable[Signer]) -> "SignedRestart":
        """Return it with the signatures of `keys` for an agency; those that it has stay."""
        data = self.statement.encode()
        signatures = {key.public_key: key.sign(RESTART_TAG, data) for key in keys}
        return self.joined((Approval(agency_id, tuple(signatures.items())),))

    def joined(self, others: Iterable[Approval]) -> "SignedRestart":
        """Return it with the signatures of `others` too; of two by one key the one that holds."""
        held = {approval.agency_id: dict(approval.signatures) for approval in self.approvals}
        for approval in others:
            mine = held.setdefault(approval.agency_id, {})
            for key, signature in approval.signatures:
                known = mine.get(key)
                if known is None or not holds(self.statement, key, known):
                    mine[key] = signature
        merged = (Approval(name, tuple(sorted(held[name].items()))) for name in sorted(held))
        return SignedRestart(self.statement, tuple(merged))

    def only(self, agency_ids: Iterable[str]) -> "SignedRestart":
        """Return it with the approvals of these agencies alone."""
        chosen = frozenset(agency_ids)
        kept = tuple(one for one in self.approvals if one.agency_id in chosen)
        return SignedRestart(self.statement, kept)


def holds(statement: RestartStatement, key: PublicKey, signature: Signature) -> bool:
    """Return whether `signature` is one of `key`, no passkey, over the statement."""
    return verify_raw(key, RESTART_TAG, statement.encode(), signature)


def read_statement(data: bytes) -> RestartStatement:
    """Return the statement that `data` encodes. Raises NotCanonical, BadVersion or BadShape."""
    value = decode(data, bytes_max=_STATEMENT_BYTES_MAX)
    fields = fields_of(value, name="restart statement", count=9)
    if type(fields[0]) is not int or fields[0] != RESTART_VERSION:
        raise BadVersion(f"restart statement version {fields[0]!r:.40}, known is {RESTART_VERSION}")
    height = uint_of(fields[3], name="height")
    if height == 0:
        raise BadShape(
            "height must be at least 1: nothing is decided above genesis", field="height"
        )
    return RestartStatement(
        chain_id=text_of(fields[1], name="chain_id", chars_max=CHAIN_ID_CHARS_MAX),
        previous=_digest(fields[2], "previous"),
        height=Height(height),
        block_hash=_digest(fields[4], "block_hash"),
        validators=_digest(fields[5], "validators"),
        reason=text_of(fields[6], name="reason", chars_max=RESTART_REASON_CHARS_MAX),
        not_after_ms=uint_of(fields[7], name="not_after_ms", value_max=_TIME_MS_MAX),
        suspended=_suspended(fields[8]),
    )


def read_restart(data: bytes) -> SignedRestart:
    """Return the signed statement that `data` encodes; no signature is verified.

    Raises:
        NotCanonical, BadVersion, BadShape: also agencies or keys that repeat or are out of order.
    """
    fields = fields_of(
        decode(data, bytes_max=RESTART_BYTES_MAX), name="signed restart statement", count=2
    )
    statement = read_statement(
        blob_of(fields[0], name="restart statement", length_max=_STATEMENT_BYTES_MAX)
    )
    items = array_of(fields[1], name="approvals", count_max=VALIDATORS_MAX)
    approvals = tuple(_approval(item) for item in items)
    _check_ascending([approval.agency_id for approval in approvals], "agencies")
    return SignedRestart(statement, approvals)


def read_restarts(values: Iterable[bytes]) -> tuple[SignedRestart, ...]:
    """Return the signed statements of a block, each naming the one before it.

    All go on above the same block: what a statement has begun a block carries at once.

    Raises:
        BadShape: too many, or one does not follow from the one before it.
    """
    found = tuple(read_restart(value) for value in values)
    if len(found) > BLOCK_RESTARTS_MAX:
        raise BadShape(f"{len(found)} restart statements, at most {BLOCK_RESTARTS_MAX}")
    for before, after in pairwise(found):
        if after.statement.previous != before.digest:
            raise BadShape(f"restart statement {after.digest.hex()[:16]} names another before it")
        if _block_of(after) != _block_of(before):
            raise BadShape(f"restart statement {after.digest.hex()[:16]} is of another block")
    return found


def _block_of(signed: SignedRestart) -> tuple[Height, Digest]:
    return signed.statement.height, signed.statement.block_hash


def _approval(value: Value) -> Approval:
    agency_id, pairs = fields_of(value, name="approval", count=2)
    signatures = []
    for item in array_of(pairs, name="signatures", count_max=SIGNATURES_MAX):
        key, signature = fields_of(item, name="signature", count=2)
        signatures.append(
            (
                key_of(key, name="public_key"),
                Signature(bytes_of(signature, name="signature", length=SIGNATURE_BYTES)),
            )
        )
    _check_ascending([key for key, _signature in signatures], "keys")
    name = text_of(agency_id, name="agency_id", chars_max=NAME_CHARS_MAX)
    return Approval(name, tuple(signatures))


def _suspended(value: Value) -> tuple[str, ...]:
    items = array_of(value, name="suspended", count_max=RESTART_SUSPENDED_MAX)
    names = tuple(text_of(item, name="suspended", chars_max=NAME_CHARS_MAX) for item in items)
    _check_ascending(names, "suspended contracts")
    return names


def _check_ascending(items: Iterable[str] | Iterable[bytes], name: str) -> None:
    if any(a >= b for a, b in pairwise(items)):  # type: ignore[operator]  # all are of one type
        raise BadShape(f"{name} repeat or are out of order")


def _digest(value: Value, name: str) -> Digest:
    return Digest(bytes_of(value, name=name, length=DIGEST_BYTES))
