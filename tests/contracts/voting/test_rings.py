"""Committees: voters post one-time keys, and a ring signs for ballots; there is no registrar."""

from dataclasses import replace

import pytest

from contracts.sdk.group import BadPoint, multiply_base
from contracts.tools.testing import key_of
from contracts.voting.box.messages import BadToken
from contracts.voting.core.messages import (
    AlreadyOpen,
    AnotherScheme,
    OutsideWindow,
    Registrars,
    RingTooSmall,
    RollNotFrozen,
    UnknownVoter,
    WrongClass,
)
from contracts.voting.crypto.errors import BadBallotSignature
from contracts.voting.crypto.rings import key_labels, ring_root, tag_of
from contracts.voting.crypto.transcript import numbered_key
from contracts.voting.elections.messages import BadQuorum, OpenElection, UnknownTokenScheme
from contracts.voting.rings.messages import AlreadyJoined, TagTaken, UnprovenRingKey
from contracts.voting.roll.messages import AddVoters, RingFull, VoterEntry
from contracts.voting.tally.messages import CountBox, Tally
from contracts.voting.tokens.messages import (
    BadVoterSignature,
    CloseIssuing,
    KeyReused,
    NotVoterKey,
    UnknownRegistrar,
)
from primitives.crypto import SigningKey
from primitives.ids import address_of
from tests.contracts.voting import acts, ring_acts, scenes
from tests.contracts.voting.acts import class_of, context, pseudonym, ref_of, sender
from tests.contracts.voting.manifests import ELECTION, WINDOWS, founding, manifest
from tests.contracts.voting.ring_acts import JOINED, cast, joining, ring_plan, sealed
from tests.contracts.voting.world import REGISTRARS, TRUSTEES, VOTERS

# The manifest.


@pytest.mark.parametrize(
    "registrars", [Registrars(REGISTRARS, 3), Registrars((), 1), Registrars(REGISTRARS[:1], 0)]
)
def test_a_committee_s_election_has_no_registrars(registrars):
    plan = ring_plan()

    refused = founding(plan=replace(plan, registrars=registrars))

    scenes.founded().refuse("commission", BadQuorum, refused)


def test_an_election_of_tokens_has_registrars():
    refused = founding(plan=manifest(registrars=Registrars((), 0)))

    scenes.founded().refuse("commission", BadQuorum, refused)


def test_there_is_no_third_scheme():
    scenes.founded().refuse(
        "commission", UnknownTokenScheme, founding(plan=manifest(token_scheme=3))
    )


def test_a_class_has_at_most_200_voters_where_rings_sign(monkeypatch):
    monkeypatch.setattr("contracts.voting.roll.handlers.RING_MAX", 2)
    world = scenes.create(scenes.founded(), plan=ring_plan())
    entries = tuple(VoterEntry(acts.name_of(who), 0) for who in VOTERS[:3])

    world.do("commission", AddVoters(ELECTION, entries[:2]))
    world.refuse("commission", RingFull, AddVoters(ELECTION, entries[2:]))


# Keys.


def test_a_voter_posts_one_key_for_ever():
    world = ring_acts.joinable()
    world.do("nobody", joining(world, "a0"))

    world.refuse("nobody", AlreadyJoined, joining(world, "a0"))
    world.refuse("nobody", AlreadyJoined, joining(world, "a0", secret=7))


def test_who_is_not_on_the_roll_posts_no_key():
    world = ring_acts.joinable()

    world.refuse("nobody", UnknownVoter, joining(world, "outsider"))


def test_a_key_is_posted_in_the_voter_s_own_class():
    world = ring_acts.joinable()

    world.refuse("nobody", WrongClass, joining(world, "a0", class_id=1))


def test_a_key_is_signed_by_the_voter_s_own_key_in_identity():
    world = ring_acts.joinable()

    world.refuse("nobody", NotVoterKey, joining(world, "a0", signer="a1-1"))
    mine = joining(world, "a0")
    unsigned = replace(mine, signature=joining(world, "a1").signature)
    world.refuse("nobody", BadVoterSignature, unsigned)


def test_nobody_can_post_the_key_that_another_is_about_to_post():
    world = ring_acts.joinable()
    seen = joining(world, "a0")

    copied = joining(world, "a1", ring_key=seen.ring_key, proof=seen.proof)

    world.refuse("nobody", UnprovenRingKey, copied)
    world.do("nobody", seen)


def test_a_key_that_is_another_s_negated_is_refused():
    world = ring_acts.joinable()
    negated = bytearray(joining(world, "a0").ring_key)
    negated[31] ^= 0x80  # minus the point: the other sign of x

    world.refuse("nobody", UnprovenRingKey, joining(world, "a1", ring_key=bytes(negated)))


