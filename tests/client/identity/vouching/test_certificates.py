"""A wallet believes no voucher: a wrong answer is named, and marks nobody."""

import pytest

from client.bls_blind import SignerKey, blind
from client.identity.vouching.certificates import Answers, combined
from client.identity.vouching.errors import AnswersAbsent, WrongAnswer
from contracts.identity.crypto.certificates import alive_hash, are_certificates, held
from contracts.sdk.bls import ORDER, decode_g1
from contracts.sdk.bls_blind import Purpose, hash_message, is_signature, summed_key
from primitives.crypto import SigningKey

SIGNERS = {number: SignerKey.derive(b"s" * 32, bytes([number])) for number in (1, 2, 4)}
KEYS = {number: signer.public for number, signer in SIGNERS.items()}
SUM = summed_key(list(KEYS.values()))
FACTOR = 2**200 + 7
KEY = SigningKey(b"\x07" * 32).public_key
HASHED = alive_hash("test-chain", 20_000, KEY)
GIVEN = {number: one.sign(blind(HASHED, FACTOR)).encoded for number, one in SIGNERS.items()}


def test_the_answers_of_all_who_sign_give_the_one_certificate():
    signature = combined(HASHED, FACTOR, Answers(keys=KEYS, answers=GIVEN))

    assert is_signature(SUM, HASHED, decode_g1(signature))


def test_who_has_not_answered_is_named():
    with pytest.raises(AnswersAbsent, match="voucher 2"):
        combined(HASHED, FACTOR, Answers(keys=KEYS, answers={1: GIVEN[1], 4: GIVEN[4]}))


@pytest.mark.parametrize(
    "wrong", [GIVEN[1], bytes(48), HASHED.encoded, bytes([0x80]) + bytes(47)], ids=range(4)
)
def test_who_answered_wrongly_is_named(wrong):
    with pytest.raises(WrongAnswer, match="voucher 4"):
        combined(HASHED, FACTOR, Answers(keys=KEYS, answers=GIVEN | {4: wrong}))


def test_a_key_that_a_voucher_served_to_one_wallet_only_gives_that_wallet_nothing():
    marked = SignerKey.derive(b"m" * 32, b"")
    answers = GIVEN | {2: marked.sign(blind(HASHED, FACTOR)).encoded}

    with pytest.raises(WrongAnswer, match="voucher 2"):
        combined(HASHED, FACTOR, Answers(keys=KEYS, answers=answers))


def test_answers_that_cancel_are_no_certificate():
    two = {1: SIGNERS[1].public, 2: SIGNERS[2].public}
    minus = GIVEN[1]
    opposite = bytes([minus[0] ^ 0x20]) + minus[1:]

    with pytest.raises(WrongAnswer, match="voucher 2"):
        combined(HASHED, FACTOR, Answers(keys=two, answers={1: minus, 2: opposite}))


def shown(count, purpose=Purpose.ALIVE):
    """So many right certificates, under one key."""
    hashed = [hash_message(purpose, bytes([number])) for number in range(count)]
    signed = [combined(each, 1, _answers(each)) for each in hashed]
    return [
        held(SUM.encoded, each, decode_g1(one)) for each, one in zip(hashed, signed, strict=True)
    ]


def _answers(hashed):
    answers = {number: one.sign(hashed).encoded for number, one in SIGNERS.items()}
    return Answers(keys=KEYS, answers=answers)


def test_a_batch_is_right_exactly_when_each_certificate_is():
    right = shown(5)
    other = SignerKey.derive(b"o" * 32, b"")
    hashed = HASHED
    alone = held(other.public.encoded, hashed, other.sign(hashed))

    assert are_certificates((tuple(right), (alone,)))
    for place in range(5):
        key, signed = right[place]
        wrong = held(key.encoded, right[(place + 1) % 5][1].hashed, signed.signature)
        batch = [*right[:place], wrong, *right[place + 1 :]]
        assert not are_certificates((tuple(batch),))
        assert not are_certificates(((alone,), tuple(batch)))


def test_two_wrong_certificates_do_not_make_up_for_each_other():
    (first, second) = shown(2)
    key = first[0]
    moved = [
        held(key.encoded, first[1].hashed, second[1].signature),
        held(key.encoded, second[1].hashed, first[1].signature),
    ]

    assert not are_certificates((tuple(moved),))


def test_a_certificate_for_one_purpose_serves_no_other():
    message = b"the same message"
    made = combined(
        hash_message(Purpose.ENROL, message), 1, _answers(hash_message(Purpose.ENROL, message))
    )

    for purpose in (Purpose.ALIVE, Purpose.TOKEN):
        certificate = held(SUM.encoded, hash_message(purpose, message), decode_g1(made))
        assert not are_certificates(((certificate,),))
    assert 0 < FACTOR < ORDER
