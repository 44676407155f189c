"""The network record: seats given and taken by vote, done when their turn has come (R4.1, R4.9)."""

import pytest

from contracts.governance.messages import Execute
from contracts.governance.network.errors import (
    NotAwaited,
    NotOfNodesAgency,
    NotThatBlock,
    SeatUnchanged,
    TooFewValidators,
    UnknownNode,
)
from contracts.governance.network.messages import Ready, SeatChange
from contracts.sdk.ports import BlockInfo
from contracts.tools.testing import Ledger
from primitives.crypto import Digest, digest
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
    voted,
)

AWAY = ("kbank", "scb", "ktb")
WEEK_MS = 7 * 86_400_000


def node(name, number, *, is_validator):
    """A node of genesis, whose agency bears its name."""
    return {
        "name": name,
        "agency": name,
        "public_key": "0x01" + f"{number:02x}" * 32,
        "certificate": "0x3000",
        "host": "127.0.0.1",
        "port": 26_600 + number,
        "is_validator": int(is_validator),
    }


def network(*, validators=MEMBERS, observers=AWAY):
    """A ledger of these validators, whose agencies vote, and of nodes that do not decide."""
    members = [entry(agency_id, "validator") for agency_id in validators]
    others = [entry(agency_id, "bank") for agency_id in observers]
    names = [*[(name, True) for name in validators], *[(name, False) for name in observers]]
    nodes = [node(name, i + 1, is_validator=seated) for i, (name, seated) in enumerate(names)]
    return Ledger(CONTRACTS_HERE, {CONTRACT: {"agencies": [*members, *others], "nodes": nodes}})


def seat(name, *, is_validator=True):
    return change(seat=SeatChange(name, is_validator))


def hash_of(height):
    """The hash of the block at a height of these ledgers."""
    return digest("test-block", height.to_bytes(8, "big"))


def end_block(ledger, *, time_ms=1_000):
    """End the block and begin the next, whose parent has a hash of its own."""
    events = ledger.next_block(time_ms=time_ms)
    block = ledger.block
    ledger.block = BlockInfo(
        chain_id=block.chain_id,
        height=block.height,
        time_ms=block.time_ms,
        parent_hash=hash_of(block.height - 1),
    )
    return events


def say_ready(ledger, name, *, back=2):
    height = ledger.block.height - back
    return as_admin(ledger, name).execute(Ready(name, height, hash_of(height)))


def seated(ledger):
    """Who decides the next block, by name."""
    return sorted(found[0] for found in ask(ledger, "nodes_page", "", 20) if found[6])


def give_seat(ledger, name):
    decide(ledger, seat(name))
    end_block(ledger)
    end_block(ledger)
    end_block(ledger)
    say_ready(ledger, name)
    return end_block(ledger)


@pytest.fixture
def ledger():
    return network()


def test_genesis_writes_the_first_record(ledger):
    assert seated(ledger) == sorted(MEMBERS)
    assert ask(ledger, "network_version") == 0
    name, agency_id, key, certificate, host, port, is_validator, since, _second = ask(
        ledger, "node", "scb"
    )
    assert (name, agency_id, key) == ("scb", "scb", bytes.fromhex("01" + "06" * 32))
    assert (certificate, host, port) == (b"\x30\x00", "127.0.0.1", 26_606)
    assert (is_validator, since) == (False, 0)


def test_r4_9_a_node_gets_its_seat_once_it_is_decided_and_ready(ledger):
    decide(ledger, seat("kbank"))
    end_block(ledger)
    before = end_block(ledger)
    end_block(ledger)
    say_ready(ledger, "kbank")
    height = ledger.block.height

    events = end_block(ledger)

    assert before == ()
    assert [(event.name, event.fields) for event in events] == [
        ("SeatChanged", ("kbank", True, height + 1))
    ]
    assert seated(ledger) == sorted([*MEMBERS, "kbank"])
    assert ask(ledger, "seat_changes") == ()
    assert ask(ledger, "network_version") == 1
    assert ask(ledger, "versions_page", 0, 10) == ((1, (height + 1, "kbank", "validator")),)


def test_r4_9_a_node_that_is_not_ready_within_a_week_gets_no_seat(ledger):
    decide(ledger, seat("kbank"))
    end_block(ledger, time_ms=WEEK_MS - 10_000)
    waiting = ask(ledger, "seat_changes")

    events = end_block(ledger, time_ms=20_000) + end_block(ledger)

    assert len(waiting) == 1
    assert [event.name for event in events] == ["SeatChangeLapsed"]
    assert seated(ledger) == sorted(MEMBERS)


