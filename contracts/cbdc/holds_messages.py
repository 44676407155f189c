"""What may be asked about holds. Amounts are satang."""

from contracts.cbdc.fields import Amount, Memo, TimeMs
from contracts.cbdc.flow_fields import Id, Preimage
from contracts.sdk import Address, Digest, message


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
