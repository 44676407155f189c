"""A bank's agreement to add to a payment serves that payment alone."""

import json
from dataclasses import replace

import pytest

from client.cbdc.errors import BadTopupFile
from client.cbdc.topups import UNSIGNED, read_topup, sign_topup, write_topup
from client.wallet import Wallet
from contracts.cbdc.payments.messages import TransferWithTopup, topup_statement
from primitives.crypto import Digest, SigningKey, verify

CHAIN = "devnet-1"
KEY = SigningKey(bytes([7]) * 32)
ONE, TWO = (Wallet.from_seed(bytes([n]) * 32).address for n in (1, 2))
DRAFT = TransferWithTopup(TWO, 900, "เช่า", Digest(bytes(32)), "kbank", 400, "b-1", *UNSIGNED)


def test_a_top_up_is_signed_for_this_payment_of_this_sender():
    signed = sign_topup(KEY, CHAIN, ONE, DRAFT)

    assert verify(signed.key, *topup_statement(CHAIN, ONE, signed), signed.signature)
    for other in (replace(signed, topup=401), replace(signed, to=ONE), replace(signed, amount=1)):
        assert not verify(signed.key, *topup_statement(CHAIN, ONE, other), signed.signature)
    assert not verify(signed.key, *topup_statement(CHAIN, TWO, signed), signed.signature)


@pytest.mark.parametrize("travel", [None, Digest(bytes([5]) * 32)])
def test_a_signed_payment_travels_in_a_file(tmp_path, travel):
    signed = sign_topup(KEY, CHAIN, ONE, replace(DRAFT, travel=travel))

    write_topup(tmp_path / "pay.json", signed)

    assert read_topup(tmp_path / "pay.json") == signed


@pytest.mark.parametrize(
    "changes", [{"amount": 9.5}, {"topup": True}, {"to": "sph1x"}, {"key": "zz"}, {"travel": 7}]
)
def test_a_file_that_is_no_such_payment_is_named(tmp_path, changes):
    path = tmp_path / "pay.json"
    write_topup(path, sign_topup(KEY, CHAIN, ONE, DRAFT))
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")

    with pytest.raises(BadTopupFile, match=r"pay\.json"):
        read_topup(path)
