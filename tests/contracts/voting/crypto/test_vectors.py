"""The published example of an election's cryptography verifies, part by part."""

import json
from typing import Any

import pytest

from contracts.sdk.bls import add_g2, decode_g1, decode_g2
from contracts.sdk.bls_blind import is_key_proven, is_signature
from contracts.sdk.group import decode_point
from contracts.sdk.schema import record_of
from contracts.voting.crypto.ballots import (
    BallotStatement,
    EncryptedBallot,
    ballot_context,
    cast_hash,
    ciphertext_digests,
    verify_ballot,
)
from contracts.voting.crypto.dkg import (
    Dealing,
    DecryptionShare,
    ShareStatement,
    combine,
    commit_hash,
    decode_dealing,
    election_key,
    is_decryption_share,
    is_share_of,
    transcript_hash,
    verification_key,
)
from contracts.voting.crypto.elgamal import is_count, unchecked_ciphertext
from contracts.voting.crypto.tokens import key_labels, token_hash, token_message
from contracts.voting.crypto.transcript import (
    ElectionParts,
    election_context,
    roll_context,
    setup_context,
    tally_hash,
    voter_ref,
)
from tests.contracts.voting.crypto.make_vectors import FILE, counted_hash


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def read(cls: type, shown: dict[str, Any]) -> Any:
    """A record from its JSON form, through the checks of a message."""
    schema = record_of(cls)
    return schema.parse(as_array(schema, shown), cls.__name__)


def as_array(field: Any, shown: Any) -> Any:
    if shown is None:
        return None
    if hasattr(field, "names"):
        pairs = zip(field.names, field.types, strict=True)
        return tuple(as_array(part, shown[name]) for name, part in pairs)
    if hasattr(field, "item"):
        return tuple(as_array(field.item, part) for part in shown)
    if field.describe()["type"] == "bytes":
        return bytes.fromhex(shown)
    return shown


def dealings(vectors):
    return tuple(read(Dealing, shown) for shown in vectors["dkg"]["dealings"])


def qualified(vectors):
    context = bytes.fromhex(vectors["setup"]["ctx_0"])
    needed = vectors["dkg"]["shares_needed"]
    return tuple(decode_dealing(context, dealing, needed) for dealing in dealings(vectors))


def test_the_setup_and_the_election_are_named_by_their_hashes(vectors):
    setup, parts = vectors["setup"], read(ElectionParts, strip(vectors["election"], "ctx_e"))
    context = setup_context(setup["chain_id"], (1, 1), bytes.fromhex(setup["manifest"]))

    assert context.hex() == setup["ctx_0"]
    assert roll_context(context, bytes.fromhex(setup["roll_root"])) == parts.roll
    assert voter_ref(context, bytes.fromhex(setup["sid"])).hex() == setup["voter_ref"]
    assert election_context(parts).hex() == vectors["election"]["ctx_e"]
    assert transcript_hash(context, dealings(vectors)) == parts.dkg
    committed = [commit_hash(context, d.trustee, d.coefficients).hex() for d in dealings(vectors)]
    assert committed == vectors["dkg"]["commitments"]


def strip(shown, name):
    return {key: value for key, value in shown.items() if key != name}


def test_the_trustees_key_follows_from_their_commitments(vectors):
    commitments = qualified(vectors)
    election = vectors["election"]

    assert election_key(commitments).encoded.hex() == election["key"]
    keys = [verification_key(commitments, number).encoded.hex() for number in (1, 2, 3)]
    assert [entry[16:] for entry in election["qualified"]] == keys
    share = bytes.fromhex(vectors["dkg"]["share_from_1_for_2"])
    assert is_share_of(commitments[0], 2, share)
    assert not is_share_of(commitments[1], 2, share)


def test_the_registrars_keys_answers_and_token_verify(vectors):
    shown, stated = vectors["tokens"], read(BallotStatement, vectors["statement"])
    roll = bytes.fromhex(vectors["setup"]["ctx_r"])
    blinded = decode_g1(bytes.fromhex(shown["blinded"]))
    keys = []

    for one, answer in zip(shown["keys"], shown["answers"], strict=True):
        labels = key_labels(roll, (shown["class_id"], one["registrar"]), one["agency"])
        encoded = bytes.fromhex(one["key"])
        assert is_key_proven(labels, encoded, bytes.fromhex(one["proof"]))
        keys.append(decode_g2(encoded))
        assert is_signature(keys[-1], blinded, decode_g1(bytes.fromhex(answer)))
    message = token_message(stated.election, stated.class_id, stated.voter_key)
    hashed = token_hash(stated.election, stated.class_id, stated.voter_key)
    assert (message.hex(), hashed.encoded.hex()) == (shown["message"], shown["hashed"])
    assert add_g2(keys).encoded.hex() == shown["class_key"]
    assert is_signature(add_g2(keys), hashed, decode_g1(stated.token))


def test_the_ballot_verifies_and_its_hashes_are_the_published_ones(vectors):
    stated = read(BallotStatement, vectors["statement"])
    ballot = read(EncryptedBallot, vectors["ballot"])

    assert verify_ballot(stated, ballot) is None
    contexts = [ballot_context(stated, ballot, number).hex() for number in range(2)]
    assert contexts == vectors["contexts"]
    assert cast_hash(stated, ballot).hex() == vectors["tracker"]
    assert [found.hex() for found in ciphertext_digests(ballot)] == vectors["ciphertext_digests"]


def test_the_decryption_of_one_sum_verifies(vectors):
    shown = vectors["decryption"]
    total = unchecked_ciphertext(bytes.fromhex(shown["total"]))
    election = bytes.fromhex(vectors["election"]["ctx_e"])
    voter = bytes.fromhex(vectors["statement"]["voter_key"])
    counted = counted_hash(election, {voter: bytes.fromhex(vectors["tracker"])})
    points = {}

    for share in shown["shares"]:
        number = share["trustee"]
        key = verification_key(qualified(vectors), number)
        stated = ShareStatement(election, shown["contest"], shown["choice"], number, counted)
        given = read(DecryptionShare, share)
        assert is_decryption_share(stated, key, total[0], given)
        points[number] = decode_point(given.share)

    mask = combine(tuple(points), tuple(points.values()))
    assert counted.hex() == shown["counted"]
    assert is_count(total, mask, shown["count"])
    assert not is_count(total, mask, shown["count"] + 1)
    tally = tally_hash(election, counted, ((0, 1, 0, 0), (1, 0, 1, 0)))
    assert tally.hex() == shown["tally"]
