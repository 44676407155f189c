"""What may be asked of the digital baht. Amounts are whole satang, 100 to the baht."""

from typing import Annotated

from contracts.sdk import AMOUNT_SATANG_MAX, Address, Chars, Range, message

Amount = Annotated[int, Range(1, AMOUNT_SATANG_MAX)]
Reference = Annotated[str, Chars(1, 64)]
Memo = Annotated[str, Chars(0, 140)]


@message
class Issue:
    """Create `amount` in the account `to`, against the settlement that `reference` names."""

    to: Address
    amount: Amount
    reference: Reference


@message
class Redeem:
    """Destroy `amount` of the sender's money, against the settlement that `reference` names."""

    amount: Amount
    reference: Reference


@message
class Transfer:
    """Move `amount` from the sender to `to`. The memo is public: no personal data in it."""

    to: Address
    amount: Amount
    memo: Memo
