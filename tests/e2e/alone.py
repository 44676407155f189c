"""A validator alone, as a real process: it decides blocks by itself."""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands.devnet_files import DevnetNode, DevnetPlan, open_devnet
from commands.processes import end, launch
from tests.e2e.network import at_socket, free_base_port, request_of, result_of, until


@dataclass(frozen=True)
class Alone:
    """A running validator; `port` is the first that nobody uses."""

    node: DevnetNode
    port: int

    @property
    def directory(self) -> Path:
        return self.node.directory

    @property
    def log(self) -> Path:
        return self.directory / "node.log"

    def ask_operator(self, method: str):
        return result_of(
            at_socket(self.node.operator_socket, "POST", "/rpc", request_of(method, {}))
        )


def new_alone(folder: Path) -> Alone:
    """Make the directory of a network of one validator; nothing runs yet."""
    base = free_base_port()
    [node] = open_devnet(folder / "net", DevnetPlan(validators=1, base_port=base)).validators
    return Alone(node, base + 2)


@contextmanager
def running(alone: Alone, *, mask: int = 0o022):
    """Start the validator under a mask, give it once it has decided blocks, and stop it."""
    before = os.umask(mask)
    try:
        process = launch(alone.node, alone.directory.parent / "run")
    finally:
        os.umask(before)
    try:
        until(
            lambda: alone.ask_operator("chain_getStatus")["height"] >= 2,
            "the validator decides blocks",
        )
        yield alone
    finally:
        end([process.pid])
        process.wait()
