"""Replays stored blocks on a fresh store and prints the roots; run in processes of many kinds.

python -m tests.execution.replay BLOCKS_FILE FOLDER
"""

import sys
from pathlib import Path

from genesis.schema import Genesis
from node.ledger import init_ledger, open_ledger
from primitives.block import Block, decode_block
from primitives.codec import decode, encode
from tests.execution.chain import Chain, genesis


def show_roots(blocks: list[Block], folder: Path, document: Genesis | None = None) -> list[str]:
    """Validate and commit every block; return each one's hash and state root."""
    document = document or genesis()
    init_ledger(document, folder)
    ledger = open_ledger(document, folder)
    seal = Chain.seal
    lines = []
    for block in blocks:
        difference = ledger.validate(block)
        if difference is not None:
            return [difference]
        certificate = seal(_Sealer(document), block)  # type: ignore[arg-type]
        ledger.commit(block, certificate)
        lines.append(f"{block.hash.hex()} {ledger._tip.store.state.root.hex()}")
    ledger.close()
    return lines


class _Sealer:
    """What Chain.seal needs of a chain."""

    def __init__(self, document) -> None:
        self.genesis = document


def save_blocks(blocks: list[Block], path: Path) -> None:
    """Write blocks to one file."""
    path.write_bytes(encode(tuple(block.encode() for block in blocks)))


def load_blocks(path: Path) -> list[Block]:
    """Read what `save_blocks` wrote."""
    data = path.read_bytes()
    items = decode(data, bytes_max=len(data))
    return [decode_block(item) for item in items]  # type: ignore[union-attr,arg-type]


if __name__ == "__main__":
    sys.stdout.write("\n".join(show_roots(load_blocks(Path(sys.argv[1])), Path(sys.argv[2]))))
