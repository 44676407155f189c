"""What the ledger says of an agency's node: its sector, how it is reached, which keys sign for it.

Keys and contacts stay on the ledger after their end, so that what they signed can be checked later.
"""

from dataclasses import dataclass

from client.contract import all_pages, ask, ask_each
from client.errors import BadAnswer
from client.identity.errors import BadCredential
from client.identity.jose import key_named_in
from client.identity.keys import Places
from client.rpc import RpcClient
from contracts.identity.core.messages import Client
from contracts.identity.core.state import LevelTable
from contracts.identity.nodes import handlers as nodes
from contracts.identity.nodes.handlers import (
    contact,
    contact_version,
    does_node_act,
    node_key,
    node_of,
    sector_page,
)
from contracts.identity.nodes.state import Contact
from contracts.identity.vouching.handlers import sector_place
from primitives.crypto import PublicKey

CLOCK_SKEW_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whose signing key it is; it signs from `since` to `ends_at`, 0 for no end (Unix seconds)."""

    key: PublicKey
    agency: str
    since: int
    ends_at: int

    def check(self, agency: str, signed_at: int) -> None:
        """Raise BadCredential unless the key signed for this agency at this time."""
        if self.agency != agency:
            raise BadCredential(f"the key is {self.agency}'s, not {agency}'s")
        is_over = self.ends_at != 0 and signed_at >= self.ends_at
        if signed_at + CLOCK_SKEW_S < self.since or is_over:
            raise BadCredential(f"the key did not sign for {agency} at {signed_at}")

    def check_new(self, agency: str, signed_at: int, now: int) -> None:
        """Raise BadCredential unless it is in force, so that what is new is not dated back.

        Whoever has a key that ended can write any time into a token, so the token is not asked.
        """
        self.check(agency, signed_at)
        self.check(agency, now)
        if signed_at > now + CLOCK_SKEW_S:
            raise BadCredential(f"it was signed at {signed_at}, which is still to come")


async def contact_of(rpc: RpcClient, agency: str, version: int | None = None) -> Contact:
    """Return how a node is reached now, or as of a version. Raises BadAnswer when it never said."""
    found = await (
        ask(rpc, contact, agency) if version is None else ask(rpc, contact_version, agency, version)
    )
    if found is None:
        raise BadAnswer(f"{agency} has not stated how it is reached")
    return found


async def signer_of(rpc: RpcClient, token: str) -> Signer:
    """Return whose the key is that a token names as its signer's.

    Raises:
        BadCredential: the token names no key, or one that was never any node's.
    """
    key = key_named_in(token)
    period = await ask(rpc, node_key, key)
    if period is None:
        raise BadCredential("the token's key was never a node's")
    return Signer(key=key, agency=period.agency, since=period.since, ends_at=period.ends_at)


async def check_acting(rpc: RpcClient, agency: str) -> None:
    """Raise BadCredential unless agency and node are active now."""
    if not await ask(rpc, does_node_act, agency):
        raise BadCredential(f"{agency} does not act now: it is suspended, retired or no node")


async def sector_of(rpc: RpcClient, agency: str) -> str:
    """Return the sector of an agency's node. Raises BadAnswer when it is no node."""
    node = await ask(rpc, node_of, agency)
    if node is None:
        raise BadAnswer(f"{agency} is no node of identity")
    return node.sector


async def application_of(rpc: RpcClient, agency: str, name: str) -> Client | None:
    """Return an application of an agency that signs citizens on, None when there is none."""
    return await ask(rpc, nodes.client_of, agency, name)


async def levels_now(rpc: RpcClient) -> LevelTable:
    """Return the level table in force."""
    return await ask(rpc, nodes.level_table)


async def sectors(rpc: RpcClient) -> tuple[str, ...]:
    """Return all sectors of the ledger, in order of their names."""
    lines = await all_pages(
        lambda after, _limit: ask(rpc, sector_page, after), "", lambda line: line.agency
    )
    return tuple(sorted({line.sector for line in lines}))


async def places(rpc: RpcClient) -> Places:
    """Return the places of all sectors that have one: of all, so that no visit is told."""
    named = await sectors(rpc)
    found = await ask_each(rpc, sector_place, [(sector,) for sector in named])
    return {
        sector: (place.list_id, place.place)
        for sector, place in zip(named, found, strict=True)
        if place is not None
    }
