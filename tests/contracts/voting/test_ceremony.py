"""The trustees' key: made in rounds that end at heights, and who cheats or is late is out."""

from dataclasses import replace

import pytest

from client.voting.dealer import Dealer, Setup
from contracts.sdk.group import ORDER, BadPoint, BadScalar, decode_point, encode_scalar
from contracts.voting.ceremony.messages import (
    AlreadyCommitted,
    AlreadyComplained,
    AlreadyDealt,
    AlreadyRevealed,
    AnswerComplaint,
    BadDealing,
    Complain,
    EncryptionKeyTaken,
    NoCommitment,
    NoComplaint,
    NoDealing,
    NotDealt,
    RevealDealing,
    UnknownTrustee,
    WrongDealtShare,
    WrongReveal,
    WrongShareCount,
)
from contracts.voting.core.messages import OutsideWindow
from contracts.voting.elections.messages import OpenElection, TooFewQualified
from primitives.errors import NotAllowed
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import commitment as commit
from tests.contracts.voting.acts import context_0, dealer
from tests.contracts.voting.acts import dealing as deal
from tests.contracts.voting.manifests import ELECTION, NEEDED, WINDOWS, seed_of
from tests.contracts.voting.world import TRUSTEES

IDENTITY = b"\x01" + bytes(31)
ORDER_TWO = b"\xec" + b"\xff" * 30 + b"\x7f"
NON_CANONICAL = b"\xff" * 32


def reveal(world, number, **changes):
    """The dealing of a trustee, with other fields."""
    return RevealDealing(ELECTION, replace(dealer(world, number).dealing(), **changes))


def answer(world, number, accuser):
    """The answer of a dealer that is right."""
    return AnswerComplaint(ELECTION, number, accuser, dealer(world, number).share_for(accuser))


def opened(world):
    """Freeze, post keys, open, and return the numbers of who qualified."""
    scenes.register_all(scenes.freeze(world))
    world.do("commission", OpenElection(ELECTION))
    return tuple(one for one, _ in world.ask("opening", ELECTION)[2])


def test_all_five_make_the_key_and_none_holds_it():
    world = scenes.opened()

    _, key, qualified, *_ = world.ask("opening", ELECTION)
    decode_point(key)
    firsts = [dealer(world, number).dealing().coefficients[0] for number in range(1, 6)]
    assert [number for number, _ in qualified] == [1, 2, 3, 4, 5]
    assert key not in firsts
    for number, verification_key in qualified:
        assert acts.trustee(world, number).verification_key.encoded == verification_key


def test_a_trustee_commits_once_for_itself():
    world = scenes.enrolled()
    world.do("tru1", commit(world, 1))

    world.refuse("tru1", AlreadyCommitted, replace(commit(world, 1), commitment=bytes(64)))
    world.refuse("tru1", NotAllowed, commit(world, 2))
    world.refuse("commission", NotAllowed, commit(world, 2))
    world.refuse("tru1", UnknownTrustee, replace(commit(world, 1), trustee=6))


def test_a_rushing_trustee_cannot_choose_after_seeing_the_others():
    world = scenes.committed()
    other = Dealer(dealer(world, 5).setup, 5, seed_of(5))
    for number in (1, 2, 3, 4):
        world.do(TRUSTEES[number - 1], reveal(world, number))
    chosen = Dealer(Setup(context_0(world), NEEDED), 5, b"\x99" * 32).dealing()

    late = replace(chosen, encryption_key=other.encryption_key)
    world.refuse("tru5", BadDealing, RevealDealing(ELECTION, late))
    world.refuse("tru5", WrongReveal, forged_reveal(world, 5))


def forged_reveal(world, number):
    """A dealing of other coefficients that its trustee knows, under its own posted key."""
    mine = dealer(world, number)
    other = Dealer(Setup(context_0(world), NEEDED), number, seed_of(number))
    other._coefficients = [secret + 1 for secret in mine._coefficients]
    return RevealDealing(ELECTION, other.dealing())


