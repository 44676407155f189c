"""Ballots and tokens that the SDK makes are those that the contract and the registrars take."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.bls_blind import SignerKey, blind, derive_exponent, unblind
from client.identity.vouching.tree import ENROL_DEPTH, tree_of
from client.voting.prover import random_scalar
from contracts.sdk.bls import decode_g1
from contracts.sdk.bls_blind import Purpose, hash_message, summed_key
from contracts.sdk.group import decode_point, multiply_base
from contracts.voting.crypto.ballots import (
    BallotStatement,
    EncryptedAnswer,
    EncryptedBallot,
    cast_hash,
    opened_values,
    verify_ballot,
)
from contracts.voting.crypto.questions import Contest
from primitives.crypto import SigningKey
from primitives.errors import Rejected

FEW = settings(max_examples=4)
SIGNER = SigningKey(b"\x05" * 32)
ELECTION = b"\xe1" * 64
KEY = multiply_base(7)


def contest(kind: str, options: int, **more: object) -> Contest:
    fields: dict = {
        "title": "Who?",
        "kind": kind,
        "options": tuple(f"option {at}" for at in range(options)),
        "low": 0,
        "high": 0,
        "grades": (),
        "has_blank": False,
    }
    return Contest(**(fields | more))


QUESTIONS = {
    "single": (contest("single", 3), (0, 1, 0)),
    "single, blank": (contest("single", 3, has_blank=True), (0, 0, 0, 1)),
    "approval": (contest("approval", 4, low=1, high=2), (1, 0, 1, 0)),
    "approval, blank": (contest("approval", 3, low=1, high=2, has_blank=True), (0, 0, 0, 1)),
    "approval, no blank": (contest("approval", 3, low=1, high=2, has_blank=True), (1, 1, 0, 0)),
    "score": (contest("score", 2, grades=("bad", "good")), (1, 0, 0, 1)),
    "schulze": (contest("schulze", 3), (1, 0, 1, 0, 1, 0)),
    "schulze, a tie": (contest("schulze", 3, has_blank=True), (0, 0, 1, 0, 1, 0, 0)),
    "borda, blank": (contest("borda", 3, has_blank=True), (0, 0, 0, 0, 0, 0, 1)),
}


def statement_of(*contests: Contest) -> BallotStatement:
    return BallotStatement(
        election=ELECTION,
        key=KEY.encoded,
        contests=contests,
        class_id=1,
        voter_key=SIGNER.public_key,
        seq=3,
        token=b"\x70" * 48,
    )


def shown(statement: BallotStatement) -> dict[str, object]:
    contests = [
        {name: getattr(one, name) for name in Contest.__dataclass_fields__}
        for one in statement.contests
    ]
    return {
        "election": statement.election.hex(),
        "key": statement.key.hex(),
        "contests": json.loads(json.dumps(contests)),
        "class_id": statement.class_id,
        "voter_key": statement.voter_key.hex(),
        "seq": statement.seq,
        "token": statement.token.hex(),
    }


def made_by(peer, statement: BallotStatement, values) -> tuple[EncryptedBallot, dict]:
    answer = peer.ask(
        act="ballot", statement=shown(statement), seed=SIGNER.seed.hex(), values=values
    )
    answers = tuple(
        EncryptedAnswer(
            tuple(map(bytes.fromhex, choices)),
            tuple(map(bytes.fromhex, proofs)),
            tuple(map(bytes.fromhex, sums)),
            bytes.fromhex(blank),
        )
        for choices, proofs, sums, blank in answer["answers"]
    )
    return EncryptedBallot(answers, bytes.fromhex(answer["signature"])), answer


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_contract_takes_a_ballot_of_each_kind_and_it_opens_to_what_was_chosen(peer, name):
    question, values = QUESTIONS[name]
    statement = statement_of(question)

    ballot, answer = made_by(peer, statement, [list(values)])

    verify_ballot(statement, ballot)
    assert cast_hash(statement, ballot).hex() == answer["tracker"]
    openings = tuple(map(bytes.fromhex, answer["openings"][0]))
    assert opened_values(decode_point(KEY.encoded), ballot.answers[0], openings) == values


def test_the_contract_takes_a_ballot_of_all_kinds_and_no_proof_of_another_ballot(peer):
    statement = statement_of(*(question for question, _values in QUESTIONS.values()))
    values = [list(row) for _question, row in QUESTIONS.values()]

    ballot, _answer = made_by(peer, statement, values)
    other, _answer = made_by(peer, statement, values)

    verify_ballot(statement, ballot)
    mixed = (other.answers[0], *ballot.answers[1:])
    with pytest.raises(Rejected):
        verify_ballot(statement, EncryptedBallot(mixed, ballot.signature))


@FEW
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=80))
def test_registrars_sign_what_the_sdk_blinds_and_the_token_holds(peer, seed, message):
    keys = [SignerKey(random_scalar() % 2**200 + 1) for _ in range(3)]
    key = summed_key([one.public for one in keys])
    hashed, factor = hash_message(Purpose.TOKEN, message), derive_exponent(seed, b"info")
    asked = {"seed": seed.hex(), "info": b"info".hex()}

    request = peer.ask(act="blind", message=message.hex(), **asked)
    blinded = decode_g1(bytes.fromhex(request["blinded"]))
    answers = [one.sign(blinded) for one in keys]
    token = peer.ask(
        act="unblind",
        answers=[one.encoded.hex() for one in answers],
        hashed=request["hashed"],
        key=key.encoded.hex(),
        **asked,
    )

    assert request["hashed"] == hashed.encoded.hex()
    assert blinded == blind(hashed, factor)
    assert token == {"token": unblind(answers, factor).encoded.hex(), "holds": True}


@FEW
@given(
    list_id=st.integers(1, 2**16),
    elements=st.lists(st.binary(min_size=48, max_size=48), max_size=9),
)
def test_both_enrol_in_a_list_by_the_same_root(peer, list_id, elements):
    answer = peer.ask(
        act="list_root", list=list_id, elements=[element.hex() for element in elements]
    )

    assert answer == {"root": tree_of(list_id, elements, ENROL_DEPTH).root.hex()}
