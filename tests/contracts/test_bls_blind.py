"""Blind signatures by several signers: one element for all, proven keys, batches as singles."""

from random import Random

import pytest

from client.bls_blind import SignerKey, blind, derive_exponent, unblind
from contracts.sdk.bls import (
    BASE_G2,
    ORDER,
    BadElement,
    BadExponent,
    add_g2,
    decode_g1,
    decode_g2,
    multiply_g1,
    multiply_g2,
)
from contracts.sdk.bls_blind import (
    Purpose,
    Signed,
    are_signatures,
    first_bad_answer,
    hash_message,
    is_key_proven,
    is_signature,
    summed_key,
)
from primitives.errors import InvariantBroken
from tests.contracts.test_bls import VECTORS

SEED = bytes(64)
LABELS = (b"context", b"class", b"signer")
KEY = SignerKey(77)
CASE = VECTORS["signature"]


def answered(count, key=KEY):
    """Requests that a signer has answered."""
    hidden = [hash_message(Purpose.TOKEN, bytes([number])) for number in range(count)]
    return [Signed(hashed=one, signature=key.sign(one)) for one in hidden]


def test_fixed_secrets_give_the_published_bytes():
    hashed = hash_message(Purpose.TOKEN, bytes.fromhex(CASE["message"]))
    signers = [SignerKey(int(secret, 16)) for secret in CASE["secrets"]]
    factor = int(CASE["factor"], 16)
    blinded = blind(hashed, factor)
    answers = [signer.sign(blinded) for signer in signers]
    signature = unblind(answers, factor)
    key = summed_key([signer.public for signer in signers])

    assert hashed.encoded.hex() == CASE["hashed"]
    assert hashed.encoded.hex()[:32] == "843681d742864f557ef45cd422dbb9d0"  # the design's own
    assert blinded.encoded.hex() == CASE["blinded"]
    assert [one.encoded.hex() for one in answers] == CASE["answers"]
    assert [one.public.encoded.hex() for one in signers] == CASE["keys"]
    assert (signature.encoded.hex(), key.encoded.hex()) == (CASE["signature"], CASE["key"])
    assert is_signature(key, hashed, signature)


def test_a_published_proof_of_a_key_holds():
    labels = tuple(map(bytes.fromhex, CASE["proof_labels"]))

    assert is_key_proven(labels, bytes.fromhex(CASE["keys"][0]), bytes.fromhex(CASE["proof"]))


def test_signers_who_sum_up_sign_each_blinded_message_in_one_way():
    signers = [SignerKey(number) for number in (11, 13, 17)]
    key = summed_key([signer.public for signer in signers])
    hashed = hash_message(Purpose.TOKEN, b"m")

    made = {
        unblind([signer.sign(blind(hashed, factor)) for signer in signers], factor)
        for factor in (2, 3, ORDER - 1)
    }

    assert len(made) == 1
    assert is_signature(key, hashed, made.pop())


@pytest.mark.parametrize("change", range(3))
def test_a_proof_of_a_key_is_nobody_else_s(change):
    other = tuple(b"other" if place == change else label for place, label in enumerate(LABELS))
    proof = KEY.prove(LABELS)

    assert is_key_proven(LABELS, KEY.public.encoded, proof)
    assert not is_key_proven(other, KEY.public.encoded, proof)
    assert not is_key_proven(LABELS, SignerKey(78).public.encoded, proof)


def test_a_rogue_key_that_cancels_another_has_no_proof():
    mine = SignerKey(5)
    rogue = add_g2([mine.public, multiply_g2(ORDER - 1, KEY.public)])  # X = x G2 - X_1
    # The owner can have elements signed by the other, and knows x; a proof wants the logarithm.
    proofs = (mine.prove(LABELS), KEY.prove(LABELS))

    assert add_g2([rogue, KEY.public]) == mine.public
    assert not any(is_key_proven(LABELS, rogue.encoded, proof) for proof in proofs)


@pytest.mark.parametrize("text", VECTORS["refused_scalars"])
def test_the_response_of_a_proof_is_a_scalar(text):
    proof = KEY.prove(LABELS)

    with pytest.raises(BadExponent):
        is_key_proven(LABELS, KEY.public.encoded, proof[:96] + bytes.fromhex(text))


@pytest.mark.parametrize("case", VECTORS["refused_g2"])
def test_keys_and_commitments_are_elements(case):
    data, proof = bytes.fromhex(VECTORS["refused_g2"][case]), KEY.prove(LABELS)

    with pytest.raises(BadElement):
        is_key_proven(LABELS, data, proof)
    if len(data) == 96:
        with pytest.raises(BadElement):
            is_key_proven(LABELS, KEY.public.encoded, data + proof[96:])


@pytest.mark.parametrize("place", [0, 1, 63, 100, 198, 199])
def test_the_first_bad_answer_of_two_hundred_is_named(place):
    batch = answered(200)
    batch[place] = Signed(
        hashed=batch[place].hashed, signature=multiply_g1(2, batch[place].signature)
    )

    assert first_bad_answer(KEY.public, SEED, batch) == place


def test_right_answers_have_no_bad_one():
    for count in (1, 2, 3, 200):
        assert first_bad_answer(KEY.public, SEED, answered(count)) is None


def test_an_empty_batch_is_not_right():
    with pytest.raises(InvariantBroken):
        first_bad_answer(KEY.public, SEED, [])
    with pytest.raises(InvariantBroken):
        are_signatures(KEY.public, SEED, [])


def test_answers_in_another_order_are_not_answers():
    first, second = answered(2)
    swapped = [
        Signed(hashed=first.hashed, signature=second.signature),
        Signed(hashed=second.hashed, signature=first.signature),
    ]

    assert first_bad_answer(KEY.public, SEED, swapped) == 0


def test_the_answers_of_another_signer_are_not_this_one_s():
    assert first_bad_answer(KEY.public, SEED, answered(3, SignerKey(78))) == 0


def test_batches_judge_as_single_checks_do():
    random, good = Random(4), answered(8)
    bad = Signed(hashed=good[0].hashed, signature=multiply_g1(3, good[0].signature))

    for turn in range(100):
        batch = [random.choice([*good, bad]) for _ in range(random.randint(1, 6))]
        seed = turn.to_bytes(64, "big")
        singles = [is_signature(KEY.public, one.hashed, one.signature) for one in batch]
        assert are_signatures(KEY.public, seed, batch) == all(singles)
        first = None if all(singles) else singles.index(False)
        assert first_bad_answer(KEY.public, seed, batch) == first


@pytest.mark.parametrize("case", ["outside the group", "moved by order 3"])
def test_what_the_pairing_does_not_see_does_not_get_there(case):
    with pytest.raises(BadElement):
        decode_g1(bytes.fromhex(VECTORS["refused_g1"][case]))
    with pytest.raises(BadElement):
        decode_g2(bytes.fromhex(VECTORS["refused_g2"]["outside the group"]))


def test_secrets_derived_for_another_use_are_others():
    uses = [b"a", b"b", b"", b"a\x01"]

    found = {derive_exponent(bytes(32), use) for use in uses}

    assert len(found) == len(uses)
    assert SignerKey.derive(bytes(32), b"a").public == multiply_g2(
        derive_exponent(bytes(32), b"a"), BASE_G2
    )
    with pytest.raises(InvariantBroken):
        SignerKey(ORDER)


def test_a_signer_prints_no_secret():
    assert "77" not in repr(KEY).split("(")[1][:2]
    assert KEY.public.encoded[:8].hex() in repr(KEY)
