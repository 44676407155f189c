"""Evidence in the state: one entry a misdeed, listed newest first, bounded, and gone when too old.

    "system" 00 "evidence" 00 || 8 bytes inverted height of its block || 1 byte place in the block
        [time of that block in milliseconds, evidence]
    "system" 00 "misdeeds" 00 || validator || 8 bytes height || 8 bytes view || 1 byte kind
        [height of its block, place in it]

A validator can make as many contradictions as it likes; so many of one height and in all show what
it is, and the rest is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from consensus import Misdeed, misdeed_of
from contracts.sdk.ports import BlockInfo, StateView
from node.execution import system
from node.execution.overlay import StateReader
from primitives.codec import decode, encode
from primitives.errors import Rejected, Replayed
from primitives.ids import Height
from primitives.limits import (
    BLOCK_EVIDENCE_MAX,
    EVIDENCE_PER_HEIGHT_MAX,
    EVIDENCE_PER_VALIDATOR_MAX,
    VALIDATORS_MAX,
)
from primitives.shape import blob_of, fields_of, uint_of

_LIST_PREFIX = b"system\0evidence\0"
_MISDEED_PREFIX = b"system\0misdeeds\0"
_EVIDENCE_BYTES_MAX = 4096
_ENTRY_BYTES_MAX = _EVIDENCE_BYTES_MAX + 32
PLACE_BYTES = 9  # of a listed entry: inverted height and place
_DROPPED_MAX = VALIDATORS_MAX * EVIDENCE_PER_VALIDATOR_MAX


class EvidenceFull(Rejected):
    """The state holds as much evidence against this validator as it takes."""


class EvidenceTooOld(Rejected):
    """The misdeed is longer ago than evidence counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvidence:
    """One entry of the list; `place` is where the next page goes on after it."""

    misdeed: Misdeed
    height: Height  # of the block that carries it
    time_ms: int  # of that block
    evidence: bytes
    place: bytes


def misdeed_key(misdeed: Misdeed) -> bytes:
    """Return the state key that holds where a misdeed is recorded."""
    return b"".join(
        (
            _of_height(misdeed),
            misdeed.view.to_bytes(8, "big"),
            bytes([misdeed.kind]),
        )
    )


def record(state: StateView, block: BlockInfo, misdeed: Misdeed, evidence: bytes) -> None:
    """Record the evidence of `block`.

    Raises:
        Replayed: the misdeed is recorded already, perhaps by another pair of statements.
        EvidenceTooOld, EvidenceFull: it does not count any more, or no more of it does.
    """
    oldest = system.first_height(state)
    if misdeed.height < oldest:
        raise EvidenceTooOld(f"of height {misdeed.height}; counted are those from {oldest} on")
    key = misdeed_key(misdeed)
    if state.get(key) is not None:
        raise Replayed("the misdeed is in a block already")
    bounds = (
        (_MISDEED_PREFIX + misdeed.validator, EVIDENCE_PER_VALIDATOR_MAX, "of this validator"),
        (_of_height(misdeed), EVIDENCE_PER_HEIGHT_MAX, f"of it at height {misdeed.height}"),
    )
    for prefix, count_max, whose in bounds:
        if _count(state, prefix, count_max) >= count_max:
            raise EvidenceFull(f"{count_max} misdeeds {whose} are recorded, the most that are")
    listed = _LIST_PREFIX + system.inverted(block.height)
    place = _count(state, listed, BLOCK_EVIDENCE_MAX)
    state.set(listed + bytes([place]), encode((block.time_ms, evidence)))
    state.set(key, encode((block.height, place)))


def forget_before(state: StateView, height: Height) -> None:
    """Drop what blocks below `height` carry: it is older than evidence counts."""
    after = _LIST_PREFIX + system.inverted(height) + b"\xff"
    for key, value in list(state.iterate(_LIST_PREFIX, after=after, limit=_DROPPED_MAX)):
        state.set(key, None)
        state.set(misdeed_key(misdeed_of(_read(value)[1])), None)


def listed(state: StateReader, *, after: bytes | None, limit: int) -> Iterator[RecordedEvidence]:
    """Yield at most `limit` entries, the newest first; `after` is the `place` of the last seen."""
    start = None if after is None else _LIST_PREFIX + after
    for key, value in state.iterate(_LIST_PREFIX, after=start, limit=limit):
        time_ms, evidence = _read(value)
        place = key[len(_LIST_PREFIX) :]
        yield RecordedEvidence(
            misdeed=misdeed_of(evidence),
            height=Height(2**64 - 1 - int.from_bytes(place[:8], "big")),
            time_ms=time_ms,
            evidence=evidence,
            place=place,
        )


def lowest_height(state: StateReader) -> Height | None:
    """Return the lowest height that recorded evidence is about, None when there is none."""
    found = listed(state, after=None, limit=_DROPPED_MAX)
    return min((item.misdeed.height for item in found), default=None)


def _of_height(misdeed: Misdeed) -> bytes:
    return _MISDEED_PREFIX + misdeed.validator + misdeed.height.to_bytes(8, "big")


def _count(state: StateReader, prefix: bytes, count_max: int) -> int:
    return sum(1 for _ in state.iterate(prefix, after=None, limit=count_max))


def _read(value: bytes) -> tuple[int, bytes]:
    fields = fields_of(decode(value, bytes_max=_ENTRY_BYTES_MAX), name="evidence", count=2)
    evidence = blob_of(fields[1], name="evidence", length_max=_EVIDENCE_BYTES_MAX)
    return uint_of(fields[0], name="time_ms"), evidence
