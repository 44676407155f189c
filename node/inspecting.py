"""Read-only RPC over the directory of a stopped node. Never signs, speaks to no member.

The folder of the sign-state is held meanwhile, so that no node starts on the same files.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from consensus.guard import SignState
from genesis.schema import Genesis
from node.blobs import BlobRequests
from node.config import STORE, NodeConfig
from node.execution.reads import LedgerReads
from node.facts import facts_of
from node.files import measured_files
from node.ledger import LedgerOverStore, LedgerSettings, open_ledger
from node.mempool import Origin, Outcome, Pool
from node.observe import Clocks, Finding, Health, HealthReport, Signing
from node.observe.disk import Files
from node.observe.readings import Readings
from node.pending import read_pending
from node.rpc import NodeFacts, PeerView, RpcServer
from node.rpc.operator_results import ConsensusJson
from node.secret_files import private_files
from node.serving import rpc_settings
from node.store.sign_state import SignStateFiles, show_mark
from node.store_settings import store_settings_of
from primitives.errors import LocalFault

_WHY = "this directory is only inspected: its node does not run"


class OnlyInspected(LocalFault):
    """Only what the node stored can be read."""


class _NoAdmission:
    """Nothing enters the mempool of a node that does not run."""

    async def submit(self, _raws: Sequence[bytes], _origin: Origin) -> list[Outcome]:
        """Refuse. Raises OnlyInspected."""
        raise OnlyInspected(_WHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedNode:
    """Implements node.rpc.ports.NodeView over an open store."""

    facts: NodeFacts
    ledger: LedgerReads
    sign_state: SignState | None
    files: Files
    pool: Pool = field(default_factory=Pool)
    admission: _NoAdmission = field(default_factory=_NoAdmission)

    @property
    def blobs(self) -> BlobRequests:
        """Contents are not served. Raises OnlyInspected."""
        raise OnlyInspected(_WHY)

    def is_syncing(self) -> bool:
        """Return False: nothing is fetched."""
        return False

    def refusal(self) -> str | None:
        """Return why no transactions are taken."""
        return _WHY

    def signing(self) -> Signing:
        """Return that nothing is signed."""
        return Signing("observer", _WHY)

    def peers(self) -> Sequence[PeerView]:
        """Return nobody: no session is opened."""
        return ()

    def clocks(self) -> Clocks:
        """Return that no clocks are compared: there is no session."""
        return Clocks(own_ms=None, peers_ms={})

    def consensus(self) -> ConsensusJson:
        """Return what the files say of the engine, as JSON data."""
        state = self.sign_state
        return {
            "height": self.ledger.head().header.height + 1,
            "view": 0,
            "step": "inspected",
            "standing": None if state is None else state.standing.name.lower(),
            "mark": None if state is None else show_mark(state.mark),
        }

    def health(self) -> HealthReport:
        """Return one check, which fails: no monitoring shall take this for a node."""
        health = Health()
        health.add("inspected", lambda: Finding(_WHY, "stop inspecting, then start the node"))
        return health.report()

    def readings(self) -> Readings:
        """Return what the files take; of consensus only the set that would decide."""
        validators = self.ledger.head().validators
        return Readings(
            view=0,
            validators=len(validators.members),
            quorum=validators.quorum,
            listeners=0,
            is_halted=False,
            has_signer_fault=False,
            block_age_s=0.0,
            heights_behind=0,
            contents_bytes=0,
            files=self.files,
        )


async def inspect(
    config: NodeConfig,
    genesis: Genesis,
    *,
    port: int | None,
    serving: Callable[[int, int], None],
) -> None:
    """Serve the store of a node's directory until SIGINT or SIGTERM.

    `port` None takes the one of node.toml. `serving` is told height and port.

    Raises:
        StoreLocked: the node runs.
        LocalFault: there is no store, it is damaged, or the port is taken.
    """
    with ExitStack() as opened:
        opened.enter_context(private_files())
        files = SignStateFiles(config.sign_state_dir)
        opened.callback(files.close)
        _step, pending = read_pending(config.data_dir)
        settings = LedgerSettings(store=store_settings_of(config), pending=pending)
        ledger = open_ledger(genesis, config.data_dir / STORE, settings=settings)
        opened.callback(ledger.close)
        await _serve(config, _view(config, genesis, files, ledger), port, serving)


def _view(
    config: NodeConfig, genesis: Genesis, files: SignStateFiles, ledger: LedgerOverStore
) -> InspectedNode:
    facts = facts_of(config.node.name, genesis, ledger.reads.contracts)
    return InspectedNode(
        facts=facts,
        ledger=ledger.reads,
        sign_state=files.state,
        files=measured_files(config.data_dir),
    )


async def _serve(
    config: NodeConfig,
    view: InspectedNode,
    port: int | None,
    serving: Callable[[int, int], None],
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = RpcServer(view, rpc_settings(config, port))
    await server.start()
    try:
        serving(view.ledger.head().header.height, server.port)
        await stopped.wait()
    finally:
        await server.stop()
