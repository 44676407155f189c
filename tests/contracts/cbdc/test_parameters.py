"""The law of parameters: bounds, a height ahead, in force from that block on; and pauses."""

import pytest

from contracts.cbdc.authority.messages import (
    AlreadyPaused,
    BadScope,
    NotPaused,
    ParameterOutOfBounds,
    ParameterTooSoon,
    Pause,
    Resume,
    SetParams,
    TooManyChanges,
    UnknownParameter,
)
from contracts.cbdc.core.limits import PARAMETERS
from contracts.cbdc.core.messages import PAUSE_SCOPES, SUM_SATANG_MAX, Paused, TxLimit
from contracts.cbdc.payments.messages import Transfer
from contracts.sdk.errors import BadConfig
from primitives.errors import NotAllowed
from tests.contracts.cbdc.town import BAHT, Town

SHOP = Town.address("shop")


def value(town, name):
    return {line[0]: line[1] for line in town.ask("parameters_now")}[name]


def setting(town, key, number, *, seconds=1):
    return SetParams(key, number, town.ledger.block.time_ms + seconds * 1_000)


def test_every_parameter_has_a_default_within_its_bounds(town):
    wrong = [one.name for one in PARAMETERS if not one.low <= one.default <= one.high]
    names = [one.name for one in PARAMETERS]

    assert wrong == []
    assert len(set(names)) == len(names)
    assert {line[0]: line[1] for line in town.ask("parameters_now")} == {
        one.name: one.default for one in PARAMETERS
    }


@pytest.mark.parametrize("key", ["t2-payment", "travel-from", "wallets-max"])
def test_a_change_is_in_force_once_a_block_has_reached_its_time(town, key):
    before = value(town, key)
    town.do("bot", setting(town, key, before - 1, seconds=2))
    at_ms = town.ledger.block.time_ms + 2_000
    assert town.fields("ParamsSet") == (key, before - 1, at_ms)
    assert town.ask("changes_ahead", 10) == ((at_ms, key, before - 1),)

    assert (town.wait(), town.wait()) == ((), ())
    assert (town.ledger.block.time_ms, value(town, key)) == (at_ms, before)
    events = town.wait()

    assert [(event.name, event.fields) for event in events] == [
        ("ParamsChanged", (key, before - 1))
    ]
    assert value(town, key) == before - 1
    assert town.ask("changes_ahead", 10) == ()


def test_blocks_alone_bring_no_change_nearer(town):
    town.do("bot", setting(town, "wallets-max", 3, seconds=60))

    for _ in range(1_000):
        town.ledger.next_block(time_ms=1)

    assert value(town, "wallets-max") == 5


def test_a_changed_limit_limits(town):
    town.merchant("shop")
    town.person("alice", 210, money=1_000)
    town.do("bot", setting(town, "t2-payment", 100))
    town.do("alice", Transfer(SHOP, 101, ""))
    _ = town.wait(), town.wait()

    town.refuse("alice", TxLimit, Transfer(SHOP, 101, ""))
    town.do("alice", Transfer(SHOP, 100, ""))


def test_the_last_word_on_one_time_counts(town):
    town.do("bot", setting(town, "wallets-max", 3))
    town.do("bot", setting(town, "wallets-max", 4))
    _ = town.wait(), town.wait()

    assert value(town, "wallets-max") == 4


BAD = {
    "an unknown name": ("colour", 1, 1, UnknownParameter),
    "below the bounds": ("wallets-max", 0, 1, ParameterOutOfBounds),
    "above the bounds": ("wallets-max", 101, 1, ParameterOutOfBounds),
    "beyond all money": ("offline-amount-max", SUM_SATANG_MAX, 1, ParameterOutOfBounds),
    "in this block": ("wallets-max", 5, 0, ParameterTooSoon),
    "in the past": ("wallets-max", 5, -1, ParameterTooSoon),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_parameter_is_refused_by_its_reason(town, case):
    key, number, seconds, error = BAD[case]
    town.wait()

    refusal = town.refuse("bot", error, setting(town, key, number, seconds=seconds))

    assert refusal.message


def test_the_delay_is_a_parameter_too(town):
    town.do("bot", setting(town, "parameter-delay-seconds", 10))
    _ = town.wait(), town.wait()

    town.refuse("bot", ParameterTooSoon, setting(town, "wallets-max", 3, seconds=9))
    town.do("bot", setting(town, "wallets-max", 3, seconds=10))


def test_so_many_changes_wait_and_no_more(town):
    for seconds in range(1, 65):
        town.do("bot", setting(town, "wallets-max", 3, seconds=seconds))

    town.refuse("bot", TooManyChanges, setting(town, "wallets-max", 3, seconds=65))
    town.do("bot", setting(town, "wallets-max", 4, seconds=64))
    _ = town.wait(), town.wait()
    town.do("bot", setting(town, "wallets-max", 3, seconds=65))


def test_only_the_central_bank_sets_and_pauses(town):
    for name in ("kbank", "sec", "court", "bot-0", "mallory"):
        town.refuse(name, NotAllowed, setting(town, "wallets-max", 3))
        town.refuse(name, NotAllowed, Pause("all"))
        town.refuse(name, NotAllowed, Resume("all"))


@pytest.mark.parametrize("scope", ["all", "payments"])
def test_paused_payments_stand_still_until_they_are_resumed(town, scope):
    town.merchant("shop")
    town.person("alice", 210, money=1_000)
    town.do("bot", Pause(scope))
    assert town.fields("ScopePaused") == (scope,)

    town.refuse("alice", Paused, Transfer(SHOP, 1, ""))
    assert town.ask("supply")[4] is True
    town.do("bot", Resume(scope))
    town.do("alice", Transfer(SHOP, 1, ""))

    assert town.ask("supply")[4] is False


def test_a_pause_of_one_part_leaves_the_others(town):
    town.merchant("shop")
    town.person("alice", 210, money=1_000)
    for scope in ("issue", "vouchers", "offline"):
        town.do("bot", Pause(scope))

    town.do("alice", Transfer(SHOP, 1, ""))

    assert town.ask("supply")[13] == ("issue", "vouchers", "offline")


def test_a_scope_is_known_paused_once_and_resumed_once(town):
    town.refuse("bot", BadScope, Pause("everything"))
    town.refuse("bot", NotPaused, Resume("all"))
    for scope in PAUSE_SCOPES:
        town.do("bot", Pause(scope))
        town.refuse("bot", AlreadyPaused, Pause(scope))
    for scope in PAUSE_SCOPES:
        town.do("bot", Resume(scope))

    assert town.fields("ScopeResumed") == ("offline",)


BAD_CONFIGS = [
    ({"issuer_signers_min": 0}, r"cbdc\.issuer_signers_min: must be"),
    ({"unregistered_accounts": 2}, r"cbdc\.unregistered_accounts: must be"),
    ({"parameters": {"t9-day": 1}}, r"cbdc\.parameters\.t9-day: unknown"),
    ({"parameters": {"wallets-max": 0}}, r"cbdc\.parameters\.wallets-max: must be"),
]


@pytest.mark.parametrize(("config", "place"), BAD_CONFIGS)
def test_a_wrong_genesis_configuration_is_refused_by_place(config, place):
    with pytest.raises(BadConfig, match=place):
        Town(**config)


def test_genesis_gives_parameters_their_first_values():
    town = Town(parameters={"t1-day": 7 * BAHT, "recovery-hours": 1})

    assert (value(town, "t1-day"), value(town, "recovery-hours")) == (7 * BAHT, 1)
