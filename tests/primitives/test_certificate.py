"""A certificate is a quorum of different validators' seals over one block at one view."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.certificate import (
    BadCertificate,
    Certificate,
    assemble,
    check_certificate,
    read_certificate,
    seal_bytes,
)
from primitives.codec import encode
from primitives.crypto import Signature, digest
from primitives.errors import BadShape, InvariantBroken, NotCanonical, Rejected, TooLarge
from primitives.ids import Height, View
from tests.builders import (
    CHAIN_ID,
    RESTART,
    block,
    certificate,
    key,
    keys,
    seal,
    unchecked,
    validators,
)
from tests.primitives.strategies import damaged

BLOCK = block()
FOUR = keys(4)


def check(candidate, count=4, chain_id=CHAIN_ID, restart=RESTART):
    return check_certificate(
        candidate, chain_id=chain_id, restart=restart, validators=validators(count)
    )


def test_a_seal_signs_chain_restart_height_view_and_block():
    signed = seal_bytes(CHAIN_ID, RESTART, Height(5), View(2), BLOCK.hash)

    assert signed == encode((CHAIN_ID, RESTART, 5, 2, BLOCK.hash))


@pytest.mark.parametrize("signers", [FOUR[:3], FOUR[1:], FOUR], ids=["first 3", "last 3", "all 4"])
def test_a_quorum_of_seals_proves_the_block(signers):
    proven = check(unchecked(BLOCK, signers, view=2))

    assert (proven.height, proven.view, proven.block_hash) == (5, 2, BLOCK.hash)
    assert proven.seals == tuple((k.public_key, seal(k, 5, 2, BLOCK.hash)) for k in signers)


def test_one_validator_alone_is_its_own_quorum():
    assert check(unchecked(BLOCK, keys(1), count=1), count=1).block_hash == BLOCK.hash


def test_what_is_encoded_reads_back_and_checks():
    sealed = certificate(BLOCK, FOUR, view=1)
    read = read_certificate(sealed.encode())

    assert check(read).encode() == sealed.encode()
    assert sealed.hash == digest("certificate", sealed.encode())


@pytest.mark.parametrize(
    ("count", "quorum", "size"), [(4, 3, 241), (16, 11, 770), (31, 21, 1_434), (100, 67, 4_479)]
)
def test_a_quorum_takes_these_bytes_at_a_height_of_four_digits(count, quorum, size):
    sealed = block(1_000)
    made = assemble(
        sealed=(sealed.height, View(0), sealed.hash),
        restart=RESTART,
        seals={k.public_key: Signature(bytes(64)) for k in keys(count)[:quorum]},
        validators=validators(count),
    )

    assert len(made.encode()) == size


def test_the_signers_are_bits_over_the_set_lowest_first():
    made = unchecked(BLOCK, [FOUR[0], FOUR[2], FOUR[3]])

    assert made.signers == b"\x0d"
    assert made.encode() == encode((5, 0, BLOCK.hash, b"\x0d", made.signatures))


def with_seal_of(count, place, bad_seal):
    """The seals of the first three validators, one of them replaced."""
    good = unchecked(BLOCK, FOUR[:count])
    signatures = [bad_seal if i == place else s for i, s in enumerate(good.signatures)]
    return replace(good, signatures=tuple(signatures))


def with_bits(bits, signers=FOUR):
    """The seals of `signers` under another bit map."""
    return replace(unchecked(BLOCK, signers), signers=bits)


REFUSED = {
    "no seals": (unchecked(BLOCK, []), "0 seals, needed are 3"),
    "no bit map": (with_bits(b""), "a bit map of 0 bytes, that of 4 validators has 1"),
    "a bit map with a zero byte too many": (with_bits(b"\x0f\x00"), "a bit map of 2 bytes"),
    "a bit beyond the set": (with_bits(b"\x1f"), "a signer beyond the 4 validators"),
    "a bit without a signature": (with_bits(b"\x0f", FOUR[:3]), "3 signatures of 4 signers"),
    "a signature without a bit": (with_bits(b"\x07"), "4 signatures of 3 signers"),
    "two seals of four validators": (unchecked(BLOCK, FOUR[:2]), "2 seals, needed are 3"),
    "one signer three times": (
        unchecked(BLOCK, [FOUR[0]] * 3),
        "3 signatures of 1 signers",
    ),
    "one signer under the bits of three": (
        with_bits(b"\x07", [FOUR[0]] * 3),
        "the seal of v1 does not verify",
    ),
    "a quorum and one signer again": (
        with_bits(b"\x0f", [*FOUR[:3], FOUR[2]]),
        "the seal of v3 does not verify",
    ),
    "signers out of order": (
        unchecked(BLOCK, [FOUR[1], FOUR[0], FOUR[2]]),
        "the seal of v0 does not verify",
    ),
    "a stranger in place of a validator": (
        with_bits(b"\x07", [*FOUR[:2], key(9)]),
        "the seal of v2 does not verify",
    ),
    "a seal of another view": (
        with_seal_of(3, 1, seal(FOUR[1], 5, 1, BLOCK.hash)),
        "the seal of v1 does not verify",
    ),
    "a seal of another height": (with_seal_of(3, 0, seal(FOUR[0], 6, 0, BLOCK.hash)), "seal of v0"),
    "a seal of another block": (
        with_seal_of(3, 2, seal(FOUR[2], 5, 0, block(6).hash)),
        "the seal of v2 does not verify",
    ),
    "a seal by another validator": (
        with_seal_of(3, 2, seal(FOUR[1], 5, 0, BLOCK.hash)),
        "seal of v2",
    ),
    "a bad seal beyond the quorum": (with_seal_of(4, 3, Signature(bytes(64))), "seal of v3"),
    "a prepare in place of a seal": (
        with_seal_of(
            3,
            0,
            FOUR[0].sign("prepare", seal_bytes(CHAIN_ID, RESTART, Height(5), View(0), BLOCK.hash)),
        ),
        "seal of v0",
    ),
    "another view claimed": (replace(unchecked(BLOCK, FOUR), view=View(1)), "seal of v0"),
    "another height claimed": (replace(unchecked(BLOCK, FOUR), height=Height(6)), "seal of v0"),
    "another block claimed": (
        replace(unchecked(BLOCK, FOUR), block_hash=block(6).hash),
        "seal of v0",
    ),
}


@pytest.mark.parametrize(("candidate", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_prove_the_block_is_refused(candidate, words):
    with pytest.raises(BadCertificate, match=words):
        check(candidate)


def test_seals_of_another_chain_prove_nothing():
    with pytest.raises(BadCertificate, match="does not verify"):
        check(unchecked(BLOCK, FOUR), chain_id="othernet-0")


def test_seals_of_another_restart_prove_nothing():
    with pytest.raises(BadCertificate, match="does not verify"):
        check(unchecked(BLOCK, FOUR), restart=digest("restart", b"other"))


def test_the_set_of_another_height_is_not_good_enough():
    outgrown = unchecked(BLOCK, FOUR[:3])

    with pytest.raises(BadCertificate, match="3 seals, needed are 5"):
        check(outgrown, count=7)


def test_a_certificate_cannot_be_made_without_a_check():
    with pytest.raises(InvariantBroken):
        Certificate(unchecked(BLOCK, FOUR), RESTART, (), issued=object())


@given(st.permutations(range(4)))
def test_assembling_takes_every_seal_by_key_whatever_the_order_of_arrival(order):
    seals = {FOUR[i].public_key: seal(FOUR[i], 5, 0, BLOCK.hash) for i in order}

    made = assemble(
        sealed=(Height(5), View(0), BLOCK.hash),
        restart=RESTART,
        seals=seals,
        validators=validators(4),
    )

    assert [public_key for public_key, _ in made.seals] == [k.public_key for k in FOUR]
    assert check(made.unchecked).seals == made.seals


@pytest.mark.parametrize("signers", [FOUR[:2], [*FOUR[:2], key(9)]], ids=["too few", "a stranger"])
def test_assembling_less_than_a_quorum_is_our_own_bug(signers):
    seals = {k.public_key: seal(k, 5, 0, BLOCK.hash) for k in signers}

    with pytest.raises(InvariantBroken, match="assembling"):
        assemble(
            sealed=(Height(5), View(0), BLOCK.hash),
            restart=RESTART,
            seals=seals,
            validators=validators(4),
        )


GOOD = (b"\x01", (bytes(64),))
MALFORMED = {
    "nothing": (b"", NotCanonical),
    "over 16 KiB": (encode(bytes(16 * 1024)), TooLarge),
    "four fields": (encode((5, 0, bytes(32), b"\x01")), BadShape),
    "a height below zero": (encode((-1, 0, bytes(32), *GOOD)), BadShape),
    "a view of true": (encode((5, True, bytes(32), *GOOD)), BadShape),
    "a hash of 31 bytes": (encode((5, 0, bytes(31), *GOOD)), BadShape),
    "a bit map as a number": (encode((5, 0, bytes(32), 1, GOOD[1])), BadShape),
    "a bit map of 14 bytes": (encode((5, 0, bytes(32), bytes(14), GOOD[1])), BadShape),
    "signatures as bytes": (encode((5, 0, bytes(32), b"\x01", b"")), BadShape),
    "a signature with its key": (
        encode((5, 0, bytes(32), b"\x01", ((bytes(32), bytes(64)),))),
        BadShape,
    ),
    "a signature of 63 bytes": (encode((5, 0, bytes(32), b"\x01", (bytes(63),))), BadShape),
    "101 signatures": (encode((5, 0, bytes(32), b"\x01", GOOD[1] * 101)), BadShape),
}


@pytest.mark.parametrize(("data", "error"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_certificate_is_refused_by_name(data, error):
    with pytest.raises(error) as refusal:
        read_certificate(data)

    assert type(refusal.value) is error


@given(st.data())
def test_no_damaged_certificate_proves_anything_else(data):
    sealed = certificate(BLOCK, FOUR)
    bad = data.draw(damaged(sealed.encode()))

    with pytest.raises(Rejected):
        check(read_certificate(bad))
