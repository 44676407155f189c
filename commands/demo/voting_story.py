"""What the voting scene keeps while it is told: the parties, the voters, and what was seen."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass, field

from client.errors import RpcRefused
from client.outcome import Outcome
from client.voting.errors import LedgerRefused
from client.voting.facts import ElectionFacts
from client.voting.vault import Vault
from client.voting.voter import VoterWallet
from commands.demo.stage import Check
from commands.demo.voting_cast import Hall, Person
from contracts.voting.crypto.tokens import Tokens


@dataclass(slots=True, kw_only=True)
class Voter:
    """A voter: the person, the option that the real voter put first, the wallet, the tokens."""

    person: Person
    choice: int
    wallet: VoterWallet
    tokens: Tokens = ()


@dataclass(slots=True, kw_only=True)
class Story:
    """Everybody and everything that was seen."""

    hall: Hall
    choices: list[int]  # the first preference on each real ballot
    people: list[Person] = field(default_factory=list)  # whose ballots these are, in their order
    vaults: dict[str, Vault] = field(default_factory=dict)  # by registrar
    windows: dict[str, int] = field(default_factory=dict)
    voters: list[Voter] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    @property
    def election_id(self) -> str:
        """The election's name on the ledger."""
        return self.hall.election_id

    async def facts(self) -> ElectionFacts:
        """Return what the ledger proves of the election now."""
        return await self.hall.facts.election(self.election_id)

    def note(self, name: str, seen: str, *, is_kept: bool) -> None:
        """Keep what was seen of a promise."""
        self.checks.append(Check(name, seen, is_kept))

    def note_code(self, name: str, code: str, wanted: str) -> None:
        """Keep a refusal that was promised by its code."""
        self.note(name, code, is_kept=code == wanted)

    def measured(self, what: str) -> None:
        """Keep how long something took since the last time this was called."""
        now = time.monotonic()
        self.figures.append((what, f"{now - self._began:.1f} s"))
        self._began = now


async def refusal_of(call: Awaitable[Outcome]) -> str:
    """Return the code with which a node or a block refuses a call, OK if none does."""
    return (await code_and_message(call))[0]


async def code_and_message(call: Awaitable[Outcome]) -> tuple[str, str]:
    """Return what became of a call: the code, and the details of a refusal in a block."""
    try:
        outcome = await call
    except (RpcRefused, LedgerRefused) as refused:
        return refused.code, ""
    receipt = outcome.receipt or {}
    said = ", ".join(
        f"{name} {value}" for name, value in dict(receipt.get("details") or {}).items()
    )
    return str(receipt.get("code", outcome.status)), said
