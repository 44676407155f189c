"""The verifier judges windows by times that the log covers, and takes what two offices moved."""

from dataclasses import replace

import pytest

from contracts.voting.offices.messages import AnnulElection, ExtendElection, WithdrawWish
from tests.contracts.voting.manifests import WINDOWS, date
from tests.verifier import acts
from tests.verifier.booth import AUTHORITY, ID, OFFICIAL, Booth, Plan
from tests.verifier.elections import CONTESTS
from tests.verifier.falsehoods import COUNTER
from tests.verifier.forging import check, place_of, record_of, without
from verifier.refusal import Refused
from verifier.report import document, text

DAY = 86_400
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


def wished(*sayings) -> Booth:
    """An election whose box is open for three days, and what its offices say, each at a time."""
    booth = casting()
    later = replace(WINDOWS, cast_until_ms=date(3 * DAY), decrypt_until_ms=date(4 * DAY))
    for key in (COUNTER, OFFICIAL):
        booth.send(key, ExtendElection(ID, later, "three days"))
    for time_ms, key, msg in sayings:
        booth.at(time_ms)
        booth.send(key, msg)
    return booth


ANNUL = AnnulElection(ID, "a worry")
BACK = WithdrawWish(ID, "annul", "it passed")


@pytest.mark.parametrize(
    ("sayings", "stage"),
    [
        (((date(100), COUNTER, ANNUL), (date(99 + DAY), OFFICIAL, ANNUL)), "annulled"),
        (((date(100), COUNTER, ANNUL), (date(100 + DAY), OFFICIAL, ANNUL)), "running"),
        (
            (
                (date(100), COUNTER, ANNUL),
                (date(101), COUNTER, BACK),
                (date(102), OFFICIAL, ANNUL),
            ),
            "running",
        ),
        (
            (
                (date(100), COUNTER, ANNUL),
                (date(99 + DAY), COUNTER, ANNUL),
                (date(101 + DAY), OFFICIAL, ANNUL),
            ),
            "annulled",
        ),
    ],
    ids=["in a day", "a day later", "taken back", "said again"],
)
def test_a_wish_stands_for_a_day_or_until_it_is_taken_back(sayings, stage):
    booth = wished(*sayings)

    assert document(check(record_of(booth)))["stage"] == stage
    assert booth.ask("is_annulled") is (stage == "annulled")


def test_nobody_takes_back_what_they_do_not_want():
    booth = wished((date(100), COUNTER, ANNUL))

    with pytest.raises(Refused, match="the official wants no annul"):
        check(forged(booth, OFFICIAL, BACK))


def test_the_report_names_dates_that_were_moved_and_the_hash_of_the_manifest(extended: Booth):
    verified = check(record_of(extended))

    moved = [{"date": "cast_until", "was_ms": date(100), "is_ms": date(110)}]
    assert document(verified)["moved_dates"] == moved
    assert "cast_until: 2023-11-14 22:15:00 UTC -> 2023-11-14 22:15:10 UTC" in text(verified)
    assert f"0x{extended.ask('election')[2].hex()}" in text(verified)


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
