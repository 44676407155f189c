"""Acts and relays for tests: two kinds, so that what is said of ballots holds for others."""

from contextlib import asynccontextmanager
from dataclasses import replace

from client.hpke import SealingKey
from client.relay.kind import Kind
from client.relay.mailbox import Mailbox
from client.relay.pool import Pool, RelayPolicy
from client.relay.server import RelayParts, RelayServer
from client.rpc import RpcClient
from primitives.crypto import SigningKey
from primitives.ids import address_of
from primitives.transaction import Body, Transaction, sign_body
from tests.client.peers import LedgerPeer, running

NOW = 1_800_000_000_000
BALLOTS = Kind(
    contract="voting", methods=frozenset({"cast"}), nameless=("pseudonyms",), act="ballot"
)
VOUCHERS = Kind(
    contract="identity", methods=frozenset({"deposit"}), nameless=("buckets",), act="deposit"
)
POLICY = RelayPolicy(
    chain_id="devnet-1", kinds=(BALLOTS, VOUCHERS), batch_min=3, round_ms_min=1, round_ms_max=2
)
RELAY, OTHER = SealingKey(b"\x01" * 32), SealingKey(b"\x02" * 32)


def act(number: int = 0, *, sender: int | None = None, **changes: object) -> Transaction:
    """A signed act: number after number of its own pseudonym, unless a sender is given."""
    key = SigningKey((number if sender is None else sender).to_bytes(32, "big"))
    body = Body(
        chain_id="devnet-1",
        sender=address_of(key.public_key),
        nonce=number,
        expires_at_ms=NOW + 600_000,
        contract="voting",
        method="cast",
        args=(),
    )
    return sign_body(replace(body, **changes), [key])


def deposit(number: int = 0) -> Transaction:
    return act(number, contract="identity", method="deposit")


@asynccontextmanager
async def relay(peer: LedgerPeer, *, carrier=None, key: SealingKey = RELAY, retired=()):
    """A relay that listens, over a node; its acts go out only by `forward`."""
    async with running([peer]) as urls, RpcClient(urls) as nodes:
        mailbox = Mailbox(key, retired)
        parts = RelayParts(mailbox=mailbox, pool=Pool(POLICY), carrier=carrier, now_ms=lambda: NOW)
        server = RelayServer(nodes, parts)
        await server.start()
        try:
            yield server
        finally:
            await server.stop()
