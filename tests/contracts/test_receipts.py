"""Whatever contracts emit fits into a receipt, so that every reader takes what was executed."""

from contracts.registry import CONTRACTS
from contracts.tools.abi import abi
from contracts.tools.testing import Ledger
from primitives.codec import encode
from primitives.errors import Rejected
from primitives.ids import TransactionId
from primitives.limits import (
    EVENT_BYTES_MAX,
    NAME_CHARS_MAX,
    RECEIPT_BYTES_MAX,
    TRANSACTION_DEPTH_MAX,
)
from primitives.receipt import accepted
from tests.contracts.toy import TOYS


def test_events_fill_a_receipt_up_to_their_bytes():
    events = Ledger(TOYS).as_("ann").call("toy", "misbehave", ("emit much", 258))

    size = sum(len(encode(event.to_value())) for event in events)
    assert size <= EVENT_BYTES_MAX < size + size // 258


def test_the_receipt_of_any_block_is_one_that_readers_take():
    at_the_end = [contract for contract in CONTRACTS.values() if "end_block" in contract.hooks]
    frame = len(accepted(TransactionId(bytes(32)), "x" * NAME_CHARS_MAX, ()).encode()) + 4

    assert len(at_the_end) * EVENT_BYTES_MAX + frame <= RECEIPT_BYTES_MAX


def test_no_event_of_a_contract_is_nested_deeper_than_a_receipt_may_be():
    events = [event for contract in CONTRACTS.values() for event in abi(contract)["events"]]

    assert 3 + max(levels(event) for event in events) <= TRANSACTION_DEPTH_MAX


def levels(described):
    """Of how many arrays, one in the other, a value of the ABI's type can be."""
    inner = [
        *described.get("fields", ()),
        *(described[k] for k in ("items", "value") if k in described),
    ]
    deepest = max(map(levels, inner), default=0)
    return deepest if described.get("type") == "optional" else deepest + bool(inner)


def test_every_error_has_a_code_that_a_receipt_may_hold():
    codes = [error["code"] for contract in CONTRACTS.values() for error in abi(contract)["errors"]]

    assert all(len(code) <= NAME_CHARS_MAX and code.isascii() for code in [*codes, Rejected.code])
