"""A citizen's own trail: every answer that a key of theirs has given, as the ledger numbers them.

The ledger puts an answer under the pairwise key that signed it and that key's next number, from 0
on. So none can be hidden, and who looks knows how many there were. The answer's tag, H(HMAC-SHA256(
view key, sector, request)), tells who has the view key whether their own wallet gave it.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.contract import all_pages, ask, ask_each, proven, read_entry
from client.rpc import RpcClient
from client.state_keys import Ended, state_key
from contracts.identity.core.messages import trail_tag
from contracts.identity.requests.state import TRAIL_PAGE, TrailEntry, trail, trail_counts
from contracts.identity.requests.trail import trail_count, trail_page
from primitives.crypto import PublicKey

if TYPE_CHECKING:
    from client.light import LightClient

Found = Mapping[int, TrailEntry]
Look = Callable[[PublicKey, int], Awaitable[Found]]  # a key and how many answers it gave


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """What finds a citizen's trail and signs nothing: for them, or a portal that they choose.

    `keys` are the public pairwise keys of the sectors that are looked in; the view key tells which
    answers the citizen's own wallet gave.
    """

    view_key: bytes
    keys: Mapping[str, PublicKey]

    def __repr__(self) -> str:
        return f"Viewer({', '.join(self.keys)})"

    def tag(self, sector: str, req_id: bytes) -> bytes:
        """Return the trail tag of an answer to a request in a sector."""
        return trail_tag(trail_secret(self.view_key, sector, req_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntry:
    """An answer by the citizen's key, and where it stands.

    It is foreign if another than a wallet with this view key gave it: somebody has the key.
    """

    sector: str
    number: int
    entry: TrailEntry
    is_foreign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrail:
    """What was found; `gone` says of how many answers of a sector nothing is there any more."""

    entries: tuple[OwnEntry, ...]  # by second, then sector and number
    gone: Mapping[str, int]  # sectors without such are left out


def trail_secret(view_key: bytes, sector: str, req_id: bytes) -> bytes:
    """Return HMAC-SHA256(view key, sector and request); a dispute reveals that of one answer."""
    return hmac.digest(view_key, sector.encode() + req_id, "sha256")


async def own_trail(rpc: RpcClient, viewer: Viewer, light: "LightClient | None" = None) -> OwnTrail:
    """Return every answer in the sectors of the viewer, and how many are there no more.

    What is over for the legal period may be gone, and nothing else. The node learns which keys are
    one person's. With a light client each count, each entry and each number without one is proven;
    without it the node is believed.

    Raises:
        BadProof, BadCertificate: the node does not prove what it shows.
    """
    keys = viewer.keys
    if light is None:
        counts = await ask_each(rpc, trail_count, [(key,) for key in keys.values()])
        look = _looker(rpc)
    else:
        counts = [await _proven_count(rpc, light, key) for key in keys.values()]
        look = _proven_looker(rpc, light)
    entries: list[OwnEntry] = []
    gone: dict[str, int] = {}
    for (sector, key), count in zip(keys.items(), counts, strict=True):
        found = await look(key, count) if count > 0 else {}
        if len(found) < count:
            gone[sector] = count - len(found)
        for number, entry in found.items():
            is_foreign = entry.trail_tag != viewer.tag(sector, entry.req_id)
            entries.append(
                OwnEntry(sector=sector, number=number, entry=entry, is_foreign=is_foreign)
            )
    entries.sort(key=lambda own: (own.entry.at, own.sector, own.number))
    return OwnTrail(entries=tuple(entries), gone=gone)


def _looker(rpc: RpcClient) -> Look:
    async def look(key: PublicKey, _count: int) -> Found:
        lines = await all_pages(
            lambda first, _limit: ask(rpc, trail_page, key, first), 0, lambda line: line.number + 1
        )
        return {line.number: line.entry for line in lines}

    return look


def _proven_looker(rpc: RpcClient, light: "LightClient") -> Look:
    name = trail.schema.name

    async def look(key: PublicKey, count: int) -> Found:
        found: dict[int, TrailEntry] = {}
        for first in range(0, count, TRAIL_PAGE):
            numbers = range(first, min(first + TRAIL_PAGE, count))
            places = [state_key("identity", name, Ended(key), number) for number in numbers]
            shown = await light.states(rpc, places)
            found |= {
                number: read_entry(trail, one.value)
                for number, one in zip(numbers, shown, strict=True)
                if one.value is not None
            }
        return found

    return look


async def _proven_count(rpc: RpcClient, light: "LightClient", key: PublicKey) -> int:
    return (await proven(rpc, light, "identity", trail_counts, key)).value or 0