def test_nobody_reveals_the_part_of_another():
    world = scenes.committed()

    world.refuse("tru2", NotAllowed, reveal(world, 1))
    copied = replace(dealer(world, 1).dealing(), trustee=2)
    world.refuse("tru2", BadDealing, RevealDealing(ELECTION, copied))


def test_a_copied_part_does_not_carry_its_proof_over():
    world = scenes.committed()
    first = dealer(world, 1).dealing()

    copied = reveal(world, 2, coefficients=first.coefficients, proof=first.proof)

    world.refuse("tru2", BadDealing, copied)


def test_a_part_without_commitment_is_refused():
    world = scenes.enrolled().at(WINDOWS.commit_until_ms)

    world.refuse("tru1", NoCommitment, reveal(world, 1))


def test_a_part_is_revealed_once():
    world = scenes.committed()
    world.do("tru1", reveal(world, 1))

    world.refuse("tru1", AlreadyRevealed, reveal(world, 1))


@pytest.mark.parametrize(
    "point", [IDENTITY, ORDER_TWO, NON_CANONICAL, bytes(32)], ids=["0", "2", "ff", "4"]
)
def test_coefficients_outside_the_group_are_refused(point):
    world = scenes.committed()
    good = dealer(world, 1).dealing()

    bad = reveal(world, 1, coefficients=(*good.coefficients[:2], point))

    world.refuse("tru1", BadPoint, bad)


def test_a_proof_in_a_second_form_is_refused():
    world = scenes.committed()
    proof = dealer(world, 1).dealing().proof
    response = int.from_bytes(proof[32:], "little") + ORDER

    world.refuse(
        "tru1", BadScalar, reveal(world, 1, proof=proof[:32] + response.to_bytes(32, "little"))
    )


@pytest.mark.parametrize("count", [2, 4])
def test_a_part_has_as_many_coefficients_as_decrypting_needs(count):
    world = scenes.committed()
    other = Dealer(Setup(context_0(world), count), 1, seed_of(1))

    world.refuse("tru1", BadDealing, RevealDealing(ELECTION, other.dealing()))


def test_a_dealer_sends_one_share_to_each_trustee_once():
    world = scenes.revealed()
    good = deal(world, 1)

    world.refuse("tru1", WrongShareCount, replace(good, sealed=good.sealed[:4]))
    world.do("tru1", good)
    world.refuse("tru1", AlreadyDealt, good)


def test_who_revealed_nothing_deals_nothing():
    world = scenes.committed().at(WINDOWS.reveal_until_ms)

    world.refuse("tru1", NoDealing, replace(deal(world, 1), sealed=(bytes(80),)))


def test_no_share_is_made_for_a_trustee_that_has_not_committed():
    world = scenes.enrolled()
    for number in (1, 2, 3, 4):
        world.do(TRUSTEES[number - 1], commit(world, number))
    world.at(WINDOWS.commit_until_ms)
    for number in (1, 2, 3, 4):
        world.do(TRUSTEES[number - 1], reveal(world, number))
    world.at(WINDOWS.reveal_until_ms)
    good = deal(world, 1)

    one_more = replace(good, sealed=(*good.sealed, good.sealed[0]))
    world.refuse("tru1", WrongShareCount, one_more)
    world.do("tru1", good)

    assert len(world.ask("sealed_shares", ELECTION, 1)[0]) == 4


def test_an_encryption_key_is_its_owner_s_own():
    world = scenes.enrolled()
    world.do("tru1", commit(world, 1))
    stolen = replace(commit(world, 2), encryption_key=dealer(world, 1).encryption_key)

    refusal = world.refuse("tru2", EncryptionKeyTaken, stolen)
    for agency in ("commission", "tru1", "reg1"):
        world.refuse(agency, NotAllowed, commit(world, 2))

    assert dict(refusal.details) == {"trustee": 1}


