"""Values by state key, their buckets, and the tree over them; proofs at the committed head.

Every value that comes from the database is compared with its hash in the bucket tree, and the
tree with the head's state root at open, so a damaged disk gives StoreDamaged, not an answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from node.store.bounded import BoundedBytes, BoundedDict
from node.store.bucket_tree import BucketTree, TreePlan
from node.store.buckets import pairs_of, value_hash_in, with_entry
from node.store.faults import damaged_store
from node.store.ports import KeyValue, Put
from node.store.schema import BUCKETS, STATE, bucket_key
from primitives.crypto import Digest
from primitives.state_proof import (
    ENTRY_BYTES,
    StateProof,
    bucket_hash,
    bucket_of,
    key_hash,
    value_hash,
)

_KEY_HASHES_MAX = 1 << 16
_hash_of_key = lru_cache(maxsize=_KEY_HASHES_MAX)(key_hash)


@dataclass(frozen=True, slots=True)
class StatePlan:
    """What a block does to state: the new root, and all that `puts` and `applied` need."""

    root: Digest
    writes: Mapping[bytes, bytes | None]
    buckets: Mapping[int, bytes]
    tree: TreePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCaches:
    """How many values, and how many bytes of buckets, stay in memory."""

    values_max: int = 200_000
    bucket_bytes_max: int = 96 * 1024 * 1024


class StateStore:
    """The committed state. Reads are answered at the committed head."""

    def __init__(self, kv: KeyValue, path: Path, bucket_bits: int, caches: StateCaches) -> None:
        self._kv = kv
        self._path = path
        self._tree = BucketTree(bucket_bits)
        self._values: BoundedDict[bytes, bytes | None] = BoundedDict(caches.values_max)
        self._buckets: BoundedBytes[int] = BoundedBytes(caches.bucket_bytes_max)

    def load(self) -> Digest:
        """Rebuild the tree from the stored buckets and return the state root."""
        self._tree.load(self._warmed(self._stored_buckets()))
        return self._tree.root

    @property
    def root(self) -> Digest:
        """The state root at the committed head."""
        return self._tree.root

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, None when absent. Raises StoreDamaged."""
        known = self._values.items
        if key in known:
            return known[key]
        value = self._kv.get(STATE + key)
        self._check(key, value)
        self._values.put(key, value)
        return value

    def get_in_thread(self, key: bytes) -> bytes | None:
        """Return the value of `key` from the database alone; any thread may ask.

        For entries that are written once: it is not compared with the tree, which one task owns.
        """
        return self._kv.get(STATE + key)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` pairs under `prefix`, ascending, with keys above `after`."""
        if limit <= 0:
            return
        start = None if after is None else STATE + after
        for stored_key, value in self._kv.scan(STATE + prefix, after=start):
            key = stored_key[len(STATE) :]
            self._check(key, value)
            yield key, value
            limit -= 1
            if limit == 0:
                return

    def plan(self, writes: Mapping[bytes, bytes | None]) -> StatePlan:
        """Return the state root after `writes` and what to store; nothing changes yet."""
        buckets: dict[int, bytes] = {}
        bits = self._tree.bucket_bits
        for key, value in writes.items():
            hashed_key = _hash_of_key(key)
            bucket = bucket_of(hashed_key, bits)
            entries = buckets.get(bucket)
            if entries is None:
                entries = self._entries(bucket)
            hashed_value = None if value is None else value_hash(value)
            buckets[bucket] = with_entry(entries, hashed_key, hashed_value)
        tree = self._tree.plan({bucket: bucket_hash(held) for bucket, held in buckets.items()})
        return StatePlan(tree.root, writes, buckets, tree)

    def puts(self, plan: StatePlan) -> Iterator[Put]:
        """Yield the database writes of a plan."""
        for key, value in plan.writes.items():
            yield STATE + key, value
        for bucket, entries in plan.buckets.items():
            yield bucket_key(bucket), entries or None

    def applied(self, plan: StatePlan) -> None:
        """Take over a plan whose `puts` are durable."""
        self._tree.apply(plan.tree)
        for key, value in plan.writes.items():
            self._values.put(key, value)
        for bucket, entries in plan.buckets.items():
            self._buckets.put(bucket, entries)

    def prove(self, key: bytes) -> tuple[bytes | None, StateProof]:
        """Return the value of `key`, None when absent, and its proof under `root`."""
        bucket = bucket_of(_hash_of_key(key), self._tree.bucket_bits)
        proof = StateProof(
            self._tree.bucket_bits,
            pairs_of(self._entries(bucket)),
            self._tree.siblings(bucket),
        )
        return self.get(key), proof

    def scrub(self) -> int:
        """Compare every stored value and bucket with the tree; return how many values there are.

        Raises:
            StoreDamaged: the first that differs, or a value that is missing.
        """
        fresh = BucketTree(self._tree.bucket_bits)
        fresh.load(self._stored_buckets())
        if fresh.root != self._tree.root:
            raise damaged_store(self._path, "the stored buckets are not those of the tree")
        expected = sum(len(entries) for _, entries in self._stored_buckets()) // ENTRY_BYTES
        found = 0
        for stored_key, value in self._kv.scan(STATE):
            self._check(stored_key[len(STATE) :], value)
            found += 1
        if found != expected:
            raise damaged_store(self._path, f"{found} state values, there were {expected}")
        return found

    def _entries(self, bucket: int) -> bytes:
        entries = self._buckets.items.get(bucket)
        if entries is None:
            entries = self._kv.get(bucket_key(bucket)) or b""
            if bucket_hash(entries) != self._tree.hash_of(bucket):
                raise damaged_store(self._path, f"bucket {bucket} is not the one of the tree")
            self._buckets.put(bucket, entries)
        return entries

    def _check(self, key: bytes, value: bytes | None) -> None:
        hashed_key = _hash_of_key(key)
        entries = self._entries(bucket_of(hashed_key, self._tree.bucket_bits))
        expected = None if value is None else value_hash(value)
        if value_hash_in(entries, hashed_key) != expected:
            raise damaged_store(self._path, f"state key {key!r:.80} has another value hash")

    def _warmed(self, buckets: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """Pass buckets on and keep them: reading each again would cost more than the scan."""
        for bucket, entries in buckets:
            self._buckets.put(bucket, entries)
            yield bucket, entries

    def _stored_buckets(self) -> Iterator[tuple[int, bytes]]:
        for stored_key, entries in self._kv.scan(BUCKETS):
            yield int.from_bytes(stored_key[len(BUCKETS) :], "big"), entries
