"""Who took part in deciding: counted from the certificates that blocks carry of their parents.

A quorum suffices, so who is not among the signers of a block need not be faulty: its vote may have
come after the next proposer made its block. Source: docs/operator.md, participation.
"""

from dataclasses import dataclass

from node.store.chain_store import ChainStore
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.validators import ValidatorSet


@dataclass(slots=True)
class TookPart:
    """One validator over a range of heights: certificates it could sign, and did."""

    public_key: PublicKey
    name: str
    certificates: int = 0
    signed: int = 0
    last_signed: Height | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """Who signed which share of the certificates of `first` to `last`; empty if last < first."""

    first: Height
    last: Height
    validators: tuple[TookPart, ...]  # in the order of their keys


def participation(chain: ChainStore, first: int, last: int) -> Participation:
    """Count over the heights from `first` to `last` whose certificate is in a stored block.

    Heights that are not (any more, or yet) there are left out. Reads a few dozen bytes a height.
    """
    first = max(first, 1, chain.first_block)
    found: dict[PublicKey, TookPart] = {}
    sets: dict[bytes, ValidatorSet] = {}
    counted = first - 1
    below = chain.signers_at(Height(first))
    for height in range(first, last + 1):
        above = chain.signers_at(Height(height + 1))
        if below is None or above is None:
            break
        if below[0] not in sets:
            sets[below[0]] = chain.validators(below[0])
        _count(found, sets[below[0]], Height(height), above[1])
        below, counted = above, height
    return Participation(Height(first), Height(counted), tuple(found[key] for key in sorted(found)))


def _count(
    found: dict[PublicKey, TookPart], validators: ValidatorSet, height: Height, signers: bytes
) -> None:
    signed = frozenset(validators.members_in(signers))
    for member in validators.members:
        one = found.setdefault(member.public_key, TookPart(member.public_key, member.name))
        one.certificates += 1
        if member.public_key in signed:
            one.signed += 1
            one.last_signed = height
