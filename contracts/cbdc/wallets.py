"""Finding the sides of a payment: which wallet an address stands for, and who acts for it."""

from contracts.cbdc.errors import KeyReplaced, Paused, UnknownWallet
from contracts.cbdc.fields import ALL
from contracts.cbdc.state import Holder, Party, Terms, Wallet, balances, holders, terms, wallets
from contracts.sdk import Address, Context, require


def running(ctx: Context, scope: str) -> Terms:
    """Return the terms in force. Rejects: Paused, when `scope` or all is stopped."""
    found = terms.load(ctx)
    require(not is_paused(found, scope), Paused)
    return found


def is_paused(found: Terms, scope: str) -> bool:
    """Whether the supply equation failed, or the central bank stopped `scope` or all."""
    return found.broken_at > 0 or (
        len(found.paused) > 0 and (scope in found.paused or ALL in found.paused)
    )


def party_of(ctx: Context, found: Terms, address: Address) -> Party:
    """Return the side that `address` stands for; its wallet may be closed, frozen or absent."""
    wallet = wallets.get(ctx, address, None)
    if wallet is not None and wallet.stands_for is not None:
        address = wallet.stands_for
        wallet = wallets.load(ctx, address, absent=UnknownWallet)
    holder = None if wallet is None else holder_of(ctx, wallet)
    return Party(found, address, wallet, holder, balances.get(ctx, address, 0))


def sender_party(ctx: Context, found: Terms) -> Party:
    """Return the side that the sender acts for.

    Rejects: UnknownWallet (only registered accounts hold money), KeyReplaced.
    """
    party = party_of(ctx, found, ctx.sender)
    wallet = party.wallet
    if wallet is None:
        require(found.allows_unregistered, UnknownWallet)
        return party
    actor = party.address if wallet.controller is None else wallet.controller
    require(actor == ctx.sender, KeyReplaced)
    return party


def holder_of(ctx: Context, wallet: Wallet) -> Holder | None:
    """Return the wallet's holder; None for institutions and FSPs."""
    if wallet.holder is None:
        return None
    return holders.load(ctx, (wallet.fsp, wallet.holder), absent=UnknownWallet)


def is_same_holder(first: Party, second: Party) -> bool:
    """Whether both sides are wallets of one customer."""
    if first.wallet is None or second.wallet is None or first.wallet.holder is None:
        return False
    return first.wallet.holder == second.wallet.holder and first.wallet.fsp == second.wallet.fsp
