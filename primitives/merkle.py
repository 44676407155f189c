"""Binary Merkle trees over lists, with inclusion proofs.

Source: RFC 9162 §2.1 (tree shape and audit path), with our tagged hashes.
"""

from collections.abc import Sequence
from operator import add

from primitives.crypto import Digest, digest, digest_each
from primitives.errors import BadShape

EMPTY_ROOT = digest("merkle-empty", b"")


def leaf_hash(item: bytes) -> Digest:
    """Return the hash of one list item."""
    return digest("merkle-leaf", item)


def root_of(items: Sequence[bytes]) -> Digest:
    """Return the root of the tree over `items` in order; EMPTY_ROOT for none."""
    return root_of_leaves(digest_each("merkle-leaf", items))


def root_of_leaves(leaves: list[Digest]) -> Digest:
    """Return the root over leaf hashes, level by level; an odd last node moves up unchanged."""
    if not leaves:
        return EMPTY_ROOT
    level = leaves
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(items: Sequence[bytes], index: int) -> tuple[Digest, ...]:
    """Return the audit path of item `index`, from the leaf up.

    Raises:
        IndexError: no such item.
    """
    if not 0 <= index < len(items):
        raise IndexError(f"item {index} of {len(items)}")
    level = digest_each("merkle-leaf", items)
    path = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, index = _above(level), index // 2
    return tuple(path)


def root_from_path(item: bytes, *, index: int, count: int, path: Sequence[Digest]) -> Digest:
    """Return the root that makes `item` number `index` of `count` under audit path `path`.

    Raises:
        BadShape: index or path do not fit a tree of `count` items.
    """
    if not 0 <= index < count:
        raise BadShape(f"item {index} of {count}", field="index")
    node, width, rest = leaf_hash(item), count, list(path)
    while width > 1:
        if index ^ 1 < width:
            if not rest:
                raise BadShape("the audit path is too short", field="path")
            sibling = rest.pop(0)
            node = _node(sibling, node) if index % 2 else _node(node, sibling)
        index, width = index // 2, (width + 1) // 2
    if rest:
        raise BadShape("the audit path is too long", field="path")
    return node


def _above(level: list[Digest]) -> list[Digest]:
    above = digest_each("merkle-node", map(add, level[::2], level[1::2]))
    return [*above, level[-1]] if len(level) % 2 else above


def _node(left: bytes, right: bytes) -> Digest:
    return digest("merkle-node", left + right)
