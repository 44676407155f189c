"""Requests of merchants: asked once, paid once, withdrawn or over; and refunds of payments."""

from contracts.cbdc.core.limits import refuse, require_tier, why_not_enter
from contracts.cbdc.core.messages import (
    HELD,
    OPEN,
    PAYMENTS,
    YEAR_MS,
    M,
    RequestId,
    SumTooLarge,
    UnknownPayment,
)
from contracts.cbdc.core.state import (
    address_of_wallet,
    contract,
    party_of,
    payments,
    running,
    sender_party,
)
from contracts.cbdc.payments.settlement import (
    give_back,
    name_travel,
    receive,
    record_payment,
    require_can_pay,
    settle,
    why_not_keep,
)
from contracts.cbdc.requests.messages import (
    AmountMismatch,
    BadRequestEnd,
    CancelRequest,
    ClaimRefund,
    CreateRequest,
    OverClaim,
    Paid,
    PayRequest,
    Refund,
    RefundClaimed,
    RequestCancelled,
    RequestCreated,
    RequestExists,
    RequestExpired,
    RequestPaid,
    RequestWithdrawn,
    UnknownRequest,
)
from contracts.cbdc.requests.state import CANCELLED, EXPIRED, PAID, Request, RequestState, requests
from contracts.sdk import AMOUNT_SATANG_MAX, Address, Context, anyone, emit, replace, require


@contract.execute(CreateRequest, allow=anyone)
def create_request(ctx: Context, msg: CreateRequest) -> None:
    """Ask for a payment under a name that is new for the merchant."""
    found = running(ctx, PAYMENTS)
    merchant = sender_party(ctx, found)
    key = (merchant.address, msg.request_id)
    require(not requests.has(ctx, key), RequestExists)
    require_tier(ctx, merchant, (M,))
    refuse(why_not_enter(ctx, merchant), merchant, msg.amount)
    now = ctx.block_time_ms
    require(now < msg.expires_ms <= now + YEAR_MS, BadRequestEnd, now=now)

    bill = (msg.bill_ref1, msg.bill_ref2, msg.qr_hash)
    requests.save(ctx, key, Request(msg.amount, msg.expires_ms, *bill, OPEN, None))
    emit(ctx, RequestCreated(*key, msg.amount, msg.expires_ms))


@contract.execute(PayRequest, allow=anyone)
def pay_request(ctx: Context, msg: PayRequest) -> None:
    """Pay a request that is open, exactly what it asks for, and a tip."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payee = party_of(ctx, found, msg.merchant)
    key = (payee.address, msg.request_id)
    request = requests.load(ctx, key, absent=UnknownRequest)
    require_open(request)
    require(ctx.block_time_ms < request.expires_ms, RequestExpired, expired=request.expires_ms)
    require(request.amount in (0, msg.amount), AmountMismatch, asked=request.amount)
    total = msg.amount + msg.tip
    require(total <= AMOUNT_SATANG_MAX, SumTooLarge, sum=total)
    require_can_pay(ctx, payer, payee, total, msg.travel)

    payment_id = ctx.transaction_id
    requests.save(ctx, key, replace(request, status=PAID, payment_id=payment_id))
    record_payment(ctx, payment_id, (payer, payee), total)
    emit(ctx, Paid(payment_id, *key, payer.address, msg.amount, msg.tip))
    settle(ctx, payer, payee, total)
    name_travel(ctx, payer, payee, msg.travel)


@contract.execute(CancelRequest, allow=anyone)
def cancel_request(ctx: Context, msg: CancelRequest) -> None:
    """Withdraw a request of the sender that nobody has paid; its name is used up."""
    merchant = sender_party(ctx, running(ctx, PAYMENTS))
    key = (merchant.address, msg.request_id)
    request = requests.load(ctx, key, absent=UnknownRequest)
    require_open(request)

    requests.save(ctx, key, replace(request, status=CANCELLED))
    emit(ctx, RequestWithdrawn(*key))


@contract.execute(Refund, allow=anyone)
def refund(ctx: Context, msg: Refund) -> None:
    """Give back a payment that the sender received; what the payer cannot keep waits for it."""
    found = running(ctx, PAYMENTS)
    payee = sender_party(ctx, found)
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    require(payment.payee == payee.address, UnknownPayment)
    give_back(ctx, found, msg.payment_id, msg.amount, msg.reason)


@contract.execute(ClaimRefund, allow=anyone)
def claim_refund(ctx: Context, msg: ClaimRefund) -> None:
    """Take of a waiting refund what the sender's wallet may keep now."""
    found = running(ctx, PAYMENTS)
    payer = sender_party(ctx, found)
    payment = payments.load(ctx, msg.payment_id, absent=UnknownPayment)
    require(payment.payer == payer.address, UnknownPayment)
    require(msg.amount <= payment.pending, OverClaim, pending=payment.pending)
    payee = party_of(ctx, found, payment.payee)
    refuse(why_not_keep(ctx, payee, payer, msg.amount), payer, msg.amount)

    payments.save(ctx, msg.payment_id, replace(payment, pending=payment.pending - msg.amount))
    emit(ctx, RefundClaimed(msg.payment_id, payer.address, msg.amount))
    receive(ctx, HELD, payee.address, (payee, payer), msg.amount)


def require_open(request: Request) -> None:
    """Reject with RequestPaid or RequestCancelled what is not open."""
    require(request.status != PAID, RequestPaid)
    require(request.status != CANCELLED, RequestCancelled)


@contract.query
def request_state(ctx: Context, merchant: Address, request_id: RequestId) -> RequestState | None:
    """A merchant's request and its state now; expiry needs no transaction."""
    found = requests.get(ctx, (address_of_wallet(ctx, merchant), request_id), None)
    if found is None:
        return None
    is_over = found.status == OPEN and ctx.block_time_ms >= found.expires_ms
    return RequestState(found, EXPIRED if is_over else found.status)
