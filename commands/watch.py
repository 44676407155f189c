"""What every command says of the transactions that it signs, and which of them are still open.

`watching` opens one watch for each run, and every client that a command opens tells it. Each
transaction is told with its id and its end before the command waits, and is kept in the outbox
until its outcome was told; one that an earlier command left there is settled first.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

from client.answers import Answer, field_of, text_field, uint_field
from client.errors import BadAnswer, BadEnvelope, NodeUnreachable, RpcRefused
from client.outbox import Kept, Outbox
from client.outcome import EXPIRED, WAIT_MS_MAX, Outcome, read_outcome
from client.rpc import RpcClient
from commands.calls import call_text
from commands.field_text import time_text
from commands.output import say, say_data
from primitives.ids import TransactionId
from primitives.transaction import Body, Transaction

OUTBOX_VARIABLE = "SAPHA_OUTBOX"
WAIT_VARIABLE = "SAPHA_WAIT_S"
_WAIT_S_MAX = 3_600.0
_QUIET_S = 5.0  # without a block: nothing to speak of
# A trace of these on a disk tells more than a second transaction could cost: who votes, who
# complains. A second one pays nobody, and their contracts take it once or show both.
_LEAVE_NO_TRACE = frozenset({"voting", "complaints"})
_PAYMENTS = "cbdc"

_Call = Body  # with nonce and expiry 0: equal for what asks for the same


class Watch:
    """One run of a command: what it has sent and what of it is still open."""

    def __init__(self, outbox: Outbox, *, as_json: bool, wait_s: float) -> None:
        self.wait_s = wait_s
        self.has_sent = False  # or has begun to
        self._outbox = outbox
        self._as_json = as_json
        self._open: dict[TransactionId, Transaction] = {}
        self._resumed: set[TransactionId] = set()
        self._earlier: list[Kept] | None = None  # None: nobody has looked yet
        self._answered: list[tuple[_Call, Outcome]] = []
        self._settling = asyncio.Lock()
        self._last_reason = ""

    @property
    def unknown(self) -> tuple[Transaction, ...]:
        """The transactions that may still take effect, as far as this command knows."""
        return tuple(self._open.values())

    def unknown_text(self) -> str:
        """Return what to tell people of the transactions that may still take effect."""
        return "\n".join(map(unknown_text, self.unknown))

    def unknown_json(self) -> list[dict[str, object]]:
        """Return the same for programs."""
        return unknown_json(self.unknown)

    async def begin(self, rpc: RpcClient, transaction: Transaction) -> Transaction | Outcome:
        """Tell and keep a transaction; return an earlier one, or its outcome, that asks the same.

        Raises:
            NodeUnreachable: an earlier transaction is open, and no node says what became of it.
        """
        chosen: Transaction | Outcome = transaction
        if transaction.body.contract not in _LEAVE_NO_TRACE:
            async with self._settling:
                chosen = await self._instead(rpc, transaction)
        if isinstance(chosen, Outcome):
            return chosen
        self._open[chosen.transaction_id] = chosen
        self.has_sent = True
        self._keep(chosen)
        self._tell(
            f"transaction {name_of(chosen)} can take effect until {_clock(chosen)}",
            {"sending": _facts(chosen)},
        )
        return chosen

    def not_taken(self, transaction: Transaction) -> None:
        """Forget a transaction that no node has; one of an earlier command stays open."""
        if transaction.transaction_id not in self._resumed:
            self.settled(transaction.transaction_id)

    def settled(self, transaction_id: TransactionId) -> None:
        """Forget a transaction whose outcome is known."""
        self._open.pop(transaction_id, None)
        try:
            self._outbox.forget(transaction_id)
        except OSError as error:
            self._tell_fault(error)

    async def delayed(self, rpc: RpcClient, transaction: Transaction, waited_s: float) -> None:
        """Say why no block holds the transaction yet."""
        reason = await _reason(rpc, waited_s)
        if reason and reason != self._last_reason:
            name = name_of(transaction)
            self._tell(f"waiting: {reason}", {"waiting": {"transaction_id": name, "why": reason}})
        self._last_reason = reason

    async def _instead(self, rpc: RpcClient, transaction: Transaction) -> Transaction | Outcome:
        call = _call_of(transaction)
        await self._settle(rpc, transaction.body)
        for index, (asked, outcome) in enumerate(self._answered):
            if asked == call:
                del self._answered[index]
                self._tell(
                    "the same was asked for before, so nothing is sent now; to send it a second "
                    "time, run this command again",
                    {"repeated": {"transaction_id": "0x" + outcome.transaction_id.hex()}},
                )
                return outcome
        for index, kept in enumerate(self._earlier or ()):
            if kept.transaction == transaction or _call_of(kept.transaction) == call:
                del (self._earlier or [])[index]
                identifier = kept.transaction.transaction_id
                self._resumed.add(identifier)
                self._tell(
                    "it asks for the same, so it is sent again, and nothing new",
                    {"resumed": {"transaction_id": "0x" + identifier.hex()}},
                )
                return kept.transaction
        return transaction

    async def _settle(self, rpc: RpcClient, body: Body) -> None:
        """Find out once what became of the sender's transactions of interrupted commands."""
        if self._earlier is not None:
            return
        try:
            kept = [one for one in self._outbox.interrupted() if _is_of(one, body, self._outbox)]
        except OSError as error:
            self._tell_fault(error)
            kept = []
        left = []
        for one in kept:
            outcome = await what_became_of(rpc, one.transaction)
            self._tell_earlier(one, outcome)
            if not outcome.is_known:
                left.append(one)
                continue
            self.settled(one.transaction.transaction_id)
            if outcome.is_ok:
                self._answered.append((_call_of(one.transaction), outcome))
        self._earlier = left

    def _tell_earlier(self, kept: Kept, outcome: Outcome) -> None:
        name, asked = name_of(kept.transaction), call_text(kept.transaction.body)
        at = time_text(int(kept.signed_at_s * 1_000))
        became = _became(outcome, kept.transaction)
        self._tell(
            f"an interrupted command signed {asked} at {at}, {name}: {became}",
            {"earlier": _facts(kept.transaction) | {"status": outcome.status}},
        )

    def _keep(self, transaction: Transaction) -> None:
        if transaction.body.contract in _LEAVE_NO_TRACE:
            return
        try:
            self._outbox.keep(transaction)
        except (BadEnvelope, OSError) as error:
            self._tell_fault(error)

    def _tell_fault(self, error: Exception) -> None:
        said = f"the outbox cannot be used, so no later command knows of this one: {error}"
        self._tell(said, {"outbox": str(error)})

    def _tell(self, text: str, data: Mapping[str, object]) -> None:
        if self._as_json:
            say_data(data)
        else:
            say(text)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching(*, as_json: bool) -> Iterator[Watch]:
    """Give the watch of one run of a command, which `current_watch` returns meanwhile."""
    outbox = open_outbox()
    watch = Watch(outbox, as_json=as_json, wait_s=_wait_s())
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
        outbox.close()


