"""Keys of four kinds: P-256 with low s only, passkeys with their checks in order."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from primitives import p256
from primitives.codec import encode
from primitives.crypto import SigningKey, digest, verify
from primitives.errors import BadAssertion, BadShape, BadSignature
from primitives.ids import address_of
from primitives.keys import (
    P256Key,
    check_signature,
    is_usable_key,
    key_of,
    node_key_of,
    signer_of,
    verify_any,
    verify_raw,
)
from primitives.webauthn import site_of
from tests.passkeys import ORIGIN, RP_ID_HASH
from tests.primitives.key_vectors import ACCEPTED, DATA, REFUSED, TAG, made, signer_of_kind
from tests.primitives.make_vectors import FOLDER

VECTORS = json.loads((FOLDER / "key_kinds.json").read_text(encoding="utf-8"))
WYCHEPROOF = json.loads((FOLDER / "wycheproof_p256.json").read_text(encoding="utf-8"))
SEED = bytes([3]) * 32
KINDS = (1, 2, 3, 4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_each_kind_verifies_under_its_own_key_tag_and_data_only(kind):
    signer, other = signer_of_kind(kind, SEED), signer_of_kind(kind, bytes([4]) * 32)
    signature = signer.sign(TAG, DATA)

    assert verify_any(signer.public_key, TAG, DATA, signature)
    assert not verify_any(other.public_key, TAG, DATA, signature)
    assert not verify_any(signer.public_key, "blob-request", DATA, signature)
    assert not verify_any(signer.public_key, TAG, b"other", signature)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_takes_the_signature_of_another(kind):
    signature = signer_of_kind(kind, SEED).sign(TAG, DATA)

    for other in set(KINDS) - {kind}:
        key = signer_of_kind(other, SEED).public_key
        assert not verify_any(key, TAG, DATA, signature)


def test_kinds_of_one_point_have_addresses_of_their_own():
    points = {kind: signer_of_kind(kind, SEED).public_key for kind in KINDS}

    assert points[1][1:] == points[4][1:]
    assert points[2][1:] == points[3][1:]
    assert len({address_of(key) for key in points.values()}) == 4


def test_where_no_passkey_may_sign_none_verifies():
    for kind in (3, 4):
        signer = signer_of_kind(kind, SEED)
        assert not verify_raw(signer.public_key, TAG, DATA, signer.sign(TAG, DATA))


def test_where_nodes_sign_only_ed25519_verifies():
    for kind in (2, 3, 4):
        signer = signer_of_kind(kind, SEED)
        assert not verify(signer.public_key, TAG, DATA, signer.sign(TAG, DATA))


def test_es256_is_what_another_library_verifies():
    signer = P256Key(SEED)
    signature = signer.sign(TAG, DATA)
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), signer.public_key[1:])

    key.verify(encode_dss_signature(r, s), digest(TAG, DATA), ec.ECDSA(SHA256()))


def test_signing_twice_gives_one_signature_with_a_low_s():
    for number in range(1, 40):
        signer = P256Key(bytes([number]) * 32)
        signature = signer.sign(TAG, DATA)
        assert signature == signer.sign(TAG, DATA)
        assert int.from_bytes(signature[32:], "big") <= p256.ORDER // 2


@pytest.mark.parametrize("row", VECTORS["p256"], ids=lambda row: row["why"])
def test_of_two_signatures_that_are_one_only_the_low_counts(row):
    key, signature = bytes.fromhex(row["public_key"]), bytes.fromhex(row["signature"])

    assert verify_raw(key, TAG, DATA, signature) is row["verifies"]


def wycheproof_cases():
    """All cases; of valid ones with a high s the vectors say so, and we refuse them."""
    for group in WYCHEPROOF["groups"]:
        for case in group["tests"]:
            yield pytest.param(group["key"], case, id=f"{case['id']} {case['comment']}"[:60])


@pytest.mark.parametrize(("key", "case"), list(wycheproof_cases()))
def test_wycheproofs_p_256_signatures_are_judged_as_it_says_but_for_a_high_s(key, case):
    point = bytes.fromhex(key)
    compressed = p256.point_at(point[1:33], point[33:])
    signature = bytes.fromhex(case["signature"])
    is_low = len(signature) == 64 and int.from_bytes(signature[32:], "big") <= p256.ORDER // 2

    holds = p256.is_es256(compressed, bytes.fromhex(case["message"]), signature)

    assert holds is (case["result"] == "valid" and is_low)


@pytest.mark.parametrize("why", ACCEPTED)
@pytest.mark.parametrize("kind", [b"\x03", b"\x04"])
def test_an_assertion_may_differ_in_what_is_not_looked_at(why, kind):
    key, signature = made(ACCEPTED[why], kind)

    check_signature(key, TAG, DATA, signature)

    site = site_of(signature)
    assert (site.rp_id_hash, site.origin) == (RP_ID_HASH, ACCEPTED[why].get("origin", ORIGIN))


@pytest.mark.parametrize("why", REFUSED)
def test_an_assertion_is_refused_at_the_check_that_fails(why):
    check, facts = REFUSED[why]
    key, signature = made(facts)

    with pytest.raises(BadAssertion) as refusal:
        check_signature(key, TAG, DATA, signature)

    assert refusal.value.details == (("check", check),)


def test_the_checks_stand_in_their_order():
    """Facts that break every check: what is mended one by one, the next check refuses."""
    wrong = {
        "flags": 0x40,
        "shown": bytes(32),
        "origin": "",
        "is_cross": "true",
        "is_high": True,
    }
    mended = [
        {"flags": 0x41},
        {"flags": 0x45},
        {"flags": 0x05},
        {"shown": None},
        {"origin": ORIGIN},
        {"is_cross": "false"},
        {"is_high": False},
    ]
    met = []
    for change in [{}, *mended]:
        wrong |= change
        key, signature = made(wrong)
        try:
            check_signature(key, TAG, DATA, signature)
        except BadAssertion as refusal:
            met.append(dict(refusal.details)["check"])

    in_order = ["user_present", "user_verified", "attested_data", "challenge", "origin"]
    assert met == [*in_order, "cross_origin", "signature"]


def parts_of(**changes):
    """A right assertion's three parts, some of them others."""
    from primitives.codec import decode

    key, signature = made({})
    parts = dict(
        zip(("device", "client", "signature"), decode(signature, bytes_max=2_000), strict=True)
    )
    return key, encode(tuple((parts | changes).values()))


