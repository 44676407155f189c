"""A transaction is checked against the ABI, field by field, before it is signed."""

import pytest

from client.abi import Abi, argument_of
from client.errors import BadAnswer
from client.transaction import EXPIRES_IN_MS, Intent, TransactionBuilder
from primitives.errors import (
    ArgumentOutOfBounds,
    BadAddress,
    UnknownContract,
    UnknownMethod,
    WrongArgumentCount,
    WrongArgumentType,
)
from primitives.ids import Address, show_address

SENDER = Address(bytes(range(20)))
SHOWN = show_address(SENDER)
ADDRESS = {"type": "address"}
AMOUNT = {"type": "integer", "min": 1, "max": 10**15}
MEMO = {"type": "text", "chars_min": 0, "chars_max": 5}
PAIR = {
    "type": "record",
    "fields": [{"name": "to", "type": "address"}, {"name": "amount"} | AMOUNT],
}
DOCUMENT = {
    "name": "cbdc",
    "version": 1,
    "methods": [
        {
            "name": "transfer",
            "fields": [
                {"name": "to"} | ADDRESS,
                {"name": "amount"} | AMOUNT,
                {"name": "memo", "type": "optional", "value": MEMO},
            ],
        },
        {
            "name": "batch",
            "fields": [{"name": "rows", "type": "list", "items": PAIR, "count_max": 2}],
        },
        {"name": "pause", "fields": []},
    ],
    "queries": [],
}


def builder() -> TransactionBuilder:
    return TransactionBuilder("devnet-1", [Abi(DOCUMENT)], now_ms=lambda: 1_000)


def intent(method: str = "transfer", **fields) -> Intent:
    return Intent(contract="cbdc", method=method, fields=fields)


def test_named_fields_become_arguments_in_order():
    body = builder().build(SENDER, intent(amount="5", to=SHOWN))

    assert body.args == (SENDER, 5, None)
    assert (body.chain_id, body.sender) == ("devnet-1", SENDER)
    assert body.expires_at_ms == 1_000 + EXPIRES_IN_MS


def test_two_bodies_of_one_intent_differ():
    same = intent(amount=5, to=SENDER)

    assert builder().build(SENDER, same).nonce != builder().build(SENDER, same).nonce


def test_nested_records_and_lists_are_built():
    rows = [{"to": SHOWN, "amount": 1}, {"amount": "2", "to": SENDER}]

    body = builder().build(SENDER, intent("batch", rows=rows))

    assert body.args == (((SENDER, 1), (SENDER, 2)),)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"to": SHOWN}, WrongArgumentCount, "amount is missing"),
        ({"amount": 1, "to": SHOWN, "fee": 1}, WrongArgumentCount, "fee is no field"),
        ({"amount": 0, "to": SHOWN}, ArgumentOutOfBounds, "amount is 0, must be 1 to"),
        ({"amount": 10**15 + 1, "to": SHOWN}, ArgumentOutOfBounds, "amount"),
        ({"amount": 1.0, "to": SHOWN}, WrongArgumentType, "amount"),
        ({"amount": True, "to": SHOWN}, WrongArgumentType, "amount"),
        ({"amount": "1e3", "to": SHOWN}, WrongArgumentType, "amount"),
        ({"amount": "๑", "to": SHOWN}, WrongArgumentType, "amount"),
        ({"amount": " 1", "to": SHOWN}, WrongArgumentType, "amount"),
        ({"amount": "1", "to": SHOWN[:-1] + "x"}, BadAddress, "checksum"),
        ({"amount": "1", "to": b"short"}, WrongArgumentType, "to must be an address"),
        ({"amount": "1", "to": SHOWN, "memo": "123456"}, ArgumentOutOfBounds, "memo has 6"),
        ({"amount": "1", "to": SHOWN, "memo": 5}, WrongArgumentType, "memo"),
    ],
)
def test_each_wrong_field_is_named(fields, error, words):
    with pytest.raises(error, match=words):
        builder().build(SENDER, intent(**fields))


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ("x", WrongArgumentType, "rows"),
        ([1], WrongArgumentType, r"rows\[0\]"),
        ([{"to": SHOWN}], WrongArgumentCount, r"rows\[0\].amount is missing"),
        ([{"to": SHOWN, "amount": 0}], ArgumentOutOfBounds, r"rows\[0\].amount"),
        ([{"to": SHOWN, "amount": 1}] * 3, ArgumentOutOfBounds, "rows has 3 items"),
    ],
)
def test_a_wrong_field_inside_a_list_is_named_by_its_place(rows, error, words):
    with pytest.raises(error, match=words):
        builder().build(SENDER, intent("batch", rows=rows))


def test_unknown_contracts_and_methods_name_what_exists():
    with pytest.raises(UnknownMethod, match="batch, pause, transfer"):
        builder().build(SENDER, intent("steal"))
    with pytest.raises(UnknownContract, match="loaded are cbdc"):
        builder().build(SENDER, Intent(contract="gold", method="x", fields={}))


@pytest.mark.parametrize("expires_in_ms", [0, -1, 600_001])
def test_an_expiry_that_the_ledger_would_refuse_is_refused_here(expires_in_ms):
    late = Intent(contract="cbdc", method="pause", fields={}, expires_in_ms=expires_in_ms)

    with pytest.raises(ArgumentOutOfBounds, match="expires_in_ms"):
        builder().build(SENDER, late)


@pytest.mark.parametrize(
    ("described", "value", "argument"),
    [
        ({"type": "bytes", "bytes_min": 2, "bytes_max": 2}, "0xabcd", b"\xab\xcd"),
        ({"type": "boolean"}, False, False),
        ({"type": "integer", "min": -5, "max": "18446744073709551615"}, str(2**64 - 1), 2**64 - 1),
        ({"type": "integer", "min": -5, "max": 5}, "-5", -5),
    ],
)
def test_values_from_json_become_arguments(described, value, argument):
    assert argument_of(described, value, "x") == argument


@pytest.mark.parametrize(
    ("described", "value"),
    [
        ({"type": "bytes", "bytes_min": 2, "bytes_max": 2}, "abcd"),
        ({"type": "bytes", "bytes_min": 2, "bytes_max": 2}, "0xabc"),
        ({"type": "bytes", "bytes_min": 2, "bytes_max": 2}, "0xAbcd"),
        ({"type": "boolean"}, "true"),
        ({"type": "boolean"}, 1),
    ],
)
def test_values_of_another_form_are_refused(described, value):
    with pytest.raises(WrongArgumentType, match="x must be"):
        argument_of(described, value, "x")


@pytest.mark.parametrize("document", [None, {}, {"name": "x"}, {"name": "x", "methods": [{}]}])
def test_an_abi_of_another_form_is_the_nodes_fault(document):
    with pytest.raises(BadAnswer):
        Abi(document)


def test_a_field_type_that_is_not_known_is_the_nodes_fault():
    with pytest.raises(BadAnswer, match="float"):
        argument_of({"type": "float"}, 1, "x")
