"""Evidence in the state: once a misdeed, bounded for each validator, listed, and gone after E."""

from dataclasses import replace

import pytest

from consensus.faults import evidence_of
from consensus.messages import TAGS, Kind, Statement, signed_bytes
from node.execution import misdeeds, system
from node.execution.executor import BlockRun
from node.execution.overlay import Overlay
from node.ledger import LedgerSettings
from node.store.opening import StoreSettings
from node.store.pruning import Retention
from primitives.block import Block, transactions_root_of
from primitives.crypto import Digest
from primitives.ids import Height, View
from primitives.limits import (
    EVIDENCE_AGE_MS,
    EVIDENCE_PER_HEIGHT_MAX,
    EVIDENCE_PER_VALIDATOR_MAX,
)
from tests.builders import validators
from tests.execution.chain import VALIDATORS, Chain, genesis
from tests.execution.seats import one_more, write_seats

HOUR_MS = 3_600_000
NETWORK = genesis()


@pytest.fixture
def chain(tmp_path):
    made = Chain(tmp_path / "data")
    yield made
    made.ledger.close()


def evidence(sender: int, *, height: int = 1, view: int = 0, number: int = 0) -> bytes:
    """Two prepares of validator `sender` at one place; other pairs of that place by `number`."""
    return evidence_of(
        *(_prepare(sender, height, view, Digest(bytes([number, at]) * 16)) for at in (1, 2)),
        restart=NETWORK.hash,
    )


def _prepare(sender: int, height: int, view: int, block_hash: Digest) -> Statement:
    key, kind = VALIDATORS[sender], Kind.PREPARE
    at = (Height(height), View(view))
    signed = signed_bytes(NETWORK.chain_id, NETWORK.hash, *at, block_hash)
    return Statement(kind, *at, block_hash, key.public_key, key.sign(TAGS[kind], signed))


def commit(chain: Chain, *found: bytes, later_ms: int = 0) -> Block:
    """Commit a block that carries what may be there of `found`; return it."""
    request = chain.request(found)
    block = chain.ledger.build(replace(request, time_ms=request.time_ms + later_ms), ())
    assert chain.ledger.validate(block) is None
    chain.ledger.commit(block, chain.seal(block))
    return block


def refusal(chain: Chain, *found: bytes) -> str | None:
    """Return why a block that a liar fills with `found` is refused."""
    block = chain.build()
    header = replace(block.header, transactions_root=transactions_root_of((), found))
    return chain.ledger.validate(replace(block, header=header, evidence=found))


def accused(chain: Chain) -> list[tuple[int, int, int]]:
    """Who is listed, newest first: number of the validator, height and view."""
    numbers = {key.public_key: number for number, key in enumerate(VALIDATORS)}
    return [
        (numbers[item.misdeed.validator], item.misdeed.height, item.misdeed.view)
        for item in chain.ledger.reads.evidence(after=None, limit=1_000)
    ]


def test_a_misdeed_is_recorded_once_whatever_pair_shows_it(chain):
    block = commit(chain, evidence(0, number=1))

    again = commit(chain, evidence(0, number=1), evidence(0, number=2))

    assert block.evidence == (evidence(0, number=1),)
    assert again.evidence == ()
    assert accused(chain) == [(0, 1, 0)]
    assert refusal(chain, evidence(0, number=2)).startswith("evidence 0: REPLAYED")


def test_a_block_takes_one_piece_of_each_validator(chain):
    block = commit(chain, evidence(0), evidence(0, view=1), evidence(1), evidence(2))

    assert block.evidence == (evidence(0), evidence(1), evidence(2))
    assert refusal(chain, evidence(3), evidence(3, view=1)).startswith("evidence 1: EVIDENCE_FULL")


def test_what_is_no_evidence_is_left_out_and_refused(chain):
    assert commit(chain, b"two conflicting messages").evidence == ()
    assert refusal(chain, b"two conflicting messages").startswith("evidence 0: ")


def test_of_one_validator_and_height_the_state_takes_so_many(chain):
    for view in range(EVIDENCE_PER_HEIGHT_MAX + 3):
        commit(chain, evidence(0, view=view))

    assert len(accused(chain)) == EVIDENCE_PER_HEIGHT_MAX
    assert refusal(chain, evidence(0, view=99)).startswith("evidence 0: EVIDENCE_FULL")
    assert commit(chain, evidence(0, height=2)).evidence != ()


