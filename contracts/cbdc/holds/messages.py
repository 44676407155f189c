"""What may be asked about holds, what observers learn, what is refused."""

from contracts.cbdc.core.messages import Amount, AmountOrZero, Id, Memo, Preimage, TimeMs
from contracts.sdk import Address, ContractError, Digest, event, message


@message
class Hold:
    """Set the sender's money aside for `to` until `expires_ms`; the transaction's id names it."""

    to: Address
    amount: Amount
    expires_ms: TimeMs
    arbiter: Address | None  # who then decides in the payee's place
    hashlock: Digest | None  # SHA-256 of the 32 bytes that a capture must show
    memo: Memo
    travel: Digest | None  # of what the providers exchanged; above the travel rule's amount


@message
class Capture:
    """Pay `amount` of a hold to its payee; what is left returns to the payer at once."""

    hold_id: Id
    amount: Amount
    preimage: Preimage | None


@message
class Release:
    """Return a hold to its payer."""

    hold_id: Id


@event
class Held:
    """A payer has set money aside for a payee."""

    hold_id: Id
    payer: Address
    payee: Address
    amount: Amount
    expires_ms: TimeMs
    memo: Memo


@event
class Captured:
    """A hold is paid; `returned` went back to the payer. The payment's id is the hold's."""

    hold_id: Id
    payer: Address
    payee: Address
    amount: Amount
    returned: AmountOrZero


@event
class Released:
    """A hold went back to its payer, by its end or before."""

    hold_id: Id
    payer: Address
    payee: Address
    amount: Amount
    is_expired: bool


class BadArbiter(ContractError):
    """An arbiter must be neither payer nor payee."""


class TooManyHolds(ContractError):
    """The payer has as many open holds as it may have."""


class UnknownHold(ContractError):
    """There is no such open hold."""


class NotDecider(ContractError):
    """Only the arbiter, or without one the payee, may do this."""


class HoldExpired(ContractError):
    """The hold is over; its money returns to the payer."""


class OverCapture(ContractError):
    """The hold is smaller than the amount."""


class NoHashlock(ContractError):
    """The hold asks for no preimage."""


class PreimageMissing(ContractError):
    """The hold is opened by the preimage of its hashlock only."""


class WrongPreimage(ContractError):
    """The preimage has another SHA-256 than the hold's hashlock."""
