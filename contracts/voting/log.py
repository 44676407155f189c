"""The log of each election: one hash over its accepted transactions, in order.

Whoever has the transactions of an election and this hash, which any light client can have proved,
knows that the record is whole.
"""

from contracts.sdk import Context
from contracts.voting.state import LogHead, log_heads
from contracts.voting.transcript import HASH_BYTES, hash_of, uint

FIRST = LogHead(bytes(HASH_BYTES), 0)


def note(ctx: Context, election_id: str) -> None:
    """Put the transaction that is being executed at the end of the election's log."""
    last = log_heads.get(ctx, election_id, FIRST)
    head = hash_of("log", (last.head, ctx.transaction_id, uint(ctx.height)))
    log_heads.save(ctx, election_id, LogHead(head, last.length + 1))
