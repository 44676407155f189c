"""A citizen's own trail: which answers are theirs, and under which number the next one goes.

An answer stands under the pairwise key of its sector and the tag H(HMAC-SHA256(view key, sector,
number)). Numbers are used from 0 on, the lowest that is free first; the ledger counts what a key
has answered, so a look begins at the newest and ends where 64 numbers in a row hold nothing.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.contract import all_pages, ask, ask_each, proven, read_entry
from client.rpc import RpcClient
from client.state_keys import state_key
from contracts.identity.core.messages import trail_tag
from contracts.identity.nodes.handlers import sector_page
from contracts.identity.requests.state import TRAIL_TAGS_MAX, TrailEntry, trail, trail_counts
from contracts.identity.requests.trail import trail_count, trail_page
from primitives.crypto import PublicKey

if TYPE_CHECKING:
    from client.light import LightClient

GAP = TRAIL_TAGS_MAX  # numbers in a row that hold nothing: nothing is looked for beyond them
_BEFORE = GAP // 2  # of the numbers below the count, those that a new answer may still fill
_NUMBER_BYTES = 8

Found = Mapping[int, TrailEntry]
Look = Callable[[str, list[int]], Awaitable[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """What finds a citizen's trail and signs nothing: for them, or a portal that they choose.

    `keys` are the public pairwise keys of the sectors that are looked in.
    """

    view_key: bytes
    keys: Mapping[str, PublicKey]

    def __repr__(self) -> str:
        return f"Viewer({', '.join(self.keys)})"

    def tag(self, sector: str, number: int) -> bytes:
        """Return the trail tag of a number in a sector."""
        return trail_tag(trail_secret(self.view_key, sector, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntry:
    """An answer in the citizen's name, and where it stands."""

    sector: str
    number: int
    entry: TrailEntry


def trail_secret(view_key: bytes, sector: str, number: int) -> bytes:
    """Return HMAC-SHA256(view key, sector and number); a dispute reveals that of one answer."""
    return hmac.digest(view_key, sector.encode() + number.to_bytes(_NUMBER_BYTES), "sha256")


async def sectors(rpc: RpcClient) -> tuple[str, ...]:
    """Return all sectors of the ledger, in order of their names."""
    lines = await all_pages(
        lambda after, _limit: ask(rpc, sector_page, after), "", lambda line: line.agency
    )
    return tuple(sorted({line.sector for line in lines}))


async def next_number(rpc: RpcClient, viewer: Viewer, sector: str) -> int:
    """Return the number under which the next answer of a sector goes: the lowest that is free."""
    count = await ask(rpc, trail_count, viewer.keys[sector])
    numbers = _page_from(max(0, count - _BEFORE))
    found = await _looker(rpc, viewer)(sector, numbers)
    return next((number for number in numbers if number not in found), numbers[-1] + 1)


async def own_trail(
    rpc: RpcClient, viewer: Viewer, light: "LightClient | None" = None
) -> list[OwnEntry]:
    """Return every answer in the sectors of the viewer, by second, then sector and number.

    Pages of 64 numbers are read from the newest on, in sectors where there is any answer. The
    node learns which keys and tags are one person's. With a light client each entry, each number
    without one and each count is proven; without it the node is believed.

    Raises:
        BadProof, BadCertificate: the node does not prove what it shows.
    """
    names = list(viewer.keys)
    if light is None:
        counts = await ask_each(rpc, trail_count, [(viewer.keys[name],) for name in names])
        look = _looker(rpc, viewer)
    else:
        counts = [await _proven_count(rpc, light, viewer.keys[name]) for name in names]
        look = _proven_looker(rpc, viewer, light)
    found = [
        OwnEntry(sector=sector, number=number, entry=entry)
        for sector, count in zip(names, counts, strict=True)
        if count > 0
        for number, entry in (await _entries(look, sector, count)).items()
    ]
    return sorted(found, key=lambda own: (own.entry.at, own.sector, own.number))


async def _entries(look: Look, sector: str, count: int) -> Found:
    """Return a sector's entries, of page after page towards number 0, until one is empty."""
    found = dict(await look(sector, _page_from(count)))
    end = count
    while end > 0:
        numbers = list(range(max(0, end - GAP), end))
        page = await look(sector, numbers)
        found |= page
        if not page:
            break
        end = numbers[0]
    return found


def _page_from(first: int) -> list[int]:
    return list(range(first, first + GAP))


def _looker(rpc: RpcClient, viewer: Viewer) -> Look:
    async def look(sector: str, numbers: list[int]) -> Found:
        tags = tuple(viewer.tag(sector, number) for number in numbers)
        page = await ask(rpc, trail_page, viewer.keys[sector], tags)
        return {
            number: entry for number, entry in zip(numbers, page, strict=True) if entry is not None
        }

    return look


def _proven_looker(rpc: RpcClient, viewer: Viewer, light: "LightClient") -> Look:
    name = trail.schema.name

    async def look(sector: str, numbers: list[int]) -> Found:
        key = viewer.keys[sector]
        places = [state_key("identity", name, viewer.tag(sector, one), key) for one in numbers]
        shown = await light.states(rpc, places)
        return {
            number: read_entry(trail, one.value)
            for number, one in zip(numbers, shown, strict=True)
            if one.value is not None
        }

    return look


async def _proven_count(rpc: RpcClient, light: "LightClient", key: PublicKey) -> int:
    return (await proven(rpc, light, "identity", trail_counts, key)).value or 0
