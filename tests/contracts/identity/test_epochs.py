"""Epochs are days in Bangkok, unless a network's genesis makes them shorter."""

import pytest

from contracts.identity.vouching.handlers import start_of
from contracts.identity.vouching.state import DAYS, EpochClock, epoch_at
from contracts.sdk.calendar import bangkok_day, end_of_day
from contracts.sdk.errors import BadConfig
from contracts.tools.testing import Ledger
from primitives.ids import show_address
from tests.contracts.identity.world import CONTRACTS_HERE

SHORT = {"epoch_s": 60, "first_epoch": 20_000, "lists_s": 30}


def ledger(config):
    member = {
        "id": "etda",
        "name_th": "หน่วยงาน",
        "name_en": "etda",
        "kinds": ["validator", "supervisor"],
        "administrator": show_address(Ledger.address("etda-admin")),
    }
    return Ledger(CONTRACTS_HERE, {"governance": {"agencies": [member]}, "identity": config})


@pytest.mark.parametrize("time_ms", [0, 1, 61_199_999, 61_200_000, 1_700_000_000_000, 10**13])
def test_an_epoch_is_the_date_in_bangkok_and_begins_at_its_midnight(time_ms):
    epoch = epoch_at(DAYS, time_ms)

    assert epoch == bangkok_day(time_ms)
    assert start_of(epoch) == end_of_day(epoch - 1) <= time_ms < start_of(epoch + 1)


def test_a_genesis_that_says_nothing_has_days():
    found = ledger({}).query("identity", "epochs")

    assert EpochClock(*found) == DAYS


def test_a_genesis_may_make_epochs_of_seconds_that_are_numbered_as_days():
    made = ledger(SHORT)

    clock = EpochClock(*made.query("identity", "epochs"))

    assert (clock.first, clock.length_ms, clock.lists_ms) == (20_000, 60_000, 30_000)
    assert epoch_at(clock, clock.began_ms) == 20_000
    assert epoch_at(clock, clock.began_ms + 59_999) == 20_000
    assert start_of(20_002, clock) == clock.began_ms + 120_000


@pytest.mark.parametrize("wrong", [{"epoch_s": 4}, {"epoch_s": 86_401}, {"first_epoch": 0}])
def test_a_genesis_with_epochs_out_of_bounds_is_refused(wrong):
    with pytest.raises(BadConfig):
        ledger(SHORT | wrong)
