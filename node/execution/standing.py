"""Who is no stranger: senders that a contract knows, and calls that vouch for theirs."""

from contracts.sdk import dispatch
from node.execution.tip import Tip
from node.store.bounded import BoundedDict
from primitives.ids import Address
from primitives.transaction import Transaction

_KNOWN_MAX = 100_000
_AGENCIES = "governance"  # the contract that knows administrators and officers, and nobody else


class Standing:
    """Asks the contracts at the committed head, and remembers who was known once."""

    def __init__(self, tip: Tip) -> None:
        self._tip = tip
        self._known: BoundedDict[Address, None] = BoundedDict(_KNOWN_MAX)

    def knows(self, transaction: Transaction) -> bool:
        """Return whether the sender is known, or the call vouches for it.

        Asked after `node.ledger.LedgerOverStore.check`, which has done the costly checks.
        """
        tip, body = self._tip, transaction.body
        contracts = tip.rules.contracts
        if body.sender in self._known.items:
            return True
        if dispatch.vouches(contracts, body.contract, body.method):
            return True
        is_known = dispatch.knows(contracts, tip.committed, tip.last_block(), body.sender)
        if is_known:
            self._known.put(body.sender, None)
        return is_known

    def knows_account(self, address: Address) -> bool:
        """Return whether a contract knows the account now."""
        tip = self._tip
        return dispatch.knows(tip.rules.contracts, tip.overlay(), tip.last_block(), address)

    def is_of_agency(self, address: Address) -> bool:
        """Return whether the account administers an agency or is an officer of one."""
        tip = self._tip
        of_agencies = {n: c for n, c in tip.rules.contracts.items() if n == _AGENCIES}
        return dispatch.knows(of_agencies, tip.overlay(), tip.last_block(), address)

    def trial(self, transaction: Transaction, *, now_ms: int) -> None:
        """Execute a checked transaction upon the head and forget what it did.

        Raises:
            Rejected: as its receipt would say.
        """
        tip = self._tip
        call = tip.rules.verified.call_of(transaction)
        dispatch.execute(
            tip.rules.contracts, tip.overlay(), tip.next_block(now_ms), call, is_prechecked=True
        )
