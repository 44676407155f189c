"""Versions of contracts: by vote and time, once two thirds of the validators carry them."""

from dataclasses import replace

import pytest

from contracts.governance.errors import AgencySuspended
from contracts.governance.messages import Execute
from contracts.governance.network.errors import NotOfNodesAgency, UnknownNode
from contracts.governance.network.messages import Carries, ContractUpgrade
from contracts.governance.upgrades.errors import (
    CarriedAlready,
    ContractNotRunning,
    EndsBeforeItBegins,
    NoSuchUpgrade,
    NoticeTooShort,
    VersionNotAbove,
)
from contracts.sdk import address_of
from contracts.tools.testing import Ledger
from primitives.crypto import Digest, PublicKey, digest
from tests.contracts.governance.ledgers import (
    CONTRACT,
    CONTRACTS_HERE,
    MEMBERS,
    as_admin,
    ask,
    change,
    decide,
    entry,
    proposal_of,
    status,
    voted,
)
from tests.contracts.governance.test_seats import node

NOTICE_MS = 3_600_000
CODE = Digest(digest("test-code", b"2"))
FIRST = Digest(digest("test-code", b"1"))


@pytest.fixture
def ledger():
    """Four validators and the observer scb; accounts and governance run in version 1."""
    names = [*[(name, True) for name in MEMBERS], ("scb", False)]
    config = {
        "agencies": [entry(name, "validator" if seated else "bank") for name, seated in names],
        "nodes": [node(name, i + 1, is_validator=seated) for i, (name, seated) in enumerate(names)],
        "contracts": [
            {"name": name, "version": 1, "code_hash": "0x" + FIRST.hex()}
            for name in sorted(CONTRACTS_HERE)
        ],
        "parameters": {"upgrade-notice-seconds": NOTICE_MS // 1_000},
    }
    return Ledger(CONTRACTS_HERE, {CONTRACT: config})


def upgrade(ledger, *, after_ms=2 * NOTICE_MS, lasts_ms=NOTICE_MS, **changes):
    """The change of accounts to version 2, some time from now."""
    activate_at_ms = ledger.block.time_ms + after_ms
    facts = {
        "contract": "accounts",
        "version": 2,
        "code_hash": CODE,
        "release": "0.2.0",
        "activate_at_ms": activate_at_ms,
        "void_at_ms": activate_at_ms + lasts_ms,
    }
    return change(upgrade=ContractUpgrade(**(facts | changes)))


def accept(ledger, **changes):
    """Let all agree to the upgrade; return when it begins and when it is void."""
    wanted = upgrade(ledger, **changes)
    decide(ledger, wanted)
    return wanted[-1][-2:]


def carries(name, **changes):
    facts = {"node": name, "contract": "accounts", "version": 2, "code_hash": CODE}
    return Carries(**(facts | changes))


def end_block_at(ledger, time_ms):
    """End the block as one of this time, and return what its end told."""
    ledger.block = replace(ledger.block, time_ms=time_ms)
    return [event.name for event in ledger.next_block(time_ms=1)]


def versions(ledger):
    return {one[0]: (one[1], one[3]) for one in ask(ledger, "running_contracts")}


def test_the_genesis_says_what_runs_first(ledger):
    assert ask(ledger, "running_contracts") == (
        ("accounts", 1, FIRST, 0, 0, ""),
        ("governance", 1, FIRST, 0, 0, ""),
    )
    assert ask(ledger, "upgrades_awaited") == ()


def test_from_the_block_after_its_time_on_another_version_runs_if_two_thirds_carry_it(ledger):
    begins_ms, _ = accept(ledger)
    for name in MEMBERS[:3]:
        as_admin(ledger, name).execute(carries(name))

    before = end_block_at(ledger, begins_ms - 1)
    told = end_block_at(ledger, begins_ms)

    assert before == []
    assert told == ["UpgradeActivated"]
    running = {one[0]: one[1:] for one in ask(ledger, "running_contracts")}
    first = ledger.block.height
    assert running["accounts"] == (2, CODE, first, 1, "0.2.0")
    assert running["governance"][:2] == (1, FIRST)
    assert ask(ledger, "upgrades_awaited") == ()


def test_it_waits_after_its_time_until_enough_validators_carry_it(ledger):
    begins_ms, void_ms = accept(ledger)
    as_admin(ledger, "dopa").execute(carries("dopa"))
    as_admin(ledger, "scb").execute(carries("scb"))  # an observer decides nothing
    as_admin(ledger, "bot").execute(carries("bot"))

    assert end_block_at(ledger, begins_ms) == []
    as_admin(ledger, "rd").execute(carries("rd"))
    assert end_block_at(ledger, void_ms - 1) == ["UpgradeActivated"]


def test_an_upgrade_that_too_few_carry_is_void_at_its_end_and_the_old_version_runs_on(ledger):
    _, void_ms = accept(ledger)
    for name in MEMBERS[:2]:
        as_admin(ledger, name).execute(carries(name))

    assert end_block_at(ledger, void_ms) == ["UpgradeVoid"]
    assert versions(ledger)["accounts"] == (1, 0)
    as_admin(ledger, "rd").rejects(NoSuchUpgrade, carries("rd"))
    accept(ledger)
    assert ask(ledger, "upgrades_awaited")[0][2] == ()


def test_anyone_reads_who_carries_an_upgrade_and_which_validators_lack_it(ledger):
    begins_ms, void_ms = accept(ledger)
    for name in ("scb", "bot"):
        as_admin(ledger, name).execute(carries(name))

    ((contract, found, carried_by, lacking),) = ask(ledger, "upgrades_awaited")

    assert (contract, found[:5]) == ("accounts", (2, CODE, "0.2.0", begins_ms, void_ms))
    assert carried_by == ("bot", "scb")
    assert sorted(lacking) == sorted({*MEMBERS} - {"bot"})


def test_a_node_announces_by_its_own_key_or_its_agency_does_and_nobody_else(ledger):
    accept(ledger)
    key = PublicKey(ask(ledger, "node", "dopa")[2])

    ledger.at(address_of(key)).rejects(NotOfNodesAgency, carries("bot"))
    as_admin(ledger, "dopa").rejects(NotOfNodesAgency, carries("bot"))
    as_admin(ledger, "dopa").rejects(UnknownNode, carries("nobody"))
    events = ledger.at(address_of(key)).execute(carries("dopa"))

    assert [event.name for event in events] == ["CodeCarried"]
    as_admin(ledger, "dopa").rejects(CarriedAlready, carries("dopa"))


def test_a_suspended_agency_announces_nothing(ledger):
    accept(ledger)
    decide(ledger, status("scb", "suspended"))

    as_admin(ledger, "scb").rejects(AgencySuspended, carries("scb"))


@pytest.mark.parametrize("other", [{"version": 3}, {"code_hash": FIRST}, {"contract": "cbdc"}])
def test_what_does_not_wait_cannot_be_announced(ledger, other):
    accept(ledger)

    as_admin(ledger, "dopa").rejects(NoSuchUpgrade, carries("dopa", **other))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"contract": "cbdc"}, ContractNotRunning),
        ({"version": 1}, VersionNotAbove),
        ({"after_ms": NOTICE_MS - 1}, NoticeTooShort),
        ({"lasts_ms": 0}, EndsBeforeItBegins),
        ({"lasts_ms": 91 * 86_400_000}, EndsBeforeItBegins),
    ],
)
def test_an_upgrade_of_nothing_or_at_wrong_times_is_not_proposed(ledger, wrong, error):
    as_admin(ledger, "dopa").rejects(error, proposal_of(ledger, upgrade(ledger, **wrong)))


def test_an_upgrade_that_is_accepted_too_late_for_its_notice_is_refused(ledger):
    number = voted(ledger, upgrade(ledger, after_ms=NOTICE_MS + 500))

    ledger.as_("anyone").rejects(NoticeTooShort, Execute(number))


def test_the_upgrade_that_was_accepted_last_counts_and_is_announced_anew(ledger):
    accept(ledger)
    as_admin(ledger, "dopa").execute(carries("dopa"))

    accept(ledger, version=3)

    ((_, found, carried_by, _),) = ask(ledger, "upgrades_awaited")
    assert (found[0], carried_by) == (3, ())
    as_admin(ledger, "dopa").rejects(NoSuchUpgrade, carries("dopa"))
