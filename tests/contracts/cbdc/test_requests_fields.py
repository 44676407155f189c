"""Every amount of every flow refuses what is no whole number of satang within one payment."""

import pytest

from primitives.errors import ArgumentOutOfBounds, BadText, WrongArgumentCount, WrongArgumentType
from primitives.limits import AMOUNT_SATANG_MAX
from tests.contracts.cbdc.flows import World

SHOP = World.address("shop")
ID, KEY, SIGNATURE, NONCE = b"i" * 32, b"\x01" + b"k" * 32, b"s" * 64, b"n" * 16


def voucher(amount):
    return (KEY, 1, SHOP, amount, NONCE, SIGNATURE)


# Every method with an amount that must be at least 1, as a call with this amount.
AMOUNTS = {
    "pay_request": lambda amount: (SHOP, "R1", amount, 0, None),
    "refund": lambda amount: (ID, amount, ""),
    "claim_refund": lambda amount: (ID, amount),
    "hold": lambda amount: (SHOP, amount, 1, None, None, "", None),
    "capture": lambda amount: (ID, amount, None),
    "schedule": lambda amount: (SHOP, amount, 1, 1, 1, 0, None),
    "issue_voucher": lambda amount: ("P", SHOP, amount, (), (), "", 0, 1),
    "spend_voucher": lambda amount: ((ID,), SHOP, amount, 0, None),
    "offline_load": lambda amount: (KEY, amount),
    "offline_settle": lambda amount: ((voucher(amount),),),
    "offline_report": lambda amount: (voucher(1), voucher(amount)),
    "offline_compensate": lambda amount: (voucher(amount),),
}
# The same for amounts that may be 0.
OPTIONAL = {
    "create_request": lambda amount: ("R1", amount, 1, "", "", None),
    "pay_request": lambda amount: (SHOP, "R1", 1, amount, None),
    "schedule": lambda amount: (SHOP, 1, 1, 1, 1, amount, None),
    "spend_voucher": lambda amount: ((ID,), SHOP, 1, amount, None),
    "dispute_resolve": lambda amount: (ID, "refund", amount),
}
WRONG = {
    "negative": (-1, ArgumentOutOfBounds),
    "over the maximum": (AMOUNT_SATANG_MAX + 1, ArgumentOutOfBounds),
    "true": (True, WrongArgumentType),
    "a float": (1.0, WrongArgumentType),
    "not a number": (float("nan"), WrongArgumentType),
    "a text": ("1.005", WrongArgumentType),
    "an exponent": ("1e3", WrongArgumentType),
    "with a sign": ("+1", WrongArgumentType),
    "with a space": (" 1", WrongArgumentType),
    "in Thai digits": ("๑๐", WrongArgumentType),
    "nothing": (None, WrongArgumentType),
}


def refuses(world, error, method, args):
    return world.ledger.as_("alice").rejects_call(error, "cbdc", method, args)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("method", AMOUNTS)
def test_a_wrong_amount_is_refused_by_name(world, method, wrong):
    amount, error = WRONG[wrong]

    refusal = refuses(world, error, method, AMOUNTS[method](amount))

    assert dict(refusal.details)["field"].endswith("amount")


@pytest.mark.parametrize("method", AMOUNTS)
def test_an_amount_of_nothing_is_refused(world, method):
    refusal = refuses(world, ArgumentOutOfBounds, method, AMOUNTS[method](0))

    assert dict(refusal.details)["field"].endswith("amount")


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("method", OPTIONAL)
def test_a_wrong_amount_that_may_be_nothing_is_refused(world, method, wrong):
    amount, error = WRONG[wrong]

    refusal = refuses(world, error, method, OPTIONAL[method](amount))

    assert refusal.code == error.code


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("create_request", ("R1", 1, 1, "x" * 21, "", None), ArgumentOutOfBounds),
        ("create_request", ("R\n", 1, 1, "", "", None), BadText),
        ("create_request", ("R1", 1, 1, "", ""), WrongArgumentCount),
        ("refund", (ID[:31], 1, ""), ArgumentOutOfBounds),
        ("refund", (ID, 1, "x" * 141), ArgumentOutOfBounds),
        ("refund", (ID, 1, "a\u202eb"), BadText),
        ("schedule", (SHOP, 1, 1, 0, 1, 0, None), ArgumentOutOfBounds),
        ("schedule", (SHOP, 1, 1, 367, 1, 0, None), ArgumentOutOfBounds),
        ("schedule", (SHOP, 1, 1, 1, 0, 0, None), ArgumentOutOfBounds),
        ("schedule", (SHOP, 1, 1, 1, 1_201, 0, None), ArgumentOutOfBounds),
        ("issue_voucher", ("P", SHOP, 1, (SHOP,) * 21, (), "", 0, 1), ArgumentOutOfBounds),
        ("issue_voucher", ("P", SHOP, 1, (), ("541",), "", 0, 1), ArgumentOutOfBounds),
        ("spend_voucher", ((), SHOP, 1, 0, None), ArgumentOutOfBounds),
        ("spend_voucher", ((ID,) * 11, SHOP, 1, 0, None), ArgumentOutOfBounds),
        ("expire_vouchers", (SHOP, (ID,) * 51), ArgumentOutOfBounds),
        ("offline_settle", ((),), ArgumentOutOfBounds),
        ("offline_settle", ((voucher(1),) * 21,), ArgumentOutOfBounds),
        ("offline_settle", (((KEY, 0, SHOP, 1, NONCE, SIGNATURE),),), ArgumentOutOfBounds),
        ("offline_settle", (((KEY, 1, SHOP, 1, NONCE),),), WrongArgumentType),
        ("hold", (SHOP, 1, 1, None, b"short", "", None), ArgumentOutOfBounds),
        ("hold", (SHOP, 1, 1, b"short", None, "", None), ArgumentOutOfBounds),
    ],
)
def test_a_field_out_of_its_bounds_is_refused(world, method, args, error):
    refusal = refuses(world, error, method, args)

    assert refusal.code == error.code
