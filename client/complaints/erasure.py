"""The nodes' receipts for what an erased case held: fetched from them, and put on the ledger."""

import asyncio
from dataclasses import dataclass
from functools import partial

from client.complaints import ledger
from client.complaints.actor import CaseActor
from client.complaints.blobs import BlobClient
from client.complaints.errors import ContentNotFound
from client.contract import ask
from client.errors import RpcRefused
from client.outcome import Outcome
from contracts.complaints.erasures.messages import RecordErasure
from contracts.complaints.work.contents import receipts_of_erasure
from primitives.blob_documents import ErasureReceipt
from primitives.crypto import Digest

_ROUNDS = 10
_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Receipted:
    """A node's receipt for an item, and what became of putting it on the ledger."""

    content: Digest
    host: str
    outcome: Outcome


async def record_receipts(actor: CaseActor, agency: str, case_id: bytes) -> tuple[Receipted, ...]:
    """Have every node delete an erased case's content; put their receipts on the ledger.

    Receipts that are there already are not sent again. A node that is away gives its receipt when
    it is asked again.
    """
    done: list[Receipted] = []
    async with actor.blobs() as blobs:
        for content in await ledger.erased_contents(actor.rpc, case_id):
            known = await ask(actor.rpc, receipts_of_erasure, content)
            keys = {receipt.public_key for receipt in known}
            for receipt in await _receipts(actor, blobs, content):
                if receipt.public_key not in keys:
                    message = RecordErasure(
                        case_id=case_id,
                        agency=agency,
                        digest=receipt.body.content,
                        host=receipt.body.node,
                        host_key=receipt.public_key,
                        erased_at_ms=receipt.body.erased_at_ms,
                        signature=receipt.signature,
                    )
                    outcome = await actor.send(message)
                    done.append(Receipted(content, receipt.body.node, outcome))
    return tuple(done)


async def _receipts(
    actor: CaseActor, blobs: BlobClient, content: Digest
) -> tuple[ErasureReceipt, ...]:
    """Return the receipts of all nodes asked, or of those that answer for a moment."""
    receipts: tuple[ErasureReceipt, ...] = ()
    for _ in range(_ROUNDS):
        try:
            receipts = await actor.patiently(partial(blobs.erase, content))
        except (RpcRefused, ContentNotFound):
            return receipts
        if len(receipts) >= len(actor.connection.urls):
            return receipts
        await asyncio.sleep(_PAUSE_S)  # nodes hear of the erasure one after another
    return receipts
