"""What requests, payments, holds, schedules, vouchers, disputes and devices leave behind.

Amounts are satang; the money itself is in `state`, in the pools "held", "vouchers", "offline".
"""

from typing import Annotated

from contracts.cbdc.fields import AgencyId, Amount, Count, Merchants, TimeMs, Word
from contracts.cbdc.flow_fields import (
    VOUCHERS_A_SPEND_MAX,
    AmountOrZero,
    Area,
    BillReference,
    CategoryCode,
    CategoryCodes,
    Id,
    Programme,
    RequestId,
)
from contracts.sdk import Address, CountMax, Digest, Map, PublicKey, record

OPEN = "open"
PAID = "paid"
CANCELLED = "cancelled"
ANSWERED = "answered"
REFUNDED = "refunded"
REJECTED = "rejected"
ACTIVE = "active"
REVOKED = "revoked"
CLOSED = "closed"

DUE_HOLD = "hold"
DUE_SCHEDULE = "schedule"
DUE_VOUCHER = "voucher"
DUE_DEVICE = "device"


@record
class Request:
    """A merchant's request; amount 0 lets the payer choose. Expiry is computed from the time."""

    amount: AmountOrZero
    expires_ms: TimeMs
    bill_ref1: BillReference
    bill_ref2: BillReference
    qr_hash: Digest | None
    status: Word  # open, paid or cancelled
    payment_id: Id | None


@record
class VoucherPart:
    """What a payment took from a voucher."""

    voucher_id: Id
    issuer: Address
    amount: Amount


@record
class Payment:
    """A payment that may be refunded and disputed; `pending` of the refunds waits to be claimed."""

    payer: Address
    payee: Address
    amount: Amount  # all of it, vouchers too
    refunded: AmountOrZero
    pending: AmountOrZero
    paid_ms: TimeMs
    vouchers: Annotated[tuple[VoucherPart, ...], CountMax(VOUCHERS_A_SPEND_MAX)]


@record
class HeldMoney:
    """An open hold. Who decides is the arbiter, without one the payee."""

    payer: Address
    payee: Address
    amount: Amount
    expires_ms: TimeMs
    arbiter: Address | None
    hashlock: Digest | None


@record
class StandingOrder:
    """A schedule that has payments left; the next is due at `next_ms`."""

    payer: Address
    to: Address
    amount: Amount
    next_ms: TimeMs
    every_ms: TimeMs
    left: Count
    min_left: AmountOrZero
    travel: Digest | None


@record
class Voucher:
    """Money bound to a purpose; kept until it is over, even when nothing is left."""

    issuer: Address
    programme: Programme
    holder: Address
    remaining: AmountOrZero
    merchants: Merchants
    category_codes: CategoryCodes
    area: Area
    not_before_ms: TimeMs
    expires_ms: TimeMs


@record
class MerchantProfile:
    """What a merchant sells and where, said by its bank."""

    category_code: CategoryCode
    area: Area


@record
class Dispute:
    """A dispute; `secured` of the payee's money is set aside for it."""

    opened_ms: TimeMs
    status: Word  # open, answered, refunded or rejected
    evidence_hash: Digest
    answer_hash: Digest | None
    secured: AmountOrZero


@record
class Device:
    """A device's certificate and the money that it may still pay."""

    wallet: Address
    fsp: AgencyId
    status: Word  # active, revoked or closed
    loaded: AmountOrZero
    remaining: AmountOrZero
    amount_max: AmountOrZero
    payments_max: Count
    expires_ms: TimeMs
    ends_ms: TimeMs  # the grace is over; what is left returns


@record
class Due:
    """Something that ends or happens at a time: its kind and whose it is."""

    kind: Word
    owner: Address


requests = Map[tuple[Address, RequestId], Request]("requests")  # (merchant, request id)
payments = Map[Id, Payment]("payments")
holds = Map[Id, HeldMoney]("holds")
hold_counts = Map[Address, int]("hold_counts")  # payer -> open holds
schedules = Map[tuple[Address, Id], StandingOrder]("schedules")  # (payer, schedule id)
schedule_counts = Map[Address, int]("schedule_counts")
bound = Map[tuple[Address, Id], Voucher]("bound")  # (holder, voucher id)
merchant_profiles = Map[Address, MerchantProfile]("merchant_profiles")
disputes = Map[Id, Dispute]("disputes")  # payment id
devices = Map[PublicKey, Device]("devices")
settled = Map[tuple[PublicKey, int, Digest], int]("settled")  # -> height

# What the end of a block looks at, in order: (when in ms, id), the id a device's key for devices.
due = Map[tuple[int, Id], Due]("due")
