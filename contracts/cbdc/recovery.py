"""Recovery of a wallet whose keys are lost: its bank proposes, a supervisor approves, time passes.

The wallet keeps its address, money, limits, holds and vouchers; what changes is whose keys act for
it. The new keys' own address becomes another address of the wallet. Argued in README.md.
"""

from contracts.cbdc.access import active_fsp, acts_for_fsp, by_fsp, by_supervisor
from contracts.cbdc.declaration import contract
from contracts.cbdc.delegations import drop_delegates
from contracts.cbdc.errors import (
    InRecovery,
    NotBank,
    NotEmpty,
    NotIndependent,
    UnknownWallet,
    WalletClosed,
    WalletExists,
)
from contracts.cbdc.fields import ACTIVE, ALIAS, FSP, RECOVERING
from contracts.cbdc.links import is_holder
from contracts.cbdc.parameters import RECOVERY_HOURS, parameter_of
from contracts.cbdc.state import Recovery, Wallet, balances, recoveries, terms, wallets
from contracts.cbdc.wallet_errors import (
    NotParty,
    RecoveryExists,
    RecoveryNotApproved,
    RecoveryTooEarly,
    UnknownRecovery,
)
from contracts.cbdc.wallet_events import (
    Recovered,
    RecoveryApproved,
    RecoveryCancelled,
    RecoveryStarted,
)
from contracts.cbdc.wallet_messages import (
    RecoverApprove,
    RecoverCancel,
    RecoverFinish,
    RecoverStart,
)
from contracts.cbdc.wallets import party_of
from contracts.sdk import Address, Context, anyone, emit, replace, require
from contracts.sdk.calendar import HOUR_MS


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
