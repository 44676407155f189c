"""Rankings by pairs: what is a weak order, and that nothing else can be proven to be one."""

from dataclasses import replace
from itertools import combinations, permutations, product

import pytest

from client.voting import prover
from client.voting.prover import Ranking, encrypt, prove_claim, prove_order, seal_ballot
from contracts.sdk.group import (
    IDENTITY,
    ORDER,
    BadPoint,
    add,
    decode_scalar,
    encode_scalar,
    multiply,
    multiply_base,
    subtract,
    unchecked_point,
)
from contracts.sdk.transcript import uint
from contracts.voting.crypto.ballots import CAST, cast_hash, verify_ballot
from contracts.voting.crypto.elgamal import add_ciphertexts
from contracts.voting.crypto.errors import BadBallotProof
from contracts.voting.crypto.proofs import (
    order_challenge,
    quadratic_form,
    second_generator,
    verify_order,
)
from contracts.voting.crypto.questions import (
    SCHULZE,
    is_weak_order,
    pairs_of,
    places_after,
    places_before,
)
from primitives.crypto import SigningKey
from tests.contracts.voting.crypto.builders import (
    KEY,
    SECRET,
    VOTER,
    contest,
    sealed,
    statement,
    with_answer,
)

FUBINI = {2: 3, 3: 13, 4: 75, 5: 541, 6: 4683}  # weak orders of so many options
NEITHER, BEFORE, AFTER = (0, 0), (1, 0), (0, 1)
# Three options, pairs (0, 1), (0, 2), (1, 2).
CYCLE = (*BEFORE, *AFTER, *BEFORE)
TWO_STRICT = (*BEFORE, *NEITHER, *BEFORE)
ONE_STRICT = (*BEFORE, *NEITHER, *NEITHER)
ELECTION = b"\xe1" * 64
KEYS = (KEY, second_generator(ELECTION))
LABELS = (b"context", b"contest")


def relations(options):
    """Every relation in which at most one of two options is before the other."""
    count = len(pairs_of(options))
    for picked in product((NEITHER, BEFORE, AFTER), repeat=count):
        yield tuple(number for pair in picked for number in pair)


def is_transitive(options, values):
    """Whether "before" and "neither before the other" are both transitive: the definition."""
    return not any(FAULTS[part] for part in triples(options, values))


def triples(options, values):
    """The relation of each three options, by itself."""
    for places in TRIPLES[options]:
        yield tuple([values[place] for place in places])


def fault(values):
    """What three options are: 0 for a weak order, else how many of their pairs are strict."""
    above = {pair for at, pair in enumerate(pairs_of(3)) if values[2 * at]}
    above |= {pair[::-1] for at, pair in enumerate(pairs_of(3)) if values[2 * at + 1]}

    def equal(i, j):
        return (i, j) not in above and (j, i) not in above

    is_order = all(
        not ((i, j) in above and (j, k) in above and (i, k) not in above)
        and not (equal(i, j) and equal(j, k) and not equal(i, k))
        for i, j, k in permutations(range(3))
    )
    return 0 if is_order else len(above)


def places_of(options):
    """The ciphertexts of each three options."""
    numbered = {pair: at for at, pair in enumerate(pairs_of(options))}
    return [
        [
            place
            for pair in combinations(three, 2)
            for place in (2 * numbered[pair], 2 * numbered[pair] + 1)
        ]
        for three in combinations(range(options), 3)
    ]


FAULTS = {values: fault(values) for values in relations(3)}
ROWS = {options: (*places_before(options), *places_after(options)) for options in FUBINI}
TRIPLES = {options: places_of(options) for options in FUBINI}


def defect(options, values):
    """F: 12 for each cycle, 6 for each two strict pairs and a tie, 2 for each strict pair alone."""
    return -quadratic_form(tuple([sum([values[at] for at in row]) for row in ROWS[options]]), 1)


def bad_triples(options, values):
    """2 Q + 6 P + 12 C, each three options looked at by themselves."""
    weight = (0, 2, 6, 12)
    return sum(weight[FAULTS[part]] for part in triples(options, values))


@pytest.mark.parametrize("options", [2, 3, 4, 5])
def test_the_form_is_0_for_weak_orders_alone_and_counts_what_is_wrong(options):
    found = 0
    for values in relations(options):
        wrong = bad_triples(options, values)
        assert defect(options, values) == wrong
        if wrong == 0 or options < 5:
            assert is_weak_order(options, values) == (wrong == 0)
        found += wrong == 0

    assert found == FUBINI[options]


