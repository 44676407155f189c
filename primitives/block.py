"""Headers and blocks: what validators agree on.

    header = [2, chain_id, height, time_ms, parent_hash, transactions_root, receipts_root,
              state_root, validators_hash, next_validators_hash, last_certificate_hash,
              app_version, proposer, restart]
    block  = [header, [signed transaction, ...], [evidence, ...], last certificate or null,
              [restart statement, ...]]

transactions_root covers the signed transactions in order, then the evidence, then the restart
statements; last_certificate_hash covers the last certificate. So one hash has one body.
Source: docs/protocol.md#blocks.
"""

from dataclasses import dataclass, field

from primitives.certificate import CERTIFICATE_BYTES_MAX, UncheckedCertificate, read_certificate
from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    PUBLIC_KEY_BYTES,
    ZERO_DIGEST,
    Digest,
    PublicKey,
    digest,
)
from primitives.errors import BadShape, BadVersion
from primitives.ids import Height
from primitives.limits import (
    BLOCK_EVIDENCE_MAX,
    BLOCK_RESTARTS_MAX,
    BLOCK_TRANSACTIONS_BYTES_MAX,
    BLOCK_TRANSACTIONS_MAX,
    CHAIN_ID_CHARS_MAX,
    FRAME_BYTES_MAX,
    RESTART_BYTES_MAX,
    TRANSACTION_BYTES_MAX,
)
from primitives.merkle import root_of
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of, uint_of

HEADER_VERSION = 2
_EVIDENCE_BYTES_MAX = 4096
_HEADER_BYTES_MAX = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One block's header; `state_root` and `receipts_root` are those after the block.

    `restart` is the digest of the restart statement in force, or the genesis hash without one.
    """

    chain_id: str
    height: Height
    time_ms: int
    parent_hash: Digest
    transactions_root: Digest
    receipts_root: Digest
    state_root: Digest
    validators_hash: Digest
    next_validators_hash: Digest
    last_certificate_hash: Digest
    app_version: int
    proposer: PublicKey
    restart: Digest

    def encode(self) -> bytes:
        """Return the canonical bytes that block_hash covers."""
        return encode(
            (
                HEADER_VERSION,
                self.chain_id,
                self.height,
                self.time_ms,
                self.parent_hash,
                self.transactions_root,
                self.receipts_root,
                self.state_root,
                self.validators_hash,
                self.next_validators_hash,
                self.last_certificate_hash,
                self.app_version,
                self.proposer,
                self.restart,
            )
        )

    @property
    def hash(self) -> Digest:
        """H("block", header), 32 bytes."""
        return digest("block", self.encode())


@dataclass(frozen=True, slots=True)
class Block:
    """A header with the body that it commits to: raw signed transactions and what is beside them.

    `last_certificate` proves the parent; blocks 0 and 1 have none, since nobody votes for block 0.
    """

    header: Header
    transactions: tuple[bytes, ...]
    evidence: tuple[bytes, ...] = ()
    last_certificate: UncheckedCertificate | None = None
    restarts: tuple[bytes, ...] = ()
    hash: Digest = field(init=False, compare=False)
    _body_root: Digest | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", self.header.hash)

    @property
    def body_root(self) -> Digest:
        """The root of what the block holds, hashed once; a good header's transactions_root."""
        if self._body_root is None:
            root = transactions_root_of(self.transactions, self.evidence, self.restarts)
            object.__setattr__(self, "_body_root", root)
            return root
        return self._body_root

    @property
    def height(self) -> Height:
        """The header's height."""
        return self.header.height

    def encode(self) -> bytes:
        """Return the canonical bytes of the whole block."""
        return encode(self.to_value())

    def to_value(self) -> Value:
        """Return [header bytes, transactions, evidence, last certificate or None, restarts]."""
        last = self.last_certificate
        return (
            self.header.encode(),
            self.transactions,
            self.evidence,
            None if last is None else last.encode(),
            self.restarts,
        )


