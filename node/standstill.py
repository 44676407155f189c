"""Why a network stands although its validators run: who may not sign, who follows another restart.

What the check of health says, and what commands say of the same answers of a node.
"""

from collections.abc import Mapping, Sequence

from node.observe import Finding
from primitives.validators import quorum_of

_NIGHT = 'the guide, docs/operator.md, "The night when nobody can sign"'


def may_come_back(listeners: Sequence[str], count: int) -> bool:
    """Return whether validators that listen come back by themselves: a quorum besides may sign."""
    return count - len(listeners) >= quorum_of(count)


def listeners_finding(listeners: Sequence[str], count: int) -> Finding | None:
    """Return what is wrong where some of `count` validators run but may not sign."""
    if not listeners:
        return None
    names = ", ".join(listeners)
    if may_come_back(listeners, count):
        return Finding(
            f"{len(listeners)} of {count} validators may not sign yet and listen: {names}",
            "leave them running: each signs by itself once the others have decided some blocks",
            is_warning=True,
        )
    return Finding(
        f"{len(listeners)} of {count} validators run but may not sign: {names}; of the others"
        f" {quorum_of(count)} would have to. No block can be decided, and none of them comes back"
        " by itself",
        f"{_NIGHT}: the agencies make a restart statement, sapha network restart-statement make",
    )


def restarts_finding(
    own: str, others: Mapping[str, str], count: int, *, stands: bool
) -> Finding | None:
    """Return what is wrong where others of `count` validators follow another restart statement.

    `own` is the digest of this node's in hex, `others` are first digits of theirs, by validator.
    It fails once nothing moves here or no quorum can be under one restart.
    """
    if not others:
        return None
    shown = ", ".join(f"{name} {tag}" for name, tag in others.items())
    can_go_on = count - len(others) >= quorum_of(count) and not stands
    return Finding(
        f"validators follow another restart statement than this node's {own[:18]}: {shown};"
        " what either side signs does not count on the other",
        "ask the agencies which statement holds, then: sapha network restart-statement check and"
        f" apply, on the nodes that applied none or another; {_NIGHT}",
        is_warning=can_go_on,
    )