def current_watch() -> Watch | None:
    """Return the watch of the command that runs, None outside of one."""
    return _watch.get()


def open_outbox() -> Outbox:
    """Return this person's outbox: the folder of SAPHA_OUTBOX, or ~/.sapha/outbox."""
    return Outbox(Path(os.environ.get(OUTBOX_VARIABLE) or "~/.sapha/outbox").expanduser())


async def what_became_of(rpc: RpcClient, transaction: Transaction) -> Outcome:
    """Return a transaction's outcome; one that no block can hold any more is expired."""
    status = await rpc.call("chain_getStatus")
    is_over = uint_field(status, "time_ms") >= transaction.body.expires_at_ms
    outcome = read_outcome(await rpc.call("tx_get", {"transaction_id": name_of(transaction)}))
    if is_over and not outcome.is_committed:
        return replace(outcome, status=EXPIRED)
    return outcome


def name_of(transaction: Transaction) -> str:
    """Return the transaction id as people write it."""
    return "0x" + transaction.transaction_id.hex()


def unknown_text(transaction: Transaction) -> str:
    """Return what to tell whoever sent a transaction whose outcome is not known."""
    name = name_of(transaction)
    text = f"{name} may still take effect until {_clock(transaction)}"
    if transaction.body.contract in _LEAVE_NO_TRACE:
        return f"{text}; before you send again, ask: sapha tx get {name}"
    return (
        f"{text}: {call_text(transaction.body)}\n"
        f"to ask: sapha tx get {name}; to go on: sapha tx resume {name}, or the same command here, "
        f"which makes no second {_noun(transaction)}; from anywhere else it would be a second one"
    )


