"""Applying restart statements to a stopped node: whose key gets the mark."""

import pytest

from commands.devnet_files import DevnetPlan, open_devnet
from consensus.messages import Kind
from node.config import load_config
from node.execution.executor import BlockRun
from node.files import read_self
from node.restart import apply_restart
from node.store.sign_state import SignStateFiles
from primitives.restart import RestartStatement, SignedRestart
from primitives.validators import Validator, validator_set
from tests.execution.seats import write_seats
from tests.node.homes import next_block, seal, start

HOUR_MS = 3_600_000


@pytest.fixture
def devnet(tmp_path):
    return open_devnet(tmp_path / "net", DevnetPlan(validators=1, base_port=0))


def commit_one(home, decider, monkeypatch, *, gives_seat_to=None):
    """Let the genesis's validator decide a block at a home; it may give its seat to another key."""
    _own, files = start(home)
    with monkeypatch.context() as patch:
        if gives_seat_to is not None:
            (member,) = decider.genesis.validators.members
            following = validator_set([Validator(gives_seat_to, member.name)])
            take = BlockRun._next_validators

            def give(run):
                write_seats(run, following)
                return take(run)

            patch.setattr(BlockRun, "_next_validators", give)
        block = next_block(decider, files.ledger)
        files.ledger.commit(block, seal(decider, block), files.ledger.store.note() or b"")
    head = files.ledger.head()
    files.close()
    return head


def signed_above(head, devnet):
    """A statement above a head by the only agency that has a vote."""
    ((agency_id, wallet),) = devnet.founders.items()
    statement = RestartStatement(
        chain_id=head.header.chain_id,
        previous=head.restart,
        height=head.header.height,
        block_hash=head.block_hash,
        validators=head.validators.hash,
        reason="power loss",
        not_after_ms=head.header.time_ms + HOUR_MS,
    )
    return SignedRestart(statement).signed_by(agency_id, wallet.keys)


def mark_at(home):
    files = SignStateFiles(home / "data" / "sign_state")
    try:
        return files.state.mark
    finally:
        files.close()


def test_a_restart_statement_gives_its_mark_to_who_decides_above_its_block_and_to_no_other(
    devnet, monkeypatch
):
    joined, left = devnet.directory / "observer", devnet.validators[0].directory
    decider, newcomer = (read_self(load_config(home)) for home in (left, joined))
    heads = [
        commit_one(home, decider, monkeypatch, gives_seat_to=newcomer.public_key)
        for home in (joined, left)
    ]
    statement = signed_above(heads[0], devnet)
    before = mark_at(left)

    for home in (joined, left):
        apply_restart(home, [statement], now_ms=heads[0].header.time_ms)

    assert heads[0].block_hash == heads[1].block_hash
    assert (mark_at(joined).height, mark_at(joined).kind) == (1, Kind.COMMIT)
    assert mark_at(left) == before
