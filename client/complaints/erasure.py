"""Erasure of a case: on the ledger, at the nodes, with their signed receipts; and legal holds."""

import asyncio
from dataclasses import dataclass
from functools import partial

from client.complaints import ledger
from client.complaints.actor import CaseActor
from client.complaints.blobs import BlobClient
from client.complaints.errors import ContentNotFound
from client.errors import RpcRefused
from client.outcome import Outcome
from contracts.complaints.erasures.messages import Erase, LiftHold, PlaceHold, RecordErasure
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


class Erasure:
    """What a holder or a supervisor does to erase; supervisors and courts forbid it."""

    def __init__(self, actor: CaseActor, agency: str) -> None:
        self.actor = actor
        self.agency = agency

    async def erase(self, case_id: bytes, legal_basis: str) -> Outcome:
        """Erase a closed case on the citizen's request; nodes delete by themselves then."""
        return await self.actor.send(Erase(case_id, self.agency, legal_basis))

    async def record_receipts(self, case_id: bytes) -> tuple[Receipted, ...]:
        """Have every node delete an erased case's content; put their receipts on the ledger.

        Receipts that are there already are not sent again. A node that is away gives its receipt
        when it is asked again.
        """
        done: list[Receipted] = []
        async with self.actor.blobs() as blobs:
            for content in await ledger.erased_contents(self.actor.rpc, case_id):
                known = await ledger.receipts_of_erasure(self.actor.rpc, content)
                keys = {receipt.public_key for receipt in known}
                for receipt in await self._receipts(blobs, content):
                    if receipt.public_key not in keys:
                        outcome = await self.actor.send(self._message(case_id, receipt))
                        done.append(Receipted(content, receipt.body.node, outcome))
        return tuple(done)

    async def place_hold(self, case_id: bytes, legal_basis: str) -> Outcome:
        """Forbid erasure, as a supervisor or a court."""
        return await self.actor.send(PlaceHold(case_id, self.agency, legal_basis))

    async def lift_hold(self, case_id: bytes) -> Outcome:
        """End the legal hold that this agency placed."""
        return await self.actor.send(LiftHold(case_id, self.agency))

    async def _receipts(self, blobs: BlobClient, content: Digest) -> tuple[ErasureReceipt, ...]:
        """Return the receipts of all nodes asked, or of those that answer for a moment."""
        receipts: tuple[ErasureReceipt, ...] = ()
        for _ in range(_ROUNDS):
            try:
                receipts = await self.actor.patiently(partial(blobs.erase, content))
            except (RpcRefused, ContentNotFound):
                return receipts
            if len(receipts) >= len(self.actor.connection.urls):
                return receipts
            await asyncio.sleep(_PAUSE_S)  # nodes hear of the erasure one after another
        return receipts

    def _message(self, case_id: bytes, receipt: ErasureReceipt) -> RecordErasure:
        return RecordErasure(
            case_id=case_id,
            agency=self.agency,
            digest=receipt.body.content,
            host=receipt.body.node,
            host_key=receipt.public_key,
            erased_at_ms=receipt.body.erased_at_ms,
            signature=receipt.signature,
        )
