"""What a transaction did: code, message and events; hashed into the header's receipts_root.

receipt = [transaction_id, code, contract, message, [[name, value], ...],
           [[contract, event, [field, ...]], ...]]
"""

from dataclasses import dataclass

from primitives.codec import Value, encode
from primitives.errors import Rejected
from primitives.ids import TransactionId

OK = "OK"


@dataclass(frozen=True, slots=True)
class Event:
    """One event that a contract emitted; `fields` in the order of the ABI."""

    contract: str
    name: str
    fields: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
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
                tuple((event.contract, event.name, event.fields) for event in self.events),
            )
        )


def accepted(transaction_id: TransactionId, contract: str, events: tuple[Event, ...]) -> Receipt:
    """Return the receipt of a transaction that took effect."""
    return Receipt(transaction_id, OK, contract, "", (), events)


def refused(transaction_id: TransactionId, contract: str, error: Rejected) -> Receipt:
    """Return the receipt of a transaction that changed nothing."""
    return Receipt(transaction_id, error.code, contract, error.message, error.details, ())