@pytest.mark.soak
def test_of_all_relations_of_six_options_only_the_weak_orders_have_a_form_of_0():
    """14,348,907 relations, by rows and columns as they grow; each zero is a weak order."""
    options, pairs = 6, pairs_of(6)
    zeros = 0
    half = len(pairs) // 2
    ends = {}
    for picked in product((NEITHER, BEFORE, AFTER), repeat=len(pairs) - half):
        before, after = _degrees(options, pairs[half:], picked)
        ends.setdefault((before, after), []).append(picked)
    for picked in product((NEITHER, BEFORE, AFTER), repeat=half):
        first = _degrees(options, pairs[:half], picked)
        for last, rests in ends.items():
            before = tuple(map(sum, zip(first[0], last[0], strict=True)))
            after = tuple(map(sum, zip(first[1], last[1], strict=True)))
            if quadratic_form((*before, *after), 1) == 0:
                zeros += len(rests)
                for rest in rests:
                    values = tuple(number for pair in (*picked, *rest) for number in pair)
                    assert is_transitive(options, values)

    assert zeros == FUBINI[options]


def _degrees(options, pairs, picked):
    before, after = [0] * options, [0] * options
    for (left, right), (is_before, is_after) in zip(pairs, picked, strict=True):
        before[left] += is_before
        after[right] += is_before
        before[right] += is_after
        after[left] += is_after
    return tuple(before), tuple(after)


def test_two_that_are_both_before_each_other_are_no_weak_order():
    assert not is_weak_order(2, (1, 1))
    assert not is_weak_order(3, (1, 1, 0, 0, 0, 0))


def cheated(monkeypatch, asked, values):
    """A ballot of values that answer nothing, by a voter who proves whatever can be proven."""

    def nearest(claim, key, truth):
        branch = min(max(truth.branch, 0), len(claim[2]) - 1)
        return prove_claim(claim, key, replace(truth, branch=branch))

    monkeypatch.setattr(prover, "satisfies", lambda _shape, _values: True)
    monkeypatch.setattr(prover, "prove_claim", nearest)
    stated = statement(asked)
    return stated, seal_ballot(stated, [values], VOTER).ballot


def order_of(options, values, *, keys=KEYS, labels=LABELS):
    """Ciphertexts of a relation, and the proof that a prover makes of it."""
    randomness = tuple(1000 + place for place in range(len(values)))
    pairs = zip(values, randomness, strict=True)
    choices = tuple(encrypt(keys[0], value, number) for value, number in pairs)
    secret = Ranking(options, values, randomness)
    return choices, prove_order((*labels, uint(options)), keys, choices, secret)


def holds(options, choices, proof, *, keys=KEYS, labels=LABELS):
    return verify_order((*labels, uint(options)), keys, sums_of(choices, options), choices, proof)


def sums_of(choices, options):
    """The ciphertexts of rows and columns."""
    return tuple(add_ciphertexts(tuple(choices[at] for at in row)) for row in ROWS[options])


@pytest.mark.parametrize("options", [2, 3])
def test_ranked_1_a_ballot_of_every_relation_is_accepted_if_and_only_if_it_is_a_weak_order(
    monkeypatch, options
):
    accepted = 0
    for values in relations(options):
        stated, ballot = cheated(monkeypatch, contest(SCHULZE, options), values)
        if is_transitive(options, values):
            verify_ballot(stated, ballot)
            accepted += 1
        else:
            with pytest.raises(BadBallotProof) as refused:
                verify_ballot(stated, ballot)
            assert refused.value.details == (("contest", 0), ("sum", 0))  # the pairs are honest

    assert accepted == FUBINI[options]


def test_ranked_1_of_729_relations_of_four_options_75_are_proven():
    proven = [values for values in relations(4) if holds(4, *order_of(4, values))]

    assert len(proven) == FUBINI[4]
    assert all(is_transitive(4, values) for values in proven)


@pytest.mark.parametrize(
    "values",
    [
        CYCLE,
        TWO_STRICT,
        ONE_STRICT,
        (1, 1, 0, 0, 0, 0),
        (2, 0, 0, 0, 0, 0),
        (2, 0, 2, 0, 0, 0),
        (-1, 0, 0, 0, 0, 0),
        (2, -1, 1, 0, 0, 0),
        (0, ORDER - 1, 0, 0, 0, 0),
    ],
    ids=[
        "a cycle",
        "two strict and a tie",
        "one strict and two ties",
        "each before the other",
        "2",
        "2 twice",
        "-1",
        "2 and -1",
        "-1 modulo the order",
    ],
)
def test_ranked_2_what_is_no_weak_order_cannot_be_proven(monkeypatch, values):
    stated, ballot = cheated(monkeypatch, contest(SCHULZE, 3), values)

    with pytest.raises(BadBallotProof):
        verify_ballot(stated, ballot)


