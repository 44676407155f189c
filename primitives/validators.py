"""The validator set of a height: order and quorum. Source: consensus/README.md."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from primitives.codec import Value, encode
from primitives.crypto import Digest, PublicKey, digest
from primitives.errors import BadShape
from primitives.keys import node_key_of
from primitives.limits import NAME_CHARS_MAX, VALIDATORS_MAX
from primitives.shape import array_of, fields_of, text_of


def faults_max(count: int) -> int:
    """Return f, the number of faulty validators that `count` tolerate: (count - 1) // 3."""
    return (count - 1) // 3


def quorum_of(count: int) -> int:
    """Return q, so that two quorums share at least f + 1: (count + f) // 2 + 1."""
    return (count + faults_max(count)) // 2 + 1


@dataclass(frozen=True, slots=True)
class Validator:
    """One member that votes: its Ed25519 consensus key and its short ASCII name."""

    public_key: PublicKey
    name: str


@dataclass(frozen=True, slots=True)
class ValidatorSet:
    """The validators of one height, in the order of their public keys, of equal weight."""

    members: tuple[Validator, ...]
    hash: Digest = field(init=False)
    _index: dict[PublicKey, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = [member.public_key for member in self.members]
        if not 1 <= len(keys) <= VALIDATORS_MAX:
            raise BadShape(f"{len(keys)} validators, allowed are 1 to {VALIDATORS_MAX}")
        if any(a >= b for a, b in pairwise(keys)):
            raise BadShape("validators must be in ascending order of distinct keys")
        object.__setattr__(self, "hash", digest("validators", encode(self.to_value())))
        object.__setattr__(self, "_index", {key: i for i, key in enumerate(keys)})

    def __len__(self) -> int:
        return len(self.members)

    def __contains__(self, public_key: PublicKey) -> bool:
        return public_key in self._index

    @property
    def quorum(self) -> int:
        """Votes that decide."""
        return quorum_of(len(self.members))

    @property
    def faults_max(self) -> int:
        """Faulty validators tolerated."""
        return faults_max(len(self.members))

    def name_of(self, public_key: PublicKey) -> str:
        """Return the validator's name, or the start of its key when it is not a member."""
        index = self._index.get(public_key)
        return public_key.hex()[:16] if index is None else self.members[index].name

    def bit_map_of(self, public_keys: Collection[PublicKey]) -> bytes:
        """Return who of the set is among `public_keys`: lowest bit first, one bit a member."""
        bits = sum(1 << self._index[key] for key in frozenset(public_keys) if key in self._index)
        return bits.to_bytes((len(self.members) + 7) // 8, "little")

    def members_in(self, bit_map: bytes) -> tuple[PublicKey, ...]:
        """Return the members whose bit is set, in order; bits beyond the set mean nothing."""
        bits = int.from_bytes(bit_map, "little")
        return tuple(
            member.public_key for index, member in enumerate(self.members) if bits >> index & 1
        )

    def to_value(self) -> Value:
        """Return [[public_key, name], ...] in order."""
        return tuple((member.public_key, member.name) for member in self.members)


def validator_set(members: Iterable[Validator]) -> ValidatorSet:
    """Return the set of `members`, sorted. Raises BadShape for repeated keys or a bad count."""
    return ValidatorSet(tuple(sorted(members, key=lambda member: member.public_key)))


def seats_touched(before: ValidatorSet, after: ValidatorSet) -> int:
    """Return how many seats were given, taken away, or got another key; a seat is a name's."""
    was = {member.name: member.public_key for member in before.members}
    now = {member.name: member.public_key for member in after.members}
    return sum(was.get(name) != now.get(name) for name in {**was, **now})


def read_validator_set(value: Value) -> ValidatorSet:
    """Return the set that `to_value` gave. Raises BadShape."""
    members = []
    for item in array_of(value, name="validators", count_max=VALIDATORS_MAX):
        pair = fields_of(item, name="validator", count=2)
        key = node_key_of(pair[0], name="public_key")
        members.append(Validator(key, text_of(pair[1], name="name", chars_max=NAME_CHARS_MAX)))
    return ValidatorSet(tuple(members))
