"""A member that votes on nothing and hears everything: what validators say, as peers hear it.

It uses the devnet's spare member and the node's own transport, and answers nothing.
"""

from pathlib import Path

from commands.devnet_files import OBSERVER, Devnet
from consensus.events import RESTART_TAG_BYTES
from consensus.messages import TAGS, Statement, signed_bytes
from node.config import load_config
from node.files import identity_of, members_of, read_self
from p2p.ports import Channel
from p2p.settings import TransportSettings
from p2p.transport import TcpTransport
from primitives.crypto import Digest, PublicKey, verify
from tests.chaos.record import IsSigned, Record


def signed_by_both(chain_id: str, restart: Digest) -> IsSigned:
    """Return the check that two statements carry their sender's signatures.

    `restart` is the hash of the genesis: no run of chaos has a restart statement.
    """

    def is_signed(one: Statement, other: Statement) -> bool:
        return all(
            verify(
                each.sender,
                TAGS[each.kind],
                signed_bytes(chain_id, restart, each.height, each.view, each.content),
                each.signature,
            )
            for each in (one, other)
        )

    return is_signed


class Observer:
    """Use it as `async with Observer(devnet) as observer`; `record` holds what was heard."""

    def __init__(self, devnet: Devnet) -> None:
        config = load_config(_spare_member(devnet))
        own = read_self(config)
        self.record = Record(signed_by_both(own.genesis.chain_id, own.genesis.hash))
        self._transport = TcpTransport(
            identity_of(config, own),
            own.genesis.chain_id,
            members_of(config, own.genesis),
            self,
            TransportSettings(listen_host=config.p2p.host, listen_port=config.p2p.port),
        )

    async def __aenter__(self) -> "Observer":
        await self._transport.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._transport.stop()

    def on_frame(self, _peer: PublicKey, channel: Channel, payload: bytes) -> None:
        """Take one whole frame from an authenticated member."""
        if channel is Channel.CONSENSUS:
            self.record.take_message(payload[RESTART_TAG_BYTES:])

    def on_connected(self, peer: PublicKey) -> None:
        """A session is ready; nothing is said on it."""

    def on_disconnected(self, peer: PublicKey, reason: str) -> None:
        """The session ended; the transport reconnects by itself."""

    def on_key_changed(self, before: PublicKey, after: PublicKey) -> None:
        """Statements name their senders themselves."""


def _spare_member(devnet: Devnet) -> Path:
    return devnet.directory / OBSERVER