MALFORMED = {
    "no array": (made({})[0], bytes(100)),
    "authenticator data of 257 bytes": parts_of(device=bytes(257)),
    "client data of 1,025 bytes": parts_of(client=b"{" * 1_025),
    "a signature in DER": parts_of(signature=bytes(70)),
    "client data as text": parts_of(client="{}"),
    "64 bytes, as of a bare key": (made({})[0], bytes(64)),
    "a byte after it": (made({})[0], made({})[1] + b"\0"),
}


@pytest.mark.parametrize(("key", "signature"), MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_assertion_is_refused_as_a_signature(key, signature):
    with pytest.raises(BadSignature):
        check_signature(key, TAG, DATA, signature)


def test_authenticator_data_of_36_bytes_are_too_short():
    key, signature = parts_of(device=bytes(36))

    with pytest.raises(BadAssertion, match="authenticator_data"):
        check_signature(key, TAG, DATA, signature)


@pytest.mark.parametrize("row", VECTORS["refused"], ids=lambda row: row["why"])
def test_published_assertions_that_are_refused_are(row):
    key, signature = bytes.fromhex(row["public_key"]), bytes.fromhex(row["signature"])

    with pytest.raises(BadAssertion) as refusal:
        check_signature(key, TAG, DATA, signature)

    assert dict(refusal.value.details)["check"] == row["check"]


BAD_KEYS = {
    "nothing": b"",
    "no kind": bytes(32),
    "kind 00": bytes(33),
    "kind 05": b"\x05" + SigningKey(SEED).public_key[1:],
    "P-256 of 32 bytes": b"\x02" + bytes(32),
    "Ed25519 of 33 bytes": b"\x01" + bytes(33),
}


@pytest.mark.parametrize("data", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_key_of_no_kind_or_another_length_is_refused_by_name(data):
    with pytest.raises(BadShape, match="the key must be a kind byte"):
        key_of(data, name="the key")
    assert not is_usable_key(data)


def test_nobody_can_sign_with_what_is_no_point():
    x_of_none = b"\x02" + b"\xff" * 32
    uncompressed = b"\x04" + P256Key(SEED).public_key[2:]

    assert not is_usable_key(b"\x02" + x_of_none)
    assert not is_usable_key(b"\x03" + uncompressed)
    assert not is_usable_key(b"\x04" + bytes(32))
    assert all(is_usable_key(signer_of_kind(kind, SEED).public_key) for kind in KINDS)


def test_a_node_has_a_key_of_kind_01():
    assert node_key_of(SigningKey(SEED).public_key, name="key") == SigningKey(SEED).public_key
    with pytest.raises(BadShape, match="the byte 01"):
        node_key_of(P256Key(SEED).public_key, name="key")


@pytest.mark.parametrize("seed", [bytes(32), b"\xff" * 32, bytes(31)])
def test_a_secret_that_is_no_scalar_makes_no_p_256_key(seed):
    with pytest.raises(ValueError, match="below the order"):
        P256Key(seed)


def test_a_passkey_is_not_made_of_a_secret_here():
    with pytest.raises(ValueError, match="not made of a secret"):
        signer_of(b"\x03", SEED)


def test_a_p_256_key_never_prints_its_secret():
    signer = P256Key(SEED)

    assert SEED.hex() not in repr(signer) + str(signer)
    assert signer.public_key.hex() in repr(signer)
