"""Bounds of block sync. Units are in the names."""

from dataclasses import dataclass

from node.sync.wire import BLOCKS_PER_REQUEST_MAX
from primitives.limits import FRAME_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    """The defaults let a member far behind catch up without slowing the ones it asks."""

    blocks_per_request: int = BLOCKS_PER_REQUEST_MAX
    answer_s_max: float = 10.0  # for the whole answer; a peer that takes longer is passed over
    answer_bytes_max: int = FRAME_BYTES_MAX
    served_bytes_per_s: float = 32.0 * 1024 * 1024  # to all peers together
    requests_per_s_max: float = 100.0  # from one peer