def test_two_voters_have_no_key_in_common():
    world = ring_acts.joinable()
    world.do("nobody", joining(world, "a0", secret=7))

    world.refuse("nobody", KeyReused, joining(world, "a1", secret=7))


@pytest.mark.parametrize(
    "key", [b"\x01" + bytes(31), bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32]
)
def test_a_key_is_a_point_of_the_group(key):
    world = ring_acts.joinable()

    world.refuse("nobody", BadPoint, joining(world, "a0", ring_key=key))


def test_keys_come_after_the_roll_is_frozen_and_before_their_date():
    world = ring_acts.joinable()
    mine = joining(world, "a0")
    world.at(WINDOWS.keys_until_ms).refuse("nobody", OutsideWindow, mine)
    early = scenes.create(scenes.founded(), plan=ring_plan())
    scenes.deal_all(scenes.reveal_all(scenes.commit_all(scenes.enrol(early))))

    early.at(WINDOWS.answer_until_ms).refuse("nobody", RollNotFrozen, mine)


def test_no_key_comes_after_the_opening():
    world = ring_acts.casting()

    world.refuse("nobody", AlreadyOpen, joining(world, "a4"))


def test_a_key_is_tied_to_the_roll_of_its_election():
    world = ring_acts.joinable()
    mine = joining(world, "a0")
    labels = key_labels(bytes(64), ref_of(world, "a0"), 0, mine.ring_key)
    foreign = ring_acts.prove_knowledge(ring_acts.RING_KEY, labels, ring_acts.secret_of("a0"))

    world.refuse("nobody", UnprovenRingKey, joining(world, "a0", proof=foreign))


# The opening.


def test_the_context_covers_the_rings_in_the_order_of_references():
    world = ring_acts.casting()

    for class_id in (0, 1):
        mine = [who for who in JOINED if class_of(who) == class_id]
        mine.sort(key=lambda who: ref_of(world, who))
        keys = tuple(multiply_base(ring_acts.secret_of(who)).encoded for who in mine)
        assert world.ask("ring", ELECTION, class_id) == (ring_root(keys), b"".join(keys))
        assert len(numbered_key(len(keys), ring_root(keys))) == 40
    assert world.ask("opening", ELECTION)[3] == ()  # registrars


def test_another_key_makes_another_context():
    world = ring_acts.joined()
    world.do("nobody", joining(world, "a4"))
    world.at(WINDOWS.keys_until_ms).do("commission", OpenElection(ELECTION))

    assert context(world) != context(ring_acts.casting())


def test_an_election_whose_rings_are_all_too_small_does_not_open():
    plan = ring_plan(class_size_min=3)
    world = scenes.create(scenes.founded(), plan=plan)
    scenes.freeze(scenes.deal_all(scenes.reveal_all(scenes.commit_all(scenes.enrol(world)))))
    for who in ("a0", "a1", "d0"):
        world.do("nobody", joining(world, who))

    world.at(WINDOWS.keys_until_ms).refuse("commission", RingTooSmall, OpenElection(ELECTION))


def test_a_ring_of_too_few_takes_no_ballots():
    world = scenes.create(scenes.founded(), plan=ring_plan(class_size_min=3))
    scenes.freeze(scenes.deal_all(scenes.reveal_all(scenes.commit_all(scenes.enrol(world)))))
    for who in (*VOTERS[:3], "d0", "d1"):
        world.do("nobody", joining(world, who))
    world.at(WINDOWS.keys_until_ms).do("commission", OpenElection(ELECTION))
    world.at(WINDOWS.cast_from_ms)

    world.refuse_as(sender("d0"), RingTooSmall, sealed(world, "d0").cast())
    cast(world, "a0")
    assert totals(world) == [[6, 3, 3, 1, 1], [3, 2, 0, 0, 0]]


def totals(world):
    """The public numbers of the classes."""
    return [list(row) for row in world.ask("reconciliation", ELECTION)[0]]


# Ballots.


def test_a_member_s_ballot_is_taken_and_counted():
    world = ring_acts.casting()
    cast(world, "a0", (0,), (0, 1))
    cast(world, "a1", None, (2,))
    cast(world, "a0", (1,), (1, 2), seq=2)
    cast(world, "d0", (0,), (0,))
    world.at(WINDOWS.cast_until_ms).do("commission", CountBox(ELECTION))
    for number in (1, 3, 4):
        world.do(TRUSTEES[number - 1], acts.delivery(world, number))

    world.do("commission", Tally(ELECTION, (1, 3, 4), scenes.COUNTS))

    assert totals(world) == [[6, 4, 4, 2, 2], [3, 3, 3, 1, 1]]


