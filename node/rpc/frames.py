"""Signed transactions as bytes: what a batch of calls takes, without hex and JSON.

Owns reading a frame and writing its outcomes; admission is `tx`'s. Source: primitives.submission.
"""

from dataclasses import dataclass

from node.mempool.admission import Submitted
from node.mempool.gossip import read_frame
from node.rpc.audit import OK
from node.rpc.dispatch import run_together
from node.rpc.errors import code_of, retry_after_s
from node.rpc.method import Caller
from node.rpc.tx import SUBMIT, admit
from primitives.errors import LocalFault, Rejected
from primitives.limits import RPC_BODY_BYTES_MAX
from primitives.submission import Outcome, encode_outcomes


@dataclass(frozen=True, slots=True)
class AnsweredFrame:
    """The answer to one frame; `retry_after_s` is when to come back, where all were shed."""

    body: bytes
    retry_after_s: int | None = None


async def answer_frame(caller: Caller, frame: bytes) -> AnsweredFrame:
    """Admit the transactions of a frame together, and return the outcome of each.

    Raises:
        Rejected: it is no frame; nothing of it was looked at.
    """
    raws = read_frame(frame, bytes_max=RPC_BODY_BYTES_MAX)
    results = await run_together(caller, SUBMIT, len(raws), lambda: admit(caller, raws))
    if caller.operator is not None:
        for result in results:
            code = code_of(result) if isinstance(result, Rejected | LocalFault) else OK
            caller.services.audit.record(caller.operator, SUBMIT, code)
    outcomes = [_outcome(result) for result in results]
    seconds = [outcome.retry_after_s for outcome in outcomes]
    later_s = None if None in seconds else max((second or 0 for second in seconds), default=None)
    return AnsweredFrame(encode_outcomes(outcomes), later_s)


def _outcome(result: object) -> Outcome:
    if isinstance(result, Submitted):
        return Outcome(transaction_id=result.transaction_id, word=result.status)
    fault = result if isinstance(result, Rejected | LocalFault) else None
    return Outcome(
        transaction_id=None,
        word="INTERNAL" if fault is None else code_of(fault),
        message="" if fault is None else str(getattr(fault, "message", fault)),
        retry_after_s=retry_after_s(fault),
    )
