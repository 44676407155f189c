"""The tree over blinded keys, whose root a subject puts on the ledger; of one depth for all.

    leaf = H("sapha/id/v2/leaf", list or year, index, enc B); node = H("sapha/id/v2/node", l, r)

H is SHA-512 over the tag and fields, each after its length. A leaf holds its own index, and a path
is of one length, so that no leaf stands at two places. Places without an element have the leaf of
none. Source: docs/adr/0042-vouched-keys.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from client.identity.vouching.errors import BadUpload
from contracts.sdk.transcript import hash_fields, uint

ENROL_DEPTH = 10  # 1,024 places
YEAR_DEPTH = 12  # 366 days of 8 slots, in 4,096 leaves


@dataclass(frozen=True, slots=True)
class Tree:
    """A root with what proves its leaves; `levels` go from the leaves up."""

    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        """The root: 64 bytes."""
        return self.levels[-1][0]

    def path(self, index: int, height: int = 0) -> tuple[bytes, ...]:
        """Return the hashes beside the way up, from the leaf, or from `height` above leaves."""
        place = index >> height
        return tuple(
            level[(place >> above) ^ 1] for above, level in enumerate(self.levels[height:-1])
        )


def leaf_hash(period: int, index: int, element: bytes) -> bytes:
    """Return the hash of one leaf; `period` is a list or year, `element` is enc B or nothing."""
    return hash_fields("sapha/id/v2/leaf", (uint(period), uint(index), element))


def tree_of(period: int, elements: Sequence[bytes], depth: int) -> Tree:
    """Return the tree over elements in order; leaves beyond them hold none."""
    padded = [*elements, *[b""] * (2**depth - len(elements))]
    levels = [tuple(leaf_hash(period, index, each) for index, each in enumerate(padded))]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    return Tree(tuple(levels))


def root_from(
    period: int, first: int, elements: Sequence[bytes], path: Sequence[bytes], depth: int
) -> bytes:
    """Return the root that makes `elements` the leaves from number `first` on.

    Raises:
        BadUpload: their number is no power of two, or does not fit this place or the path.
    """
    count = len(elements)
    height = max(count.bit_length() - 1, 0)
    is_block = count == 1 << height and first % count == 0
    is_inside = first >= 0 and first + count <= 1 << depth
    if not is_block or not is_inside or len(path) != depth - height:
        raise BadUpload(f"{count} leaves from {first} on, with a path of {len(path)}")
    level = tuple(leaf_hash(period, first + index, each) for index, each in enumerate(elements))
    while len(level) > 1:
        level = _above(level)
    node, place = level[0], first >> height
    for beside in path:
        pair = (beside, node) if place % 2 else (node, beside)
        node, place = _node(*pair), place // 2
    return node


def _above(level: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(_node(left, right) for left, right in zip(level[::2], level[1::2], strict=True))


def _node(left: bytes, right: bytes) -> bytes:
    return hash_fields("sapha/id/v2/node", (left, right))
