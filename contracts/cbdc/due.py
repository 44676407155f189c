"""What ends or happens at a time, in one queue for all kinds; `flow_hook` looks at it.

The queue is in order of time and then of ids, the same on all nodes.
"""

from contracts.cbdc.flow_state import Due, due
from contracts.sdk import Context


def add_due(ctx: Context, when_ms: int, thing: bytes, item: Due) -> None:
    """Let the end of the first block at or after `when_ms` look at `thing`."""
    due.save(ctx, (when_ms, thing), item)


def drop_due(ctx: Context, when_ms: int, thing: bytes) -> None:
    """Forget that `thing` is due at `when_ms`."""
    due.remove(ctx, (when_ms, thing))
