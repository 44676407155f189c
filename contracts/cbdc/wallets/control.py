"""Who else acts for a wallet: its delegates, and another key after a recovery."""

from contracts.cbdc.core.access import by_fsp, by_supervisor
from contracts.cbdc.core.limits import (
    DELEGATE_DAYS_MAX,
    RECOVERY_HOURS,
    active_fsp,
    acts_for_fsp,
    is_holder,
    parameter_of,
    require_tier,
)
from contracts.cbdc.core.messages import (
    ACTIVE,
    ALIAS,
    FSP,
    PAGE,
    PAYMENTS,
    RECOVERING,
    T2,
    T3,
    BadUntil,
    InRecovery,
    M,
    NotBank,
    NotEmpty,
    NotIndependent,
    NotParty,
    SelfTransfer,
    UnknownWallet,
    WalletClosed,
    WalletExists,
)
from contracts.cbdc.core.state import (
    Wallet,
    balances,
    contract,
    party_of,
    running,
    sender_party,
    terms,
    wallets,
)
from contracts.cbdc.payments.messages import Transferred
from contracts.cbdc.payments.settlement import (
    name_travel,
    record_transfer,
    require_can_pay,
    settle,
)
from contracts.cbdc.wallets.messages import (
    Delegate,
    Delegated,
    DelegateDayLimit,
    DelegatePaid,
    DelegateReceiver,
    DelegateRevoked,
    DelegateTxLimit,
    NoDelegation,
    RecoverApprove,
    RecoverCancel,
    Recovered,
    RecoverFinish,
    RecoverStart,
    RecoveryApproved,
    RecoveryCancelled,
    RecoveryExists,
    RecoveryNotApproved,
    RecoveryStarted,
    RecoveryTooEarly,
    RevokeDelegate,
    TooManyDelegates,
    TransferFor,
    UnknownRecovery,
)
from contracts.cbdc.wallets.state import (
    DelegateLine,
    DelegateLines,
    Delegation,
    Recovery,
    delegations,
    recoveries,
)
from contracts.sdk import Address, Context, anyone, emit, replace, require
from contracts.sdk.calendar import DAY_MS, HOUR_MS, bangkok_day

DELEGATES_MAX = 16  # of one wallet
TIERS_THAT_DELEGATE = (T2, T3, M)


@contract.execute(Delegate, allow=anyone)
def delegate(ctx: Context, msg: Delegate) -> None:
    """Let an account pay from the sender's wallet; again, to change the bounds."""
    found = running(ctx, PAYMENTS)
    owner = sender_party(ctx, found)
    require(owner.wallet is not None, UnknownWallet)
    require_tier(ctx, owner, TIERS_THAT_DELEGATE)
    require(msg.delegate not in (ctx.sender, owner.address), SelfTransfer)
    last_ms = ctx.block_time_ms + parameter_of(ctx, DELEGATE_DAYS_MAX) * DAY_MS
    require(ctx.block_time_ms < msg.until_ms <= last_ms, BadUntil, latest=last_ms)
    key = (owner.address, msg.delegate)
    before = delegations.get(ctx, key, None)
    if before is None:
        count = len(delegations.page(ctx, (owner.address,), limit=DELEGATES_MAX))
        require(count < DELEGATES_MAX, TooManyDelegates, most=DELEGATES_MAX)

    used = (0, 0) if before is None else (before.day, before.day_sent)
    bounds = (msg.per_payment, msg.per_day, msg.merchants, msg.until_ms)
    delegations.save(ctx, key, Delegation(*bounds, *used))
    emit(ctx, Delegated(*key, msg.per_payment, msg.per_day, msg.until_ms))


@contract.execute(RevokeDelegate, allow=anyone)
def revoke_delegate(ctx: Context, msg: RevokeDelegate) -> None:
    """End a delegate's right at once."""
    owner = sender_party(ctx, running(ctx, PAYMENTS))
    key = (owner.address, msg.delegate)
    require(delegations.has(ctx, key), NoDelegation)

    delegations.remove(ctx, key)
    emit(ctx, DelegateRevoked(*key))


@contract.execute(TransferFor, allow=anyone)
def transfer_for(ctx: Context, msg: TransferFor) -> None:
    """Pay from a wallet as its delegate."""
    found = running(ctx, PAYMENTS)
    payer = party_of(ctx, found, msg.wallet)
    payee = party_of(ctx, found, msg.to)
    key = (payer.address, ctx.sender)
    right = delegations.load(ctx, key, absent=NoDelegation)
    require(ctx.block_time_ms < right.until_ms, NoDelegation)
    require_tier(ctx, payer, TIERS_THAT_DELEGATE)
    day = bangkok_day(ctx.block_time_ms)
    sent = (right.day_sent if day == right.day else 0) + msg.amount
    _require_within(right, payee.address, msg.amount, sent)
    require_can_pay(ctx, payer, payee, msg.amount, msg.travel)

    delegations.save(ctx, key, replace(right, day=day, day_sent=sent))
    emit(ctx, Transferred(payer.address, payee.address, msg.amount, msg.memo))
    record_transfer(ctx, payer, payee, msg.amount)
    settle(ctx, payer, payee, msg.amount)
    name_travel(ctx, payer, payee, msg.travel)
    emit(ctx, DelegatePaid(payer.address, ctx.sender))


