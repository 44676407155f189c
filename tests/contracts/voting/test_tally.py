"""Counting: the sums of what is in the box, shares that hold, and counts that anyone can check."""

from dataclasses import replace
from importlib import import_module

import pytest

from contracts.sdk.group import BASE, BadPoint, BadScalar
from contracts.voting.ceremony.messages import Complain
from contracts.voting.core.messages import OutsideWindow
from contracts.voting.crypto.questions import (
    APPROVAL,
    BORDA,
    COPELAND,
    RANKED_PAIRS,
    SCHULZE,
    SCORE,
    Contest,
)
from contracts.voting.crypto.transcript import tally_hash
from contracts.voting.tally.handlers import counted_next, counted_start
from contracts.voting.tally.messages import (
    AlreadyCounted,
    AlreadyDelivered,
    AlreadyTallied,
    BadShare,
    CountBox,
    NotCounted,
    NotQualified,
    SharesMissing,
    Tally,
    TooFewBallots,
    WrongCounts,
)
from primitives.errors import NotAllowed
from tests.contracts.voting import acts, scenes
from tests.contracts.voting.acts import cast, context, counts_with, delivery, trustee
from tests.contracts.voting.manifests import ELECTION, WINDOWS, manifest
from tests.contracts.voting.scenes import COUNTS
from tests.contracts.voting.world import REGISTRARS, TRUSTEES

TALLY = Tally(ELECTION, (1, 3, 4), COUNTS)


def closed(world):
    """Close and count the box of a world."""
    world.at(WINDOWS.cast_until_ms).do("nobody", CountBox(ELECTION))
    return world


def with_share(msg, place, **changes):
    """A delivery with other parts of one share."""
    shares = list(msg.shares)
    shares[place] = replace(shares[place], **changes)
    return replace(msg, shares=tuple(shares))


# The box.


def test_the_last_ballots_count_weighed_by_class():
    world = scenes.tallied()

    result = world.ask("result", ELECTION)

    assert result[0] == COUNTS
    assert world.ask("outcome", ELECTION) == (
        ((3, 1), (1, 2), ()),
        ((3, 1, 2), (1, 3, 2), ()),
    )
    assert result[4] == ((6, 4, 3, 2, 2), (3, 3, 3, 1, 1))
    assert result[1] == tally_hash(context(world), result[2], COUNTS)


