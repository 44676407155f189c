"""The directory of a one-validator network, with blocks that the test itself decides."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands.devnet_files import DevnetPlan, open_devnet
from node.config import load_config
from node.files import OpenFiles, Self, open_files, read_self
from node.ledger import LedgerOverStore
from node.ports import BuildRequest
from primitives.block import Block
from primitives.certificate import SEAL_TAG, Certificate, assemble, seal_bytes
from primitives.ids import View

STEP_MS = 1_000


def new_home(folder: Path) -> Path:
    """Return the directory of the only validator of a new network; it was never started."""
    return open_devnet(folder, DevnetPlan(validators=1, base_port=0)).validators[0].directory


def start(home: Path) -> tuple[Self, OpenFiles]:
    """Open the files as a start does; close them as its end does."""
    config = load_config(home)
    own = read_self(config)
    return own, open_files(config, own, lambda _seconds: None)


def grow(home: Path, count: int) -> None:
    """Start, decide `count` empty blocks, each with a note as the engine writes it, and stop."""
    own, files = start(home)
    for _ in range(count):
        block = next_block(own, files.ledger)
        note = files.ledger.store.note()
        files.ledger.commit(block, seal(own, block), note or b"")
    files.close()


_HOLD = """
import sys
from pathlib import Path
from node.store.kv import open_kv
opened = open_kv(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def database_open_elsewhere(home: Path) -> Iterator[None]:
    """Let another process have the database open, as a node does that runs."""
    place = str(home / "data" / "store" / "db")
    held = subprocess.Popen(
        [sys.executable, "-c", _HOLD, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with held:
        try:
            assert held.stdout.readline() == b"open\n"
            yield
        finally:
            held.stdin.close()


def next_block(own: Self, ledger: LedgerOverStore) -> Block:
    """Return an empty block on the head."""
    head = ledger.head()
    request = BuildRequest(
        time_ms=head.header.time_ms + STEP_MS,
        proposer=own.key.public_key,
        last_certificate=head.certificate.unchecked if head.certificate else None,
        evidence=(),
    )
    return ledger.build(request, ())


def seal(own: Self, block: Block) -> Certificate:
    """Return the certificate of `block` by the only validator."""
    sealed, restart = (block.height, View(0), block.hash), own.genesis.hash
    signed = seal_bytes(own.genesis.chain_id, restart, *sealed)
    return assemble(
        sealed=sealed,
        restart=restart,
        seals={own.key.public_key: own.key.sign(SEAL_TAG, signed)},
        validators=own.genesis.validators,
    )