def test_a_complaint_that_is_answered_leaves_the_dealer_in():
    world = scenes.dealt()
    world.do("tru2", Complain(ELECTION, 2, 1))
    world.at(WINDOWS.complain_until_ms)

    events = world.do("tru1", answer(world, 1, 2))

    assert events[0].name == "ComplaintAnswered"
    assert opened(world) == (1, 2, 3, 4, 5)


def test_a_complaint_without_answer_puts_the_dealer_out():
    world = scenes.dealt()
    world.do("tru2", Complain(ELECTION, 2, 1))
    world.do("tru3", Complain(ELECTION, 3, 1))
    world.at(WINDOWS.complain_until_ms)
    world.do("tru1", answer(world, 1, 3))

    assert world.ask("trustees", ELECTION)[0][4] == (2,)
    assert opened(world) == (2, 3, 4, 5)


def test_a_wrong_share_is_no_answer():
    world = scenes.dealt()
    world.do("tru2", Complain(ELECTION, 2, 1))
    world.at(WINDOWS.complain_until_ms)
    owed = int.from_bytes(dealer(world, 1).share_for(2), "little")

    wrong = replace(answer(world, 1, 2), share=encode_scalar(owed + 1))
    world.refuse("tru1", WrongDealtShare, wrong)
    longer = replace(wrong, share=(owed + ORDER).to_bytes(32, "little"))
    world.refuse("tru1", BadScalar, longer)

    assert opened(world) == (2, 3, 4, 5)


def test_a_complaint_is_made_once_and_answered_once_by_whom_it_is_about():
    world = scenes.dealt()
    world.do("tru2", Complain(ELECTION, 2, 1))

    world.refuse("tru2", AlreadyComplained, Complain(ELECTION, 2, 1))
    world.refuse("tru3", NotAllowed, Complain(ELECTION, 2, 3))
    world.at(WINDOWS.complain_until_ms)
    world.refuse("tru1", NoComplaint, answer(world, 1, 3))
    world.refuse("tru3", NotAllowed, answer(world, 1, 2))
    world.do("tru1", answer(world, 1, 2))
    world.refuse("tru1", NoComplaint, answer(world, 1, 2))


def test_who_dealt_nothing_is_out_without_a_complaint():
    world = scenes.revealed()
    for number in (1, 2, 4):
        world.do(TRUSTEES[number - 1], deal(world, number))
    world.at(WINDOWS.deal_until_ms)

    world.refuse("tru1", NotDealt, Complain(ELECTION, 1, 3))

    assert opened(world) == (1, 2, 4)


def test_an_election_with_too_few_trustees_never_opens():
    world = scenes.revealed()
    for number in (1, 2):
        world.do(TRUSTEES[number - 1], deal(world, number))
    scenes.register_all(scenes.freeze(world))

    refusal = world.refuse("commission", TooFewQualified, OpenElection(ELECTION))

    assert dict(refusal.details) == {"count": 2, "needed": 3}
    assert world.at(WINDOWS.issue_from_ms).ask("election", ELECTION)[3] == "void"


ROUNDS = {
    "commit": (scenes.enrolled, lambda world: commit(world, 1), 0, WINDOWS.commit_until_ms),
    "reveal": (
        scenes.committed,
        lambda world: reveal(world, 1),
        WINDOWS.commit_until_ms,
        WINDOWS.reveal_until_ms,
    ),
    "deal": (
        scenes.revealed,
        lambda world: deal(world, 1),
        WINDOWS.reveal_until_ms,
        WINDOWS.deal_until_ms,
    ),
    "complain": (
        scenes.dealt,
        lambda _: Complain(ELECTION, 1, 2),
        WINDOWS.deal_until_ms,
        WINDOWS.complain_until_ms,
    ),
    "answer": (
        scenes.dealt,
        lambda world: answer(world, 1, 2),
        WINDOWS.complain_until_ms,
        WINDOWS.answer_until_ms,
    ),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_each_round_ends_at_its_date(name):
    stage, msg, start, end = ROUNDS[name]

    for now in (end, *([start - 1] if start else [])):
        world = stage().at(now)
        world.refuse("tru1", OutsideWindow, msg(world))
