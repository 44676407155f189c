"""Filings beside a storm: how soon a real one's content lies at both of its hosts.

An office takes complaints, and two validators keep what it is sent. Its officer puts a content at
the first of them, files the case that names it, and looks at the disk of the second.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass, field, replace

from client.complaints import BlobAccount, BlobClient, ReadingKey, seal_content
from client.complaints.content import SealedContent
from client.complaints.ledger import CONTRACT
from client.identity.office import fields_of, method_of
from client.rpc import RpcClient
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from commands.demo.together import all_together
from commands.devnet_files import CastAgency, Devnet, DevnetPlan
from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import ContentItem, FieldCommit
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.templates.messages import SetHandler
from primitives.crypto import SEED_BYTES, Digest, SigningKey, digest
from primitives.transaction import Transaction

AGENCY = "storm-office"
_PAUSE_S = 0.5
_LOOK_S = 0.02
_LATE_S = 60.0
_CONTENT_BYTES = 20_000


@dataclass(slots=True)
class Office:
    """The office, its officer's key, and how long each of its contents was on the way."""

    key: SigningKey = field(default_factory=lambda: SigningKey(secrets.token_bytes(SEED_BYTES)))
    reader: ReadingKey = field(default_factory=ReadingKey.generate)
    seconds: list[float] = field(default_factory=list)
    raws: set[bytes] = field(default_factory=set)  # of its transactions

    def joined(self, plan: DevnetPlan) -> DevnetPlan:
        """Return the network with the office among its agencies."""
        agency = CastAgency(
            agency_id=AGENCY,
            name_th="สำนักงาน",
            name_en="Office",
            kinds=("complaint-handler",),
            administrator=Wallet([self.key]).address,
        )
        cast = plan.cast
        return replace(plan, cast=replace(cast, agencies=(*cast.agencies, agency)))

    async def open(self, devnet: Devnet, rpc: RpcClient) -> "Filings":
        """Say which validators keep its contents."""
        builder = await TransactionBuilder.from_node(rpc, [CONTRACT], devnet.genesis.chain_id)
        filings = Filings(self, devnet, rpc, builder)
        hosts = tuple(node.name for node in devnet.validators[:2])
        handler = filings.sign(SetHandler(AGENCY, self.reader.public, hosts))
        await all_together("setting the handler", devnet, [handler])
        return filings


@dataclass(frozen=True, slots=True)
class Filings:
    """Files one case after the other, and measures."""

    office: Office
    devnet: Devnet
    rpc: RpcClient
    builder: TransactionBuilder

    def sign(self, message: object) -> Transaction:
        """Return the officer's call of a message."""
        wallet = Wallet([self.office.key])
        intent = Intent(
            contract=CONTRACT, method=method_of(type(message)), fields=fields_of(message)
        )
        return wallet.sign(self.builder.build(wallet.address, intent))

    async def run(self) -> None:
        """File until cancelled."""
        account = BlobAccount.of_key(self.devnet.genesis.chain_id, self.office.key)
        async with BlobClient([self.devnet.validators[0].url], account) as blobs:
            while True:
                self.office.seconds.append(await self._file(blobs))
                await asyncio.sleep(_PAUSE_S)

    async def _file(self, blobs: BlobClient) -> float:
        """Return the seconds from the filing until its content lies at the second host."""
        case_id = secrets.token_bytes(16)
        sealed = seal_content(secrets.token_bytes(_CONTENT_BYTES), case_id)
        await blobs.upload(sealed, [self.office.reader.public])
        began_s = time.monotonic()
        signed = self.sign(filing(case_id, _item(sealed)))
        self.office.raws.add(signed.raw)
        await self.rpc.call("tx_submit", {"transaction": "0x" + signed.raw.hex()})
        while not self._is_at_second_host(sealed.digest):
            if time.monotonic() - began_s > _LATE_S:
                break
            await asyncio.sleep(_LOOK_S)
        return time.monotonic() - began_s

    def _is_at_second_host(self, content: Digest) -> bool:
        name = content.hex()
        folder = self.devnet.validators[1].directory / "data" / "blobs" / name[:2]
        return any(folder.glob(f"{name}.head-*"))


def _item(sealed: SealedContent) -> ContentItem:
    return ContentItem("participant", sealed.digest, sealed.size, sealed.commitment)


def filing(case_id: bytes, item: ContentItem) -> File:
    """Return the message that files a case with one content, in the name of who signs it."""
    commitment = digest("bench", case_id)
    return File(
        case_id=case_id,
        template=CITY.code,
        version=CITY.version,
        category=CITY.categories[0].code,
        agency=AGENCY,
        area=AGENCY,
        commitment=commitment,
        fields=(FieldCommit("description", commitment),),
        contents=(item,),
        owner_pk=None,
        sid=None,
    )