def transactions_root_of(
    transactions: tuple[bytes, ...],
    evidence: tuple[bytes, ...],
    restarts: tuple[bytes, ...] = (),
) -> Digest:
    """Return the Merkle root over the signed transactions, the evidence, then the restarts."""
    return root_of(transactions + evidence + restarts)


def last_certificate_hash_of(certificate: UncheckedCertificate | None) -> Digest:
    """Return the digest that the header carries: ZERO_DIGEST when there is no certificate."""
    return ZERO_DIGEST if certificate is None else certificate.hash


def decode_header(data: bytes) -> Header:
    """Return the header that `data` encodes. Raises NotCanonical, BadVersion or BadShape."""
    fields = fields_of(decode(data, bytes_max=_HEADER_BYTES_MAX), name="header", count=14)
    if type(fields[0]) is not int or fields[0] != HEADER_VERSION:
        raise BadVersion(f"header version {fields[0]!r:.40}, known is {HEADER_VERSION}")

    def hash_at(index: int, name: str) -> Digest:
        return Digest(bytes_of(fields[index], name=name, length=DIGEST_BYTES))

    return Header(
        chain_id=text_of(fields[1], name="chain_id", chars_max=CHAIN_ID_CHARS_MAX),
        height=Height(uint_of(fields[2], name="height")),
        time_ms=uint_of(fields[3], name="time_ms"),
        parent_hash=hash_at(4, "parent_hash"),
        transactions_root=hash_at(5, "transactions_root"),
        receipts_root=hash_at(6, "receipts_root"),
        state_root=hash_at(7, "state_root"),
        validators_hash=hash_at(8, "validators_hash"),
        next_validators_hash=hash_at(9, "next_validators_hash"),
        last_certificate_hash=hash_at(10, "last_certificate_hash"),
        app_version=uint_of(fields[11], name="app_version"),
        proposer=PublicKey(bytes_of(fields[12], name="proposer", length=PUBLIC_KEY_BYTES)),
        restart=hash_at(13, "restart"),
    )


def decode_block(data: bytes) -> Block:
    """Return the block that `data` encodes. Raises NotCanonical, BadShape, TooLarge ..."""
    return block_from_value(decode(data, bytes_max=FRAME_BYTES_MAX))


def block_from_value(value: Value) -> Block:
    """Return the block of a decoded [header, transactions, evidence, last certificate, restarts].

    Raises:
        BadShape: another form, too many or too large transactions, or a transactions_root or
            last_certificate_hash that is not theirs.
    """
    fields = fields_of(value, name="block", count=5)
    header = decode_header(blob_of(fields[0], name="header", length_max=_HEADER_BYTES_MAX))
    transactions = tuple(
        blob_of(item, name="transaction", length_max=TRANSACTION_BYTES_MAX)
        for item in array_of(fields[1], name="transactions", count_max=BLOCK_TRANSACTIONS_MAX)
    )
    size = sum(map(len, transactions))
    if size > BLOCK_TRANSACTIONS_BYTES_MAX:
        raise BadShape(f"{size} bytes of transactions, at most {BLOCK_TRANSACTIONS_BYTES_MAX}")
    evidence = tuple(
        blob_of(item, name="evidence", length_max=_EVIDENCE_BYTES_MAX)
        for item in array_of(fields[2], name="evidence", count_max=BLOCK_EVIDENCE_MAX)
    )
    last = None if fields[3] is None else _last_certificate(fields[3])
    restarts = tuple(
        blob_of(item, name="restart", length_max=RESTART_BYTES_MAX)
        for item in array_of(fields[4], name="restarts", count_max=BLOCK_RESTARTS_MAX)
    )
    block = Block(header, transactions, evidence, last, restarts)
    if header.transactions_root != block.body_root:
        raise BadShape("transactions_root is not the root of the block's transactions")
    if header.last_certificate_hash != last_certificate_hash_of(last):
        raise BadShape("last_certificate_hash is not the digest of the block's last certificate")
    return block


def _last_certificate(value: Value) -> UncheckedCertificate:
    return read_certificate(
        blob_of(value, name="last_certificate", length_max=CERTIFICATE_BYTES_MAX)
    )
