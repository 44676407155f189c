"""What a transaction did: code, message and events; hashed into the header's receipts_root.

receipt = [transaction_id, code, contract, message, [[name, value], ...],
           [[contract, event, [field, ...]], ...]]

Owns the rule of what a receipt may hold, and its only reader; not its proof, which is of a block.
Source: docs/protocol.md#receipts.
"""

from itertools import pairwise

from primitives.codec import Value, decode, encode
from primitives.crypto import DIGEST_BYTES
from primitives.errors import BadShape, Rejected
from primitives.frozen import frozen
from primitives.ids import TransactionId
from primitives.limits import NAME_CHARS_MAX, RECEIPT_BYTES_MAX, RECEIPT_DETAILS_MAX
from primitives.shape import array_of, bytes_of, fields_of, text_of

OK = "OK"


@frozen()
class Event:
    """One event that a contract emitted; `fields` in the order of the ABI."""

    contract: str
    name: str
    fields: tuple[Value, ...]

    def to_value(self) -> Value:
        """Return the array that a receipt holds of it."""
        return self.contract, self.name, self.fields


@frozen()
class Receipt:
    """The result of one transaction in a block; `code` is OK or a stable error code."""

    transaction_id: TransactionId
    code: str
    contract: str
    message: str
    details: tuple[tuple[str, int | str], ...]
    events: tuple[Event, ...]

    @property
    def is_ok(self) -> bool:
        """Whether the transaction took effect."""
        return self.code == OK

    def encode(self) -> bytes:
        """Return the canonical bytes that receipts_root commits to."""
        return encode(
            (
                self.transaction_id,
                self.code,
                self.contract,
                self.message,
                self.details,
                tuple([event.to_value() for event in self.events]),
            )
        )


def accepted(transaction_id: TransactionId, contract: str, events: tuple[Event, ...]) -> Receipt:
    """Return the receipt of a transaction that took effect."""
    return Receipt(transaction_id, OK, contract, "", (), events)


def refused(transaction_id: TransactionId, contract: str, error: Rejected) -> Receipt:
    """Return the receipt of a transaction that changed nothing; a boolean detail is 0 or 1."""
    details = tuple(
        (name, int(value) if isinstance(value, bool) else value) for name, value in error.details
    )
    return Receipt(transaction_id, error.code, contract, error.message, details, ())


def read_receipt(data: bytes) -> Receipt:
    """Return the receipt that `Receipt.encode` wrote as `data`.

    Raises:
        TooLarge: more than RECEIPT_BYTES_MAX bytes, which no block's execution writes.
        NotCanonical, TooDeep: not the bytes of a receipt.
        BadShape: a field breaks its rule; "field" in its details names it.
    """
    value = decode(data, bytes_max=RECEIPT_BYTES_MAX, items_max=RECEIPT_BYTES_MAX)
    transaction_id, code, contract, message, details, events = fields_of(
        value, name="receipt", count=6
    )
    receipt = Receipt(
        TransactionId(bytes_of(transaction_id, name="transaction_id", length=DIGEST_BYTES)),
        text_of(code, name="code", chars_max=NAME_CHARS_MAX),
        _text(contract, "contract"),
        _text(message, "message"),
        _details(details),
        tuple(map(_event, array_of(events, name="events", count_max=RECEIPT_BYTES_MAX))),
    )
    _check_outcome(receipt)
    return receipt


def _check_outcome(receipt: Receipt) -> None:
    if receipt.is_ok and receipt.message:
        raise BadShape(f"message must be empty when the code is {OK}", field="message")
    if receipt.is_ok and receipt.details:
        raise BadShape(f"details must be empty when the code is {OK}", field="details")
    if receipt.events and not receipt.is_ok:
        raise BadShape(f"events must be empty when the code is not {OK}", field="events")


def _details(value: Value) -> tuple[tuple[str, int | str], ...]:
    items = array_of(value, name="details", count_max=RECEIPT_DETAILS_MAX)
    details = tuple(map(_detail, items))
    for (lower, _), (upper, _) in pairwise(details):
        if lower >= upper:
            raise BadShape(
                f"details must ascend: {upper!r:.40} is after {lower!r:.40}", field="details"
            )
    return details


def _detail(value: Value) -> tuple[str, int | str]:
    name, content = fields_of(value, name="details", count=2)
    if isinstance(content, bool) or not isinstance(content, int | str):
        raise BadShape("a detail must be an integer or text", field="details")
    return _text(name, "details"), content


def _event(value: Value) -> Event:
    contract, name, fields = fields_of(value, name="events", count=3)
    return Event(
        _text(contract, "events"),
        _text(name, "events"),
        array_of(fields, name="events", count_max=RECEIPT_BYTES_MAX),
    )


def _text(value: Value, name: str) -> str:
    if not isinstance(value, str):
        raise BadShape(f"{name} must be text", field=name)
    return value