def test_the_counted_ballots_are_hashed_in_order_of_their_pseudonyms():
    world = scenes.counted()

    head = counted_start(context(world))
    for key, _, _, ballot_hash in world.ask("box_page", ELECTION, None, 100):
        head = counted_next(head, key, ballot_hash)

    assert world.ask("closing", ELECTION)[:2] == (head, 3)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_the_sums_do_not_depend_on_the_pages(monkeypatch, page):
    monkeypatch.setattr(import_module("contracts.voting.tally.handlers"), "COUNT_BALLOTS_MAX", page)
    world = scenes.voted().at(WINDOWS.cast_until_ms)

    for _ in range(3 // page + 1):
        assert world.ask("closing", ELECTION) is None
        world.do("nobody", CountBox(ELECTION))

    assert world.ask("closing", ELECTION)[1] == 3
    assert counts_with(world, (1, 2, 3)) == COUNTS


def test_the_work_of_one_call_is_bounded_by_ciphertexts(monkeypatch):
    monkeypatch.setattr(
        import_module("contracts.voting.tally.handlers"), "COUNT_CIPHERTEXTS_MAX", 11
    )
    world = scenes.voted().at(WINDOWS.cast_until_ms)

    world.do("nobody", CountBox(ELECTION))

    assert world.ask("closing", ELECTION) is None


def test_the_box_is_counted_once_and_after_the_close():
    world = scenes.voted().at(WINDOWS.cast_until_ms - 1)
    world.refuse("commission", OutsideWindow, CountBox(ELECTION))
    closed(world)

    world.refuse("commission", AlreadyCounted, CountBox(ELECTION))


def test_superseded_ballots_are_in_no_sum():
    world = scenes.issued()
    for seq, option in enumerate((0, 1, 0, 1), start=1):
        cast(world, "a0", (option,), (option,), seq=seq)
    cast(world, "a1", (1,), (1,))
    cast(world, "a2", None, (1,))

    assert counts_with(closed(world), (2, 3, 5)) == ((0, 2, 1), (0, 3, 0))


# Shares.


def test_any_needed_trustees_give_the_same_counts():
    world = scenes.counted()

    found = {counts_with(world, numbers) for numbers in ((1, 2, 3), (3, 4, 5), (1, 3, 5))}

    assert found == {COUNTS}


def test_no_share_is_taken_before_the_close():
    shares = delivery(scenes.counted(), 1)

    for now in (WINDOWS.cast_from_ms, WINDOWS.cast_until_ms - 1):
        scenes.voted().at(now).refuse("tru1", OutsideWindow, shares)


def test_no_share_is_taken_before_the_box_is_counted():
    shares = delivery(scenes.counted(), 1)

    scenes.voted().at(WINDOWS.cast_until_ms).refuse("tru1", NotCounted, shares)


def test_no_share_is_taken_after_its_window():
    world = scenes.counted()
    shares = delivery(world, 1)

    world.at(WINDOWS.decrypt_until_ms).refuse("tru1", OutsideWindow, shares)


def test_a_wrong_share_is_refused_by_name_and_a_right_one_still_taken():
    world = scenes.counted()
    good = delivery(world, 2)

    for bad in (
        with_share(good, 4, share=BASE.encoded),
        with_share(good, 4, share=good.shares[3].share),
        with_share(good, 4, proof=good.shares[3].proof),
        delivery(world, 2, key=trustee(world, 1)),
    ):
        refusal = world.refuse("tru2", BadShare, bad)
        assert dict(refusal.details)["trustee"] == 2
    world.do("tru2", good)

    assert [one[5] for one in world.ask("trustees", ELECTION)] == [False, True, False, False, False]


def test_a_share_that_is_refused_is_refused_in_a_block_for_all_to_see():
    world = scenes.counted()
    contract = world.ledger.contracts["voting"]

    assert contract.methods["deliver_shares"].precheck is None


def test_shares_are_of_every_sum():
    world = scenes.counted()
    good = delivery(world, 2)

    for shares in (good.shares[:-1], (*good.shares, good.shares[0])):
        world.refuse("tru2", BadShare, replace(good, shares=shares))


@pytest.mark.parametrize(
    ("error", "share"),
    [(BadPoint, b"\x01" + bytes(31)), (BadPoint, b"\xff" * 32), (BadPoint, bytes(32))],
    ids=["identity", "non-canonical", "small order"],
)
def test_a_share_outside_the_group_is_refused(error, share):
    world = scenes.counted()

    world.refuse("tru2", error, with_share(delivery(world, 2), 0, share=share))


def test_a_share_s_proof_has_one_form():
    world = scenes.counted()

    world.refuse("tru2", BadScalar, with_share(delivery(world, 2), 0, proof=b"\xff" * 64))


def test_shares_of_another_box_do_not_hold():
    world = scenes.counted()
    other = scenes.voted()
    cast(other, "a2")
    closed(other)

    world.refuse("tru2", BadShare, delivery(other, 2))


def test_a_trustee_delivers_once_for_itself():
    world = scenes.counted()
    msg = delivery(world, 1)
    world.do("tru1", msg)

    world.refuse("tru1", AlreadyDelivered, msg)
    world.refuse("tru1", NotAllowed, replace(msg, trustee=2))


def test_who_is_out_of_the_ceremony_decrypts_nothing():
    world = scenes.dealt()
    world.do("tru2", Complain(ELECTION, 2, 1))
    voters = ("a0", "a1", "a2")
    world = scenes.open_all(scenes.register_all(scenes.freeze(world)))
    scenes.request_all(world, voters)
    for number in (1, 2, 3):
        world.do(REGISTRARS[number - 1], acts.issue(world, number, *voters))
    scenes.close_all(world)
    for who in voters:
        cast(world, who)
    closed(world)

    world.refuse("tru1", NotQualified, replace(delivery(world, 2), trustee=1))

    for number in (2, 3, 5):
        world.do(TRUSTEES[number - 1], delivery(world, number))
    world.do("commission", Tally(ELECTION, (2, 3, 5), ((3, 0, 0), (3, 0, 0))))
    assert world.ask("election", ELECTION)[3] == "tallied"


@pytest.mark.parametrize("voters", [(), ("a0",), ("a0", "a1")])
def test_nothing_is_decrypted_of_too_few_ballots(voters):
    world = scenes.ready_to_cast(("a0", "a1"), plan=manifest(class_size_min=3))
    for who in voters:
        cast(world, who)
    closed(world)

    world.refuse("tru1", TooFewBallots, delivery(world, 1))

    assert world.ask("election", ELECTION)[3] == "withheld"


# The result.


@pytest.mark.parametrize(
    "counts",
    [
        ((2, 1, 1), (3, 1, 2)),
        ((3, 1, 1), (3, 1, 3)),
        ((1, 3, 1), (3, 1, 2)),
        ((0, 0, 0), (0, 0, 0)),
        ((3, 1), (1, 3, 1, 2)),
        ((3, 1, 1, 3, 1, 2),),
    ],
)
def test_wrong_counts_are_refused(counts):
    scenes.delivered().refuse("commission", WrongCounts, replace(TALLY, counts=counts))


@pytest.mark.parametrize(
    "trustees", [(1, 3), (1, 2, 3), (1, 3, 3), (3, 1, 4), (1, 3, 4, 4), (1, 3, 6)], ids=str
)
def test_a_tally_names_the_needed_trustees_once_and_in_order(trustees):
    scenes.delivered().refuse("commission", SharesMissing, replace(TALLY, trustees=trustees))


def test_a_tally_needs_no_more_shares_than_are_needed_but_takes_any_of_them():
    world = scenes.delivered()
    world.do("tru5", delivery(world, 5))

    world.refuse("commission", SharesMissing, replace(TALLY, trustees=(1, 3, 4, 5)))
    world.do("nobody", replace(TALLY, trustees=(3, 4, 5)))

    assert world.ask("result", ELECTION)[3] == (3, 4, 5)


def test_there_is_one_result():
    scenes.tallied().refuse("commission", AlreadyTallied, TALLY)


def test_there_is_no_result_before_the_count():
    scenes.voted().at(WINDOWS.cast_until_ms).refuse("commission", NotCounted, TALLY)


def test_a_result_may_be_published_after_the_trustees_window():
    world = scenes.delivered().at(WINDOWS.decrypt_until_ms + 500)

    world.do("nobody", TALLY)

    assert world.ask("election", ELECTION)[3] == "tallied"


def test_with_too_few_shares_the_election_is_unrecoverable_and_stays_so():
    world = scenes.counted()
    for number in (1, 2):
        world.do(TRUSTEES[number - 1], delivery(world, number))
    late = delivery(world, 3)
    world.at(WINDOWS.decrypt_until_ms)

    world.refuse("tru3", OutsideWindow, late)
    world.refuse("commission", SharesMissing, replace(TALLY, trustees=(1, 2, 3)))

    assert world.ask("election", ELECTION)[3] == "unrecoverable"
    assert [one[5] for one in world.ask("trustees", ELECTION)] == [True, True, False, False, False]


ASKED = {
    "score": (
        Contest("คะแนน", SCORE, ("ก", "ข"), 0, 0, ("แย่", "พอใช้", "ดี"), True),
        [(2, 0), (1, 1), None],
        ((3, 1), (1, 2), (1, 0)),
    ),
    "borda": (
        Contest("อันดับ", BORDA, ("ก", "ข", "ค"), 0, 0, (), True),
        [(0, (1, 2)), (2, 0), None],
        ((3, 0, 2), (1, 3, 2), ()),
    ),
    "schulze": (
        Contest("ประธาน", SCHULZE, ("ก", "ข", "ค"), 0, 0, (), True),
        [(2, (0, 1)), (1, 2, 0), (0, 2)],
        ((0, 0, 2), (2, 2, 1), ()),
    ),
    "copeland": (
        Contest("ประธาน", COPELAND, ("ก", "ข", "ค"), 0, 0, (), False),
        [(2, (0, 1)), (1, 2, 0), None],
        ((0, 3, 3), (3, 1, 1), ()),
    ),
    "ranked pairs": (
        Contest("ประธาน", RANKED_PAIRS, ("ก", "ข", "ค"), 0, 0, (), False),
        [(0, 1, 2), (1, 2, 0), (2, 0, 1)],
        ((0, 0, 0), (1, 1, 1), ()),
    ),
    "approval or blank": (
        Contest("เห็นชอบ", APPROVAL, ("ก", "ข", "ค"), 1, 2, (), True),
        [(0, 2), (2,), None],
        ((1, 0, 2), (2, 3, 1), ()),
    ),
}


@pytest.mark.parametrize("kind", ASKED)
def test_every_kind_of_question_is_cast_and_counted(kind):
    asked, marks, standing = ASKED[kind]
    world = scenes.ready_to_cast(("a0", "a1", "a2"), plan=manifest(asked))
    for who, marked in zip(("a0", "a1", "a2"), marks, strict=True):
        cast(world, who, marked)
    closed(world)
    for number in (1, 2, 3):
        world.do(TRUSTEES[number - 1], delivery(world, number))

    world.do("commission", Tally(ELECTION, (1, 2, 3), counts_with(world, (1, 2, 3))))

    assert world.ask("outcome", ELECTION) == (standing,)