def test_a_flood_of_one_validator_ends_and_hides_no_other(chain):
    for number in range(EVIDENCE_PER_VALIDATOR_MAX + 3):
        commit(chain, evidence(0, height=1 + number // 2, view=number))

    commit(chain, evidence(0, height=99), evidence(3, height=50))

    assert len(accused(chain)) == EVIDENCE_PER_VALIDATOR_MAX + 1
    assert accused(chain)[0] == (3, 50, 0)


def test_the_list_is_newest_first_in_pages_and_survives_a_restart(chain):
    commit(chain, evidence(0), evidence(1))
    commit(chain, evidence(2))
    commit(chain, evidence(0, height=2))

    chain.reopen()
    first = chain.ledger.reads.evidence(after=None, limit=2)
    second = chain.ledger.reads.evidence(after=first[-1].place, limit=2)

    assert accused(chain) == [(0, 2, 0), (2, 1, 0), (0, 1, 0), (1, 1, 0)]
    assert [item.height for item in (*first, *second)] == [3, 2, 1, 1]
    assert first[0].time_ms == chain.ledger.head().header.time_ms
    assert first[0].evidence == evidence(0, height=2)


def test_evidence_goes_when_its_block_is_older_than_it_counts(chain):
    commit(chain, evidence(0), later_ms=HOUR_MS)
    commit(chain, evidence(1), later_ms=HOUR_MS)

    commit(chain, later_ms=EVIDENCE_AGE_MS - HOUR_MS)
    assert accused(chain) == [(1, 1, 0), (0, 1, 0)]
    commit(chain, later_ms=HOUR_MS)
    assert accused(chain) == [(1, 1, 0)]
    commit(chain, later_ms=2 * HOUR_MS)

    assert accused(chain) == []


def test_what_has_gone_cannot_come_back(chain):
    commit(chain, evidence(0), later_ms=HOUR_MS)
    commit(chain, later_ms=EVIDENCE_AGE_MS + 2 * HOUR_MS)

    assert commit(chain, evidence(0)).evidence == ()
    assert refusal(chain, evidence(0)).startswith("evidence 0: EVIDENCE_TOO_OLD")


def test_a_misdeed_can_be_recorded_again_by_nobody_while_it_is_listed(chain):
    commit(chain, evidence(0), later_ms=HOUR_MS)
    commit(chain, later_ms=EVIDENCE_AGE_MS - HOUR_MS)

    assert refusal(chain, evidence(0, number=7)).startswith("evidence 0: REPLAYED")


def test_the_set_of_genesis_decides_from_height_one_on(chain):
    history = chain.ledger.head().history

    assert history.at(Height(1)) == history.at(Height(9)) == chain.genesis.validators
    assert history.at(Height(0)) is None


def test_what_the_ledger_knows_of_old_heights_survives_a_restart(chain):
    commit(chain, later_ms=HOUR_MS)
    commit(chain, later_ms=EVIDENCE_AGE_MS)
    history = chain.ledger.head().history

    assert history.first_height == 1
    assert chain.reopen().head().history == history


def test_a_new_set_is_kept_with_its_first_height_and_the_old_one_while_it_counts(chain):
    commit(chain)
    tip = chain.ledger._tip
    run = BlockRun(tip.base, tip.next_block(chain.next_ms), VALIDATORS[0].public_key)
    chosen = one_more(tip.head.validators)
    write_seats(run, chosen)

    executed = run.finish()
    history = system.read_history(run._overlay)

    assert executed.is_history_changed
    assert history.at(Height(2)) == chain.genesis.validators
    assert history.at(Height(3)) == chosen


def test_a_set_goes_once_all_its_heights_are_too_old(chain):
    state = Overlay(chain.ledger._tip.store.state)
    time_ms = chain.genesis.time_ms
    first, second, third = validators(4), validators(5), validators(6)
    for height, members in ((1, first), (10, second), (20, third)):
        system.set_from(state, height, members)
    for number, height in enumerate((5, 12, 30), start=1):
        system.begin_hour(state, height=height, time_ms=time_ms + number * HOUR_MS)

    system.begin_hour(state, height=40, time_ms=time_ms + EVIDENCE_AGE_MS + 2 * HOUR_MS)

    history = system.read_history(state)
    assert history.first_height == 12
    assert [height for height, _ in history.sets] == [10, 20]
    assert history.at(Height(11)) is None
    assert history.at(Height(12)) == second
    assert history.at(Height(20)) == third


def test_an_hour_is_noted_once(chain):
    state = Overlay(chain.ledger._tip.store.state)

    noted = [
        system.begin_hour(state, height=height, time_ms=time_ms)
        for height, time_ms in ((5, 10 * HOUR_MS), (6, 10 * HOUR_MS + 1), (7, 11 * HOUR_MS))
    ]

    assert noted == [True, False, True]


def test_the_key_of_a_misdeed_has_one_length():
    for view in (0, 2**32):
        misdeed = misdeeds.misdeed_of(evidence(0, height=2**53, view=view))
        assert len(misdeeds.misdeed_key(misdeed)) == len("system-misdeeds-") + 33 + 8 + 8 + 1


def test_blocks_that_evidence_is_about_are_not_pruned(tmp_path):
    settings = LedgerSettings(store=StoreSettings(retention=Retention(blocks=1)))
    chain = Chain(tmp_path / "data", settings)
    for _ in range(3):
        commit(chain)
    commit(chain, evidence(0, height=3))
    for _ in range(6):
        commit(chain, later_ms=HOUR_MS)
    assert chain.ledger.first_height() == 3
    chain.reopen()
    commit(chain, later_ms=HOUR_MS)
    assert chain.ledger.first_height() == 3

    commit(chain, later_ms=EVIDENCE_AGE_MS + HOUR_MS)
    for _ in range(3):
        commit(chain, later_ms=HOUR_MS)

    assert chain.ledger.first_height() > 3
    chain.ledger.close()
