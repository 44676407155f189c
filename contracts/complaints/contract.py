"""Complaints: where a case is, at which agency, at which step, with how much time left.

The methods are in the other modules; this one makes the first state, and records deadlines that
have passed at the end of each block, so that nobody has to send ticks.
"""

from contracts.complaints.core.clocks import due_of, record_passed
from contracts.complaints.core.messages import Due
from contracts.complaints.core.state import acknowledged, cases, contract, due, small_count
from contracts.complaints.templates.first_templates import FIRST_TEMPLATES
from contracts.complaints.templates.handlers import install
from contracts.sdk import Address, Config, Context

# Deadlines recorded in one block at most; the others wait for the next, in their order.
DUE_A_BLOCK_MAX = 100
SMALL_COUNT = 10


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Put the first templates in force, and say which counts are too small to publish."""
    small = config.integer("small_count", low=1, high=1000, default=SMALL_COUNT)
    small_count.save(ctx, small)
    for template in FIRST_TEMPLATES:
        install(ctx, template)


@contract.knows
def knows(ctx: Context, address: Address) -> bool:
    """Whether an agency has acted on a case of the account. To file one is free for anybody."""
    return acknowledged.has(ctx, address)


@contract.end_block
def record_deadlines(ctx: Context) -> None:
    """Record deadlines before this block's time, the oldest first, each once."""
    first = due.page(ctx, limit=1)
    if len(first) == 0 or first[0][0][0] >= ctx.block_time_ms:
        return
    for (due_ms, case_id, clock), _ in due.page(ctx, limit=DUE_A_BLOCK_MAX):
        if due_ms >= ctx.block_time_ms:
            return
        case = cases.get(ctx, case_id, None)
        if case is None or due_of(case, clock) != due_ms:
            due.remove(ctx, (due_ms, case_id, clock))
        else:
            cases.save(ctx, case_id, record_passed(ctx, case_id, case, Due(clock, due_ms)))
