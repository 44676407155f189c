"""The published example of an election holds for the verifier too, to the last byte."""

import json
from pathlib import Path

import pytest

from verifier.ballots import (
    Voter,
    check_ballot,
    check_token,
    read_ballot,
)
from verifier.ceremony import lagrange, share_point
from verifier.fields import Row
from verifier.group import base, minus, times, total_of
from verifier.proofs import is_known, is_share
from verifier.questions import Contest
from verifier.refusal import Refused
from verifier.tokens import check_answers, check_key
from verifier.transcript import hashed, listed, number

PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "vectors" / "voting.json").read_text(encoding="utf-8")
)
STATEMENT = PUBLISHED["statement"]
ELECTION = PUBLISHED["election"]
CONTESTS = tuple(
    Contest(**{k: tuple(v) if isinstance(v, list) else v for k, v in one.items()})
    for one in STATEMENT["contests"]
)
TOKENS = PUBLISHED["tokens"]


def unhex(value):
    """The example with bytes for hex."""
    if isinstance(value, dict):
        return [unhex(one) for one in value.values()]
    return [unhex(one) for one in value] if isinstance(value, list) else bytes.fromhex(value)


def voter() -> Voter:
    return Voter(
        context=bytes.fromhex(STATEMENT["election"]),
        key=bytes.fromhex(STATEMENT["key"]),
        class_id=STATEMENT["class_id"],
        voter_key=bytes.fromhex(STATEMENT["voter_key"]),
        signers=bytes.fromhex(TOKENS["class_key"]),
        token=bytes.fromhex(TOKENS["token"]),
    )


def ballot():
    bound = (voter(), STATEMENT["seq"])
    return read_ballot(Row([unhex(PUBLISHED["ballot"])], "ballot", 1), CONTESTS, bound)


def test_the_setup_and_the_key_of_the_trustees():
    setup = PUBLISHED["setup"]
    schemes = (number(1), number(1))
    manifest = bytes.fromhex(setup["manifest"])
    context = hashed("setup", setup["chain_id"].encode(), *schemes, manifest)
    dealings = PUBLISHED["dkg"]["dealings"]
    fields = []
    for one, commitment in zip(dealings, PUBLISHED["dkg"]["commitments"], strict=True):
        points, key = unhex(one["coefficients"]), bytes.fromhex(one["encryption_key"])
        named = (context, number(one["trustee"]))
        assert hashed("dkg-commit", *named, listed(points)).hex() == commitment
        proof = bytes.fromhex(one["proof"])
        assert is_known("dkg-pok", (*named, key, points[0]), points[0], proof)
        fields.append(listed([number(one["trustee"]), key, *points]))

    share = int.from_bytes(bytes.fromhex(PUBLISHED["dkg"]["share_from_1_for_2"]), "little")
    first = tuple(unhex(dealings[0]["coefficients"]))
    assert context.hex() == setup["ctx_0"]
    assert hashed("voter", context, bytes.fromhex(setup["sid"])).hex() == setup["voter_ref"]
    assert hashed("roll", context, bytes.fromhex(setup["roll_root"])).hex() == setup["ctx_r"]
    assert hashed("dkg", context, listed(fields)).hex() == PUBLISHED["dkg"]["transcript"]
    assert share_point(first, 2) == base(share)


def test_the_context_of_the_election():
    context = hashed(
        "election",
        bytes.fromhex(ELECTION["roll"]),
        listed([listed(row) for row in unhex(ELECTION["registrars"])]),
        number(ELECTION["signatures_needed"]),
        number(ELECTION["registrar_count"]),
        listed(unhex(ELECTION["qualified"])),
        number(ELECTION["shares_needed"]),
        bytes.fromhex(ELECTION["dkg"]),
        bytes.fromhex(ELECTION["key"]),
    )

    assert context.hex() == ELECTION["ctx_e"]


@pytest.mark.parametrize("place", [0, 1])
def test_the_keys_of_the_registrars_and_their_answers(place):
    one = TOKENS["keys"][place]
    key, proof = bytes.fromhex(one["key"]), bytes.fromhex(one["proof"])
    roll = bytes.fromhex(PUBLISHED["setup"]["ctx_r"])
    named = (number(TOKENS["class_id"]), number(one["registrar"]), one["agency"].encode())
    blinded, answer = bytes.fromhex(TOKENS["blinded"]), bytes.fromhex(TOKENS["answers"][place])

    check_key((roll, *named), key, proof, "key")
    check_answers(key, [(b"voter", blinded, answer)], "key")

    with pytest.raises(Refused, match="not shown to be known by its owner"):
        check_key((roll, *named[:-1], b"another"), key, proof, "key")
    with pytest.raises(Refused, match="blind signature for voter"):
        check_answers(key, [(b"voter", answer, blinded)], "key")


def test_token_and_ballot():
    found = ballot()

    check_token(voter())
    check_ballot(CONTESTS, found)

    assert STATEMENT["token"] == TOKENS["token"]
    assert [one.hex() for one in found.contexts] == PUBLISHED["contexts"]
    assert found.tracker.hex() == PUBLISHED["tracker"]


def test_shares_and_count():
    given = PUBLISHED["decryption"]
    total, counted = bytes.fromhex(given["total"]), bytes.fromhex(given["counted"])
    keys = {key[7]: key[8:] for key in unhex(ELECTION["qualified"])}
    named = (number(given["contest"]), number(given["choice"]))
    shares = {one["trustee"]: bytes.fromhex(one["share"]) for one in given["shares"]}
    for one in given["shares"]:
        labels = (voter().context, *named, number(one["trustee"]), counted)
        pair = (total[:32], shares[one["trustee"]])
        assert is_share(labels, keys[one["trustee"]], pair, bytes.fromhex(one["proof"]))

    numbers = sorted(shares)
    mask = total_of([times(lagrange(numbers, one), shares[one]) for one in numbers])

    assert base(given["count"]) == minus(total[32:], mask)
