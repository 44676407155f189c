"""What a running node knows of itself that is looked at only when its metrics are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from node.observe.disk import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The state of consensus, sessions and files at this moment; names are members' names.

    `heights_behind` is by the claim of f + 1 validators; `round_trips_s` has only members with a
    session that was pinged.
    """

    view: int
    validators: int
    quorum: int
    listeners: int
    is_halted: bool
    has_signer_fault: bool
    block_age_s: float
    heights_behind: int
    contents_bytes: int
    files: Files
    missed_turns: Mapping[str, int] = field(default_factory=dict)
    round_trips_s: Mapping[str, float] = field(default_factory=dict)
