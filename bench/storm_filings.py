"""Filings beside a storm: how soon a real one's content lies at both of its hosts.

An office takes complaints, and two validators keep what it is sent. Its officer puts a content at
the first of them, files the case that names it, and looks at the disk of the second.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass, field, replace

from client.complaints.asking import BlobAccount
from client.complaints.blobs import BlobClient
from client.complaints.content import SealedContent, seal_content
from client.complaints.wraps import ReadingKey
from client.contract import Actor
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.devnet_files import Devnet
from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import ContentItem
from contracts.complaints.templates.first_templates import CITY
from primitives.crypto import Digest, SigningKey, digest
from scenes.complaints.cast import handler_settings
from scenes.complaints.days import bare_filing
from scenes.kit.load import all_together

OFFICE = "complaint-centre"
_PAUSE_S = 0.5
_LOOK_S = 0.02
_LATE_S = 60.0
_CONTENT_BYTES = 20_000


@dataclass(slots=True, kw_only=True)
class Filings:
    """Files one case after the other, and measures how long each content was on the way."""

    devnet: Devnet
    actor: Actor
    reader: ReadingKey = field(default_factory=ReadingKey.generate)
    seconds: list[float] = field(default_factory=list)
    raws: set[bytes] = field(default_factory=set)  # of its transactions

    async def run(self) -> None:
        """File until cancelled."""
        key = SigningKey(self.actor.wallet.seed)
        account = BlobAccount.of_key(self.devnet.genesis.chain_id, key)
        async with BlobClient([self.devnet.validators[0].url], account) as blobs:
            while True:
                self.seconds.append(await self._file(blobs))
                await asyncio.sleep(_PAUSE_S)

    async def _file(self, blobs: BlobClient) -> float:
        """Return the seconds from the filing until its content lies at the second host."""
        case_id = secrets.token_bytes(16)
        sealed = seal_content(secrets.token_bytes(_CONTENT_BYTES), case_id)
        await blobs.upload(sealed, [self.reader.public])
        began_s = time.monotonic()
        signed = self.actor.sign(filing(case_id, _item(sealed)))
        self.raws.add(signed.raw)
        await self.actor.rpc.call("tx_submit", {"transaction": "0x" + signed.raw.hex()})
        while not self._is_at_second_host(sealed.digest):
            if time.monotonic() - began_s > _LATE_S:
                break
            await asyncio.sleep(_LOOK_S)
        return time.monotonic() - began_s

    def _is_at_second_host(self, content: Digest) -> bool:
        name = content.hex()
        folder = self.devnet.validators[1].directory / "data" / "blobs" / name[:2]
        return any(folder.glob(f"{name}.head-*"))


async def open_office(devnet: Devnet, rpc: RpcClient, wallet: Wallet) -> Filings:
    """Say which validators keep the office's contents, and return its filings."""
    actor = Actor(rpc=rpc, wallet=wallet, chain_id=devnet.genesis.chain_id)
    filings = Filings(devnet=devnet, actor=actor)
    [handler] = handler_settings(devnet, {OFFICE: filings.reader})
    await all_together("setting the handler", devnet, [actor.sign(handler)])
    return filings


def _item(sealed: SealedContent) -> ContentItem:
    return ContentItem("participant", sealed.digest, sealed.size, sealed.commitment)


def filing(case_id: bytes, item: ContentItem) -> File:
    """Return the message that files a case with one content, in the name of who signs it."""
    commitment, category = digest("bench", case_id), CITY.categories[0].code
    bare = bare_filing(case_id, commitment, agency=OFFICE, area=OFFICE, category=category)
    return replace(bare, contents=(item,))
