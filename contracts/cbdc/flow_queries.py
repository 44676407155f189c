"""What anyone may ask of requests, payments, holds, schedules, vouchers, disputes and devices."""

from typing import Annotated

from contracts.cbdc.declaration import contract
from contracts.cbdc.fields import Word
from contracts.cbdc.flow_fields import Id, PaymentNumber, RequestId
from contracts.cbdc.flow_state import (
    OPEN,
    MerchantProfile,
    Request,
    StandingOrder,
    Voucher,
    bound,
    devices,
    disputes,
    holds,
    merchant_profiles,
    payments,
    requests,
    schedules,
    settled,
)
from contracts.cbdc.state import terms
from contracts.cbdc.wallets import party_of
from contracts.sdk import Address, Context, CountMax, Digest, PublicKey, Range, record

PAGE = 100
EXPIRED = "expired"

Limit = Annotated[int, Range(1, PAGE)]


@record
class RequestState:
    """A request and what it is now: open, paid, cancelled or expired."""

    request: Request
    state: Word


@record
class VoucherLine:
    """A voucher in a list, with its id."""

    voucher_id: Id
    voucher: Voucher


@record
class ScheduleLine:
    """A schedule in a list, with its id."""

    schedule_id: Id
    order: StandingOrder


VoucherLines = Annotated[tuple[VoucherLine, ...], CountMax(PAGE)]
Digests = Annotated[tuple[Digest, ...], CountMax(PAGE)]
ScheduleLines = Annotated[tuple[ScheduleLine, ...], CountMax(PAGE)]


@contract.query
def request_state(ctx: Context, merchant: Address, request_id: RequestId) -> RequestState | None:
    """A merchant's request and its state now; expiry needs no transaction."""
    found = requests.get(ctx, (_wallet_of(ctx, merchant), request_id), None)
    if found is None:
        return None
    is_over = found.status == OPEN and ctx.block_time_ms >= found.expires_ms
    return RequestState(found, EXPIRED if is_over else found.status)


contract.expose(
    "payment_state",
    payments,
    ("payment_id",),
    "A payment that may be refunded: what was paid, refunded, and waits to be claimed.",
)


contract.expose(
    "hold_state",
    holds,
    ("hold_id",),
    "An open hold; nothing once it is captured, released or over.",
)


@contract.query
def schedule_state(ctx: Context, payer: Address, schedule_id: Id) -> StandingOrder | None:
    """A schedule that has payments left."""
    return schedules.get(ctx, (_wallet_of(ctx, payer), schedule_id), None)


@contract.query
def schedules_page(ctx: Context, payer: Address, after: Id | None, limit: Limit) -> ScheduleLines:
    """Schedules of a wallet in order of their ids, after the id `after` when given."""
    owner = _wallet_of(ctx, payer)
    last = None if after is None else (owner, after)
    found = schedules.page(ctx, (owner,), after=last, limit=limit)
    return tuple([ScheduleLine(key[1], order) for key, order in found])


@contract.query
def voucher_state(ctx: Context, holder: Address, voucher_id: Id) -> Voucher | None:
    """A voucher that has not been returned."""
    return bound.get(ctx, (_wallet_of(ctx, holder), voucher_id), None)


@contract.query
def vouchers_page(ctx: Context, holder: Address, after: Id | None, limit: Limit) -> VoucherLines:
    """Vouchers of a wallet in order of their ids, after the id `after` when given."""
    owner = _wallet_of(ctx, holder)
    last = None if after is None else (owner, after)
    found = bound.page(ctx, (owner,), after=last, limit=limit)
    return tuple([VoucherLine(key[1], voucher) for key, voucher in found])


@contract.query
def merchant_profile(ctx: Context, merchant: Address) -> MerchantProfile | None:
    """What a merchant sells and where, as its bank says."""
    return merchant_profiles.get(ctx, _wallet_of(ctx, merchant), None)


contract.expose("dispute_state", disputes, ("payment_id",), "The dispute of a payment.")


contract.expose("device_state", devices, ("device",), "A device's certificate, status and money.")


@contract.query
def offline_settled(ctx: Context, device: PublicKey, counter: PaymentNumber) -> Digests:
    """Digests of vouchers that were paid under this number; more than one by compensation."""
    found = settled.page(ctx, (device, counter), limit=PAGE)
    return tuple([key[2] for key, _ in found])


def _wallet_of(ctx: Context, address: Address) -> Address:
    return party_of(ctx, terms.load(ctx), address).address
