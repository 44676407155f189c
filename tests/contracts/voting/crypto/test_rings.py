"""Ring signatures: a member signs, nobody else does, and each member has one tag an election."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from client.voting.errors import NotInRing
from client.voting.prover import prove_knowledge
from client.voting.ring import sign_ring
from contracts.sdk.group import (
    BASE,
    IDENTITY,
    ORDER,
    BadPoint,
    BadScalar,
    add,
    encode_scalar,
    multiply,
    multiply_base,
    unchecked_point,
)
from contracts.tools.testing import key_of
from contracts.voting.crypto.rings import (
    RING_KEY,
    is_own_key,
    is_ring_signature,
    key_labels,
    ring_challenge,
    ring_root,
    tag_generator,
    tag_of,
)
from contracts.voting.crypto.transcript import hash_of
from primitives.merkle import root_of
from tests.contracts.voting.crypto.make_ring_vectors import FILE, secret_of, statement_of

SIZE = 5
PUBLISHED = json.loads(FILE.read_text())["signatures"]
LOW_ORDER = {
    "identity": IDENTITY.encoded,
    "order 2": b"\xec" + b"\xff" * 30 + b"\x7f",
    "order 4": bytes(32),
    "not reduced": b"\xff" * 32,
    "order 2 added": None,  # of the tag itself
}


def signed(signer=0, **changes):
    """A statement of a ring of five, and a member's signature of it."""
    statement = statement_of(SIZE, **changes)
    return statement, sign_ring(statement, secret_of(signer))


def with_slot(token, place, data):
    """A token with other 32 bytes at a place: 0 the tag, 1 the challenge, then the answers."""
    return token[: 32 * place] + data + token[32 * place + 32 :]


@pytest.mark.parametrize("signer", range(SIZE))
def test_every_member_of_a_ring_can_sign(signer):
    assert is_ring_signature(*signed(signer))


@pytest.mark.parametrize("size", [1, 2, 20, 200])
def test_rings_of_all_sizes_sign(size):
    statement = statement_of(size)

    token = sign_ring(statement, secret_of(size - 1))

    assert len(token) == 64 + 32 * size
    assert is_ring_signature(statement, token)


def test_who_is_not_in_the_ring_cannot_sign():
    statement = statement_of(SIZE)

    with pytest.raises(NotInRing):
        sign_ring(statement, secret_of(SIZE))


def test_a_signature_of_a_larger_ring_is_none_of_a_ring_without_the_signer():
    larger = statement_of(SIZE + 1)
    token = sign_ring(larger, secret_of(SIZE))

    assert not is_ring_signature(statement_of(SIZE), token)
    assert not is_ring_signature(statement_of(SIZE), token[:-32])


def test_a_forger_without_a_secret_cannot_close_the_ring():
    statement, token = signed()
    tag = unchecked_point(tag_of(token))
    part = ring_challenge(statement, tag, BASE, tag_generator(statement.election))

    forged = with_slot(token, 1, encode_scalar(part))

    assert not is_ring_signature(statement, forged)


def test_a_member_shows_one_tag_whatever_it_signs():
    statement, token = signed()
    again = sign_ring(replace(statement, voter_key=key_of("other").public_key), secret_of(0))

    assert again != token
    assert tag_of(again) == tag_of(token)


def test_members_show_different_tags():
    assert len({tag_of(signed(signer)[1]) for signer in range(SIZE)}) == SIZE


def test_no_member_can_sign_with_another_s_tag_or_one_that_is_made_up():
    statement, token = signed(0)
    other = tag_of(signed(1)[1])

    for tag in (other, multiply_base(7).encoded):
        assert not is_ring_signature(statement, with_slot(token, 0, tag))


def test_the_tags_of_a_key_in_two_elections_have_other_generators():
    one, two = statement_of(SIZE), statement_of(SIZE, election=b"two")

    tags = {tag_of(sign_ring(each, secret_of(0))) for each in (one, two)}

    assert len(tags) == 2
    assert tag_generator(one.election) != tag_generator(two.election)


@pytest.mark.parametrize(
    "changes",
    [{"election": b"two"}, {"class_id": 1}, {"who": "other"}],
    ids=["election", "class", "pseudonym"],
)
def test_a_signature_is_tied_to_election_class_and_pseudonym(changes):
    _, token = signed()

    assert not is_ring_signature(statement_of(SIZE, **changes), token)


def test_a_signature_is_tied_to_the_root_and_the_order_of_the_ring():
    statement, token = signed()
    turned = (*statement.keys[1:], statement.keys[0])

    assert not is_ring_signature(replace(statement, root=bytes(32)), token)
    assert not is_ring_signature(replace(statement, keys=turned), token)
    assert not is_ring_signature(replace(statement, keys=turned, root=ring_root(turned)), token)


