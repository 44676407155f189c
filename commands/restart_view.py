"""The head of a node as a restart statement needs it: of a stopped directory, or asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from client import governance
from client.light import LightClient, Proven
from client.restart_file import RestartFile
from client.restarts import ProvenState, Unproven
from client.rpc import RpcClient
from commands.options import open_rpc
from commands.output import CheckFailed, UsageFault
from contracts.electorate import Base, Count, check_place, count
from contracts.sdk.ports import StateView
from genesis.verify import load_genesis
from node.restart import StoppedNode, open_stopped
from primitives.restart import SignedRestart


class View(Protocol):
    """What a command sees of one node."""

    @property
    def base(self) -> Base:
        """The node's head."""

    async def count(self, signed: SignedRestart) -> Count:
        """Count who has signed, by the state at the head."""

    async def members(self) -> tuple[str, ...]:
        """Return the ids of the agencies that have a vote."""

    def require_head_of(self, file: RestartFile) -> None:
        """Raise CheckFailed or RestartRefused unless the statements go on above the head."""


class _Head:
    """What both kinds of views share."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def require_head_of(self, file: RestartFile) -> None:
        """See View."""
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
        previous = self.base.restart
        for signed in file.statements:
            check_place(signed, self.base, previous)
            previous = signed.digest


class _StoppedView(_Head):
    """The head of a directory whose node is stopped."""

    def __init__(self, node: StoppedNode) -> None:
        super().__init__(node.base)
        self._node = node

    async def count(self, signed: SignedRestart) -> Count:
        """See View."""
        return count(signed, self._node.state, self.base.validators)

    async def members(self) -> tuple[str, ...]:
        """See View."""
        return self._node.members


class _AskedView(_Head):
    """The head of a running node, which is trusted in nothing but the names of who is missing."""

    def __init__(self, light: LightClient, rpc: RpcClient, at: Proven) -> None:
        header = at.header
        super().__init__(
            Base(
                chain_id=header.chain_id,
                restart=header.restart,
                height=header.height,
                block_hash=header.hash,
                validators=light.genesis.validators,
            )
        )
        self._light, self._rpc, self._at = light, rpc, at
        self._entries: dict[bytes, bytes | None] = {}

    async def count(self, signed: SignedRestart) -> Count:
        """See View; each entry of state is proven under the head."""
        state: StateView = ProvenState(self._entries)
        while True:
            try:
                return count(signed, state, self.base.validators)
            except Unproven as missing:
                await self._prove(missing.key)

    async def members(self) -> tuple[str, ...]:
        """See View."""
        return tuple(await governance.member_agencies(self._rpc))

    async def _prove(self, key: bytes) -> None:
        proven = await self._light.state(self._rpc, key)
        if proven.at.header.hash != self._at.header.hash:
            raise CheckFailed(
                f"the node's head has moved from {self.base.height} to {proven.at.header.height}:"
                " the network decides blocks; it needs no restart statement above"
                f" {self.base.height}"
            )
        self._entries[key] = proven.value


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
        yield _AskedView(light, client, await light.head(client))
