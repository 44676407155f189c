"""Examples of keys, addresses and signatures of all four kinds, and of assertions to be refused."""

from primitives import p256
from primitives.crypto import SigningKey, digest
from primitives.ids import address_of, show_address
from primitives.keys import P256Key, check_signature
from primitives.webauthn import site_of
from tests.passkeys import (
    ATTESTED,
    EXTENSIONS,
    PRESENT,
    VERIFIED,
    SoftPasskey,
)

TAG, DATA = "tx", b"abc"
SEEDS = [bytes([number]) * 32 for number in (1, 2)]
ADDED = ',"other_keys_can_be_added_here":"do not compare clientDataJSON against a template"}'

# What is right may differ in these ways.
ACCEPTED = {
    "a plain assertion": {},
    "members added at the end": {"rest": ADDED},
    "a counter, which is ignored": {"counter": 2**32 - 1},
    "extensions behind the counter": {"flags": PRESENT | VERIFIED | EXTENSIONS, "more": b"\xa0"},
    "backed up, as synced passkeys are": {"flags": PRESENT | VERIFIED | 0x18},
    "an origin with a port": {"origin": "http://localhost:8000"},
}
# Each of these is refused, at this check.
REFUSED = {
    "nobody present": ("user_present", {"flags": VERIFIED}),
    "nobody verified": ("user_verified", {"flags": PRESENT}),
    "a registration": ("attested_data", {"flags": PRESENT | VERIFIED | ATTESTED}),
    "another type": ("challenge", {"kind": "webauthn.create"}),
    "another challenge": ("challenge", {"shown": bytes(32)}),
    "a space before": ("challenge", {"start": " "}),
    "an escaped origin": ("origin", {"origin": "https:\\/\\/portal.sapha.go.th"}),
    "no origin": ("origin", {"origin": ""}),
    "an origin that is not ASCII": ("origin", {"origin": "https://สภา.ไทย"}),
    "a page inside another": ("cross_origin", {"is_cross": "true"}),
    "a longer word than false": ("cross_origin", {"rest": "ly}"}),
    "a high s": ("signature", {"is_high": True}),
}


def key_kinds() -> object:
    """Return keys with addresses, signatures over H("tx", "abc"), and assertions."""
    return {
        "tag": TAG,
        "data": DATA.hex(),
        "challenge": digest(TAG, DATA).hex(),
        "keys": [_key(kind, seed) for kind in (1, 2, 3, 4) for seed in SEEDS],
        "p256": [*_low_and_high()],
        "assertions": [*map(_assertion, ACCEPTED.items())],
        "refused": [*map(_refused, REFUSED.items())],
    }


def signer_of_kind(kind, seed):
    """Return what signs with a key of the kind."""
    if kind in (1, 2):
        return (SigningKey, P256Key)[kind - 1](seed)
    return SoftPasskey(seed, bytes([kind]))


def _key(kind, seed):
    signer = signer_of_kind(kind, seed)
    address = address_of(signer.public_key)
    return {
        "kind": kind,
        "seed": seed.hex(),
        "public_key": signer.public_key.hex(),
        "address": address.hex(),
        "shown": show_address(address),
        "signature": signer.sign(TAG, DATA).hex(),
    }


def _low_and_high():
    key = P256Key(SEEDS[0])
    low = key.sign(TAG, DATA)
    scalar = p256.ORDER - int.from_bytes(low[32:], "big")
    high = low[:32] + scalar.to_bytes(32, "big")
    zero = bytes(64)
    over = (p256.ORDER).to_bytes(32, "big") + low[32:]
    for why, signature, verifies in (
        ("a low s", low, True),
        ("the same with a high s", high, False),
        ("zeros", zero, False),
        ("r of the order", over, False),
    ):
        yield {
            "why": why,
            "public_key": key.public_key.hex(),
            "signature": signature.hex(),
            "verifies": verifies,
        }


def _assertion(row):
    why, facts = row
    key, signature = made(facts)
    check_signature(key, TAG, DATA, signature)
    site = site_of(signature)
    return {
        "why": why,
        "public_key": key.hex(),
        "signature": signature.hex(),
        "rp_id_hash": site.rp_id_hash.hex(),
        "origin": site.origin,
    }


def _refused(row):
    why, (check, facts) = row
    key, signature = made(facts)
    return {"why": why, "check": check, "public_key": key.hex(), "signature": signature.hex()}


def made(facts, kind=b"\x03"):
    """Return the key and the assertion of a passkey with these facts."""
    passkey = SoftPasskey(SEEDS[1], kind)
    passkey.facts = facts
    return passkey.public_key, passkey.sign(TAG, DATA)
