"""Four CometBFT validators with our Go application, run like a development network of ours."""

import asyncio
import json
import os
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.peer_node import CometNode
from client.contract import Actor
from client.errors import NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import DevnetNode, free_ports
from commands.load_phases import LoadedNetwork
from commands.output import CheckFailed
from commands.processes import Supervisor

_START_S = 60.0
_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerNetwork:
    """The validators' homes, and the program that runs them."""

    directory: Path
    validators: tuple[DevnetNode, ...]
    program: Path
    chain_id: str

    @property
    def urls(self) -> list[str]:
        """The validators' addresses for clients."""
        return [node.url for node in self.validators]

    def start_command(self, node: DevnetNode) -> Sequence[str]:
        """Return the command that runs a validator."""
        return (str(self.program), "start", "--home", str(node.directory))


@asynccontextmanager
async def loaded_peer(
    program: Path, *, validators: int, senders: int, satang: int
) -> AsyncIterator[LoadedNetwork]:
    """Run a network in a temporary directory; `senders` accounts have `satang` each.

    Raises:
        CheckFailed: the program refuses the plan, or a validator ends or stays silent.
    """
    wallets = [Wallet.generate() for _ in range(senders)]
    with tempfile.TemporaryDirectory(prefix="sapha-peer-") as folder:
        network = _make(Path(folder), program, validators, wallets, satang)
        async with Supervisor(network, network.start_command) as supervisor:
            nodes = [CometNode(url) for url in network.urls]
            for node in nodes:
                await node.open()
            try:
                await _answering(network, nodes, supervisor)

                async def signatures_checked() -> int:
                    return sum([await node.signatures_checked() for node in nodes])

                yield LoadedNetwork(
                    network=network,
                    urls=network.urls,
                    holders=_holders(network, wallets),
                    signatures_checked=signatures_checked,
                    node_of=CometNode,
                )
            finally:
                for node in nodes:
                    await node.close()


def _make(
    folder: Path, program: Path, count: int, wallets: Sequence[Wallet], satang: int
) -> PeerNetwork:
    """Write the homes of a new network."""
    ports = free_ports(2 * count)
    network = PeerNetwork(
        directory=folder,
        validators=tuple(
            DevnetNode(
                index=index,
                name=f"validator-{index}",
                directory=folder / f"validator-{index}",
                rpc_port=ports[2 * index],
            )
            for index in range(count)
        ),
        program=program,
        chain_id=f"peer-{os.urandom(16).hex()}",
    )
    plan = {
        "chain_id": network.chain_id,
        "validators": [
            {
                "home": str(node.directory),
                "rpc_port": node.rpc_port,
                "p2p_port": ports[2 * node.index + 1],
            }
            for node in network.validators
        ],
        "genesis": {"balances": {wallet.address.hex(): satang for wallet in wallets}},
    }
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [str(program), "network", "--plan", str(path)], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise CheckFailed(f"{program}: {done.stderr.strip()}")
    return network


def _holders(network: PeerNetwork, wallets: Sequence[Wallet]) -> list[Actor]:
    """Return who signs transfers for this chain; the signing asks no node."""
    nowhere = RpcClient(["http://127.0.0.1:1"])
    return [Actor(rpc=nowhere, wallet=wallet, chain_id=network.chain_id) for wallet in wallets]


async def _answering(
    network: PeerNetwork, nodes: Sequence[CometNode], supervisor: Supervisor
) -> None:
    """Return when every validator has the first block."""
    deadline = time.monotonic() + _START_S
    waiting = list(nodes)
    while waiting:
        ended = supervisor.ended()
        if ended or time.monotonic() > deadline:
            name = ended[0] if ended else f"{waiting[0].url} of {network.directory}"
            log = network.directory / (ended[0] if ended else "validator-0") / "node.log"
            words = log.read_text(encoding="utf-8", errors="replace").strip()[-400:]
            raise CheckFailed(f"{name} does not answer: {words or 'no log'}")
        try:
            if await waiting[0].height() >= 1:
                waiting.pop(0)
                continue
        except (NodeUnreachable, RpcRefused):
            pass
        await asyncio.sleep(_POLL_S)
