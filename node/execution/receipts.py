"""Receipts of a block: their root, their stored form, and the proof that one is in a block."""

from collections.abc import Sequence
from dataclasses import dataclass

from primitives.certificate import Certificate
from primitives.codec import Value, decode
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.errors import BadShape
from primitives.ids import TransactionId
from primitives.limits import NAME_CHARS_MAX
from primitives.merkle import path_of, root_of
from primitives.receipt import Event, Receipt
from primitives.shape import array_of, bytes_of, fields_of, text_of

NO_TRANSACTION = TransactionId(bytes(DIGEST_BYTES))
_RECEIPT_BYTES_MAX = 64 * 1024 * 1024
_ITEMS_MAX = 1_000_000
_LIST_MAX = 100_000


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


def read_receipt(data: bytes) -> Receipt:
    """Return the receipt that `Receipt.encode` wrote. Raises Rejected."""
    decoded = decode(data, bytes_max=_RECEIPT_BYTES_MAX, items_max=_ITEMS_MAX)
    fields = fields_of(decoded, name="receipt", count=6)
    return Receipt(
        TransactionId(bytes_of(fields[0], name="transaction_id", length=DIGEST_BYTES)),
        text_of(fields[1], name="code", chars_max=NAME_CHARS_MAX),
        _text(fields[2], "contract"),
        _text(fields[3], "message"),
        tuple(_detail(item) for item in array_of(fields[4], name="details", count_max=_LIST_MAX)),
        tuple(_event(item) for item in array_of(fields[5], name="events", count_max=_LIST_MAX)),
    )


def _detail(value: Value) -> tuple[str, int | str]:
    name, detail = fields_of(value, name="detail", count=2)
    if not isinstance(detail, int | str):
        raise BadShape("a detail must be an integer or text", field="details")
    return _text(name, "detail"), detail


def _event(value: Value) -> Event:
    contract, name, fields = fields_of(value, name="event", count=3)
    return Event(
        _text(contract, "contract"),
        _text(name, "event"),
        array_of(fields, name="fields", count_max=_LIST_MAX),
    )


def _text(value: Value, name: str) -> str:
    if not isinstance(value, str):
        raise BadShape(f"{name} must be text", field=name)
    return value
