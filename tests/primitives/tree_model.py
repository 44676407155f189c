"""A bucket tree written out in full, as docs/protocol.md#state describes it; small and slow."""

from primitives.crypto import Digest, digest
from primitives.state_proof import StateProof


class TreeModel:
    """The whole tree over `state`, every node of every level kept."""

    def __init__(self, state: dict[bytes, bytes], bucket_bits: int) -> None:
        self.bucket_bits = bucket_bits
        self.buckets: list[list[tuple[Digest, Digest]]] = [[] for _ in range(2**bucket_bits)]
        for key, value in state.items():
            hashed = digest("state-key", key)
            self.buckets[self.place(hashed)].append((hashed, digest("state-value", value)))
        for bucket in self.buckets:
            bucket.sort()
        level = [digest("state-bucket", b"".join(k + v for k, v in b)) for b in self.buckets]
        self.levels = [level]
        while len(level) > 1:
            level = [
                digest("state-node", b"".join(level[i : i + 4])) for i in range(0, len(level), 4)
            ]
            self.levels.append(level)
        self.root = digest("state-root", bytes([bucket_bits]) + level[0])

    def place(self, hashed: Digest) -> int:
        return int(f"{int.from_bytes(hashed, 'big'):0256b}"[: self.bucket_bits], 2)

    def proof(self, key: bytes) -> StateProof:
        place = self.place(digest("state-key", key))
        entries = tuple(self.buckets[place])
        siblings = []
        for level in self.levels[:-1]:
            group = place - place % 4
            siblings.append(tuple(level[i] for i in range(group, group + 4) if i != place))
            place //= 4
        return StateProof(self.bucket_bits, entries, tuple(siblings))
