"""What batches leave behind, and what banks owe. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.core.messages import (
    BATCH_LINES_MAX,
    PAGE,
    AgencyId,
    Amount,
    Code,
    Count,
    Height,
    Reference,
    ReferenceOrNothing,
    Sum,
)
from contracts.cbdc.core.state import FirstUse
from contracts.cbdc.payments.messages import RowReference, Series
from contracts.sdk import Address, Counter, CountMax, Map, record


@record
class Payout:
    """Money that an FSP took from a wallet and owes to its holder's bank account."""

    fsp: AgencyId
    wallet: Address
    amount: Sum
    bank_ref: ReferenceOrNothing


payouts = Map[Count, Payout]("payouts")  # number, from 1
payouts_made = Counter("payouts_made")
bank_references = Map[tuple[AgencyId, Reference], FirstUse]("bank_references")  # (FSP, reference)


@record
class RefusedLine:
    """A line of a batch that was not paid, from 0, and the code of the refusal."""

    index: Count
    code: Code


@record
class BatchResult:
    """What became of a batch."""

    height: Height
    paid: Count
    amount: Sum
    refused: Annotated[tuple[RefusedLine, ...], CountMax(BATCH_LINES_MAX)]


batches = Map[tuple[Address, Reference], BatchResult]("batches")  # (payer, reference)


@record
class PaidRow:
    """A line of a batch that was paid, and the block in which it was."""

    to: Address
    amount: Amount
    height: Height


paid_rows = Map[tuple[Address, Series, RowReference], PaidRow]("paid_rows")  # payer, series, ref


@record
class PayoutLine:
    """What a bank owes, or owed: `bank_ref` is "" until it has paid."""

    number: Count
    payout: Payout


PayoutLines = Annotated[tuple[PayoutLine, ...], CountMax(PAGE)]
