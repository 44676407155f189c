"""Ballots: every honest one is accepted, and its openings and sums say what was voted."""

from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.voting.prover import NotAnAnswer, seal_ballot
from client.voting.trustee import logarithm
from contracts.sdk.group import (
    BadScalar,
    encode_scalar,
    multiply,
    subtract,
)
from contracts.sdk.schema import record_of
from contracts.sdk.transcript import uint
from contracts.voting.crypto.ballots import (
    EncryptedBallot,
    ballot_bytes,
    ballot_context,
    cast_hash,
    ciphertext_digests,
    ciphertexts_of,
    opened_values,
    verify_ballot,
)
from contracts.voting.crypto.elgamal import add_ciphertexts, encode_ciphertext
from contracts.voting.crypto.errors import BadOpening
from contracts.voting.crypto.questions import APPROVAL, BORDA, SCORE, SINGLE
from primitives.crypto import SigningKey
from tests.contracts.voting.crypto.builders import (
    ASKED,
    KEY,
    SECRET,
    VOTER,
    contest,
    first,
    mark,
    sealed,
    statement,
    swapped,
    with_answer,
)

TWO = (contest(SINGLE, 2), contest(SINGLE, 2))


@pytest.mark.parametrize("name", ASKED)
def test_an_honest_ballot_of_every_kind_is_accepted(name):
    asked, marks = ASKED[name]
    stated = statement(asked)

    made = sealed(stated, marks)

    assert verify_ballot(stated, made.ballot) is None
    opened = opened_values(KEY, first(made.ballot), made.openings[0])
    assert opened == mark(asked, marks)


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_honest_ballots_of_several_contests_are_accepted(data):
    grades = st.lists(st.integers(0, 1), min_size=2, max_size=2).map(tuple)
    kinds = [
        (contest(SINGLE, blank=True), st.one_of(st.none(), st.tuples(st.integers(0, 2)))),
        (
            contest(APPROVAL, high=2),
            st.lists(st.integers(0, 2), unique=True, max_size=2).map(tuple),
        ),
        (contest(SCORE, 2, grades=2), grades),
        (contest(BORDA), st.permutations(range(3)).map(tuple)),
    ]
    chosen = data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
    stated = statement(*[asked for asked, _ in chosen])

    made = sealed(stated, *[data.draw(marks) for _, marks in chosen])

    assert verify_ballot(stated, made.ballot) is None
    assert len(ciphertext_digests(made.ballot)) == sum(
        len(answer.choices) for answer in made.ballot.answers
    )


@pytest.mark.parametrize("name", ASKED)
def test_the_size_of_a_ballot_is_what_its_contests_say(name):
    asked, marks = ASKED[name]

    ballot = sealed(statement(asked), marks).ballot

    answer = first(ballot)
    parts = [*answer.choices, *answer.proofs, *answer.sums, answer.blank, ballot.signature]
    assert sum(map(len, parts)) == ballot_bytes((asked,))


@pytest.mark.parametrize("name", ASKED)
def test_a_ballot_survives_the_form_of_a_message(name):
    asked, marks = ASKED[name]
    ballot = sealed(statement(asked), marks).ballot
    form = record_of(EncryptedBallot)

    assert form.parse(form.write(ballot, "ballot"), "ballot") == ballot


def test_the_contexts_and_the_tracker_are_what_the_specification_lists():
    stated = statement(*TWO)
    ballot = sealed(stated, (0,), (1,)).ballot
    points = [
        choice[at : at + 32] for a in ballot.answers for choice in a.choices for at in (0, 32)
    ]
    shared = [uint(1), VOTER.public_key, uint(3), stated.token]

    contexts = [by_hand("ballot", stated.election, uint(n), *shared, *points) for n in (0, 1)]
    proofs = [part for a in ballot.answers for part in (*a.proofs, *a.sums, a.blank)]

    assert [ballot_context(stated, ballot, number) for number in (0, 1)] == contexts
    assert cast_hash(stated, ballot) == by_hand("cast", *contexts, *proofs)


def by_hand(tag, *fields):
    framed = [
        len(data).to_bytes(8, "big") + data for data in (f"sapha/vote/v2/{tag}".encode(), *fields)
    ]
    return sha512(b"".join(framed)).digest()


def test_two_voters_may_swap_their_votes_and_every_public_check_still_holds():
    worlds = [cast_by_two(0, 1), cast_by_two(1, 0)]

    for world in worlds:
        for stated, ballot in world:
            assert verify_ballot(stated, ballot) is None
        assert counts_of([ballot for _, ballot in world]) == [1, 1]


def cast_by_two(*options):
    cast = []
    for number, option in enumerate(options):
        voter = SigningKey(bytes([number]) * 32)
        stated = statement(TWO[0], voter=voter)
        cast.append((stated, seal_ballot(stated, [mark(TWO[0], (option,))], voter).ballot))
    return cast


def counts_of(ballots):
    rows = [ciphertexts_of(first(ballot)) for ballot in ballots]
    totals = [add_ciphertexts(column) for column in zip(*rows, strict=True)]
    return [logarithm(subtract(total[1], multiply(SECRET, total[0])), 5) for total in totals]


def test_openings_open_their_own_ciphertexts_only():
    stated = statement(contest(SINGLE))
    one, other = sealed(stated, (1,)), sealed(stated, (1,))
    openings = one.openings[0]
    answer = first(one.ballot)

    for wrong in (other.openings[0], openings[::-1], openings[1:], openings * 2):
        with pytest.raises(BadOpening):
            opened_values(KEY, answer, wrong)
    with pytest.raises(BadScalar):
        opened_values(KEY, answer, (bytes(32), *openings[1:]))


def test_a_ciphertext_of_2_has_no_opening():
    stated = statement(contest(SINGLE))
    made = sealed(stated, (1,))
    parts = ciphertexts_of(first(made.ballot))
    doubled = encode_ciphertext(add_ciphertexts((parts[1], parts[1])))
    twice = 2 * int.from_bytes(made.openings[0][1], "little")

    changed = with_answer(made.ballot, choices=swapped(first(made.ballot).choices, 1, doubled))

    openings = swapped(made.openings[0], 1, encode_scalar(twice))
    with pytest.raises(BadOpening):
        opened_values(KEY, first(changed), openings)


def test_secrets_are_not_printed():
    made = sealed(statement(contest(SINGLE)), (1,))

    assert "openings" not in repr(made)


def test_no_row_that_answers_nothing_is_encrypted():
    stated = statement(contest(SINGLE))

    for rows in ([(1, 1, 0)], [(0, 0, 0)], [(2, 0, -1)], [(1, 0)], [], [(1, 0, 0)] * 2):
        with pytest.raises(NotAnAnswer):
            seal_ballot(stated, rows, VOTER)
    with pytest.raises(NotAnAnswer):
        seal_ballot(stated, [(1, 0, 0)], SigningKey(bytes(32)))
