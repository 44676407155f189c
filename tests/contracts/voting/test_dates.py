"""Windows are dates: who makes blocks moves none; two offices move some, and found a name again."""

from dataclasses import asdict, replace

import pytest

from contracts.tools.testing import Ledger
from contracts.voting.core.messages import (
    BadWindows,
    ElectionAnnulled,
    ElectionCancelled,
    OutsideWindow,
    TooSoonAfterIssuing,
    UnknownElection,
)
from contracts.voting.elections.messages import (
    AnotherAuthority,
    CancelElection,
    EditionNotOver,
    ElectionExists,
)
from contracts.voting.offices.handlers import WISH_MS
from contracts.voting.offices.messages import (
    AnnulElection,
    DateOver,
    ElectionOver,
    ExtendElection,
    NothingExtended,
    NoWish,
    WithdrawWish,
)
from contracts.voting.tally.messages import CountBox
from contracts.voting.tokens.messages import CloseIssuing
from primitives.errors import NotAllowed
from tests.contracts.voting import scenes
from tests.contracts.voting.acts import cast, delivery, requesting, sealed, sender
from tests.contracts.voting.manifests import ELECTION, WINDOWS, date, founding
from tests.contracts.voting.test_roll import OFFICIAL
from tests.contracts.voting.world import admin

EIGHT_HOURS = 8 * 3_600
STORM_S, BLOCKS_A_SECOND = 190, 200


def moved(**dates):
    """The wish for other dates."""
    return ExtendElection(ELECTION, replace(WINDOWS, **dates), "the network was down")


def agree(world, msg):
    """Have both offices say the same."""
    world.do("commission", msg)
    return world.do_as(OFFICIAL, msg)


def storm(world):
    """Let a stranger's transactions make blocks for a while."""
    block = world.ledger.block
    height = block.height + STORM_S * BLOCKS_A_SECOND
    world.ledger.block = replace(block, height=height, time_ms=block.time_ms + STORM_S * 1_000)


def test_a_stranger_who_makes_blocks_closes_no_box():
    world = scenes.issued()
    agree(world, moved(cast_until_ms=date(80 + EIGHT_HOURS), decrypt_until_ms=date(99_999)))

    storm(world)

    assert world.ledger.block.height - 80 > EIGHT_HOURS  # of blocks a second, so many were over
    cast(world, "a0", (0,), (0, 1))
    world.refuse("commission", OutsideWindow, CountBox(ELECTION))
    world.at(date(80 + EIGHT_HOURS)).do("commission", CountBox(ELECTION))


def test_an_answer_and_a_ballot_are_never_neighbours_however_long_no_block_was_made():
    world = scenes.issued()
    ballot = sealed(world, "a0").cast()
    fixed = replace(world.ledger.block, height=70)
    for height in (70, 71):
        world.ledger.block = replace(fixed, height=height)
        world.refuse_as(sender("a0"), TooSoonAfterIssuing, ballot)

    world.ledger.block = replace(fixed, height=72)

    world.do_as(sender("a0"), ballot)


def test_two_offices_move_dates_that_are_ahead():
    world = scenes.issued()
    later = moved(cast_until_ms=date(200), decrypt_until_ms=date(300))

    world.do("commission", later)
    assert world.ask("windows", ELECTION)[12] == WINDOWS.cast_until_ms
    assert world.ask("wish", ELECTION, "extend", "authority")[0][12] == date(200)
    events = world.do_as(OFFICIAL, later)

    assert [event.name for event in events] == ["OfficeDecided", "ExtensionAgreed"]
    assert world.ask("windows", ELECTION)[12:] == (date(200), date(300))
    assert world.ask("wish", ELECTION, "extend", "authority") is None
    assert world.at(date(150)).ask("election", ELECTION)[3] == "casting"
    assert world.ask("manifest", ELECTION)[-2][12] == WINDOWS.cast_until_ms


def test_offices_that_want_different_dates_move_none_until_one_gives_in():
    world = scenes.issued()
    late = moved(cast_until_ms=date(101))
    later = moved(cast_until_ms=date(110))
    world.do("commission", late)
    world.do_as(OFFICIAL, later)
    assert world.ask("windows", ELECTION)[12] == WINDOWS.cast_until_ms

    world.do("commission", later)

    assert world.ask("windows", ELECTION)[12] == date(110)
    assert world.ask("wish", ELECTION, "extend", "official") is None


def test_one_office_twice_moves_nothing():
    world = scenes.issued()
    for _ in range(2):
        world.do("commission", moved(cast_until_ms=date(101)))

    assert world.ask("windows", ELECTION)[12] == WINDOWS.cast_until_ms


@pytest.mark.parametrize(
    ("error", "dates"),
    [
        (NothingExtended, {}),
        (DateOver, {"cast_until_ms": date(99)}),
        (DateOver, {"issue_until_ms": date(71)}),
        (DateOver, {"cast_from_ms": date(81)}),
        (BadWindows, {"cast_until_ms": date(120)}),
    ],
    ids=["none", "earlier", "passed", "begun", "after the next"],
)
def test_no_date_is_moved_that_has_passed_or_to_an_earlier_one(error, dates):
    scenes.issued().refuse("commission", error, moved(**dates))


def test_nobody_else_moves_dates():
    world = scenes.issued()

    for agency in ("reg1", "tru1", "rival", "nobody"):
        world.refuse(agency, NotAllowed, moved(cast_until_ms=date(110)))


def test_a_wish_of_one_office_is_checked_again_when_the_other_agrees():
    world = scenes.issued()
    late = moved(cast_until_ms=date(101))
    world.do("commission", late)

    world.at(WINDOWS.cast_until_ms).refuse_as(OFFICIAL, DateOver, late)


