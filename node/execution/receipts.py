"""Receipts of a block: their root, and the proof that one is in a block."""

from collections.abc import Sequence
from dataclasses import dataclass

from primitives.certificate import Certificate
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.ids import TransactionId
from primitives.merkle import path_of, root_of

NO_TRANSACTION = TransactionId(bytes(DIGEST_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptProof:
    """What proves a receipt to someone who trusts only the validators.

    `path` leads from the receipt, number `index` of `count`, to the header's receipts_root.
    """

    receipt_bytes: bytes
    index: int
    count: int
    path: tuple[Digest, ...]
    header_bytes: bytes
    certificate: Certificate


def receipts_root(encoded: Sequence[bytes]) -> Digest:
    """Return the Merkle root over the encoded receipts in order."""
    return root_of(encoded)


def receipt_path(encoded: Sequence[bytes], index: int) -> tuple[Digest, ...]:
    """Return the audit path of receipt `index`."""
    return path_of(encoded, index)
