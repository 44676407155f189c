"""Who may be in a block: everything that is checked of a transaction before it is executed.

A block that holds a transaction failing here is invalid, so a proposer leaves it out. What a
contract refuses later, in execution, gives a refused receipt.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from contracts.sdk import dispatch
from contracts.sdk.dispatch import Call, Contracts
from contracts.sdk.ports import BlockInfo, StateView
from node.execution.authorised import Authorised
from node.execution.verified import VerifiedCache
from primitives.errors import Expired, ExpiryTooFar, Replayed, WrongChain
from primitives.ids import TransactionId
from primitives.keys import sites_of
from primitives.limits import EXPIRY_AHEAD_MS_MAX
from primitives.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a transaction is checked with, besides state and block."""

    contracts: Contracts
    chain_id: str
    calendar_ms: Callable[[int], int]  # header time -> the time that contracts see
    verified: VerifiedCache
    authorised: Authorised = field(default_factory=Authorised)


def check_envelope(
    transaction: Transaction, block: BlockInfo, committed: Container[TransactionId]
) -> None:
    """Check chain id, expiry and replay for a block at `block.time_ms`.

    Raises:
        WrongChain, Expired, ExpiryTooFar, Replayed: the first that fails.
    """
    check_chain(transaction, block)
    expires_at_ms = transaction.body.expires_at_ms
    ahead_ms = expires_at_ms - block.time_ms
    if not 0 < ahead_ms <= EXPIRY_AHEAD_MS_MAX:
        raise _bad_expiry(expires_at_ms, ahead_ms)
    if transaction.transaction_id in committed:
        raise Replayed(f"transaction {transaction.transaction_id.hex()} is in a block")


def check_chain(transaction: Transaction, block: BlockInfo) -> None:
    """Check that the transaction is for this chain. Raises WrongChain."""
    chain_id = transaction.body.chain_id
    if chain_id != block.chain_id:
        raise WrongChain(f"signed for chain {chain_id!r}, this is {block.chain_id!r}")


def check_signers(rules: Rules, transaction: Transaction, state: StateView) -> None:
    """Check the signatures, and that the keys may act for the sender.

    Raises:
        BadSignature, BadAssertion, KeyNotInAccount, ForeignSignature, MissingSignature,
        ForeignSite: the first that fails.
    """
    rules.verified.check(transaction)
    signers = tuple([public_key for public_key, _signature in transaction.signatures])
    question = (transaction.body.sender, signers, sites_of(transaction.signatures))
    rules.authorised.check(rules.contracts, state, question)


def check_cheaply(rules: Rules, call: Call, state: StateView, block: BlockInfo) -> None:
    """Check contract, method, arguments and permission, and leave the costly checks for later.

    Raises:
        Rejected: the first that fails, see contracts.sdk.dispatch.check.
    """
    dispatch.check(rules.contracts, state, block, call, is_prechecked=True)


def check_call(rules: Rules, call: Call, state: StateView, block: BlockInfo) -> None:
    """Check contract, method, arguments, permission and the costly checks.

    Raises:
        Rejected: the first that fails, see contracts.sdk.dispatch.check.
    """
    is_prechecked = rules.verified.is_prechecked(call.transaction_id)
    dispatch.check(rules.contracts, state, block, call, is_prechecked=is_prechecked)
    if not is_prechecked:
        rules.verified.add_prechecked(call.transaction_id)


def _bad_expiry(expires_at_ms: int, ahead_ms: int) -> Expired | ExpiryTooFar:
    if ahead_ms <= 0:
        return Expired(f"expired at {expires_at_ms} ms, {-ahead_ms} ms before the block's time")
    return ExpiryTooFar(
        f"expires {ahead_ms} ms after the block's time, at most {EXPIRY_AHEAD_MS_MAX}"
    )
