"""The methods tx_*: submit, look up, wait for and simulate transactions."""

from collections.abc import Sequence

from node.execution.reads import FoundTransaction
from node.mempool.admission import Origin, Outcome, Submitted
from node.rpc.errors import NotFound, NotReady, TooManyWaiting
from node.rpc.method import Caller, Method
from node.rpc.refusals import OF_ADMISSION, OF_TRANSACTIONS, OF_TRIALS
from node.rpc.results import (
    CommittedJson,
    DroppedJson,
    ReceiptJson,
    ReceiptProofJson,
    SubmittedJson,
    TransactionJson,
    UncommittedJson,
)
from node.rpc.schemas import SubmitParams, TransactionParams, WaitParams
from node.rpc.values import hex_of
from primitives.errors import Expired, LocalFault, Rejected
from primitives.ids import TransactionId
from primitives.transaction import decode_transaction

SUBMIT = "tx_submit"


async def submit(
    caller: Caller, calls: Sequence[SubmitParams]
) -> Sequence[SubmittedJson | Rejected | LocalFault]:
    """Submit signed transactions. The same bytes again get the same answer.

    It is on this node's disk when it is answered. Those of one batch are admitted together.
    """
    outcomes = await admit(caller, [call.transaction for call in calls])
    return [
        {"transaction_id": hex_of(outcome.transaction_id), "status": outcome.status}
        if isinstance(outcome, Submitted)
        else outcome
        for outcome in outcomes
    ]


async def admit(caller: Caller, raws: Sequence[bytes]) -> Sequence[Outcome]:
    """Return what becomes of each transaction. Raises NotReady, JournalFault."""
    refusal = caller.view.refusal()
    if refusal is not None:
        raise NotReady(f"this node takes no transactions now: {refusal}")
    origin = Origin(client=caller.meter.client.address, breathe=caller.meter.breathe)
    return await caller.view.admission.submit(raws, origin)


async def get(caller: Caller, params: TransactionParams) -> TransactionJson:
    """Return a transaction's status and receipt, with a proof of the receipt on demand.

    "committed" says that a block holds it; the receipt's code says whether it took effect.
    """
    transaction_id = TransactionId(params.transaction_id)
    found = caller.view.ledger.transaction(transaction_id)
    if found is None:
        return _uncommitted(caller, transaction_id)
    answer = _found_json(caller, found)
    if params.prove:
        answer["proof"] = _proof_json(caller, transaction_id)
    return answer


async def wait(caller: Caller, params: WaitParams) -> TransactionJson:
    """Return as tx_get does, once a block holds the transaction, it is dropped or time is up."""
    transaction_id = TransactionId(params.transaction_id)
    found = caller.view.ledger.transaction(transaction_id)
    if found is None and params.timeout_ms:
        timeout_s = params.timeout_ms / 1000
        found = await _wait(caller, transaction_id, timeout_s)
    if found is None:
        return _uncommitted(caller, transaction_id)
    return _found_json(caller, found)


async def simulate(caller: Caller, params: SubmitParams) -> ReceiptJson:
    """Return the receipt that a transaction would get in the next block; nothing is stored.

    More than a small trial wants the sender's signature, of a sender that a contract knows.
    """
    transaction = decode_transaction(params.transaction)
    receipt = caller.view.ledger.simulate(transaction, is_operator=caller.has_own_share)
    return caller.services.renderer.receipt(receipt)


async def _wait(
    caller: Caller, transaction_id: TransactionId, timeout_s: float
) -> FoundTransaction | None:
    if caller.view.pool.dropped_as(transaction_id) is not None:
        return None  # it was dropped before the call: nothing will happen to it
    address = caller.meter.client.address
    return await caller.services.waiters.wait(transaction_id, timeout_s, address, caller.gone)


def _found_json(caller: Caller, found: FoundTransaction) -> CommittedJson:
    return {
        "transaction_id": hex_of(found.receipt.transaction_id),
        "status": "committed",
        "height": found.height,
        "index": found.index,
        "receipt": caller.services.renderer.receipt(found.receipt),
    }


def _uncommitted(caller: Caller, transaction_id: TransactionId) -> UncommittedJson | DroppedJson:
    shown = hex_of(transaction_id)
    code = caller.view.pool.dropped_as(transaction_id)
    if transaction_id in caller.view.pool:
        return {"transaction_id": shown, "status": "pending"}
    if code is None:
        return {"transaction_id": shown, "status": "unknown"}
    if code == Expired.code:
        return {"transaction_id": shown, "status": "expired"}
    return {"transaction_id": shown, "status": "rejected", "code": code}


def _proof_json(caller: Caller, transaction_id: TransactionId) -> ReceiptProofJson:
    proof = caller.view.ledger.prove_receipt(transaction_id)
    if proof is None:
        raise NotFound("the block of the transaction is no longer stored here")
    return {
        "receipt_bytes": hex_of(proof.receipt_bytes),
        "index": proof.index,
        "count": proof.count,
        "path": [hex_of(node) for node in proof.path],
        "header_bytes": hex_of(proof.header_bytes),
        "certificate": hex_of(proof.certificate.encode()),
    }


METHODS = (
    Method(
        name=SUBMIT,
        params=SubmitParams,
        errors=(*OF_TRANSACTIONS, *OF_ADMISSION),
        run_many=submit,
    ),
    Method(
        name="tx_get",
        params=TransactionParams,
        run=get,
    ),
    Method(
        name="tx_wait",
        params=WaitParams,
        errors=(TooManyWaiting("1000 calls wait, at most 1000", retry_after_s=1),),
        run=wait,
        is_waiting=True,
    ),
    Method(
        name="tx_simulate",
        params=SubmitParams,
        errors=(*OF_TRANSACTIONS, *OF_TRIALS),
        run=simulate,
    ),
)
