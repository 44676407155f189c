"""Holds acts back and sends them on mixed, so that a validator sees nobody's address.

What it is for: a validator sees the relay's address and the time of a batch, never who handed an
act in, nor when. Nothing of a letter but the transaction's bytes is kept or sent on, and no address
is logged. Acts of all kinds, such as ballots, are mixed with each other.

What it does not protect against:
- the relay itself, and whoever commands it, where it is reached directly: it sees addresses and
  pseudonyms at once; not what is in ballots, for they are encrypted. Over a carrier of another
  party neither sees both, as long as the two do not join what they have;
- who watches the network on both sides of the relay: batches hide among `batch_min` acts only, and
  fewer when few come;
- traffic that says who acts: that somebody talks to the relay is visible to their network;
- a relay that drops acts: a voter's wallet looks for its own on the chain, and tries another;
- a compromised device, and a voter who shows their words to somebody.
"""

import logging
import random
from collections import Counter
from dataclasses import dataclass

from client.errors import NodeUnreachable, RpcRefused
from client.relay.errors import NotRelayed, RelayBusy, RelayRefused
from client.relay.kind import Kind
from client.rpc import RpcClient
from primitives.ids import Address, TransactionId
from primitives.limits import RPC_BATCH_MAX
from primitives.recent import Recent
from primitives.transaction import Transaction, decode_transaction

log = logging.getLogger("sapha.relay")

WAITING, FORWARDED, UNKNOWN = "waiting", "forwarded", "unknown"
_REMEMBERED_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPolicy:
    """What a relay takes and how long it holds it back."""

    chain_id: str
    kinds: tuple[Kind, ...]
    batch_min: int = 4
    hold_ms_max: int = 120_000  # an act goes out after so long, however few there are
    round_ms_min: int = 5_000
    round_ms_max: int = 30_000
    waiting_max: int = 10_000
    waiting_of_a_sender_max: int = 4

    def has(self, contract: str, method: str) -> bool:
        """Return whether this is an act of one of the kinds."""
        return any(contract == kind.contract and method in kind.methods for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class _Waiting:
    raw: bytes
    since_ms: int
    sender: Address


class Pool:
    """The acts that wait, and what became of those that do not; in memory only."""

    def __init__(self, policy: RelayPolicy) -> None:
        self.policy = policy
        self._waiting: dict[TransactionId, _Waiting] = {}
        self._of_sender: Counter[Address] = Counter()
        self._fates: Recent[TransactionId, str] = Recent(_REMEMBERED_MAX)
        self._random = random.SystemRandom()

    def __len__(self) -> int:
        return len(self._waiting)

    def accept(self, raw: bytes, now_ms: int) -> TransactionId:
        """Take a transaction in; the same bytes again change nothing.

        Raises:
            NotRelayed: no act of this chain that relays take.
            RelayBusy: too many wait, of all or of its sender.
            RelayRefused: it would expire here.
            BadSignature, NotCanonical, BadShape, TooLarge: not a signed transaction.
        """
        transaction = decode_transaction(raw)
        identifier = transaction.transaction_id
        if identifier in self._waiting or self._fates.get(identifier) == FORWARDED:
            return identifier
        self._check(transaction, now_ms)
        self._check_room(transaction.body.sender)
        self._waiting[identifier] = _Waiting(raw, now_ms, transaction.body.sender)
        self._of_sender[transaction.body.sender] += 1
        return identifier

    def take(self, now_ms: int) -> list[bytes]:
        """Return the acts to send now, in random order; none while there are too few to mix."""
        oldest = min((each.since_ms for each in self._waiting.values()), default=now_ms)
        is_due = now_ms - oldest >= self.policy.hold_ms_max
        if not self._waiting or (len(self._waiting) < self.policy.batch_min and not is_due):
            return []
        batch = [each.raw for each in self._waiting.values()]
        self._random.shuffle(batch)
        return batch

    def settle(self, raw: bytes, fate: str) -> None:
        """Say what became of an act: "forwarded", or the code with which a node refused it."""
        identifier = decode_transaction(raw).transaction_id
        settled = self._waiting.pop(identifier, None)
        if settled is not None:
            self._of_sender[settled.sender] -= 1
            self._of_sender += Counter()  # forgets who has none left
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
        if body.chain_id != self.policy.chain_id:
            raise NotRelayed(f"this relay takes acts of {self.policy.chain_id} only")
        if not self.policy.has(body.contract, body.method):
            acts = " or ".join(kind.act for kind in self.policy.kinds)
            what = f"{body.contract}.{body.method}"
            raise NotRelayed(f"{what[:64]!r} is no {acts}; send it to a node yourself")
        latest_ms = now_ms + self.policy.hold_ms_max + self.policy.round_ms_max
        if body.expires_at_ms <= latest_ms:
            left_ms = body.expires_at_ms - now_ms
            needed_ms = latest_ms - now_ms
            raise RelayRefused(f"it expires in {left_ms} ms, a relay needs {needed_ms} to mix it")
        transaction.check_signatures()

    def _check_room(self, sender: Address) -> None:
        """Raise RelayBusy: one who floods fills their own few places, or all of them are taken."""
        retry_after_s = self.policy.round_ms_max // 1000 + 1
        if len(self._waiting) >= self.policy.waiting_max:
            message = f"{len(self._waiting)} acts wait already; try another relay"
            raise RelayBusy(message, retry_after_s=retry_after_s)
        own = self._of_sender[sender]
        if own >= self.policy.waiting_of_a_sender_max:
            message = f"{own} acts of this sender wait already"
            raise RelayBusy(message, retry_after_s=retry_after_s)


async def forward(rpc: RpcClient, pool: Pool, now_ms: int) -> int:
    """Send on what is ready and return how many a node took; all stay when no node answers."""
    batch = pool.take(now_ms)
    taken = 0
    for start in range(0, len(batch), RPC_BATCH_MAX):
        part = batch[start : start + RPC_BATCH_MAX]
        try:
            outcomes = await rpc.submit(part)
        except (NodeUnreachable, RpcRefused) as error:
            log.warning("%d acts wait: %s", len(pool), error)
            return taken
        for raw, outcome in zip(part, outcomes, strict=True):
            is_taken = outcome.transaction_id is not None
            pool.settle(raw, FORWARDED if is_taken else outcome.word)
            taken += is_taken
    if batch:
        log.info("%d acts sent on, %d refused", taken, len(batch) - taken)
    return taken
