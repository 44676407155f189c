"""The same blocks give the same roots in every process; replay protection."""

import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.execution.replay import ReplayIndex
from primitives.ids import TransactionId
from tests.builders import key
from tests.execution.chain import BANK
from tests.execution.replay import save_blocks, show_roots

WORLDS = {
    "hash seed 0": {"PYTHONHASHSEED": "0"},
    "hash seed 1, Thai, Bangkok": {
        "PYTHONHASHSEED": "1",
        "LC_ALL": "th_TH.UTF-8",
        "TZ": "Asia/Bangkok",
    },
    "random hash seed, C, far west, optimised": {
        "PYTHONHASHSEED": "random",
        "LC_ALL": "C",
        "TZ": "Etc/GMT+12",
        "PYTHONOPTIMIZE": "1",
    },
}


def random_blocks(chain) -> list:
    """Commit blocks of issues, transfers (many refused) and key changes; return them."""
    chance = random.Random(11)
    people = [key(2000 + number) for number in range(12)]
    blocks = [chain.commit(*(chain.issue(one, 1_000) for one in people)).block]
    for _ in range(6):
        wanted = []
        for _ in range(30):
            one, other = chance.sample(people, 2)
            wanted.append(chain.transfer(one, other, chance.randrange(1, 900)))
        signer, new = people[0], key(chance.randrange(9_000, 10_000))
        keys = ((signer.public_key, new.public_key), 1)
        wanted.append(chain.transaction(signer, "configure", *keys, contract="accounts"))
        wanted.append(chain.transaction(BANK, "redeem", 5, f"X{len(blocks)}"))
        blocks.append(chain.commit(*wanted).block)
    return blocks


@pytest.fixture
def recorded(chain):
    """Return a chain that has committed random blocks, and the blocks."""
    return chain, random_blocks(chain)


def test_blocks_from_genesis_give_the_recorded_roots(recorded, tmp_path):
    chain, blocks = recorded

    lines = show_roots(blocks, tmp_path / "again")

    assert len(lines) == len(blocks)
    assert lines == [f"{item.hash.hex()} {item.header.state_root.hex()}" for item in blocks]
    assert any(receipt.code != "OK" for receipt in chain.ledger.block_at(3).receipts)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_the_roots_do_not_depend_on_hash_seed_locale_time_zone_or_optimisation(
    recorded, tmp_path, world
):
    _, blocks = recorded
    save_blocks(blocks, tmp_path / "blocks")

    done = subprocess.run(
        [sys.executable, "-m", "tests.execution.replay", tmp_path / "blocks", tmp_path / "other"],
        env={"PATH": os.environ["PATH"], **world},
        capture_output=True,
        text=True,
        check=True,
    )

    expected = [f"{item.hash.hex()} {item.header.state_root.hex()}" for item in blocks]
    assert done.stdout.splitlines() == expected


@given(gaps_ms=st.lists(st.integers(1, 300_000), min_size=1, max_size=30))
@settings(deadline=None)
def test_the_replay_index_holds_every_transaction_that_could_be_unexpired(gaps_ms):
    index, now_ms, known = ReplayIndex(), 0, {}

    for number, gap_ms in enumerate(gaps_ms):
        now_ms += gap_ms
        known[TransactionId(number.to_bytes(32, "big"))] = now_ms
        index.add(now_ms, [TransactionId(number.to_bytes(32, "big"))])

    assert all(item in index for item, at_ms in known.items() if at_ms + 600_000 > now_ms)
    assert all(item not in index for item, at_ms in known.items() if at_ms + 600_000 < now_ms)
