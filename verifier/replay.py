"""Replays the entries of a record, in order, as a state machine of its own.

An entry that the rules refuse is not one that the ledger accepted: the record is false. What takes
long and changes nothing, such as the proofs of a ballot, is checked beside it on other threads; the
group's arithmetic runs outside the interpreter's lock.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from verifier import box, ceremony, counting, issuing, offices, rings, roll
from verifier.election import Act, Election
from verifier.ledger import Transaction, address_of, read_transaction
from verifier.refusal import Refused, Unreadable, require
from verifier.transcript import hashed, number

CONTRACT = "voting"
CHECKS_WAITING_MAX = 64  # of entries that were read: what a record holds at once
FOUNDING = "create_election"
_NAME_BYTES = 24  # of a transaction: enough that no two that anyone can make share one
METHODS: dict[str, Callable[[Election, Act], None]] = {
    handler.__name__: handler
    for handler in (
        roll.cancel_election,
        roll.add_voters,
        roll.admit_voter,
        roll.strike_voter,
        roll.freeze_roll,
        ceremony.register_keys,
        rings.join_ring,
        ceremony.commit_dealing,
        ceremony.reveal_dealing,
        ceremony.deal_shares,
        ceremony.complain,
        ceremony.answer_complaint,
        ceremony.open_election,
        issuing.request_token,
        issuing.issue_tokens,
        issuing.refuse_token,
        issuing.close_issuing,
        offices.extend_election,
        offices.annul_election,
        offices.accept_overissue,
        offices.withdraw_wish,
        box.commit_ballot,
        box.cast_ballot,
        box.spoil_ballot,
        counting.count_box,
        counting.deliver_shares,
        counting.tally,
    )
}
# Methods that build on what is being checked: they wait for it.
_BUILDING = ("open_election", "close_issuing", "count_box")


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted transaction as it was signed, height and time of its block.

    The time is that which contracts saw.
    """

    height: int
    time_ms: int
    raw: bytes


@dataclass(slots=True)
class Replayed:
    """What the entries come to; `acts` counts those of each method."""

    election: Election | None = None
    log_head: bytes = bytes(64)
    height: int = 0
    time_ms: int = 0
    acts: dict[str, int] = field(default_factory=dict)
    signatures: int = 0
    vouched: int = 0  # senders whose keys only the ledger's accounts say

    @property
    def entries(self) -> int:
        """How many entries were replayed."""
        return sum(self.acts.values())


def replay(chain_id: str, entries: Iterable[Entry]) -> Replayed:
    """Return what the entries come to. Raises Refused, naming the first one that is wrong."""
    replayed, seen = Replayed(), set[bytes]()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        later = _Later(pool)
        for at, entry in enumerate(_in_turn(entries, later)):
            later.where = f"entry {at} (block {entry.height})"
            try:
                transaction = read_transaction(entry.raw, "transaction")
                later.where += f", {transaction.method}"
                name = transaction.transaction_id[:_NAME_BYTES]
                require(name not in seen, "comes twice")
                seen.add(name)
                _take(replayed, (chain_id, entry, transaction), later)
            except Refused as refused:
                later.settle_earlier()
                raise Refused(f"{later.where}: {refused}") from refused
        later.settle()
    return replayed


def _in_turn(entries: Iterable[Entry], later: "_Later") -> Iterator[Entry]:
    """Yield entries as checks of earlier ones end, so that few are held at once.

    Raises:
        Refused: a check of an earlier entry refuses it, also where the next one cannot be read.
    """
    reading = iter(entries)
    while True:
        try:
            entry = next(reading, None)
        except Unreadable:
            later.settle()
            raise
        if entry is None:
            return
        yield entry
        later.settle_all_but(CHECKS_WAITING_MAX)


@dataclass(slots=True)
class _Later:
    """Checks that are under way, in the order of their entries."""

    pool: ThreadPoolExecutor
    where: str = ""
    waiting: deque[tuple[str, Future[None]]] = field(default_factory=deque)

    def check(self, function: Callable[..., None], *args: Any) -> None:  # noqa: ANN401
        """Begin a check whose refusal is that of the entry at hand."""
        self.waiting.append((self.where, self.pool.submit(function, *args)))

    def settle_earlier(self) -> None:
        """Wait for the checks of entries before the one at hand. Raises Refused."""
        self.waiting = deque(each for each in self.waiting if each[0] != self.where)
        self.settle()

    def settle(self) -> None:
        """Wait for all checks. Raises Refused, for the first entry that one refuses."""
        self.settle_all_but(0)

    def settle_all_but(self, count: int) -> None:
        """Wait for the oldest checks, until so many are under way. Raises as `settle`."""
        while len(self.waiting) > count:
            where, future = self.waiting.popleft()
            try:
                future.result()
            except Refused as refused:
                self.waiting.clear()
                self.pool.shutdown(cancel_futures=True)
                raise Refused(f"{where}: {refused}") from refused


def _take(replayed: Replayed, at: tuple[str, Entry, Transaction], later: _Later) -> None:
    chain_id, entry, transaction = at
    height, time_ms = entry.height, entry.time_ms
    require(transaction.chain_id == chain_id, "signed for another chain")
    require(transaction.contract == CONTRACT, f"is of the contract {transaction.contract}")
    require(height >= max(1, replayed.height), "its block comes before that of the entry before")
    is_same = height == replayed.height
    is_timed = time_ms == replayed.time_ms if is_same else time_ms > replayed.time_ms
    require(is_timed, "its time does not go with its block")
    _apply(replayed, transaction, entry, later)
    replayed.height, replayed.time_ms = height, time_ms
    replayed.acts[transaction.method] = replayed.acts.get(transaction.method, 0) + 1
    replayed.signatures += len(transaction.keys)
    is_own = [address_of(key) for key in transaction.keys] == [transaction.sender]
    replayed.vouched += 0 if is_own else 1
    logged = (replayed.log_head, transaction.transaction_id, number(height), number(time_ms))
    replayed.log_head = hashed("log", *logged)


def _apply(replayed: Replayed, transaction: Transaction, entry: Entry, later: _Later) -> None:
    method = transaction.method
    act = Act(
        height=entry.height,
        time_ms=entry.time_ms,
        sender=transaction.sender,
        keys=transaction.keys,
        method=method,
        args=transaction.args,
        check_later=later.check,
    )
    if replayed.election is None:
        require(method == FOUNDING, f"the first entry is {method}, not {FOUNDING}")
        replayed.election = roll.create_election(transaction.chain_id, act)
        return
    require(method in METHODS, "not what an election knows after its founding")
    if method in _BUILDING:
        later.settle()
    METHODS[method](replayed.election, act)
