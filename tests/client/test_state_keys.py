"""The client's own state keys are the bytes that the contracts write."""

import pytest

from client.state_keys import state_key
from contracts.sdk.keys import key_codec
from primitives.errors import BadShape
from primitives.ids import Address

ADDRESS = Address(bytes(range(20)))


@pytest.mark.parametrize(
    ("annotation", "key"),
    [
        (int, 0),
        (int, -5),
        (int, 2**63 - 1),
        (str, "poll"),
        (str, "มติ\0x"),
        (bytes, b"\x00\xff"),
        (Address, ADDRESS),
        (tuple[str, Address], ("poll\0a", ADDRESS)),
        (tuple[Address, int], (ADDRESS, 7)),
        (tuple[str, str, int], ("a", "\0", -1)),
    ],
)
def test_keys_are_encoded_as_the_contracts_do(annotation, key):
    parts = key if isinstance(key, tuple) else (key,)

    ours = state_key("cbdc", "things", *parts)

    assert ours == b"cbdc\0things\0" + key_codec(annotation, "test").write(key)


def test_a_balance_lies_under_the_holders_address():
    assert state_key("cbdc", "balances", ADDRESS) == b"cbdc\0balances\0" + ADDRESS


def test_an_integer_of_more_than_64_bits_is_refused():
    with pytest.raises(BadShape):
        state_key("cbdc", "things", 2**63)
