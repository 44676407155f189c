"""Reads identity's maps entry by entry; with a light client proven, so that no node is believed.

Nor may a node, or the next one, show an older state than was seen before: what is gone by then, or
not there yet, would decide.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from client.answers import field_of, hex_field
from client.contract import read_entry
from client.errors import RpcRefused, StaleAnswer
from client.light import LightClient
from client.rpc import Request, RpcClient
from client.state_keys import Part, state_key
from contracts.identity.core.state import contract
from contracts.sdk.storage import Map
from primitives.limits import RPC_BATCH_MAX

V = TypeVar("V")


class Proofs:
    """Reads through one node; without a light client its word is taken."""

    def __init__(self, rpc: RpcClient, light: LightClient | None) -> None:
        self._rpc = rpc
        self._light = light
        self._height = 0  # the highest at which something was seen

    async def value(self, entries: Map[Any, V], *key: Part) -> V | None:
        """Return what a map holds at a key, None for nothing. Raises as `values`."""
        return (await self.values(entries, [key]))[0]

    async def values(self, entries: Map[Any, V], keys: Iterable[Sequence[Part]]) -> list[V | None]:
        """Return what a map holds at each of some keys, in order, None for nothing.

        The values may be of different heights: the chain may move between them.

        Raises:
            BadProof, BadCertificate: the node does not prove it.
            BadAnswer: what it gives is no value of the map.
            StaleAnswer: what it proves is of before what was seen already.
            RpcRefused, NodeUnreachable: as any question.
        """
        schema = entries.schema
        named = [state_key(contract.name, schema.name, *key) for key in keys]
        found: list[bytes | None] = []
        for first in range(0, len(named), RPC_BATCH_MAX):
            found += await self._read(named[first : first + RPC_BATCH_MAX])
        return [None if data is None else read_entry(entries, data) for data in found]

    async def _read(self, keys: list[bytes]) -> list[bytes | None]:
        if self._light is not None:
            return await self._proven(self._light, keys)
        asked = [Request("state_getProof", {"key": "0x" + key.hex()}) for key in keys]
        found: list[bytes | None] = []
        for answer in await self._rpc.batch(asked):
            if isinstance(answer, RpcRefused):
                raise answer
            is_absent = field_of(answer, "value") is None
            found.append(None if is_absent else hex_field(answer, "value"))
        return found

    async def _proven(self, light: LightClient, keys: list[bytes]) -> list[bytes | None]:
        seen = self._height
        found = await light.states(self._rpc, keys)
        lowest = min(one.at.header.height for one in found)
        if lowest < seen:
            raise StaleAnswer(f"the node proves block {lowest}, block {seen} was seen before")
        self._height = max(self._height, lowest)
        return [one.value for one in found]
