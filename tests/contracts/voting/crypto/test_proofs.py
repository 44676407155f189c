"""Proofs: complete for true statements, and sound against changed, moved and invented ones."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.voting.prover import (
    Truth,
    encrypt,
    prove_claim,
    prove_knowledge,
    prove_share,
    random_scalar,
)
from contracts.sdk.group import (
    BASE,
    IDENTITY,
    ORDER,
    BadPoint,
    BadScalar,
    encode_scalar,
    multiply,
    multiply_base,
    subtract,
)
from contracts.voting.crypto.elgamal import less, submitted_ciphertext, unchecked_ciphertext
from contracts.voting.crypto.proofs import (
    blank_claims,
    sum_claim,
    verify_blank,
    verify_claim,
    verify_knowledge,
    verify_share,
    verify_sum,
    verify_zero_one,
    zero_one_claim,
)
from contracts.voting.crypto.transcript import challenge
from tests.contracts.voting.crypto.attacks import BAD_POINTS, BAD_SCALARS, HONEST
from tests.contracts.voting.crypto.builders import KEY, SECRET, flipped

LABELS = (b"context", b"contest")
OTHERS = (b"context", b"another")
scalars = st.integers(min_value=2, max_value=ORDER - 1)
light = settings(max_examples=8, deadline=None)


def zero_one(value, randomness):
    ciphertext = encrypt(KEY, value, randomness)
    proof = prove_claim(zero_one_claim(LABELS, KEY, ciphertext), KEY, Truth(value, (randomness,)))
    return ciphertext, proof


def within(value, bounds, randomness=77):
    total = encrypt(KEY, value, randomness)
    claim = sum_claim(LABELS, KEY, total, bounds)
    return total, prove_claim(claim, KEY, Truth(value - bounds[0], (randomness,)))


def blank_or(blank, value, bounds, truths):
    pair = (encrypt(KEY, blank, 5), encrypt(KEY, value, 6))
    claims = blank_claims(LABELS, KEY, pair, bounds)
    proofs = [prove_claim(*each) for each in zip(claims, (KEY, KEY), truths, strict=True)]
    return pair, b"".join(proofs)


def simulated(claim, key=KEY):
    """A proof with every branch simulated: true of nothing but a chosen challenge."""
    _tag, _fields, branches = claim
    return b"".join(encode_scalar(random_scalar()) for _ in range(2 * len(branches)))


@light
@given(st.integers(0, 1), scalars)
def test_every_encryption_of_0_and_1_is_proven(value, randomness):
    ciphertext, proof = zero_one(value, randomness)

    assert len(proof) == 128
    assert verify_zero_one(LABELS, KEY, ciphertext, proof)


@light
@given(st.data(), scalars)
def test_every_sum_within_its_bounds_is_proven(data, randomness):
    low = data.draw(st.integers(0, 3))
    high = data.draw(st.integers(low, 5))
    value = data.draw(st.integers(low, high))

    total, proof = within(value, (low, high), randomness)

    assert len(proof) == 64 * (high - low + 1)
    assert verify_sum(LABELS, KEY, total, (low, high), proof)


@pytest.mark.parametrize(
    ("blank", "value", "truths"),
    [
        (1, 0, (Truth(1, (6,)), Truth(0, (5,)))),
        (0, 1, (Truth(0, (5,)), Truth(1, (6,)))),
        (0, 2, (Truth(0, (5,)), Truth(2, (6,)))),
    ],
)
def test_a_blank_alone_or_a_sum_within_bounds_is_proven(blank, value, truths):
    pair, proof = blank_or(blank, value, (1, 2), truths)

    assert verify_blank(LABELS, KEY, pair, (1, 2), proof)


@pytest.mark.parametrize(("blank", "value"), [(1, 1), (0, 0), (0, 3), (1, 3)], ids=str)
def test_no_witness_proves_a_blank_beside_marks_or_a_sum_outside(blank, value):
    firsts = [Truth(0, (5,)), Truth(1, (6,))]
    seconds = [Truth(0, (5,)), Truth(1, (6,)), Truth(2, (6,))]

    for first in firsts:
        for second in seconds:
            pair, proof = blank_or(blank, value, (1, 2), (first, second))
            assert not verify_blank(LABELS, KEY, pair, (1, 2), proof)


@light
@given(scalars, st.lists(st.binary(max_size=40), max_size=3))
def test_every_known_secret_is_proven_to_be_known(secret, labels):
    point = multiply_base(secret)
    fields = (*labels, point.encoded)

    proof = prove_knowledge("pok", fields, secret)

    assert verify_knowledge("pok", fields, point, proof)
    assert not verify_knowledge("dkg-pok", fields, point, proof)
    assert not verify_knowledge("pok", fields, multiply_base(secret + 1), proof)
    assert not verify_knowledge("pok", (*fields, b""), point, proof)


@light
@given(scalars, scalars)
def test_every_honest_decryption_share_is_proven(secret, mask):
    key, mask_point = multiply_base(secret), multiply_base(mask)

    share, proof = prove_share(LABELS, secret, mask_point)

    assert share == multiply_base(secret * mask)
    assert verify_share(LABELS, key, (mask_point, share), proof)
    assert not verify_share(OTHERS, key, (mask_point, share), proof)
    assert not verify_share(LABELS, BASE, (mask_point, share), proof)
    assert not verify_share(LABELS, key, (BASE, share), proof)
    assert not verify_share(LABELS, key, (mask_point, BASE), proof)


def test_a_share_of_nothing_is_nothing():
    share, proof = prove_share(LABELS, SECRET, IDENTITY)

    assert share == IDENTITY
    assert verify_share(LABELS, KEY, (IDENTITY, share), proof)


@pytest.mark.parametrize("value", [2, 3, ORDER - 1])
@pytest.mark.parametrize("branch", [0, 1])
def test_no_witness_proves_that_another_number_is_0_or_1(value, branch):
    ciphertext = encrypt(KEY, value, 99)
    claim = zero_one_claim(LABELS, KEY, ciphertext)

    proof = prove_claim(claim, KEY, Truth(branch, (99,)))

    assert not verify_zero_one(LABELS, KEY, ciphertext, proof)


@pytest.mark.parametrize("value", [0, 4])
def test_no_witness_proves_a_sum_outside_its_bounds(value):
    total = encrypt(KEY, value, 99)
    claim = sum_claim(LABELS, KEY, total, (1, 3))

    proofs = [prove_claim(claim, KEY, Truth(branch, (99,))) for branch in range(3)]

    assert not any(verify_sum(LABELS, KEY, total, (1, 3), proof) for proof in proofs)


def test_a_simulated_proof_of_a_true_or_false_statement_is_refused():
    for value in (0, 1, 2):
        claim = zero_one_claim(LABELS, KEY, encrypt(KEY, value, 99))

        assert not verify_claim(claim, KEY, simulated(claim))


def test_commitments_simulated_for_a_chosen_challenge_do_not_meet_their_hash():
    """The honest-verifier simulator, which proves anything if it may choose the challenge."""
    claim = zero_one_claim(LABELS, KEY, encrypt(KEY, 2, 99))
    tag, fields, branches = claim
    parts = [random_scalar() for _ in branches]
    responses = [random_scalar() for _ in branches]
    commitments = []
    for part, response, ((mask, masked),) in zip(parts, responses, branches, strict=True):
        commitments.append(subtract(multiply_base(response), multiply(part, mask)).encoded)
        commitments.append(subtract(multiply(response, KEY), multiply(part, masked)).encoded)
    hashed = challenge(tag, (*fields, *commitments))

    proof = b"".join(map(encode_scalar, [*parts, *responses]))
    parts[0] = (hashed - parts[1]) % ORDER
    repaired = b"".join(map(encode_scalar, [*parts, *responses]))

    assert not verify_claim(claim, KEY, proof)
    assert not verify_claim(claim, KEY, repaired)


def test_a_statement_chosen_after_the_challenge_is_refused():
    """Weak Fiat-Shamir: with only commitments hashed, B may be solved for afterwards."""
    nonce, response = random_scalar(), random_scalar()
    mask = multiply_base(3)
    commitments = (multiply_base(nonce), multiply(nonce, KEY))
    weak = challenge("or01", tuple(point.encoded for point in commitments))
    chosen = multiply(pow(weak, -1, ORDER), subtract(multiply(response, KEY), commitments[1]))
    other = random_scalar()

    proof = b"".join(map(encode_scalar, [weak, other, response, random_scalar()]))

    assert not verify_zero_one(LABELS, KEY, (mask, chosen), proof)


def test_a_proof_does_not_move_to_another_place_key_or_ciphertext():
    ciphertext, proof = zero_one(1, 1234)
    again = encrypt(KEY, 1, 4321)

    assert not verify_zero_one(OTHERS, KEY, ciphertext, proof)
    assert not verify_zero_one((*LABELS, b""), KEY, ciphertext, proof)
    assert not verify_zero_one(LABELS, multiply_base(SECRET + 1), ciphertext, proof)
    assert not verify_zero_one(LABELS, KEY, again, proof)
    assert not verify_zero_one(LABELS, KEY, ciphertext[::-1], proof)
    assert not verify_zero_one(LABELS, KEY, less(ciphertext, 1), proof)


def test_a_proof_for_some_bounds_is_none_for_others():
    total, proof = within(1, (1, 2))

    assert not verify_sum(LABELS, KEY, total, (0, 1), proof)
    assert not verify_sum(LABELS, KEY, total, (1, 3), proof)
    assert not verify_sum(LABELS, KEY, total, (1, 1), proof[:32] + proof[64:96])


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("place", [0, 15])
def test_every_scalar_of_a_proof_counts(part, place):
    ciphertext, proof = zero_one(0, 1234)

    changed = flipped(proof, 32 * part + place)

    assert not verify_zero_one(LABELS, KEY, ciphertext, changed)


def test_the_parts_of_a_proof_have_one_order():
    ciphertext, proof = zero_one(0, 1234)
    c0, c1, z0, z1 = (proof[place : place + 32] for place in range(0, 128, 32))

    for changed in (c1 + c0 + z0 + z1, c0 + c1 + z1 + z0, z0 + z1 + c0 + c1):
        assert not verify_zero_one(LABELS, KEY, ciphertext, changed)


@pytest.mark.parametrize("size", [0, 64, 96, 127, 129, 160, 192])
def test_a_proof_of_another_length_is_refused(size):
    ciphertext, proof = zero_one(0, 1234)

    assert not verify_zero_one(LABELS, KEY, ciphertext, (proof * 2)[:size])
    assert not verify_knowledge("pok", LABELS, BASE, (proof * 2)[: size + (size == 64)])
    assert not verify_share(LABELS, KEY, (BASE, KEY), (proof * 2)[: size + (size == 64)])


@pytest.mark.parametrize("name", [name for name, data in BAD_SCALARS.items() if len(data) == 32])
@pytest.mark.parametrize("part", range(4))
def test_no_scalar_of_a_proof_has_a_second_form(name, part):
    ciphertext, proof = zero_one(0, 1234)
    changed = proof[: 32 * part] + BAD_SCALARS[name] + proof[32 * part + 32 :]

    with pytest.raises(BadScalar):
        verify_zero_one(LABELS, KEY, ciphertext, changed)


def test_adding_the_order_to_a_scalar_makes_no_second_proof():
    ciphertext, proof = zero_one(1, 1234)
    number = int.from_bytes(proof[64:96], "little") + ORDER
    changed = proof[:64] + number.to_bytes(32, "little") + proof[96:]

    with pytest.raises(BadScalar):
        verify_zero_one(LABELS, KEY, ciphertext, changed)


@pytest.mark.parametrize("name", BAD_POINTS)
@pytest.mark.parametrize("side", [0, 1])
def test_a_zero_one_proof_refuses_every_bad_point_of_its_ciphertext(name, side):
    _, proof = zero_one(0, 1234)
    points = [HONEST, HONEST]
    points[side] = BAD_POINTS[name]

    with pytest.raises(BadPoint):
        verify_zero_one(LABELS, KEY, submitted_ciphertext(b"".join(points)), proof)


@pytest.mark.parametrize("side", [0, 1])
def test_the_identity_is_no_half_of_a_submitted_ciphertext(side):
    points = [HONEST, HONEST]
    points[side] = IDENTITY.encoded

    with pytest.raises(BadPoint):
        submitted_ciphertext(b"".join(points))


@pytest.mark.parametrize("name", BAD_POINTS)
def test_a_bad_election_key_proves_nothing(name):
    ciphertext, proof = zero_one(0, 1234)
    key = unchecked_ciphertext(BAD_POINTS[name] + HONEST)[0]

    with pytest.raises(BadPoint):
        verify_zero_one(LABELS, key, ciphertext, proof)


def test_two_proofs_of_one_statement_share_no_number():
    _, one = zero_one(0, 1234)
    _, other = zero_one(0, 1234)

    places = list(pairwise(range(0, 160, 32)))
    assert not any(one[start:end] == other[start:end] for start, end in places)
