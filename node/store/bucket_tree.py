"""The inner levels of the bucket tree, in RAM as flat arrays of hashes.

Owns hashes only. Updates are planned without changing anything, so that a block can be executed
and dropped, and applied at commit. Source: docs/protocol.md#state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from primitives.crypto import DIGEST_BYTES, Digest
from primitives.state_proof import ARITY, ARITY_BITS, bucket_hash, node_hash, root_hash

_GROUP_BYTES = ARITY * DIGEST_BYTES
_LOADED_AT_ONCE = 1 << 14


@dataclass(frozen=True, slots=True)
class TreePlan:
    """New hashes by level, from the buckets up, and the state root that they give."""

    root: Digest
    levels: tuple[Mapping[int, bytes], ...]


class BucketTree:
    """4-ary tree over 2**bucket_bits buckets; level 0 holds bucket hashes, the last the top."""

    def __init__(self, bucket_bits: int) -> None:
        self.bucket_bits = bucket_bits
        self._levels: list[bytearray] = []
        hashed = bucket_hash(b"")
        for level in range(bucket_bits // ARITY_BITS + 1):
            self._levels.append(bytearray(hashed * (1 << (bucket_bits - ARITY_BITS * level))))
            hashed = node_hash(hashed * ARITY)

    @property
    def root(self) -> Digest:
        """The state root."""
        return root_hash(self.bucket_bits, Digest(bytes(self._levels[-1])))

    def load(self, buckets: Iterable[tuple[int, bytes]]) -> None:
        """Set the buckets given as (number, entries), in ascending order, a few at a time."""
        rest = iter(buckets)
        while chunk := tuple(islice(rest, _LOADED_AT_ONCE)):
            self.apply(self.plan({bucket: bucket_hash(entries) for bucket, entries in chunk}))

    def plan(self, changed: Mapping[int, bytes]) -> TreePlan:
        """Return the plan for new bucket hashes by bucket number; the tree stays as it is."""
        levels: list[Mapping[int, bytes]] = [changed]
        for flat in self._levels[:-1]:
            changed = _parents(flat, changed)
            levels.append(changed)
        top = changed.get(0, bytes(self._levels[-1]))
        return TreePlan(root_hash(self.bucket_bits, Digest(top)), tuple(levels))

    def apply(self, plan: TreePlan) -> None:
        """Make a plan true. It must have been made since the last `apply`."""
        for flat, changed in zip(self._levels, plan.levels, strict=True):
            for index, hashed in changed.items():
                at = index * DIGEST_BYTES
                flat[at : at + DIGEST_BYTES] = hashed

    def hash_of(self, bucket: int) -> bytes:
        """Return the hash of `bucket`."""
        at = bucket * DIGEST_BYTES
        return bytes(self._levels[0][at : at + DIGEST_BYTES])

    def siblings(self, bucket: int) -> tuple[tuple[Digest, Digest, Digest], ...]:
        """Return the three siblings a level on the way from `bucket` to the top."""
        found = []
        for flat in self._levels[:-1]:
            start = bucket // ARITY * _GROUP_BYTES
            group = [
                Digest(bytes(flat[at : at + DIGEST_BYTES]))
                for at in range(start, start + _GROUP_BYTES, DIGEST_BYTES)
            ]
            del group[bucket % ARITY]
            found.append((group[0], group[1], group[2]))
            bucket //= ARITY
        return tuple(found)


def _parents(flat: bytearray, changed: Mapping[int, bytes]) -> dict[int, bytes]:
    """Return the hashes of the nodes above `changed`, one level up."""
    groups: dict[int, bytearray] = {}
    for index, hashed in changed.items():
        parent = index // ARITY
        group = groups.get(parent)
        if group is None:
            start = parent * _GROUP_BYTES
            group = groups[parent] = flat[start : start + _GROUP_BYTES]
        at = index % ARITY * DIGEST_BYTES
        group[at : at + DIGEST_BYTES] = hashed
    return {parent: node_hash(bytes(group)) for parent, group in groups.items()}
