"""What may be asked of the digital baht by those who hold it. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.fields import AgencyId, Amount, Memo, Merchants, Reference, Sum, TimeMs, Word
from contracts.sdk import (
    Address,
    Chars,
    CountMax,
    Digest,
    PublicKey,
    Signature,
    encode,
    message,
    record,
)

ALL_OR_NOTHING = "all_or_nothing"
PARTIAL = "partial"

RowReference = Annotated[str, Chars(1, 32)]


@record
class BatchLine:
    """One payment of a batch; `ref` is the payer's own name of it."""

    to: Address
    amount: Amount
    ref: RowReference


BatchLines = Annotated[tuple[BatchLine, ...], CountMax(1_000, low=1)]


@message
class Issue:
    """Create `amount` in the account `to`, against the settlement that `reference` names."""

    to: Address
    amount: Amount
    reference: Reference


@message
class Redeem:
    """Give `amount` of the sender's money back, against the settlement that `reference` names."""

    amount: Amount
    reference: Reference


@message
class Transfer:
    """Move `amount` from the sender to `to`. The memo is public: no personal data in it."""

    to: Address
    amount: Amount
    memo: Memo


@message
class TransferWithTravel:
    """Pay above the travel threshold; `travel` commits to what the providers exchanged."""

    to: Address
    amount: Amount
    memo: Memo
    travel: Digest


@message
class TransferFor:
    """Pay from `wallet`, which has made the sender its delegate."""

    wallet: Address
    to: Address
    amount: Amount
    memo: Memo


@message
class TransferWithTopup:
    """Pay, with exactly the missing `topup` from the linked bank, which has signed for it."""

    to: Address
    amount: Amount
    memo: Memo
    travel: Digest | None
    fsp: AgencyId
    topup: Amount
    bank_ref: Reference
    key: PublicKey
    signature: Signature


@message
class BatchTransfer:
    """Pay every line, in order. `mode` is all_or_nothing or partial; `reference` serves once."""

    reference: Reference
    lines: BatchLines
    total: Sum
    mode: Word


@message
class Delegate:
    """Let `delegate` pay from the sender's wallet; no `merchants` means anyone."""

    delegate: Address
    per_payment: Amount
    per_day: Amount
    merchants: Merchants
    until_ms: TimeMs


@message
class RevokeDelegate:
    """End the right of `delegate`."""

    delegate: Address


def topup_statement(chain_id: str, sender: Address, msg: TransferWithTopup) -> tuple[str, bytes]:
    """Return what the bank signs: that it adds `topup` to this payment, under its reference."""
    payment = (chain_id, sender, msg.to, msg.amount)
    return "cbdc/topup", encode((*payment, msg.fsp, msg.topup, msg.bank_ref))
