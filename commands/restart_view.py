"""The head of a node as a restart statement needs it: of a stopped directory, or asked for."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from client.answers import hex_field, uint_field
from client.contract import ask
from client.light import LightClient
from client.restart_file import RestartFile
from client.rpc import RpcClient
from commands.nodes import open_rpc
from commands.output import CheckFailed, UsageFault
from contracts.electorate import Base, check_place
from contracts.governance.queries import member_agencies
from contracts.sdk.ports import StateView
from genesis.following import Proven
from genesis.restarts import ProvenState, Unproven
from genesis.verify import load_genesis
from node.restart import StoppedNode, open_stopped, overdue, unnamed
from primitives.crypto import Digest
from primitives.restart import SignedRestart

T = TypeVar("T")
_FRESH_HEARTBEATS = 3


class View(Protocol):
    """What a command sees of one node."""

    @property
    def head(self) -> "NodeHead":
        """The node's head."""

    async def ask(self, question: Callable[[StateView], T]) -> T:
        """Return what `question` finds in the state at the head, of which it reads entries."""

    async def members(self) -> tuple[str, ...]:
        """Return the ids of the agencies that have a vote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHead:
    """The last block of a node; `applied` is a statement that it goes on under above it."""

    base: Base
    time_ms: int
    heartbeat_ms: int
    applied: Digest | None

    def require_head_of(self, file: RestartFile, *, now_ms: int) -> None:
        """Raise CheckFailed or RestartRefused unless "apply" would take the statements here."""
        height = file.last.statement.height
        if self.base.height > height:
            raise CheckFailed(
                f"this node holds certified block {self.base.height}, above {height}: the statement"
                " says that nobody knows one; make another above that block"
            )
        if self.base.height < height:
            raise CheckFailed(
                f"this node's head is {self.base.height}, below {height}: start it and let it"
                " catch up first"
            )
        self.require_named(file.statements)
        previous = self.base.restart
        for signed in file.statements:
            check_place(signed, self.base, previous)
            previous = signed.digest
        over = overdue(file.last, now_ms)
        if over is not None and self.applied != file.last.digest:
            raise CheckFailed(over)

    def require_named(self, statements: Sequence[SignedRestart]) -> None:
        """Raise CheckFailed when the node applied a statement that these do not name."""
        why = unnamed(self.applied, statements)
        if why is not None:
            raise CheckFailed(why)

    def liveness(self, now_ms: int) -> str | None:
        """Return what to tell people while the network goes on without any statement, or None."""
        age_ms = now_ms - self.time_ms
        if age_ms >= _FRESH_HEARTBEATS * self.heartbeat_ms:
            return None
        return (
            f"block {self.base.height} is {max(0, age_ms) // 1000} s old: blocks are being made."
            " Where a quorum signs nothing of this is needed, and a statement above a block that"
            " is not the last is refused; see sapha node doctor on every validator first"
        )


class _StoppedView:
    """The head of a directory whose node is stopped."""

    def __init__(self, node: StoppedNode) -> None:
        self._node = node
        self.head = NodeHead(
            base=node.base,
            time_ms=node.time_ms,
            heartbeat_ms=node.heartbeat_ms,
            applied=node.applied,
        )

    async def ask(self, question: Callable[[StateView], T]) -> T:
        """See View."""
        return question(self._node.state)

    async def members(self) -> tuple[str, ...]:
        """See View."""
        return self._node.members


class _AskedView:
    """The head of a running node.

    It is trusted in nothing but the names of who is missing and which statement it applied.
    """

    def __init__(
        self, light: LightClient, rpc: RpcClient, at: Proven, applied: Digest | None
    ) -> None:
        header = at.header
        base = Base(
            chain_id=header.chain_id,
            restart=header.restart,
            height=header.height,
            block_hash=header.hash,
            validators=light.sets.following(header),
        )
        self.head = NodeHead(
            base=base,
            time_ms=header.time_ms,
            heartbeat_ms=light.genesis.parameters.heartbeat_ms,
            applied=applied,
        )
        self._light, self._rpc, self._at = light, rpc, at
        self._entries: dict[bytes, bytes | None] = {}

    async def ask(self, question: Callable[[StateView], T]) -> T:
        """See View; each entry of state is proven under the head."""
        state: StateView = ProvenState(self._entries)
        while True:
            try:
                return question(state)
            except Unproven as missing:
                await self._prove(missing.key)

    async def members(self) -> tuple[str, ...]:
        """See View."""
        return await ask(self._rpc, member_agencies)

    async def _prove(self, key: bytes) -> None:
        proven = await self._light.state(self._rpc, key)
        if proven.at.header.hash != self._at.header.hash:
            raise _moved(self.head.base.height, proven.at.header.height)
        self._entries[key] = proven.value


def _moved(before: int, now: int) -> CheckFailed:
    return CheckFailed(
        f"the node's head has moved from {before} to {now}: the network decides blocks; it needs"
        f" no restart statement above {before}"
    )


async def _applied_at(rpc: RpcClient, at: Proven) -> Digest | None:
    """Return the statement under which a node goes on above its head, if no block carries it."""
    status = await rpc.call("chain_getStatus")
    if hex_field(status, "block_hash") != at.header.hash:
        raise _moved(at.header.height, uint_field(status, "height"))
    restart = Digest(hex_field(status, "restart"))
    return None if restart == at.header.restart else restart


@asynccontextmanager
async def look(
    directory: Path | None, rpc: list[str] | None, genesis: Path | None
) -> AsyncIterator[View]:
    """Give the view of the directory's node, or of the node at `rpc`.

    Raises:
        UsageFault: both are given, or no genesis for the node that is asked.
        LocalFault: the node of the directory runs, or its files are damaged.
    """
    if directory is not None:
        if rpc:
            raise UsageFault("give --dir of a stopped node or --rpc of a running one, not both")
        with open_stopped(directory) as node:
            yield _StoppedView(node)
        return
    if genesis is None:
        raise UsageFault("give --dir of your stopped node, or --rpc and --genesis of a running one")
    light = LightClient(load_genesis(genesis))
    async with open_rpc(rpc) as client:
        at = await light.head(client)
        yield _AskedView(light, client, at, await _applied_at(client, at))