def forged(options, values, keys, logarithm):
    """A proof of a relation that is no weak order, by who knows log_G of the second generator.

    Its commitments open to any number; so what is left of the form is made up by the blinding.
    """
    randomness = tuple(1000 + place for place in range(len(values)))
    pairs = zip(values, randomness, strict=True)
    choices = tuple(encrypt(keys[0], value, number) for value, number in pairs)
    rows = (*places_before(options), *places_after(options))
    numbers = [sum(values[place] for place in row) for row in rows]
    blindings = [sum(randomness[place] for place in row) for row in rows]
    hidden, masks = [7 + at for at in range(len(rows))], [77 + at for at in range(len(rows))]
    commitments = [
        point
        for mask, number in zip(masks, hidden, strict=True)
        for point in (
            multiply_base(mask),
            add(multiply(mask, keys[0]), multiply_base(number)),
        )
    ]
    constant, linear = multiply_base(5), multiply_base(6)
    labels = (*LABELS, uint(options))
    part = order_challenge(labels, keys, choices, (*commitments, constant, linear))
    opened = [(y + part * x) % ORDER for y, x in zip(hidden, numbers, strict=True)]
    answers = [(m + part * r) % ORDER for m, r in zip(masks, blindings, strict=True)]
    form = quadratic_form(tuple(opened), part)
    blinding = (5 + part * 6 - form) * pow(logarithm, -1, ORDER) % ORDER
    scalars = [part, *opened, *answers, blinding]
    return choices, b"".join(map(encode_scalar, scalars)) + linear.encoded


def test_ranked_3_the_election_s_key_is_no_second_generator_for_trustees_could_forge():
    with_key = (KEY, KEY)  # trustees together know its logarithm

    choices, proof = forged(3, CYCLE, with_key, SECRET)

    assert holds(3, choices, proof, keys=with_key)
    assert not holds(3, choices, proof)


def test_ranked_3_commitments_do_not_change_places():
    choices, proof = order_of(3, (*BEFORE, *BEFORE, *NEITHER))
    scalars, linear = proof[:-32], unchecked_point(proof[-32:])
    constant = constant_of(choices, proof)

    assert holds(3, choices, proof)
    assert linear != constant
    assert not holds(3, choices, scalars + constant.encoded)


def constant_of(choices, proof):
    """C0, which the proof leaves out."""
    scalars = [decode_scalar(proof[at : at + 32]) for at in range(0, len(proof) - 32, 32)]
    part, values, blinding = scalars[0], scalars[1:7], scalars[-1]
    form = multiply_base(quadratic_form(tuple(values), part))
    given = add(form, multiply(blinding, KEYS[1]))
    return subtract(given, multiply(part, unchecked_point(proof[-32:])))


def test_ranked_3_a_proof_is_of_its_own_contest_and_context():
    choices, proof = order_of(3, (*BEFORE, *BEFORE, *NEITHER))

    for labels in ((b"context", b"other"), (b"other", b"contest")):
        assert not holds(3, choices, proof, labels=labels)


@pytest.mark.parametrize("field", ["proofs", "sums"])
def test_ranked_3_proofs_of_another_contest_are_refused(field):
    stated = statement(contest(SCHULZE), contest(SCHULZE))
    ballot = sealed(stated, (0, 1), (0, 1)).ballot

    moved = with_answer(ballot, **{field: getattr(ballot.answers[1], field)})

    with pytest.raises(BadBallotProof):
        verify_ballot(stated, resigned(stated, moved))


def test_ranked_3_proofs_of_another_pseudonym_are_refused():
    own, theirs = statement(contest(SCHULZE)), statement(contest(SCHULZE), voter=OTHER)
    ballot = seal_ballot(theirs, [(*BEFORE, *BEFORE, *NEITHER)], OTHER).ballot

    verify_ballot(theirs, ballot)
    with pytest.raises(BadBallotProof):
        verify_ballot(own, resigned(own, ballot))


OTHER = SigningKey(b"\x66" * 32)


def resigned(stated, ballot):
    """The ballot with the signature of the statement's pseudonym."""
    return replace(ballot, signature=VOTER.sign(CAST, cast_hash(stated, ballot)))


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("options", [2, 3, 6, 10])
def test_ranked_4_all_tied_is_a_ballot(options, blank):
    asked = replace(contest(SCHULZE, blank=blank), options=tuple(map(str, range(options))))
    stated = statement(asked)

    ballot = sealed(stated, (tuple(range(options)),)).ballot

    verify_ballot(stated, ballot)


def test_a_blank_beside_a_ranking_cannot_be_proven(monkeypatch):
    asked = contest(SCHULZE, 2, blank=True)
    stated, ballot = cheated(monkeypatch, asked, (1, 0, 1))

    with pytest.raises(BadBallotProof):
        verify_ballot(stated, ballot)


def test_the_sums_are_those_of_rows_and_columns():
    values = (*BEFORE, *BEFORE, *AFTER)  # 0 > 2 > 1
    choices, _ = order_of(3, values)

    sums = [subtract(total[1], multiply(SECRET, total[0])) for total in sums_of(choices, 3)]

    assert sums == [multiply_base(number) for number in (2, 0, 1, 0, 2, 1)]


def test_a_proof_with_the_identity_for_a_commitment_is_refused():
    choices, proof = order_of(3, CYCLE)

    with pytest.raises(BadPoint):
        holds(3, choices, proof[:-32] + IDENTITY.encoded)
