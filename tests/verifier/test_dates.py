"""The verifier judges windows by times that the log covers, and takes what two offices moved."""

from dataclasses import replace

import pytest

from contracts.voting.offices.messages import AnnulElection, ExtendElection
from tests.contracts.voting.manifests import WINDOWS, date
from tests.verifier import acts
from tests.verifier.booth import AUTHORITY, ID, OFFICIAL, Booth, Plan
from tests.verifier.elections import CONTESTS
from tests.verifier.forging import check, place_of, record_of, without
from verifier.refusal import Refused
from verifier.report import document

LATER = replace(WINDOWS, cast_until_ms=date(110))
WISH = ExtendElection(ID, LATER, "the network was down")


def casting() -> Booth:
    """An election in which ballots are taken, and nobody has voted."""
    booth = Booth(Plan((CONTESTS[0],)))
    acts.found(booth)
    acts.make_keys(booth)
    acts.open_box(booth)
    acts.equip(booth, "a0", "a1")
    acts.close(booth)
    return booth


@pytest.fixture(scope="module")
def extended() -> Booth:
    """A ballot of each hour: one before the first close, one before the later one."""
    booth = casting()
    acts.cast(booth, "a0", [(0,)])
    booth.by(AUTHORITY, WISH)
    booth.send(OFFICIAL, WISH)
    booth.at(date(105))
    acts.cast(booth, "a1", [(1,)])
    return booth


def test_a_ballot_in_the_time_that_two_offices_added_is_accepted(extended: Booth):
    said = document(check(record_of(extended)))

    assert said["stage"] == "running"
    assert said["checked"]["ballots cast"] == 2


@pytest.mark.parametrize("number", [0, 1])
def test_a_date_that_one_office_alone_wants_lengthens_nothing(extended: Booth, number: int):
    kept = without(extended.entries, place_of(extended.entries, "extend_election", number))

    with pytest.raises(Refused, match="is not in the window"):
        check(record_of(extended, kept))


def forged(booth: Booth, key, msg):
    """A record with one entry more, as if all validators had accepted it."""
    return record_of(booth, [*booth.entries, booth.entry(key, msg)])


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({}, "all dates are as they were"),
        ({"cast_until_ms": date(99)}, "passed, or earlier"),
        ({"issue_until_ms": date(71)}, "passed, or earlier"),
        ({"cast_until_ms": date(120)}, "do not rise"),
    ],
)
def test_no_date_is_moved_that_may_not_be(dates, said):
    msg = ExtendElection(ID, replace(WINDOWS, **dates), "because")

    with pytest.raises(Refused, match=said):
        check(forged(casting(), OFFICIAL, msg))


def test_what_was_annulled_is_not_extended():
    booth = casting()
    booth.by(AUTHORITY, AnnulElection(ID, "stuffed"))
    booth.send(OFFICIAL, AnnulElection(ID, "stuffed"))

    with pytest.raises(Refused, match="annulled"):
        check(forged(booth, OFFICIAL, WISH))


def test_the_time_of_an_entry_cannot_be_another(extended: Booth):
    at = place_of(extended.entries, "cast_ballot", 1)
    early = replace(extended.entries[at], time_ms=date(95), height=95)
    record = replace(record_of(extended), entries=(*extended.entries[:at], early))

    with pytest.raises(Refused, match="changed or moved"):
        check(record)


@pytest.mark.parametrize(("height", "time_ms"), [(80, date(105)), (105, date(80))])
def test_one_block_has_one_time_and_a_later_block_a_later_one(extended: Booth, height, time_ms):
    last = replace(extended.entries[-1], height=height, time_ms=time_ms)

    with pytest.raises(Refused, match="its time does not go with its block"):
        check(record_of(extended, [*extended.entries[:-1], last]))


def test_a_ballot_beside_the_block_that_fixed_who_signs_is_refused():
    booth = casting()
    acts.cast(booth, "a0", [(0,)])
    at = place_of(booth.entries, "close_issuing")
    moved = replace(booth.entries[at], height=79, time_ms=date(79))
    entries = [*booth.entries[:at], moved, *booth.entries[at + 1 :]]

    with pytest.raises(Refused, match="fewer than 2 blocks after who signs was fixed"):
        check(record_of(booth, entries))
