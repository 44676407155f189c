"""A phone that pays without the ledger: its certificate and what it signs."""

from dataclasses import replace

from contracts.cbdc.offline.messages import (
    OfflineRegisterDevice,
    OfflineReport,
    OfflineSettle,
    OfflineVoucher,
    device_statement,
    offline_voucher_statement,
)
from contracts.tools.testing import key_of
from primitives.crypto import Signature
from tests.contracts.cbdc.flows import HOUR_MS, World

ALICE, BOB, SHOP, STALL = (World.address(name) for name in ("alice", "bob", "shop", "stall"))
CHAIN = "test-chain"
PHONE = key_of("phone").public_key
LIFE_MS, GRACE_MS = 72 * HOUR_MS, 72 * HOUR_MS
UNSIGNED = Signature(bytes(64))
LOADED = 20_000


def certificate(world, label="phone", *, wallet=ALICE, after_ms=LIFE_MS):
    key = key_of(label)
    msg = OfflineRegisterDevice(key.public_key, wallet, world.now + after_ms, UNSIGNED)
    return replace(msg, proof=key.sign(*device_statement(CHAIN, msg)))


def signed(counter, amount=500, payee=SHOP, *, label="phone", nonce=b"n" * 16, chain=CHAIN):
    key = key_of(label)
    voucher = OfflineVoucher(key.public_key, counter, payee, amount, nonce, UNSIGNED)
    return replace(voucher, signature=key.sign(*offline_voucher_statement(chain, voucher)))


def settling(*vouchers):
    return OfflineSettle(vouchers)


def device(world):
    """Status, loaded, remaining."""
    return world.ask("device_state", PHONE)[2:5]


def revoked(world):
    """After a proven double spend of 500 to the shop, which was paid, and to the stall."""
    world.do("shop", settling(signed(1)))
    world.do("stall", OfflineReport(signed(1), signed(1, payee=STALL)))
    return world
