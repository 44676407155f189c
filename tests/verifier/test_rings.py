"""A committee's record, and false ones that validators sealed: the ring is checked by itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.sdk.group import add, unchecked_point
from contracts.tools.testing import key_of
from contracts.voting.core.messages import Registrars
from contracts.voting.crypto.rings import tag_of
from contracts.voting.tokens.messages import CloseIssuing
from tests.contracts.voting.manifests import date
from tests.contracts.voting.world import REGISTRARS, plain
from tests.verifier import acts
from tests.verifier.acts import pseudonym
from tests.verifier.booth import AUTHORITY, Booth, Plan
from tests.verifier.elections import CONTESTS
from tests.verifier.falsehoods import as_row, drop, move, say, vote
from tests.verifier.forging import check, inserted, place_of, record_of
from verifier.election import Ring
from verifier.group import ORDER
from verifier.refusal import Refused
from verifier.report import document, text
from verifier.rings import check_ring
from verifier.roll import merkle_root

VECTORS = Path(__file__).parents[1] / "vectors" / "voting_rings.json"
SIGNATURES = json.loads(VECTORS.read_text())["signatures"]
MARKS = [(0,), (0, 1, 2)]
ORDER_TWO = b"\xec" + b"\xff" * 30 + b"\x7f"
COUNTER = key_of(f"{AUTHORITY}-admin")


def test_a_committee_s_record_is_accepted_and_says_what_a_ring_hides(ring):
    verified = check(record_of(ring))

    said = document(verified)
    assert said["registrars"] == []
    assert [one["covered"] for one in said["classes"]] == [3]
    assert [option["points"] for option in said["result"][0]["options"]] == [0, 2]
    assert said["checked"]["one-time keys in rings, each signed by its voter and its owner's"] == 3
    assert "a ballot is one of its ring's" in text(verified)


def by_pseudonym(who, token):
    """Cast a ballot by a pseudonym that shows a token; `token` makes it."""

    def make(booth: Booth):
        shown = token(booth)
        slip = acts.sealed(booth, who, MARKS, seq=9, token=shown[:-1] + bytes(1))
        stated = replace(slip.statement, class_id=0, token=tag_of(shown))
        values = [acts.mark(one, row) for one, row in zip(stated.contests, MARKS, strict=True)]
        made = acts.seal_ballot(stated, values, pseudonym(who))
        return replace(slip, statement=stated, token=shown, made=made)

    return vote(make, who)


def altered(place, data):
    """The token of a member that has not voted, with other 32 bytes at a place."""

    def token(booth):
        made = acts.ring_token(booth, "a2")
        held = made[32 * place : 32 * place + 32]
        changed = data(held) if callable(data) else data
        return made[: 32 * place] + changed + made[32 * place + 32 :]

    return by_pseudonym("a2", token)


def second_vote(booth):
    """A voter's token for another pseudonym than its first."""
    return acts.ring_token(booth, "a0", pseudonym("a5").public_key)


def outsider(booth):
    """A token by who is on the roll and posted no key, made as by a member with a made-up tag."""
    made = acts.ring_token(booth, "a0", pseudonym("a3").public_key)
    return tag_of(bytes.fromhex(SIGNATURES[0]["token"])) + made[32:]


def low_order(tag):
    """A tag plus a point of order two."""
    return add(unchecked_point(tag), unchecked_point(ORDER_TWO)).encoded


def with_registrars(said):
    """A manifest that names registrars beside the ring."""
    return as_row(said, 10, plain(Registrars(REGISTRARS[:2], 2)))


def two_keys(booth):
    """A voter posts a second key."""
    at = place_of(booth.entries, "join_ring")
    again = booth.entry(COUNTER, acts.joining(booth, "a0"))
    return inserted(booth.entries, at + 1, again)


def closed(booth):
    """Answers are closed that nobody gave."""
    at = place_of(booth.entries, "commit_ballot")
    return inserted(booth.entries, at, booth.entry(COUNTER, CloseIssuing("board")))


FALSE = {
    "a second vote under another pseudonym": (by_pseudonym("a5", second_vote), "a second vote"),
    "a vote of who posted no key": (by_pseudonym("a3", outsider), "no member of the ring"),
    "another tag": (altered(0, tag_of(bytes.fromhex(SIGNATURES[0]["token"]))), "no member of"),
    "a tag with a low-order part": (altered(0, low_order), "tag: not a point of the group"),
    "a tag that is the identity": (altered(0, b"\x01" + bytes(31)), "tag: not a point"),
    "a challenge of zero": (altered(1, bytes(32)), "ring signature: not a scalar"),
    "an answer that is not reduced": (
        altered(2, lambda held: (int.from_bytes(held, "little") + ORDER).to_bytes(32, "little")),
        "ring signature: not a scalar",
    ),
    "an answer too many": (altered(4, lambda held: held + held), "bytes, not 160"),
    "a key left out": (drop("join_ring"), "has 160 bytes, not 128"),
    "a second key of one voter": (two_keys, "the voter has posted a key before"),
    "a key signed by another": (say("join_ring", 6, bytes(64)), "voter's signature is wrong"),
    "a key with another proof": (say("join_ring", 4, bytes(64)), "not a scalar"),
    "another key": (say("join_ring", 3, ORDER_TWO), "voter's signature is wrong"),
    "a key in another voter's name": (
        say("join_ring", 1, bytes(64)),
        "not on the roll in this class",
    ),
    "a key after its date": (move("join_ring", date(40)), "is not in the window"),
    "answers closed in a ring": (closed, "rings sign in this election"),
    "registrars beside a ring": (say("create_election", 2, with_registrars), "no such threshold"),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_record_of_a_committee_is_refused(ring, name):
    forge, reason = FALSE[name]

    with pytest.raises(Refused, match=reason):
        check(record_of(ring, forge(ring)))


def test_a_ring_of_too_few_takes_no_ballots():
    members = (("a0", 0), ("a1", 0), ("a2", 0))
    booth = Booth(Plan((CONTESTS[0],), voters=members, has_rings=True, least=3))
    acts.found(booth)
    acts.make_keys(booth)
    acts.open_box(booth, "a0", "a1", "a2")
    del booth.entries[place_of(booth.entries, "join_ring")]

    with pytest.raises(Refused, match="no ring has 3 members, the largest has 2"):
        check(record_of(booth))


@pytest.mark.parametrize("shown", SIGNATURES, ids=lambda one: len(one["keys"]))
def test_the_published_signatures_hold_for_the_verifier(shown):
    keys = tuple(map(bytes.fromhex, shown["keys"]))
    context, voter = bytes.fromhex(shown["election"]), bytes.fromhex(shown["voter_key"])
    ring, token = Ring(bytes.fromhex(shown["root"]), keys), bytes.fromhex(shown["token"])

    check_ring(context, (shown["class_id"], voter), ring, token)
    assert ring.root == merkle_root(list(keys))
    with pytest.raises(Refused, match="no member of the ring"):
        check_ring(context, (shown["class_id"] + 1, voter), ring, token)