@pytest.mark.parametrize(
    ("back", "hash_", "error"),
    [
        (2, Digest(b"\x07" * 32), NotThatBlock),
        (120, None, NotThatBlock),
    ],
)
def test_r4_9_ready_names_a_block_of_the_last_100(ledger, back, hash_, error):
    decide(ledger, seat("kbank"))
    for _ in range(130):
        end_block(ledger)
    height = ledger.block.height - back

    as_admin(ledger, "kbank").rejects(error, Ready("kbank", height, hash_ or hash_of(height)))

    say_ready(ledger, "kbank", back=100)


def test_r4_9_only_the_agency_of_an_awaited_node_says_that_it_is_ready(ledger):
    decide(ledger, seat("kbank"))
    for _ in range(3):
        end_block(ledger)
    height = ledger.block.height - 2

    ready = Ready("kbank", height, hash_of(height))
    as_admin(ledger, "scb").rejects(NotOfNodesAgency, ready)
    as_admin(ledger, "scb").rejects(NotAwaited, Ready("scb", height, hash_of(height)))
    as_admin(ledger, "scb").rejects(UnknownNode, Ready("nobody", height, hash_of(height)))


def test_r4_1_of_four_to_six_validators_one_seat_changes_a_block_and_the_others_wait(ledger):
    for name in AWAY:
        decide(ledger, seat(name))
        end_block(ledger)
    for _ in range(3):
        end_block(ledger)
    for name in AWAY:
        say_ready(ledger, name)

    counts = []
    for _ in range(4):
        counts.append(sum(event.name == "SeatChanged" for event in end_block(ledger)))

    assert counts == [1, 1, 1, 0]
    assert len(seated(ledger)) == 7


def test_r4_1_of_seven_validators_two_seats_may_change_at_once():
    ledger = network(validators=(*MEMBERS, *AWAY), observers=())
    leaving = [seat(name, is_validator=False) for name in ("dopa", "kbank", "scb")]
    yes = (*MEMBERS, "kbank")
    numbers = [voted(ledger, wanted, yes=yes, by="bot") for wanted in leaving]
    for number in numbers:
        ledger.as_("anyone").execute(Execute(number))

    at_once = sum(event.name == "SeatChanged" for event in end_block(ledger))
    later = sum(event.name == "SeatChanged" for event in end_block(ledger))

    assert (at_once, later) == (2, 1)
    assert len(seated(ledger)) == 4


def test_one_that_waits_without_being_ready_holds_up_nobody(ledger):
    decide(ledger, seat("kbank"))
    decide(ledger, seat("scb"))
    for _ in range(3):
        end_block(ledger)
    say_ready(ledger, "scb")

    end_block(ledger)

    assert "scb" in seated(ledger)
    assert [entry[0] for entry in ask(ledger, "seat_changes")] == ["kbank"]


def test_a_seat_is_taken_at_the_end_of_the_block_that_decides_it(ledger):
    give_seat(ledger, "kbank")

    decide(ledger, seat("dopa", is_validator=False))
    end_block(ledger)

    assert seated(ledger) == ["bot", "etda", "kbank", "rd"]


def test_fewer_than_four_validators_are_never_left(ledger):
    proposal = proposal_of(ledger, seat("dopa", is_validator=False))

    as_admin(ledger, "bot").rejects(TooFewValidators, proposal)


@pytest.mark.parametrize(
    ("name", "is_validator", "error"),
    [
        ("dopa", True, SeatUnchanged),
        ("kbank", False, SeatUnchanged),
        ("nobody", True, UnknownNode),
    ],
)
def test_a_change_of_nothing_or_nobody_is_refused(ledger, name, is_validator, error):
    proposal = proposal_of(ledger, seat(name, is_validator=is_validator))

    as_admin(ledger, "bot").rejects(error, proposal)


def test_the_opposite_decision_takes_back_one_that_waits(ledger):
    decide(ledger, seat("kbank"))
    end_block(ledger)

    decide(ledger, seat("kbank", is_validator=False))
    end_block(ledger)

    assert ask(ledger, "seat_changes") == ()
    assert seated(ledger) == sorted(MEMBERS)


def test_hashes_of_blocks_are_kept_only_while_a_change_waits(ledger):
    give_seat(ledger, "kbank")
    end_block(ledger)

    kept = [key for key in ledger.state.committed if b"recent" in key]

    assert kept == []
