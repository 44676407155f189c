"""Cast or audit: a device is bound to a ballot before it knows whether it will be opened."""

from dataclasses import replace

import pytest

from contracts.voting.box.messages import (
    AlreadyCast,
    AlreadySpoiled,
    CiphertextReused,
    NotCommitted,
)
from contracts.voting.crypto.errors import BadBallotSignature, BadOpening
from contracts.voting.tally.messages import CountBox
from primitives.errors import NotAllowed
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import cast, pseudonym, sealed, sender
from tests.contracts.voting.manifests import ELECTION, WINDOWS
from tests.contracts.voting.test_box import in_box
from tests.contracts.voting.test_forgeries import reproven


def announced(world, who="a0", *marks, **changes):
    """A ballot that its pseudonym has announced."""
    made = sealed(world, who, *marks, **changes)
    world.do_as(sender(who), made.commit())
    return made


def standing(world, who="a0"):
    """What the pseudonym has done."""
    return world.ask("pseudonym", ELECTION, pseudonym(who).public_key)


def test_a_committed_ballot_is_opened_for_all_and_never_counts():
    world = scenes.issued()
    made = announced(world)

    world.do_as(sender("a0"), made.spoil())

    assert world.ask("is_spoiled", ELECTION, made.hash)
    assert in_box(world, "a0") is None
    assert standing(world) == (0, 0, 2, None)
    assert world.ask("reconciliation", ELECTION)[0][0][3:] == (0, 0)


def test_after_an_audit_the_voter_still_votes():
    world = scenes.issued()
    world.do_as(sender("a0"), announced(world).spoil())

    made = announced(world)
    world.do_as(sender("a0"), made.cast())

    assert in_box(world, "a0")[2] == made.hash
    assert standing(world)[3] is None


def test_an_announced_ballot_may_be_cast_without_more():
    world = scenes.issued()

    world.do_as(sender("a0"), announced(world).cast())

    assert world.ask("reconciliation", ELECTION)[0][0][3:] == (1, 1)


def test_only_what_was_announced_can_be_spoiled():
    world = scenes.issued()
    announced(world)
    other = sealed(world, "a0")

    world.refuse_as(sender("a0"), NotCommitted, other.spoil())
    world.refuse_as(sender("a1"), NotCommitted, sealed(world, "a1").spoil())


def test_an_announcement_takes_the_place_of_the_one_before():
    world = scenes.issued()
    first, second = announced(world), announced(world)

    world.refuse_as(sender("a0"), NotCommitted, first.spoil())
    world.do_as(sender("a0"), second.spoil())

    assert world.ask("is_spoiled", ELECTION, second.hash)


def test_another_ballot_that_is_cast_leaves_the_announcement():
    world = scenes.issued()
    made = announced(world)
    cast(world, "a0", seq=2)

    world.do_as(sender("a0"), made.spoil())

    assert in_box(world, "a0") is not None


def test_a_ballot_in_the_box_is_never_opened():
    world = scenes.issued()
    made = announced(world)
    world.do_as(sender("a0"), made.cast())
    world.do_as(sender("a0"), made.commit())

    world.refuse_as(sender("a0"), AlreadyCast, made.spoil())


def test_a_superseded_ballot_is_never_opened():
    world = scenes.issued()
    made = cast(world, "a0")
    cast(world, "a0", seq=2)
    world.do_as(sender("a0"), made.commit())

    world.refuse_as(sender("a0"), CiphertextReused, made.spoil())


def test_ciphertexts_of_a_spoiled_ballot_do_not_come_back():
    world = scenes.issued()
    made = announced(world)
    world.do_as(sender("a0"), made.spoil())

    world.refuse_as(sender("a0"), CiphertextReused, made.cast())
    world.refuse_as(sender("a0"), CiphertextReused, reproven(world, made, seq=5).cast())


def test_a_ballot_is_spoiled_once():
    world = scenes.issued()
    made = announced(world)
    world.do_as(sender("a0"), made.spoil())
    world.do_as(sender("a0"), made.commit())

    world.refuse_as(sender("a0"), AlreadySpoiled, made.spoil())


@pytest.mark.parametrize("case", ["another number", "one too few", "one contest", "swapped"])
def test_wrong_openings_are_refused(case):
    world = scenes.issued()
    made = announced(world)
    first, second = made.openings
    openings = {
        "another number": ((second[0], *first[1:]), second),
        "one too few": (first[:-1], second),
        "one contest": (first,),
        "swapped": ((first[1], first[0], first[2]), second),
    }[case]

    world.refuse_as(sender("a0"), BadOpening, replace(made.spoil(), openings=openings))


def test_a_device_that_cheated_is_caught_by_the_audit():
    world = scenes.issued()
    shown = announced(world, "a0", (0,), (0,))
    honest = sealed(world, "a0", (1,), (0,))

    msg = replace(honest.spoil(), token=shown.token)

    world.refuse_as(sender("a0"), NotCommitted, msg)


def test_a_spoiled_ballot_must_be_a_valid_one():
    world = scenes.issued()
    made = announced(world)
    other = sealed(world, "a0")

    forged = replace(made.spoil(), ballot=replace(made.ballot, signature=other.ballot.signature))

    world.refuse_as(sender("a0"), BadBallotSignature, forged)


def test_nobody_else_announces_or_spoils():
    world = scenes.issued()
    made = announced(world)

    for msg in (made.commit(), made.spoil()):
        world.refuse_as(sender("a1"), NotAllowed, msg)


def test_spoiled_ballots_are_in_no_count():
    world = scenes.issued()
    for who in ("a0", "a1", "a2"):
        world.do_as(sender(who), announced(world, who).spoil())
    cast(world, "a0")

    world.at(WINDOWS.cast_until_ms).do("commission", CountBox(ELECTION))

    assert world.ask("closing", ELECTION)[1] == 1