def test_a_signature_cannot_be_turned_to_begin_at_another_member():
    statement, token = signed()
    answers = [token[64 + 32 * at : 96 + 32 * at] for at in range(SIZE)]

    turned = token[:64] + b"".join([*answers[1:], answers[0]])

    assert not is_ring_signature(statement, turned)


@pytest.mark.parametrize("name", LOW_ORDER)
def test_a_tag_outside_the_group_would_vote_eight_times_and_is_refused(name):
    statement, token = signed()
    order_two = unchecked_point(LOW_ORDER["order 2"])
    twin = LOW_ORDER[name] or add(unchecked_point(tag_of(token)), order_two).encoded

    with pytest.raises(BadPoint):
        is_ring_signature(statement, with_slot(token, 0, twin))


@pytest.mark.parametrize("place", range(1, SIZE + 2))
@pytest.mark.parametrize("kind", ["zero", "not reduced"])
def test_scalars_have_one_form(place, kind):
    statement, token = signed()
    held = int.from_bytes(token[32 * place : 32 * place + 32], "little")
    data = bytes(32) if kind == "zero" else (held + ORDER).to_bytes(32, "little")

    with pytest.raises(BadScalar):
        is_ring_signature(statement, with_slot(token, place, data))


@pytest.mark.parametrize("place", range(1, SIZE + 2))
def test_every_number_of_a_signature_counts(place):
    statement, token = signed()
    held = int.from_bytes(token[32 * place : 32 * place + 32], "little")

    changed = with_slot(token, place, encode_scalar(held + 1))

    assert not is_ring_signature(statement, changed)


@pytest.mark.parametrize("length", [0, 31, 64, 64 + 32 * SIZE - 1, 64 + 32 * SIZE + 32])
def test_a_signature_has_an_answer_for_each_member(length):
    statement, token = signed()

    assert not is_ring_signature(statement, (token + bytes(32))[:length])


def test_a_challenge_of_another_domain_closes_no_ring(monkeypatch):
    statement = statement_of(SIZE)
    monkeypatch.setattr("contracts.voting.crypto.rings.challenge", of_another_tag)
    token = sign_ring(statement, secret_of(0))
    assert is_ring_signature(statement, token)
    monkeypatch.undo()

    assert not is_ring_signature(statement, token)


def of_another_tag(tag, fields):
    """The challenge under a tag that is not the ring's."""
    return int.from_bytes(hash_of(f"not-{tag}", fields), "little") % ORDER


def test_who_signs_cannot_be_told_from_how_often_places_come_up():
    statement = statement_of(2)
    tokens = [sign_ring(statement, secret_of(signer)) for signer in (0, 1) for _ in range(64)]

    high = Counter(token[64 + 31] > 7 for token in tokens[:64])
    other = Counter(token[64 + 31] > 7 for token in tokens[64:])

    assert min(*high.values(), *other.values()) > 8  # either way about half are above the middle


# Keys.


def labels(who=b"a", class_id=0):
    """What the proof of a key is tied to."""
    return key_labels(bytes(64), who, class_id, multiply_base(secret_of(0)).encoded)


def test_who_posts_a_key_must_know_what_is_behind_it():
    key = multiply_base(secret_of(0)).encoded
    proof = prove_knowledge(RING_KEY, labels(), secret_of(0))

    assert is_own_key(labels(), key, proof)
    assert not is_own_key(labels(b"b"), key, proof)  # copied by another voter
    assert not is_own_key(labels(class_id=1), key, proof)
    assert not is_own_key(labels(), multiply(3, unchecked_point(key)).encoded, proof)
    assert not is_own_key(labels(), key, prove_knowledge("dkg-pok", labels(), secret_of(0)))


@pytest.mark.parametrize("name", [name for name, data in LOW_ORDER.items() if data])
def test_a_key_is_a_point_of_the_group(name):
    proof = prove_knowledge(RING_KEY, labels(), secret_of(0))

    with pytest.raises(BadPoint):
        is_own_key(labels(), LOW_ORDER[name], proof)


# Vectors.


@pytest.mark.parametrize("shown", PUBLISHED, ids=lambda one: len(one["keys"]))
def test_the_published_signatures_hold(shown):
    keys = tuple(map(bytes.fromhex, shown["keys"]))
    statement = replace(
        statement_of(len(keys)),
        election=bytes.fromhex(shown["election"]),
        voter_key=bytes.fromhex(shown["voter_key"]),
        keys=keys,
        root=bytes.fromhex(shown["root"]),
    )
    token, generator = bytes.fromhex(shown["token"]), tag_generator(statement.election)

    assert is_ring_signature(statement, token)
    assert statement.root == root_of(keys)
    assert generator.encoded.hex() == shown["generator"]
    assert tag_of(token) == multiply(int(shown["secret"], 16), generator).encoded