def test_registrars_and_voters_get_the_longer_time():
    world = scenes.opened()
    later = {"request_until_ms": date(65), "issue_until_ms": date(75)}
    agree(world, moved(**later))

    world.at(date(62)).do("commission", requesting(world, "a0"))

    world.at(date(72)).refuse("nobody", OutsideWindow, CloseIssuing(ELECTION))


def test_late_trustees_are_waited_for_before_their_date_is_over_and_never_after():
    world = scenes.counted()
    longer = moved(decrypt_until_ms=date(500))
    agree(world, longer)
    world.at(date(400)).do("tru1", delivery(world, 1))

    late = scenes.counted().at(WINDOWS.decrypt_until_ms)

    late.refuse("commission", DateOver, longer)
    assert late.ask("election", ELECTION)[3] == "unrecoverable"


def test_what_is_over_is_not_extended():
    longer = moved(decrypt_until_ms=date(500))
    scenes.tallied().refuse("commission", ElectionOver, longer)
    annulled = scenes.issued()
    agree(annulled, AnnulElection(ELECTION, "stuffed"))
    annulled.refuse("commission", ElectionAnnulled, longer)
    cancelled = scenes.created()
    cancelled.do("commission", CancelElection(ELECTION, "a typing error"))
    cancelled.refuse("commission", ElectionCancelled, longer)


def test_an_annulled_name_is_founded_again_as_its_next_edition():
    world = scenes.issued()
    agree(world, AnnulElection(ELECTION, "stuffed"))
    plan = replace(world.kept["plan"], windows=later_windows())

    world.do("commission", founding(f"{ELECTION}.2", plan=plan))

    setups = [world.ask("election", name)[2] for name in (ELECTION, f"{ELECTION}.2")]
    assert setups[0] != setups[1]
    assert world.ask("is_annulled", ELECTION)
    world.refuse("commission", ElectionExists, founding(f"{ELECTION}.2", plan=plan))
    world.refuse("commission", EditionNotOver, founding(f"{ELECTION}.3", plan=plan))


def later_windows():
    """Dates after those of the tests."""
    dates = {name: at + 1_000_000 for name, at in asdict(WINDOWS).items()}
    return replace(WINDOWS, **dates)


def test_a_name_given_up_before_its_opening_is_founded_again():
    world = scenes.created()
    world.refuse("commission", EditionNotOver, founding(f"{ELECTION}.2"))
    world.do("commission", CancelElection(ELECTION, "a typing error"))

    world.do("commission", founding(f"{ELECTION}.2"))

    assert world.ask("election", f"{ELECTION}.2")[3] == "roll"


def test_nobody_takes_the_next_edition_of_anothers_election():
    world = scenes.created()
    world.do("commission", CancelElection(ELECTION, "a typing error"))

    world.refuse("rival", AnotherAuthority, founding(f"{ELECTION}.2", agency="rival"))
    world.refuse("commission", UnknownElection, founding("another.2"))
    world.refuse("commission", UnknownElection, founding(f"{ELECTION}.3"))


LATE = moved(cast_until_ms=date(101))
DAY = 86_400


def long_open():
    """An election whose box is open for three days."""
    world = scenes.issued()
    agree(world, moved(cast_until_ms=date(3 * DAY), decrypt_until_ms=date(4 * DAY)))
    return world


AUTHORITY = Ledger.address(admin("commission"))


@pytest.mark.parametrize(("first", "second"), [(AUTHORITY, OFFICIAL), (OFFICIAL, AUTHORITY)])
def test_a_wish_to_annul_is_over_after_a_day(first, second):
    world = long_open()
    annul = AnnulElection(ELECTION, "a worry that passed")
    world.do_as(first, annul)
    until = world.ledger.block.time_ms + WISH_MS

    world.at(until).do_as(second, annul)

    assert not world.ask("is_annulled", ELECTION)
    world.at(until + WISH_MS - 1_000).do_as(first, annul)
    assert world.ask("is_annulled", ELECTION)


def test_what_an_office_says_again_stands_a_day_longer():
    world = long_open()
    annul = AnnulElection(ELECTION, "stuffed")
    began = world.ledger.block.time_ms
    world.do("commission", annul)
    world.at(began + WISH_MS - 1_000).do("commission", annul)

    world.at(began + WISH_MS + 1_000).do_as(OFFICIAL, annul)

    assert world.ask("is_annulled", ELECTION)


@pytest.mark.parametrize(
    ("decision", "msg"),
    [("annul", AnnulElection(ELECTION, "a worry")), ("extend", LATE)],
    ids=["annul", "extend"],
)
def test_a_wish_that_its_office_took_back_is_nothing_to_agree_with(decision, msg):
    world = scenes.issued()
    world.do_as(OFFICIAL, msg)
    back = WithdrawWish(ELECTION, decision, "the worry passed")

    world.refuse("commission", NoWish, back)  # it is not the authority's
    world.refuse("reg1", NotAllowed, back)
    events = world.do_as(OFFICIAL, back)
    world.do("commission", msg)

    assert [event.name for event in events] == ["WishWithdrawn"]
    assert not world.ask("is_annulled", ELECTION)
    assert world.ask("windows", ELECTION)[12] == WINDOWS.cast_until_ms
    world.refuse_as(OFFICIAL, NoWish, back)


def test_a_wish_to_extend_is_over_after_a_day():
    world = long_open()
    longer = moved(cast_until_ms=date(3 * DAY + 1), decrypt_until_ms=date(4 * DAY))
    world.do("commission", longer)

    world.at(world.ledger.block.time_ms + WISH_MS).do_as(OFFICIAL, longer)

    assert world.ask("windows", ELECTION)[12] == date(3 * DAY)
