"""What observers learn of vouchers. Amounts are satang."""

from contracts.cbdc.fields import Amount, TimeMs
from contracts.cbdc.flow_fields import AmountOrZero, Area, CategoryCode, Id, Programme
from contracts.sdk import Address, event


@event
class VoucherIssued:
    """An agency has bound money for a holder."""

    voucher_id: Id
    issuer: Address
    programme: Programme
    holder: Address
    amount: Amount
    expires_ms: TimeMs


@event
class VoucherSpent:
    """A holder paid a merchant: `amount` from vouchers, `cash` from its own money."""

    payment_id: Id
    holder: Address
    merchant: Address
    amount: Amount
    cash: AmountOrZero


@event
class VoucherReturned:
    """A voucher is over; what was left, or came by a later refund, went to who issued it."""

    voucher_id: Id
    issuer: Address
    holder: Address
    amount: AmountOrZero


@event
class MerchantProfileSet:
    """A bank has said what a merchant sells and where."""

    merchant: Address
    category_code: CategoryCode
    area: Area
