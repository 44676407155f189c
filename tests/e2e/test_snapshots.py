"""A network that has pruned: a new node joins by a snapshot of its peers, though most lie."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from commands import devnet_files
from consensus.guard import Standing
from consensus.messages import Kind, SignMark
from node.store.sign_state import SignStateFiles
from tests.e2e.network import call, free_base_port, running_network, sapha, until
from tests.e2e.observer import observer
from tests.e2e.payments import Payer
from tests.node.network import Homes

pytestmark = pytest.mark.e2e

BLOCKS = 90
STEP_MS = 20_000  # so that most blocks are older than any transaction may be
KEPT = """
[retention]
blocks = 5
[snapshots]
every = 1000
"""


@pytest.fixture
def pruned(tmp_path, monkeypatch):
    """Four stopped validators with a chain of half an hour, of which snapshots were made."""
    began_ns = time.time_ns() - (BLOCKS + 2) * STEP_MS * 1_000_000
    base_port = free_base_port()
    with monkeypatch.context() as then:
        then.setattr(devnet_files.time, "time_ns", lambda: began_ns)
        homes = Homes.made(tmp_path, base_port=base_port)
    homes.grow(blocks=BLOCKS, step_ms=STEP_MS)
    for index in range(4):
        sign(homes[index], BLOCKS)
        config = homes[index] / "node.toml"
        config.write_text(config.read_text() + KEPT)
        for command in (("snapshot", "create"), ("node", "prune")):
            done = sapha(*command, "--dir", homes[index], "--json")
            assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["first"] > BLOCKS // 2
    return homes


def sign(home: Path, height: int) -> None:
    """Let the sign-state say what the chain shows: this key has signed up to `height`."""
    files = SignStateFiles(home / "data" / "sign_state")
    mark = SignMark(height, 0, int(Kind.COMMIT))
    files.write(
        replace(files.state, standing=Standing.EXPLAINED, mark=mark, digest=None, signature=None)
    )
    files.close()


def spoil(home: Path) -> None:
    """Change a byte of each part of the snapshots that a node serves: it lies from now on."""
    for part in home.glob("data/snapshots/*/part-*"):
        data = bytearray(part.read_bytes())
        data[len(data) // 2] ^= 1
        part.write_bytes(data)


def test_a_new_node_joins_by_snapshot_under_payments_though_peers_lie(pruned):
    homes = pruned
    for liar in range(3):
        spoil(homes[liar])
    with running_network(homes.folder / "net") as network:
        payer, before = Payer(network, "demo-1"), network.height(1)
        paid = [payer.pay(node=1, to="demo-2", amount=1_00) for _ in range(5)]

        with observer(network) as url:
            until(lambda: call(url, "chain_getStatus")["height"] > before, "the new node joined")
            paid += [payer.pay(node=2, to="demo-2", amount=1_00) for _ in range(5)]
            height = network.height(1)
            until(lambda: call(url, "chain_getStatus")["height"] >= height, "it follows")
            first = call(url, "chain_getStatus")["first_height"]
            header = call(url, "chain_getHeader", at=height)
            with pytest.raises(RuntimeError, match="PRUNED") as refused:
                call(url, "chain_getBlock", at=first - 1)
            shown = [call(url, "tx_get", transaction_id=one["transaction_id"]) for one in paid]

        assert first > BLOCKS // 2
        assert refused.value.args[0]["data"]["details"] == {"height": first - 1, "first": first}
        assert header["hash"] == network.call(1, "chain_getHeader", at=height)["hash"]
        assert {one["status"] for one in shown} == {"committed"}
        log = (homes.folder / "net" / "observer" / "observer.log").read_text()
        assert "snapshot_joined" in log
        assert "bad part of a snapshot" in log
