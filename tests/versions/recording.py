"""Recorded chains: what a chain was founded with, and its blocks; and the replay of a file of them.

python -m tests.versions.recording FILE FOLDER
"""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.registry import code_hash
from genesis.schema import Genesis, GenesisContract
from primitives.block import Block, decode_block
from primitives.codec import decode, encode
from tests.execution.chain import genesis
from tests.execution.replay import show_roots

Configs = Mapping[str, Mapping[str, object]]  # contract name -> its configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A chain from its genesis on."""

    chain_id: str
    time_ms: int
    configs: Configs
    blocks: tuple[Block, ...]


def founded(chain_id: str, time_ms: int, configs: Configs) -> Genesis:
    """Return a genesis with these contracts; its chain id is the one that tests of contracts use.

    Their messages hold signatures over it.
    """
    contracts = tuple(
        GenesisContract(name=name, version=1, code_hash=code_hash(name), config=configs[name])
        for name in sorted(configs)
    )
    document = replace(genesis(), time_ms=time_ms, contracts=contracts)
    object.__setattr__(document, "chain_id", chain_id)
    return document


def save(recordings: Iterable[Recording], path: Path) -> None:
    """Write recordings to one file."""
    path.write_bytes(
        encode(
            tuple(
                (
                    each.chain_id,
                    each.time_ms,
                    json.dumps(each.configs),
                    tuple(block.encode() for block in each.blocks),
                )
                for each in recordings
            )
        )
    )


def load(path: Path) -> list[Recording]:
    """Read what `save` wrote."""
    data = path.read_bytes()
    return [
        Recording(
            chain_id=chain_id,
            time_ms=time_ms,
            configs=json.loads(configs),
            blocks=tuple(map(decode_block, blocks)),
        )
        for chain_id, time_ms, configs, blocks in decode(data, bytes_max=len(data))
    ]


def replay(recordings: Iterable[Recording], folder: Path) -> list[str]:
    """Validate and commit every block of every recording; return each one's hash and state root.

    A difference in a receipt or the state stands in the place of the roots: `validate` names it.
    """
    lines = []
    for number, each in enumerate(recordings):
        document = founded(each.chain_id, each.time_ms, each.configs)
        lines += show_roots(list(each.blocks), folder / str(number), document)
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(replay(load(Path(sys.argv[1])), Path(sys.argv[2]))))
