"""Who decides a height: a set of validators. Source: docs/protocol.md#certificates."""

from dataclasses import dataclass

from verifier.encoding import hash_of, pack


@dataclass(frozen=True, slots=True)
class ValidatorSet:
    """Validators as headers carry the hash of them; none is there when nothing is known."""

    members: tuple[tuple[bytes, str], ...]  # (public key, name), ascending

    def __len__(self) -> int:
        return len(self.members)

    @property
    def quorum(self) -> int:
        """How many seals decide a block."""
        count = len(self.members)
        return (count + (count - 1) // 3) // 2 + 1

    @property
    def hash(self) -> bytes:
        """What headers carry of the validators."""
        return hash_of("validators", pack([[key, name] for key, name in self.members]))
