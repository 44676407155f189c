"""The verifier takes the published rankings, and no other bytes."""

import json
from pathlib import Path

import pytest

from verifier.ballots import Ballot, Voter, check_ballot, read_ballot
from verifier.fields import Row
from verifier.group import ORDER
from verifier.questions import Contest
from verifier.refusal import Refused
from verifier.weak_orders import second_generator

PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "vectors" / "ranked_ballot.json").read_text(encoding="utf-8")
)
STATEMENT = PUBLISHED["statement"]
CONTESTS = tuple(
    Contest(**{k: tuple(v) if isinstance(v, list) else v for k, v in one.items()})
    for one in STATEMENT["contests"]
)
PAIRS, ORDERS, BLANK = 1, 2, 3  # the places of an answer's fields
ANSWERS = 0


def unhex(value):
    if isinstance(value, dict):
        return [unhex(one) for one in value.values()]
    return [unhex(one) for one in value] if isinstance(value, list) else bytes.fromhex(value)


def ballot(change=None) -> Ballot:
    voter = Voter(
        context=bytes.fromhex(STATEMENT["election"]),
        key=bytes.fromhex(STATEMENT["key"]),
        class_id=STATEMENT["class_id"],
        voter_key=bytes.fromhex(STATEMENT["voter_key"]),
        signers=bytes(96),
        token=bytes.fromhex(STATEMENT["token"]),
    )
    rows = unhex(PUBLISHED["ballot"])
    if change is not None:
        change(rows[ANSWERS])
    bound = (voter, STATEMENT["seq"])
    return read_ballot(Row([rows], "ballot", 1), CONTESTS, bound)


def test_the_second_generators_are_the_published_ones():
    for shown in PUBLISHED["second_generators"]:
        assert second_generator(bytes.fromhex(shown["election"])).hex() == shown["point"]


def test_the_published_rankings_are_taken():
    found = ballot()

    check_ballot(CONTESTS, found)

    assert found.tracker.hex() == PUBLISHED["tracker"]


def test_rankings_of_another_signature_are_refused():
    with pytest.raises(Refused, match="not signed"):
        check_ballot(CONTESTS, ballot(lambda answers: _flip(answers[0], ORDERS, 0, 5)))


@pytest.mark.parametrize("field", [PAIRS, ORDERS, BLANK])
@pytest.mark.parametrize("contest", [0, 1])
def test_no_scalar_of_a_ranking_may_change(monkeypatch, field, contest):
    monkeypatch.setattr("verifier.ballots.is_signed", lambda *_: True)
    proofs = unhex(PUBLISHED["ballot"])[ANSWERS][contest][field]
    rows = [proofs] if isinstance(proofs, bytes) else proofs

    for at, proof in enumerate(rows):
        for place in range(1, len(proof), 32):
            changed = ballot(
                lambda answers, at=at, to=place: _flip(answers[contest], field, at, to)
            )
            with pytest.raises(Refused):
                check_ballot(CONTESTS, changed)


@pytest.mark.parametrize("scalar", [0, ORDER])
def test_a_ranking_has_one_form(monkeypatch, scalar):
    monkeypatch.setattr("verifier.ballots.is_signed", lambda *_: True)

    def change(answers):
        proof = answers[0][ORDERS][0]
        answers[0][ORDERS][0] = scalar.to_bytes(32, "little") + proof[32:]

    with pytest.raises(Refused, match="not a scalar"):
        check_ballot(CONTESTS, ballot(change))


def _flip(answer, field, at, place):
    """Change one byte of the field's proof with this number."""
    proof = answer[field] if isinstance(answer[field], bytes) else answer[field][at]
    changed = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
    if isinstance(answer[field], bytes):
        answer[field] = changed
    else:
        answer[field][at] = changed
