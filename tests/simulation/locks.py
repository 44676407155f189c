"""The heart of the safety argument, as a check: what may be decided stays the only candidate.

If honest validators, with the faulty added, could make q Commits for a block in a view, then no
honest validator ever prepares another block in a higher view of that height: their view changes
carry the block into every quorum. This breaks long before two blocks are decided.
Source: Castro and Liskov 1999, section 4.5.1; Moniz 2020, lemma "agreement across rounds".
"""

from dataclasses import dataclass, field

from consensus.messages import Kind, Statement
from primitives.crypto import Digest, PublicKey


@dataclass(slots=True)
class Locks:
    """Prepares and Commits that honest validators have sent, by height."""

    _commits: dict[int, dict[tuple[int, Digest], set[PublicKey]]] = field(default_factory=dict)
    _prepares: dict[int, dict[tuple[int, Digest], None]] = field(default_factory=dict)

    def add(self, vote: Statement, *, quorum: int, faulty: frozenset[PublicKey]) -> str | None:
        """Take one more vote; return what it contradicts, if anything."""
        place = (vote.view, vote.block_hash)
        if vote.kind is Kind.PREPARE:
            self._prepares.setdefault(vote.height, {})[place] = None
        else:
            commits = self._commits.setdefault(vote.height, {})
            commits.setdefault(place, set()).add(vote.sender)
        return self._conflict(vote.height, quorum, faulty)

    def _conflict(self, height: int, quorum: int, faulty: frozenset[PublicKey]) -> str | None:
        commits = self._commits.get(height, {})
        locked = [place for place, who in commits.items() if len(who | faulty) >= quorum]
        for view, block_hash in locked:
            for later, other in self._prepares.get(height, {}):
                if later > view and other != block_hash:
                    return (
                        f"prepares {other.hex()[:6]} in view {later} of height {height}, though "
                        f"{block_hash.hex()[:6]} may be decided in view {view}"
                    )
        return None
