"""Bounds of the content store. Units are in the names."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobSettings:
    """The defaults suit a validator that keeps the content of one agency."""

    # What is kept.
    bytes_max: int = 16 * 1024 * _MIB
    contents_max: int = 250_000
    free_bytes_min: int = 512 * _MIB  # left for the ledger, which must never find the disk full
    documents_max: int = 32  # wraps documents of one content
    # What no transaction on the ledger names yet: uploaded, and thrown away when it stays so.
    pending_s_max: float = 3_600.0
    pending_bytes_max: int = 1024 * _MIB
    pending_contents_max: int = 50_000
    account_bytes_max: int = 128 * _MIB
    account_contents_max: int = 1_000
    account_percent: int = 5  # of the room that is still free: what one account may hold
    agencies_percent: int = 25  # of the room: kept for accounts of agencies
    # Of that, of accounts that no contract knows; the rest is kept for the others.
    strangers_s_max: float = 600.0
    strangers_bytes_max: int = 128 * _MIB
    strangers_bytes_per_minute: int = 600 * 1024  # about 0.9 GB a day
    strangers_bytes_at_once: int = 16 * _MIB  # one content of the largest size
    strangers_contents_max: int = 5_000
    relay_s_max: float = 86_400.0  # for a node that is no host, until one has fetched it
    # Exchange with other members.
    answer_s_max: float = 20.0  # for one blob
    fetches_max: int = 2  # contents at the same time
    retry_first_s: float = 0.5
    retry_max_s: float = 600.0
    wanted_max: int = 20_000
    asides_s: float = 30.0  # how long a peer that failed is asked last
    served_bytes_per_s: float = 32.0 * _MIB  # to all peers together
    requests_per_s_max: float = 5_000.0  # from one peer, which waits for each answer
    waiting_max: int = 8  # requests of one peer
    # Housekeeping.
    sweep_s: float = 5.0
    page: int = 100  # contents asked of the ledger at a time
    nonces_max: int = 200_000
