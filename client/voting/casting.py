"""Sends a ballot on its way and waits for the proof that a block holds it.

Over a relay no validator learns where a ballot comes from, and asking for the proof through the
same relay keeps it so. A relay that loses the ballot is found out, for no proof comes.
"""

import asyncio
from collections.abc import Callable

from client.answers import text_field, uint_field
from client.errors import LedgerRefused, NodeUnreachable, RpcRefused
from client.outcome import submit, witness_of
from client.relay.errors import RelayRefused
from client.relay.pool import FORWARDED, UNKNOWN, WAITING
from client.rpc import RpcClient
from client.voting.errors import BallotNotSeen
from client.voting.events import CONTRACT, events_of
from client.voting.facts import Facts
from client.voting.receipt import BallotReceipt, Inclusion, inclusion_of
from client.voting.voter import BallotMessage, PreparedBallot, VoterWallet
from contracts.voting.box.messages import BallotCast
from primitives.ids import TransactionId
from primitives.receipt import read_receipt
from primitives.transaction import Transaction

POLL_S = 1.0
WAITING_POLL_S = 5.0  # while the relay holds the ballot back
WAIT_S = 300.0
_UNKNOWN_METHOD = "UNKNOWN_RPC_METHOD"


async def until_time(
    facts: Facts, time_ms: int, progress: Callable[[int, int], None] | None = None
) -> None:
    """Return once the next block may have this time, as contracts see it.

    `progress` is told how many seconds have passed, and of how many.
    """
    began: int | None = None
    while True:
        last_ms = uint_field(await facts.rpc.call("chain_getStatus"), "contract_time_ms")
        now_ms = facts.next_time_ms(last_ms)
        began = now_ms if began is None else began
        if progress is not None and began < time_ms:
            progress((min(now_ms, time_ms) - began) // 1_000, (time_ms - began) // 1_000)
        if now_ms >= time_ms:
            return
        await asyncio.sleep(POLL_S)


async def deliver(
    rpc: RpcClient, transaction: Transaction, *, wait_s: float | None = None
) -> Inclusion | None:
    """Submit a ballot transaction and return its proof, unverified; None if none came in time.

    `rpc` is a relay's or a node's.

    Raises:
        RelayRefused: the relay does not take it, or a node refused what it sent on.
        RpcRefused: the node does not take it.
    """
    witness = witness_of(rpc)
    await witness.begin(rpc, transaction)
    try:
        await submit(rpc, transaction)
    except (RpcRefused, NodeUnreachable) as error:
        if not error.may_have_arrived:
            witness.not_taken(transaction)
        raise
    try:
        async with asyncio.timeout(wait_s or WAIT_S):
            inclusion = await _included(rpc, transaction.transaction_id)
    except TimeoutError:
        return None
    except RelayRefused:
        witness.settled(transaction.transaction_id)
        raise
    witness.settled(transaction.transaction_id)
    return inclusion


class Booth:
    """Where one voter casts: the wallet, what is proven, and the way to the ledger."""

    def __init__(self, wallet: VoterWallet, facts: Facts) -> None:
        """Ask and send by the way of `facts`, a relay's or a node's."""
        self.wallet = wallet
        self._facts = facts

    async def announce(self, ballot: PreparedBallot) -> None:
        """Put a ballot's hash on the ledger before it is known whether it will be audited.

        Raises:
            BallotNotSeen, RelayRefused, RpcRefused, LedgerRefused: it is not on the ledger.
        """
        await self._send(ballot.commit())

    async def cast(self, ballot: PreparedBallot) -> BallotReceipt:
        """Put a ballot in the box and return its checked receipt; again changes nothing.

        Raises:
            BallotNotSeen: no block holds it yet; cast again, by another relay if need be.
            RelayRefused, RpcRefused, LedgerRefused: it is refused; carries the code.
            BadProof, BadCertificate: the answer does not prove what it says.
        """
        entry = await self.wallet.voted(self._facts)
        if entry is not None and entry.ballot_hash == ballot.tracker:
            identifier, inclusion = await self._find(ballot)
        else:
            identifier, inclusion = await self._send(ballot.cast())
        receipt = BallotReceipt(
            chain_id=self.wallet.facts.chain_id,
            election_id=self.wallet.facts.election_id,
            tracker=ballot.tracker,
            transaction_id=identifier,
            inclusion=inclusion,
        )
        receipt.check(self._facts.light)
        return receipt

    async def spoil(self, ballot: PreparedBallot) -> None:
        """Announce a ballot and open it for all to check; it never counts. Raises as `announce`.

        The voter has noted its tracker elsewhere, so the device cannot open another one instead.
        """
        done = await self.wallet.done(self._facts)
        if done is None or done.committed != ballot.tracker:
            await self.announce(ballot)
        await self._send(ballot.spoil())

    async def _send(self, message: BallotMessage) -> tuple[TransactionId, Inclusion]:
        transaction = self.wallet.sign(message)
        inclusion = await deliver(self._facts.rpc, transaction)
        if inclusion is None:
            raise BallotNotSeen(f"no block holds it after {WAIT_S:.0f} s; send it again")
        said = read_receipt(inclusion.proof.receipt_bytes)
        if not said.is_ok:
            raise LedgerRefused(said.code, said.message, contract=CONTRACT)
        return transaction.transaction_id, inclusion

    async def _find(self, ballot: PreparedBallot) -> tuple[TransactionId, Inclusion]:
        start = self.wallet.facts.opened().opened_at
        of = self.wallet.facts.election_id
        async for found in events_of(self._facts.rpc, BallotCast, of, start):
            if found.event.ballot_hash == ballot.tracker:
                inclusion = await inclusion_of(self._facts.rpc, found.transaction_id)
                if inclusion is not None:
                    return found.transaction_id, inclusion
        raise BallotNotSeen("the node does not show the ballot that it proves to be in the box")


async def _included(rpc: RpcClient, transaction_id: TransactionId) -> Inclusion:
    """Return the proof of a ballot once there is one. Raises RelayRefused."""
    while True:
        inclusion = await inclusion_of(rpc, transaction_id)
        if inclusion is not None:
            return inclusion
        is_waiting = await _is_waiting(rpc, transaction_id)
        await asyncio.sleep(WAITING_POLL_S if is_waiting else POLL_S)


async def _is_waiting(rpc: RpcClient, transaction_id: TransactionId) -> bool:
    """Return whether a relay still holds it back. Raises RelayRefused: a node refused it."""
    params = {"transaction_id": "0x" + transaction_id.hex()}
    try:
        status = text_field(await rpc.call("relay_get", params), "status")
    except RpcRefused as refused:
        if refused.code != _UNKNOWN_METHOD:
            raise
        return False  # a node, not a relay
    if status not in {WAITING, FORWARDED, UNKNOWN}:
        raise RelayRefused(f"a node refused the ballot: {status}")
    return status == WAITING