def test_nobody_votes_twice_under_two_pseudonyms():
    world = ring_acts.casting()
    cast(world, "a0")
    other = key_of("a0-second")
    token = ring_acts.token_of(world, "a0", other.public_key)
    second = ballot_of(world, "a0", other, token)

    world.refuse_as(address_of(other.public_key), TagTaken, second)


def ballot_of(world, who, key: SigningKey, token):
    """A ballot of a voter under a pseudonym of its choice, whole but for its signature."""
    made = sealed(world, who)
    stated = replace(made.statement, voter_key=key.public_key, token=tag_of(token))
    values = [acts.mark(one, (0,)) for one in acts.contests(world)]
    fresh = acts.seal_ballot(stated, values, key)
    return replace(made, statement=stated, token=token, ballot=fresh.ballot).cast()


def test_an_announcement_takes_the_tag_as_well():
    world = ring_acts.casting()
    world.do_as(sender("a0"), sealed(world, "a0").commit())
    other = key_of("a0-second")
    token = ring_acts.token_of(world, "a0", other.public_key)

    second = ballot_of(world, "a0", other, token)

    world.refuse_as(address_of(other.public_key), TagTaken, second)


def test_who_did_not_post_a_key_has_no_signature():
    world = ring_acts.casting()
    forged = ring_acts.token_of(world, "a0", pseudonym("a4").public_key)
    tag = multiply_base(9).encoded

    world.refuse_as(sender("a4"), BadToken, sealed(world, "a4", token=tag + forged[32:]).cast())


def test_a_signature_for_one_pseudonym_is_not_another_s():
    world = ring_acts.casting()
    stolen = ring_acts.token_of(world, "a0")

    world.refuse_as(sender("a1"), BadToken, sealed(world, "a1", token=stolen).cast())


def test_a_signature_of_one_class_is_none_of_another():
    world = ring_acts.casting()
    light = ring_acts.token_of(world, "a0")
    made = sealed(world, "a0", token=light)

    world.refuse_as(sender("a0"), BadToken, replace(made.cast(), class_id=1))


def test_a_signature_of_another_election_is_refused():
    world = ring_acts.casting()
    statement = replace(ring_acts.statement_of(world, "a0"), election=bytes(64))
    foreign = ring_acts.sign_ring(statement, ring_acts.secret_of("a0"))

    world.refuse_as(sender("a0"), BadToken, sealed(world, "a0", token=foreign).cast())


def test_a_ballot_s_proofs_are_tied_to_the_tag():
    world = ring_acts.casting()
    made = sealed(world, "a0")
    shown = ring_acts.token_of(world, "a0")

    world.do_as(sender("a0"), replace(made.cast(), token=shown))  # the same tag, signed anew
    other = acts.sealed(world, "a1", token=tag_of(shown))
    mine = ring_acts.token_of(world, "a1")
    world.refuse_as(sender("a1"), BadBallotSignature, replace(other.cast(), token=mine))


def test_a_spoiled_ballot_is_opened_and_never_counts():
    world = ring_acts.casting()
    made = sealed(world, "a0")
    world.do_as(sender("a0"), made.commit())

    world.do_as(sender("a0"), made.spoil())

    assert world.ask("is_spoiled", ELECTION, made.hash)


# Acts of the other scheme.


def test_registrars_have_nothing_to_do():
    world = ring_acts.joinable()

    world.refuse(REGISTRARS[0], UnknownRegistrar, acts.registration(world, 1))


def test_nobody_requests_a_token_of_a_ring_and_no_answers_are_closed():
    world = ring_acts.joined().at(WINDOWS.keys_until_ms)
    world.do("commission", OpenElection(ELECTION))

    world.at(WINDOWS.issue_from_ms).refuse("nobody", AnotherScheme, acts.requesting(world, "a0"))
    world.at(WINDOWS.issue_until_ms).refuse("nobody", AnotherScheme, CloseIssuing(ELECTION))


def test_no_key_is_posted_for_a_ring_where_registrars_sign():
    world = scenes.frozen()

    world.refuse("nobody", AnotherScheme, joining(world, "a0"))


def test_a_token_of_registrars_is_no_signature_of_a_ring():
    world = ring_acts.casting()
    token = acts.stolen_token(world, "a0")
    made = sealed(world, "a0")

    world.refuse_as(sender("a0"), BadToken, replace(made.cast(), token=token))
