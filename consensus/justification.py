"""Rule 2's test, one for both sides: which block may be proposed in a view above 0.

Source: Moniz 2020, "JustifyPrePrepare" and "HighestPrepared".
"""

from collections.abc import Sequence

from consensus.certificates import check_prepared
from consensus.messages import Claim, Justification, PrePrepare, Statement
from consensus.replica import Replica
from primitives.ids import View


def highest_claim(heads: Sequence[Statement]) -> Claim | None:
    """Return the claim of the highest prepared view among view changes; None: none prepared."""
    return max((head.claim for head in heads if head.claim is not None), default=None)


def check_justification(replica: Replica, message: PrePrepare) -> str | None:
    """Return None if the proposal may be made in its view, or what is wrong.

    In view 0 nothing is to be shown. Above, q validators asked for the view, and either none of
    them claims a prepared block, or the block is that of the highest prepared view, proven.
    Claims of another block in that same view are false and are passed over: the proof decides.
    """
    statement, justification = message.statement, message.justification
    if statement.view == View(0):
        return "view 0 needs no justification" if justification != Justification() else None
    fault = _check_heads(replica, justification.heads)
    if fault is not None:
        return fault
    highest = highest_claim(justification.heads)
    if highest is None:
        return "prepares that no view change claims" if justification.prepares else None
    proposed = (highest[0], statement.block_hash)
    if all(head.claim != proposed for head in justification.heads):
        return f"proposes another block than the one prepared in view {highest[0]}"
    return check_prepared(replica, proposed, justification.prepares)


def _check_heads(replica: Replica, heads: Sequence[Statement]) -> str | None:
    validators = replica.state.validators
    if len(heads) < validators.quorum:
        return f"{len(heads)} view changes, needed are {validators.quorum}"
    for head in heads:
        if head.sender not in validators:
            return f"a view change by {head.sender.hex()[:16]}, not a validator"
    for head in heads:
        if not _is_known(replica, head) and not replica.verifies(head):
            return f"the view change of {validators.name_of(head.sender)} does not verify"
    return None


def _is_known(replica: Replica, head: Statement) -> bool:
    known = replica.state.view_changes.latest_of(head.sender)
    return known is not None and known.statement == head
