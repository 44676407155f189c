"""A state tree written out in full, as docs/protocol.md#state-root describes it; small and slow.

Key hashes are bit strings here. `TreeModel.of_hashes` takes them as they are: who grinds keys finds
hashes with a common beginning, and tests need not.
"""

from primitives.crypto import digest
from primitives.state_proof import StateProof

EMPTY = digest("state-leaf", b"")


def content(value: bytes) -> bytes:
    if len(value) <= 32:
        return bytes([len(value)]) + value
    return b"\xff" + digest("state-value", value)


class TreeModel:
    """The whole tree over `state`, every node hashed from all that is below it."""

    def __init__(self, state: dict[bytes, bytes]) -> None:
        self._hash({digest("state-key", key): value for key, value in state.items()})

    @classmethod
    def of_hashes(cls, values: dict[bytes, bytes]) -> "TreeModel":
        model = cls.__new__(cls)
        model._hash(values)
        return model

    def _hash(self, values: dict[bytes, bytes]) -> None:
        self.entries = sorted((hashed, content(value)) for hashed, value in values.items())
        self.top = self.node("", self.entries)
        prefix = bytes([2, 2, 16]) + len(self.entries).to_bytes(8, "big")
        self.root = digest("state-root", prefix + self.top)

    def node(self, bits: str, below: list) -> bytes:
        if is_leaf(bits, below):
            return digest("state-leaf", b"".join(k + c.ljust(33, b"\0") for k, c in below))
        children = [self.node(bits + more, under(bits + more, below)) for more in PAIRS]
        return digest("state-inner", b"".join(children))

    def proof(self, key: bytes) -> StateProof:
        return self.proof_at(digest("state-key", key))

    def proof_at(self, hashed: bytes) -> StateProof:
        bits = ""
        while not is_leaf(bits, under(bits, self.entries)):
            bits = binary(hashed)[: len(bits) + 2]
        below = under(bits, self.entries)
        return StateProof(count=len(self.entries), entries=tuple(below), rows=self.rows(bits))

    def rows(self, bits: str) -> tuple[tuple[int, bytes], ...]:
        """Return the siblings of the node that `bits` name, and of those above it."""
        rows = []
        while bits:
            others = [bits[:-2] + more for more in PAIRS if more != bits[-2:]]
            siblings = [self.node(other, under(other, self.entries)) for other in others]
            mask = sum(2**place for place, hashed in enumerate(siblings) if hashed != EMPTY)
            rows.append((mask, b"".join(one for one in siblings if one != EMPTY)))
            bits = bits[:-2]
        return tuple(rows)


PAIRS = ("00", "01", "10", "11")


def is_leaf(bits: str, below: list) -> bool:
    return len(below) <= 16 or len(bits) == 128


def under(bits: str, entries: list) -> list:
    return [entry for entry in entries if binary(entry[0]).startswith(bits)]


def binary(hashed: bytes) -> str:
    return f"{int.from_bytes(hashed, 'big'):0256b}"
