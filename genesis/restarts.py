"""Restart statements as who holds the genesis alone follows them (rule R2.9).

A header counts under the statement that is in force at its height. A statement is taken when the
header below it is certified under the one before, and the state of that header proves who had to
sign. Source: docs/protocol.md#restart-statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.electorate import Base, check_restarts
from primitives.block import Header
from primitives.crypto import Digest
from primitives.errors import InvariantBroken, Rejected, SaphaError
from primitives.ids import Height
from primitives.restart import SignedRestart
from primitives.restart_proof import ProvenEntry
from primitives.state_proof import BadProof, check_proof
from primitives.validators import ValidatorSet


class UnknownRestart(Rejected):
    """The block follows a restart statement that is not known here; ask a node for its proof."""


class VoidBlock(Rejected):
    """The block is void: the network went on above a lower one by a restart statement."""


class RestartConflict(Rejected):
    """A restart statement goes on below a block of which this client holds a certificate."""


class Unproven(SaphaError):
    """A check asks for a key of state of which there is no proof; `key` is the key."""

    def __init__(self, key: bytes) -> None:
        """Keep the key."""
        self.key = key
        super().__init__(f"no proof of the state key {key!r:.100}")


class ProvenState:
    """State of which only single, proven entries are known; implements StateView."""

    def __init__(self, entries: Mapping[bytes, bytes | None]) -> None:
        self._entries = entries

    def get(self, key: bytes) -> bytes | None:
        """Return the proven value of `key`, None when it is proven absent. Raises Unproven."""
        if key not in self._entries:
            raise Unproven(key)
        return self._entries[key]

    def set(self, key: bytes, value: bytes | None) -> None:
        """Refuse: nothing is executed here."""
        raise InvariantBroken(f"a proven state is written at {key!r:.60} ({value!r:.20})")

    def iterate(
        self, prefix: bytes, *, after: bytes | None, limit: int
    ) -> Iterator[tuple[bytes, bytes]]:
        """Refuse: that nothing is left out cannot be proven."""
        raise InvariantBroken(f"a proven state is iterated: {prefix!r:.60}, {after!r}, {limit}")


@dataclass(frozen=True, slots=True)
class Reign:
    """A restart statement (or the genesis) and the first height of which it is in force.

    `not_after_ms` bounds the time of the block at that height; None for the genesis.
    """

    restart: Digest
    first_height: Height
    not_after_ms: int | None = None


class Reigns:
    """The statements that are known, in order; the first is the genesis."""

    def __init__(self, genesis_hash: Digest) -> None:
        self._reigns = [Reign(genesis_hash, Height(0))]

    @property
    def last(self) -> Reign:
        """The one in force now, as far as is known."""
        return self._reigns[-1]

    def knows(self, restart: Digest) -> bool:
        """Return whether a digest is that of the genesis or of a known statement."""
        return any(reign.restart == restart for reign in self._reigns)

    def check(self, header: Header) -> None:
        """Check that a header's height is one at which its statement is in force.

        Raises:
            UnknownRestart: the statement is not known.
            VoidBlock: another one is in force at that height, or it came too late.
        """
        if not self.knows(header.restart):
            raise UnknownRestart(
                f"block {header.height} follows restart statement {header.restart.hex()[:16]},"
                " which is not known here: ask a node for its proof (chain_getRestarts)"
            )
        reign = max(
            (one for one in self._reigns if one.first_height <= header.height),
            key=lambda one: one.first_height,
        )
        if reign.restart != header.restart:
            raise VoidBlock(
                f"block {header.height} is void: from height {reign.first_height} on restart"
                f" statement {reign.restart.hex()[:16]} is in force"
            )
        is_first = header.height == reign.first_height and reign.not_after_ms is not None
        if is_first and header.time_ms > (reign.not_after_ms or 0):
            raise VoidBlock(
                f"block {header.height} of {header.time_ms} ms came after its restart statement's"
                f" time, {reign.not_after_ms} ms"
            )

    def add(self, restarts: Sequence[SignedRestart], *, above: Header, highest: Height) -> None:
        """Take checked statements above a block; `highest` is the highest certified height held.

        Raises:
            RestartConflict: `highest` is above that block, or another statement is known there.
        """
        height = above.height
        if above.restart != self.last.restart:
            raise RestartConflict(
                f"restart statement {restarts[-1].digest.hex()[:16]} goes on above block {height},"
                f" where {self.last.restart.hex()[:16]} is in force from {self.last.first_height}"
                " on: somebody signed two that do not know each other"
            )
        if highest > height:
            raise RestartConflict(
                f"restart statement {restarts[-1].digest.hex()[:16]} goes on above block {height},"
                f" but block {highest} is certified: two thirds of the agencies signed that they"
                " know no such block; show them this certificate before you believe either side"
            )
        last = restarts[-1]
        self._reigns.append(Reign(last.digest, Height(height + 1), last.statement.not_after_ms))


def check_carried(
    entries: Sequence[ProvenEntry],
    restarts: Sequence[SignedRestart],
    above: Header,
    validators: ValidatorSet,
) -> None:
    """Check statements above a certified header, after which `validators` decide, by its state.

    Raises:
        RestartRefused, BadProof: see `following.Follower.take_restarts`.
    """
    for entry in entries:
        check_proof(entry.proof, state_root=above.state_root, key=entry.key, value=entry.value)
    base = Base(
        chain_id=above.chain_id,
        restart=above.restart,
        height=above.height,
        block_hash=above.hash,
        validators=validators,
    )
    try:
        check_restarts(restarts, ProvenState({one.key: one.value for one in entries}), base)
    except Unproven as missing:
        raise BadProof(f"the proof of a restart statement lacks {missing}") from missing
