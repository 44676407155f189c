"""Holds ballots back and sends them on mixed, so that a validator sees no voter's address.

What it is for: a validator sees the relay's address and the time of a batch, never who handed a
ballot in, nor when. Nothing of a request but the transaction's bytes is kept or sent on, and no
address is logged.

What it does not protect against:
- the relay itself, and whoever commands it: it sees addresses and ballots at once. It learns that
  an address voted, and under which pseudonym; not how, for ballots are encrypted. Use a relay of
  somebody who is no validator and no registrar, or reach it over an anonymity network;
- who watches the network on both sides of the relay: batches hide among `batch_min` ballots only,
  and fewer when few people vote;
- traffic that says who votes: that somebody talks to the relay is visible to their network;
- a relay that drops ballots: the voter's wallet looks for its own on the chain, and tries another;
- a compromised device, and a voter who shows their words to somebody.
"""

import logging
import random
from dataclasses import dataclass

from client.errors import NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from client.voting.errors import RelayRefused
from primitives.ids import TransactionId
from primitives.limits import RPC_BATCH_MAX
from primitives.recent import Recent
from primitives.transaction import Transaction, decode_transaction

log = logging.getLogger("sapha.relay")

CONTRACT = "voting"
BALLOT_METHODS = frozenset({"commit_ballot", "cast_ballot", "spoil_ballot"})
WAITING, FORWARDED, UNKNOWN = "waiting", "forwarded", "unknown"
_REMEMBERED_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPolicy:
    """What a relay takes and how long it holds it back."""

    chain_id: str
    methods: frozenset[str] = BALLOT_METHODS  # of the voting contract
    batch_min: int = 4
    hold_ms_max: int = 120_000  # a ballot goes out after so long, however few there are
    round_ms_min: int = 5_000
    round_ms_max: int = 30_000
    waiting_max: int = 10_000


@dataclass(frozen=True, slots=True)
class _Held:
    raw: bytes
    since_ms: int


class Pool:
    """The ballots that wait, and what became of those that do not; in memory only."""

    def __init__(self, policy: RelayPolicy) -> None:
        self.policy = policy
        self._waiting: dict[TransactionId, _Held] = {}
        self._fates: Recent[TransactionId, str] = Recent(_REMEMBERED_MAX)
        self._random = random.SystemRandom()

    def __len__(self) -> int:
        return len(self._waiting)

    def accept(self, raw: bytes, now_ms: int) -> TransactionId:
        """Take a ballot transaction in; the same bytes again change nothing.

        Raises:
            RelayRefused: no ballot of this chain, or it would expire here; or the relay is full.
            BadSignature, NotCanonical, BadShape, TooLarge: not a signed transaction.
        """
        transaction = decode_transaction(raw)
        identifier = transaction.transaction_id
        if identifier in self._waiting or self._fates.get(identifier) == FORWARDED:
            return identifier
        self._check(transaction, now_ms)
        if len(self._waiting) >= self.policy.waiting_max:
            raise RelayRefused(f"{len(self._waiting)} ballots wait already; try another relay")
        self._waiting[identifier] = _Held(raw, now_ms)
        return identifier

    def take(self, now_ms: int) -> list[bytes]:
        """Return the ballots to send now, in random order; none while there are too few to mix."""
        oldest = min((held.since_ms for held in self._waiting.values()), default=now_ms)
        is_due = now_ms - oldest >= self.policy.hold_ms_max
        if not self._waiting or (len(self._waiting) < self.policy.batch_min and not is_due):
            return []
        batch = [held.raw for held in self._waiting.values()]
        self._random.shuffle(batch)
        return batch

    def settle(self, raw: bytes, fate: str) -> None:
        """Say what became of a ballot: "forwarded", or the code with which a node refused it."""
        identifier = decode_transaction(raw).transaction_id
        self._waiting.pop(identifier, None)
        self._fates.put(identifier, fate)

    def status(self, identifier: TransactionId) -> str:
        """Return "waiting", "forwarded", "unknown", or a node's code of refusal."""
        if identifier in self._waiting:
            return WAITING
        return self._fates.get(identifier) or UNKNOWN

    def pause_s(self) -> float:
        """Return how long to wait until the next round: random within the policy."""
        low, high = self.policy.round_ms_min, self.policy.round_ms_max
        return self._random.uniform(low, high) / 1000

    def _check(self, transaction: Transaction, now_ms: int) -> None:
        body = transaction.body
        if (body.chain_id, body.contract) != (self.policy.chain_id, CONTRACT):
            raise RelayRefused(f"this relay takes ballots of {self.policy.chain_id} only")
        if body.method not in self.policy.methods:
            raise RelayRefused(f"{body.method!r:.40} is no ballot; send it to a node yourself")
        latest_ms = now_ms + self.policy.hold_ms_max + self.policy.round_ms_max
        if body.expires_at_ms <= latest_ms:
            left_ms = body.expires_at_ms - now_ms
            needed_ms = latest_ms - now_ms
            raise RelayRefused(f"it expires in {left_ms} ms, a relay needs {needed_ms} to mix it")
        transaction.check_signatures()


async def forward(rpc: RpcClient, pool: Pool, now_ms: int) -> int:
    """Send on what is ready and return how many a node took; all stay when no node answers."""
    batch = pool.take(now_ms)
    taken = 0
    for start in range(0, len(batch), RPC_BATCH_MAX):
        part = batch[start : start + RPC_BATCH_MAX]
        try:
            outcomes = await rpc.submit(part)
        except (NodeUnreachable, RpcRefused) as error:
            log.warning("%d ballots wait: %s", len(pool), error)
            return taken
        for raw, outcome in zip(part, outcomes, strict=True):
            is_taken = outcome.transaction_id is not None
            pool.settle(raw, FORWARDED if is_taken else outcome.word)
            taken += is_taken
    if batch:
        log.info("%d ballots sent on, %d refused", taken, len(batch) - taken)
    return taken
