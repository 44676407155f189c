"""The shape of the tree under grinding: no key is made unprovable, whatever keys exist.

Whoever grinds keys finds hashes that begin alike; here such hashes are made, below the hashing.
"""

import random
from collections.abc import Sequence

import pytest

from node.store.state_tree import StateTree
from primitives.codec import encode
from primitives.crypto import Digest
from primitives.state_proof import StateProof, content_in_proof
from primitives.state_tree import content_of
from tests.primitives.tree_model import TreeModel

GRINDING_BYTES_MAX = 3_000  # of a proof, against 2**40 hashes
ORDINARY = 10_000


class Tree:
    """A tree by key hashes alone, with its leaves beside it."""

    def __init__(self) -> None:
        self.tree = StateTree()
        self.leaves: dict[int, Sequence[bytes]] = {}

    @property
    def root(self) -> Digest:
        return self.tree.root

    def set(self, values: dict[bytes, bytes | None]) -> None:
        hashes = sorted(values)
        contents = [None if values[h] is None else content_of(values[h]) for h in hashes]
        plan = self.tree.plan(hashes, contents, lambda node: self.leaves.get(node, ()))
        self.tree.apply(plan)
        for node, entries in plan.leaves.items():
            if entries:
                self.leaves[node] = entries
            else:
                self.leaves.pop(node, None)

    def proof(self, hashed: bytes) -> StateProof:
        leaf = self.tree.leaf_of(hashed)
        return StateProof(
            count=self.tree.count,
            entries=tuple((e[:32], e[32:]) for e in self.leaves.get(leaf, ())),
            rows=self.tree.rows(leaf),
        )


def beginning(chance: random.Random, bits: str, count: int) -> dict[bytes, bytes]:
    """Return `count` key hashes that begin with these bits, with values as long as may be."""
    free = 256 - len(bits)
    first = int(bits or "0", 2) << free
    hashes = ((first | chance.getrandbits(free)).to_bytes(32, "big") for _ in range(count))
    return {hashed: chance.randbytes(32) for hashed in hashes}


def proof_bytes(tree: Tree, hashed: bytes, value: bytes | None) -> int:
    """Return how long the proof is, after checking it."""
    proof = tree.proof(hashed)
    shown = content_in_proof(proof, state_root=tree.root, hashed_key=hashed)
    assert shown == (None if value is None else content_of(value))
    return len(encode(proof.to_value()))


@pytest.fixture(scope="module")
def ordinary():
    return beginning(random.Random(1), "", ORDINARY)


@pytest.mark.parametrize(
    ("shared_bits", "count"), [(24, 17), (32, 17), (40, 17), (16, 5_000), (16, 100_000)]
)
def test_keys_ground_into_one_place_stay_provable_and_leave_no_trace(ordinary, shared_bits, count):
    chance = random.Random(shared_bits)
    bits = f"{chance.getrandbits(shared_bits):0{shared_bits}b}"
    ground = beginning(chance, bits, count)
    victims = beginning(chance, bits, 50)
    tree = Tree()
    tree.set(ordinary)
    before, inner = tree.root, dict(tree.tree._inner)

    tree.set(ground)

    tried = [*ground.items()][:200]
    absent = [(victim, None) for victim in victims]
    assert max(proof_bytes(tree, *one) for one in [*tried, *absent]) <= GRINDING_BYTES_MAX
    tree.set(victims)
    assert max(proof_bytes(tree, *one) for one in victims.items()) <= GRINDING_BYTES_MAX
    tree.set(dict.fromkeys([*ground, *victims]))
    assert (tree.root, tree.tree._inner) == (before, inner)


def crowded(chance: random.Random, shared_bits: int) -> dict[bytes, bytes]:
    """Return a full leaf at a depth, and keys enough to spell out every sibling above it."""
    bits = f"{chance.getrandbits(shared_bits):0{shared_bits}b}"
    keys = beginning(chance, bits, 16)
    for depth in range(0, shared_bits, 2):
        own = bits[depth : depth + 2]
        for more in {"00", "01", "10", "11"} - {own}:
            keys |= beginning(chance, bits[:depth] + more, 1)
    return keys


def test_the_longest_proof_that_two_to_the_forty_hashes_buy_is_under_three_kilobytes():
    """Sixteen keys that share 36 bits are about 2**40 hashes; the siblings cost little beside."""
    keys = crowded(random.Random(36), 36)
    tree = Tree()
    tree.set(keys)

    longest = max(proof_bytes(tree, *one) for one in keys.items())

    assert 2_800 < longest <= GRINDING_BYTES_MAX


def test_no_proof_is_longer_than_eight_kibibytes():
    keys = crowded(random.Random(128), 128)
    tree = Tree()
    tree.set(keys)

    longest = max(proof_bytes(tree, *one) for one in keys.items())

    assert 7_000 < longest <= 8 * 1024


def test_seventeen_keys_that_share_all_bits_of_the_last_depth_are_one_leaf():
    keys = beginning(random.Random(2), "01" * 64, 17)
    tree = Tree()

    tree.set(keys)

    assert tree.root == TreeModel.of_hashes(keys).root
    assert len(tree.leaves) == 1


@pytest.mark.parametrize("seed", range(5))
def test_random_operations_among_crowded_hashes_give_the_model_s_root_and_proofs(seed):
    chance = random.Random(seed)
    pool = [*crowded(chance, 20), *beginning(chance, "0110", 60), *beginning(chance, "", 60)]
    tree, model = Tree(), {}

    for step in range(25):
        some = chance.sample(pool, chance.choice([1, 2, 20, len(pool)]))
        gone = 0.9 if step % 3 == 2 else 0.3
        writes = {h: None if chance.random() < gone else chance.randbytes(3) for h in some}
        tree.set(writes)
        model = {h: v for h, v in (model | writes).items() if v is not None}
        known = TreeModel.of_hashes(model)
        assert tree.root == known.root
        for hashed in chance.sample(pool, 5):
            assert tree.proof(hashed) == known.proof_at(hashed)

    tree.set(dict.fromkeys(pool))
    assert tree.root == Tree().root
    assert not tree.tree._inner


def test_a_stream_of_entries_gives_the_tree_that_the_writes_gave(monkeypatch, ordinary):
    """Read ahead a few at a time, so that nodes larger than what is read ahead exist."""
    keys = ordinary | crowded(random.Random(3), 60)
    tree = Tree()
    tree.set(keys)

    for ahead in (17, 100, 1 << 14):
        monkeypatch.setattr("node.store.state_tree._READ_AHEAD", ahead)
        loaded, leaves = StateTree(), {}
        entries = (hashed + content_of(keys[hashed]) for hashed in sorted(keys))
        loaded.load(entries, leaves.__setitem__)
        assert (loaded.root, loaded.count) == (tree.root, len(keys))
        assert loaded._inner == tree.tree._inner
        assert {node: list(leaf) for node, leaf in leaves.items()} == tree.leaves