def drop_delegates(ctx: Context, wallet: Address) -> None:
    """End the rights of all delegates of a wallet."""
    for key, _ in delegations.page(ctx, (wallet,), limit=DELEGATES_MAX):
        delegations.remove(ctx, key)
        emit(ctx, DelegateRevoked(*key))


def _require_within(right: Delegation, payee: Address, amount: int, sent: int) -> None:
    """Reject what is beyond the delegate's bounds."""
    may_pay = len(right.merchants) == 0 or payee in right.merchants
    require(may_pay, DelegateReceiver)
    require(amount <= right.per_payment, DelegateTxLimit, per_payment=right.per_payment)
    require(sent <= right.per_day, DelegateDayLimit, per_day=right.per_day)


@contract.execute(RecoverStart, allow=by_fsp)
def recover_start(ctx: Context, msg: RecoverStart) -> None:
    """Propose new keys; nothing changes for the wallet until a supervisor approves."""
    wallet = _customer(ctx, msg.fsp, msg.wallet)
    require(wallet.status == ACTIVE, InRecovery if wallet.status == RECOVERING else WalletClosed)
    require(not recoveries.has(ctx, msg.wallet), RecoveryExists)
    _require_free(ctx, msg.new_address)

    recoveries.save(ctx, msg.wallet, Recovery(msg.new_address, msg.case_hash, ctx.sender, 0))
    emit(ctx, RecoveryStarted(msg.wallet, msg.new_address, msg.case_hash))


@contract.execute(RecoverApprove, allow=by_supervisor)
def recover_approve(ctx: Context, msg: RecoverApprove) -> None:
    """Begin the waiting time, in which nothing leaves the wallet and its holder may cancel."""
    recovery = recoveries.load(ctx, msg.wallet, absent=UnknownRecovery)
    require(recovery.case_hash == msg.case_hash, UnknownRecovery)
    require(recovery.ends_ms == 0, RecoveryExists)
    wallet = wallets.load(ctx, msg.wallet, absent=UnknownWallet)
    require(ctx.sender != recovery.started_by and msg.agency != wallet.fsp, NotIndependent)

    ends_ms = ctx.block_time_ms + parameter_of(ctx, RECOVERY_HOURS) * HOUR_MS
    recoveries.save(ctx, msg.wallet, replace(recovery, ends_ms=ends_ms))
    wallets.save(ctx, msg.wallet, replace(wallet, status=RECOVERING))
    emit(ctx, RecoveryApproved(msg.wallet, recovery.new_address, ends_ms))


@contract.execute(RecoverCancel, allow=anyone)
def recover_cancel(ctx: Context, msg: RecoverCancel) -> None:
    """End a recovery; the wallet is as before."""
    party = party_of(ctx, terms.load(ctx), msg.wallet)
    wallet = party.wallet
    if wallet is None:
        raise UnknownWallet
    require(recoveries.has(ctx, party.address), UnknownRecovery)
    require(is_holder(ctx, party) or acts_for_fsp(ctx, wallet.fsp), NotParty)

    recoveries.remove(ctx, party.address)
    wallets.save(ctx, party.address, replace(wallet, status=ACTIVE))
    emit(ctx, RecoveryCancelled(party.address))


@contract.execute(RecoverFinish, allow=by_fsp)
def recover_finish(ctx: Context, msg: RecoverFinish) -> None:
    """Put the wallet under the new keys; the old ones' delegates end with them."""
    wallet = _customer(ctx, msg.fsp, msg.wallet)
    recovery = recoveries.load(ctx, msg.wallet, absent=UnknownRecovery)
    ends_ms = recovery.ends_ms
    require(ends_ms > 0, RecoveryNotApproved)
    require(ctx.block_time_ms >= ends_ms, RecoveryTooEarly, ends_ms=ends_ms)
    _require_free(ctx, recovery.new_address)

    recoveries.remove(ctx, msg.wallet)
    new = recovery.new_address
    wallets.save(ctx, msg.wallet, replace(wallet, status=ACTIVE, controller=new))
    alias = Wallet(msg.fsp, ALIAS, None, ACTIVE, "", 0, None, msg.wallet)
    wallets.save(ctx, new, alias)
    drop_delegates(ctx, msg.wallet)
    emit(ctx, Recovered(msg.wallet, new))


def _customer(ctx: Context, fsp: str, address: Address) -> Wallet:
    """Return a wallet of the bank's customer, which the bank may act on."""
    active_fsp(ctx, fsp)
    wallet = wallets.load(ctx, address, absent=UnknownWallet)
    require(wallet.fsp == fsp and wallet.kind not in (FSP, ALIAS), NotBank)
    return wallet


def _require_free(ctx: Context, new_address: Address) -> None:
    """The new address must be no wallet and hold nothing. Rejects: WalletExists, NotEmpty."""
    require(not wallets.has(ctx, new_address), WalletExists)
    require(balances.get(ctx, new_address, 0) == 0, NotEmpty)


@contract.query
def delegates(ctx: Context, address: Address) -> DelegateLines:
    """The delegates of a wallet."""
    owner = party_of(ctx, terms.load(ctx), address).address
    found = delegations.page(ctx, (owner,), limit=PAGE)
    return tuple([DelegateLine(key[1], right) for key, right in found])


recovery_state = contract.expose(
    "recovery_state", recoveries, ("address",), "The recovery of a wallet that is under way."
)
