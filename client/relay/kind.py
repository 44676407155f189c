"""What a service has relays take: its acts, and what of its state may be asked for with them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Acts of one contract that relays take.

    `nameless` are the contract's maps whose keys name nobody: in a question through a relay a name
    would meet its pseudonym. `act` is what people call such an act.
    """

    contract: str
    methods: frozenset[str]
    nameless: tuple[str, ...]
    act: str

    @property
    def prefixes(self) -> tuple[bytes, ...]:
        """How the keys of the nameless maps begin."""
        return tuple(f"{self.contract}\0{name}\0".encode() for name in self.nameless)
