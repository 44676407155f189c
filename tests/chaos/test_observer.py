"""The observer hears over real sessions what a planted validator says, and finds it out."""

import asyncio

import pytest

from commands.devnet_files import DevnetPlan, open_devnet
from consensus.events import tag_of
from consensus.messages import TAGS, Kind, Statement, signed_bytes
from node.config import load_config
from node.files import identity_of, members_of, read_self
from p2p.ports import Channel
from p2p.settings import TransportSettings
from p2p.transport import TcpTransport
from primitives.crypto import digest
from primitives.ids import Height, View
from tests.chaos.observer import Observer

pytestmark = pytest.mark.e2e

LIMIT_S = 30


class Planted:
    """Has a validator's key and says two things at one position as soon as it is heard."""

    def __init__(self, directory) -> None:
        config = load_config(directory)
        own = read_self(config)
        self.key, self.genesis = own.key, own.genesis
        self.transport = TcpTransport(
            identity_of(config, own),
            own.genesis.chain_id,
            members_of(config, own.genesis),
            self,
            TransportSettings(listen_host=config.p2p.host, listen_port=config.p2p.port),
        )

    def on_connected(self, peer) -> None:
        for content in (digest("block", b"one"), digest("block", b"other")):
            frame = tag_of(self.genesis.hash) + self.prepare(content).encode()
            self.transport.send(peer, Channel.CONSENSUS, frame)

    def on_frame(self, peer, channel, payload) -> None:
        """Nobody says anything to a planted validator."""

    def on_disconnected(self, peer, reason) -> None:
        """The test is over."""

    def on_key_changed(self, before, after) -> None:
        """Nobody has another key here."""

    def prepare(self, content) -> Statement:
        place = (Height(3), View(0))
        signed = signed_bytes(self.genesis.chain_id, self.genesis.hash, *place, content)
        signature = self.key.sign(TAGS[Kind.PREPARE], signed)
        return Statement(Kind.PREPARE, *place, content, self.key.public_key, signature)


async def test_a_planted_double_signer_is_found_by_the_observer(tmp_path):
    devnet = open_devnet(tmp_path / "net", DevnetPlan(validators=4, base_port=0))
    planted = Planted(devnet.validators[2].directory)

    async with Observer(devnet) as observer, asyncio.timeout(LIMIT_S):
        await planted.transport.start()
        while not observer.record.broken:  # noqa: ASYNC110 - a record has no event
            await asyncio.sleep(0.05)
        await planted.transport.stop()

    ((sender, broken),) = observer.record.broken
    assert sender == planted.key.public_key
    assert broken.rule == "two contents at one position"