def unknown_json(transactions: tuple[Transaction, ...]) -> list[dict[str, object]]:
    """Return the same for programs."""
    return [_facts(transaction) for transaction in transactions]


def _wait_s() -> float:
    """Return how long to wait for a block: SAPHA_WAIT_S, or a minute."""
    try:
        wanted = float(os.environ.get(WAIT_VARIABLE, ""))
    except ValueError:
        return WAIT_MS_MAX / 1000
    return min(max(wanted, 0.0), _WAIT_S_MAX)


async def _reason(rpc: RpcClient, waited_s: float) -> str:
    """Return in words why no block holds a transaction yet, as far as the node says."""
    try:
        status = await rpc.call("chain_getStatus")
        idle_s = min(waited_s, time.time() - uint_field(status, "time_ms") / 1000)
        height = uint_field(status, "height")
        why = _node_reason(status)
    except (NodeUnreachable, RpcRefused, BadAnswer) as error:
        return f"the node does not say why ({error})"
    if idle_s < _QUIET_S and not why:
        return f"blocks come, the last is {height}, but none holds it yet"
    return f"no block for {max(idle_s, 0):.0f} s" + (f": {why}" if why else "")


def _node_reason(status: Answer) -> str:
    missing, count = status.get("missing") or [], uint_field(status, "validators")
    if missing:
        return f"{len(missing)} of {count} validators missing: {', '.join(map(str, missing))}"
    waits_for = (status.get("signing") or {}).get("waits_for")
    if waits_for:
        return f"{text_field(status, 'node')} is {waits_for}"
    return "the node catches up" if field_of(status, "syncing") else ""


def _is_of(kept: Kept, body: Body, outbox: Outbox) -> bool:
    """Return whether an entry is of this account and chain; the lock of another is let go."""
    found = kept.transaction.body
    if (found.chain_id, found.sender) == (body.chain_id, body.sender):
        return True
    outbox.release(kept.transaction.transaction_id)
    return False


def _call_of(transaction: Transaction) -> _Call:
    return replace(transaction.body, nonce=0, expires_at_ms=0)


def _became(outcome: Outcome, transaction: Transaction) -> str:
    if outcome.is_ok:
        return f"it took effect in block {outcome.height}"
    if outcome.receipt is not None:
        return f"block {outcome.height} holds it without effect ({outcome.receipt.get('code')})"
    if outcome.is_known:
        return f"it is {outcome.status} and takes no effect"
    return f"not known yet, it may still take effect until {_clock(transaction)}"


def _noun(transaction: Transaction) -> str:
    return "payment" if transaction.body.contract == _PAYMENTS else "transaction"


def _facts(transaction: Transaction) -> dict[str, object]:
    return {
        "transaction_id": name_of(transaction),
        "expires_at_ms": str(transaction.body.expires_at_ms),
    }


def _clock(transaction: Transaction) -> str:
    return time_text(transaction.body.expires_at_ms)
