"""Values by state key under the state tree; reads and proofs at the committed head.

A value of at most 32 bytes stands in the leaf of its key, a longer one in a row of its own under
the key, which every key has: iteration is a scan of these. Every value that comes from the
database is compared with its leaf, the leaf with the tree, and the tree with the head's state root
at open, so a damaged disk gives StoreDamaged, not an answer. Source: docs/protocol.md#state.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from node.store.bounded import BoundedDict
from node.store.faults import damaged_store
from node.store.leaves import Leaves
from node.store.ports import KeyValue, Put, Reading
from node.store.schema import ENTRIES, STATE
from node.store.state_chunks import DEPTH_MAX, KEYS_BELOW, FrozenState
from node.store.state_tree import StateTree, TreePlan
from primitives.crypto import DIGEST_BYTES, Digest
from primitives.state_proof import StateProof
from primitives.state_tree import content_of, inline_value, is_hashed, key_hash


class Change(NamedTuple):
    """What becomes of one key: its new content (None: removed) and value."""

    hashed_key: Digest  # first: changes are sorted by it
    key: bytes
    value: bytes | None
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePlan:
    """What a block does to state: the new root, and all that `puts` and `applied` need."""

    root: Digest
    changes: Sequence[Change]
    tree: TreePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCaches:
    """How many values, and how many bytes of leaves, stay in memory."""

    values_max: int = 20_000
    leaf_bytes_max: int = 96 * 1024 * 1024


class StateStore:
    """The committed state. Reads are answered at the committed head."""

    def __init__(self, kv: KeyValue, path: Path, caches: StateCaches) -> None:
        self._kv = kv
        self._path = path
        self._tree = StateTree()
        self._leaves = Leaves(kv, path, self._tree, caches.leaf_bytes_max)
        self._values: BoundedDict[bytes, bytes | None] = BoundedDict(caches.values_max)

    def load(self) -> Digest:
        """Rebuild the tree from the stored entries and return the state root."""
        self._tree.load(self._leaves.stored(), self._leaves.warm)
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
        content = self._leaves.content(key_hash(key))
        value = None if content is None else self._value(key, content, None)
        self._values.put(key, value)
        return value

    def get_in_thread(self, key: bytes) -> bytes | None:
        """Return the value of `key` from the database alone; any thread may ask.

        For entries that are written once: it is not compared with the tree, which one task owns.
        """
        content = self._kv.get(ENTRIES + key_hash(key))
        if content is None or not is_hashed(content):
            return None if content is None else inline_value(content)
        return self._kv.get(STATE + key)

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield at most `limit` pairs under `prefix`, ascending, with keys above `after`."""
        if limit <= 0:
            return
        start = None if after is None else STATE + after
        for stored_key, row in self._kv.scan(STATE + prefix, after=start):
            key = stored_key[len(STATE) :]
            content = self._leaves.content(key_hash(key))
            if content is None:
                raise damaged_store(self._path, f"state key {key!r:.80} is not in the tree")
            yield key, self._value(key, content, row)
            limit -= 1
            if limit == 0:
                return

    def plan(self, writes: Mapping[bytes, bytes | None]) -> StatePlan:
        """Return the state root after `writes` and what to store; nothing changes yet."""
        changes = sorted(
            Change(
                hashed_key=key_hash(key),
                key=key,
                value=value,
                content=None if value is None else content_of(value),
            )
            for key, value in writes.items()
        )
        tree = self._tree.plan(
            [change.hashed_key for change in changes],
            [change.content for change in changes],
            self._leaves.entries,
        )
        return StatePlan(root=tree.root, changes=changes, tree=tree)

    def puts(self, plan: StatePlan) -> Iterator[Put]:
        """Yield the database writes of a plan: of a short value that changed, one of 41 bytes."""
        for change, before in zip(plan.changes, plan.tree.before, strict=True):
            content = change.content
            if content == before:
                continue
            yield ENTRIES + change.hashed_key, content
            if content is None:
                yield STATE + change.key, None
            elif is_hashed(content):
                yield STATE + change.key, change.value
            elif before is None or is_hashed(before):
                yield STATE + change.key, b""

    def applied(self, plan: StatePlan) -> None:
        """Take over a plan whose `puts` are durable."""
        self._tree.apply(plan.tree)
        for node, entries in plan.tree.leaves.items():
            self._leaves.put(node, entries)
        for change in plan.changes:
            self._values.put(change.key, change.value)

    def prove(self, key: bytes) -> tuple[bytes | None, StateProof]:
        """Return the value of `key`, None when absent, and its proof under `root`."""
        leaf = self._tree.leaf_of(key_hash(key))
        entries = self._leaves.entries(leaf)
        proof = StateProof(
            count=self._tree.count,
            entries=tuple((entry[:DIGEST_BYTES], entry[DIGEST_BYTES:]) for entry in entries),
            rows=self._tree.rows(leaf),
        )
        return self.get(key), proof

    def frozen(self, kv: Reading) -> FrozenState:
        """Return the state as it is now; `kv` is the database of this moment."""
        tree, depth = self._tree.top(KEYS_BELOW, DEPTH_MAX)
        return FrozenState(kv=kv, path=self._path, tree=tree, depth=depth)

    def scrub(self) -> int:
        """Compare every stored value and entry with the tree; return how many values there are.

        Raises:
            StoreDamaged: the first that differs, or a value that is missing.
        """
        fresh = StateTree()
        fresh.load(self._leaves.stored(), lambda _node, _entries: None)
        if fresh.root != self._tree.root:
            raise damaged_store(self._path, "the stored entries are not those of the tree")
        found = sum(1 for _ in self.iterate(b"", after=None, limit=fresh.count + 1))
        if found != fresh.count:
            raise damaged_store(self._path, f"{found} state values, there were {fresh.count}")
        return found

    def _value(self, key: bytes, content: bytes, row: bytes | None) -> bytes:
        """Return the value of a content; of a long one from its row, None: it is read here."""
        if not is_hashed(content):
            if row:
                raise damaged_store(self._path, f"state key {key!r:.80} has a value beside it")
            return inline_value(content)
        value = self._kv.get(STATE + key) if row is None else row
        if value is None or content_of(value) != content:
            raise damaged_store(self._path, f"state key {key!r:.80} has another value hash")
        return value
