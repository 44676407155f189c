"""A Merkle tree that grows item by item, so that a long list can be hashed in several calls.

Shape and hashes are those of the ledger's other trees. Source: RFC 9162 §2.1.
"""

from typing import Annotated

from contracts.sdk import CountMax, record
from contracts.sdk.crypto import digest
from contracts.voting.core.messages import Count, Root

PEAKS_MAX = 53


@record
class Tree:
    """The roots of the full subtrees so far, largest first, one for each 1 bit of `count`."""

    count: Count
    peaks: Annotated[tuple[Root, ...], CountMax(PEAKS_MAX)]


EMPTY = Tree(0, ())


def append(tree: Tree, item: bytes) -> Tree:
    """Return the tree with one more item."""
    peaks = list(tree.peaks)
    node = digest("merkle-leaf", item)
    for level in range(len(tree.peaks)):
        if (tree.count >> level) % 2 == 0:
            break
        node = digest("merkle-node", peaks.pop() + node)
    return Tree(tree.count + 1, (*peaks, node))


def root_of(tree: Tree) -> bytes:
    """Return the root over all items, at least one."""
    node: bytes = tree.peaks[-1]
    for peak in reversed(tree.peaks[:-1]):
        node = digest("merkle-node", peak + node)
    return node
