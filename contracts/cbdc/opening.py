"""Wallets are opened and closed by the bank whose customer the holder is."""

from contracts.cbdc.access import active_fsp, by_fsp
from contracts.cbdc.attestations import attest, release, require_signed
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import (
    InRecovery,
    NotBank,
    NotEmpty,
    UnknownWallet,
    WalletExists,
    WrongTier,
    WrongWalletKind,
)
from contracts.cbdc.fields import ACTIVE, CLOSED, INSTITUTION, MERCHANT, PERSON, POOLS, T0, M
from contracts.cbdc.flow_state import bound
from contracts.cbdc.limits import refuse, why_not_leave
from contracts.cbdc.money import share_of
from contracts.cbdc.parameters import WALLETS_MAX, parameter_of
from contracts.cbdc.state import (
    Holder,
    Wallet,
    balances,
    holders,
    links,
    recoveries,
    terms,
    wallets,
)
from contracts.cbdc.wallet_errors import BadAttestation, TooManyWallets
from contracts.cbdc.wallet_events import WalletEnded, WalletOpened
from contracts.cbdc.wallet_messages import CloseWallet, Opening, OpenWallet, OpenWallets
from contracts.cbdc.wallets import party_of
from contracts.sdk import Context, Digest, emit, replace, require

NEW_HOLDER = Holder(T0, 0, None, 0, 0, 0, 0, 0, 0)


@contract.execute(OpenWallet, allow=by_fsp)
def open_wallet(ctx: Context, msg: OpenWallet) -> None:
    """Register a wallet of a customer, or of an agency."""
    active_fsp(ctx, msg.fsp)
    _open(ctx, msg.fsp, Opening(msg.wallet, msg.kind, msg.holder, msg.proof))


@contract.precheck(OpenWallet)
def check_opening(ctx: Context, msg: OpenWallet) -> None:
    """Check the attestation's signature."""
    require_signed(ctx, msg.holder, msg.proof)


@contract.execute(OpenWallets, allow=by_fsp)
def open_wallets(ctx: Context, msg: OpenWallets) -> None:
    """Register many wallets; one that is refused refuses them all."""
    active_fsp(ctx, msg.fsp)
    for opening in msg.openings:
        _open(ctx, msg.fsp, opening)


@contract.precheck(OpenWallets)
def check_openings(ctx: Context, msg: OpenWallets) -> None:
    """Check the attestations' signatures."""
    for opening in msg.openings:
        require_signed(ctx, opening.holder, opening.proof)


@contract.execute(CloseWallet, allow=by_fsp)
def close_wallet(ctx: Context, msg: CloseWallet) -> None:
    """Close a wallet that holds nothing, in no pool either."""
    active_fsp(ctx, msg.fsp)
    wallet = wallets.load(ctx, msg.wallet, absent=UnknownWallet)
    require(wallet.fsp == msg.fsp and wallet.kind in (PERSON, MERCHANT, INSTITUTION), NotBank)
    party = party_of(ctx, terms.load(ctx), msg.wallet)
    refuse(why_not_leave(ctx, party), party, 0)
    require(not recoveries.has(ctx, msg.wallet), InRecovery)
    in_pools = sum([share_of(ctx, pool, msg.wallet) for pool in POOLS])
    has_vouchers = len(bound.page(ctx, (msg.wallet,), limit=1)) > 0
    require(party.balance == 0 and in_pools == 0 and not has_vouchers, NotEmpty)

    wallets.save(ctx, msg.wallet, replace(wallet, status=CLOSED))
    links.remove(ctx, msg.wallet)
    if wallet.holder is not None and party.holder is not None:
        _count_closed(ctx, (msg.fsp, wallet.holder), party.holder)
    emit(ctx, WalletEnded(msg.wallet, msg.fsp))


def _open(ctx: Context, fsp: str, opening: Opening) -> None:
    require(not wallets.has(ctx, opening.wallet), WalletExists)
    if opening.holder is None:
        _require_institution(ctx, opening)
    else:
        require(opening.kind in (PERSON, MERCHANT), WrongWalletKind)
        _save_holder(ctx, (fsp, opening.holder), opening)
    wallet = Wallet(fsp, opening.kind, opening.holder, ACTIVE, "", 0, None, None)
    wallets.save(ctx, opening.wallet, wallet)
    emit(ctx, WalletOpened(opening.wallet, fsp, opening.kind))


def _require_institution(ctx: Context, opening: Opening) -> None:
    """Only the account that administers an agency has no holder, and so no limits."""
    agency = ctx.call("governance").agency_of(opening.wallet)
    require(opening.kind == INSTITUTION and agency != "", WrongWalletKind)
    require(opening.proof is None, BadAttestation, reason="holder")


def _save_holder(ctx: Context, key: tuple[str, Digest], opening: Opening) -> None:
    """Count the wallet, and what an account already has, to its holder."""
    holder = holders.get(ctx, key, NEW_HOLDER)
    require(holder.wallets < parameter_of(ctx, WALLETS_MAX), TooManyWallets)
    if opening.proof is not None:
        holder = attest(ctx, key, opening.kind, holder, opening.proof)
    require((holder.tier == M) == (opening.kind == MERCHANT), WrongTier)
    total = holder.total + balances.get(ctx, opening.wallet, 0)
    holders.save(ctx, key, replace(holder, wallets=holder.wallets + 1, total=total))


def _count_closed(ctx: Context, key: tuple[str, Digest], holder: Holder) -> None:
    """The last wallet's holder gives its nullifier back, and begins again below."""
    after = replace(holder, wallets=holder.wallets - 1)
    if after.wallets == 0:
        release(ctx, after)
        after = replace(after, tier=T0, attested_until_ms=0, nullifier=None)
    holders.save(ctx, key, after)
