"""Money begins and ends: the central bank issues, banks give back, the central bank acknowledges.

An account that is not registered gives back at once; that is for development networks.
"""

from contracts.cbdc.access import by_central_bank, by_operator
from contracts.cbdc.authority_errors import UnknownRedemption
from contracts.cbdc.authority_messages import AcknowledgeRedeem, RefuseRedeem
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import (
    ReferenceReused,
    SupplyCapExceeded,
    UnknownFsp,
)
from contracts.cbdc.events import Issued, RedeemAsked, Redeemed, RedeemRefused, RedeemSettled
from contracts.cbdc.fields import FSP, HELD, ISSUE
from contracts.cbdc.limits import refuse, why_not_enter, why_not_leave
from contracts.cbdc.messages import Issue, Redeem
from contracts.cbdc.money import create, destroy, destroy_held, from_pool, to_pool
from contracts.cbdc.state import (
    Party,
    issue_references,
    issued,
    redeem_references,
    redeemed,
    redemptions,
    supply_max,
)
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Context, anyone, emit, require


@contract.execute(Issue, allow=by_central_bank)
def issue(ctx: Context, msg: Issue) -> None:
    """Create money in the settlement account of a bank. A reference serves for one issue."""
    found = running(ctx, ISSUE)
    target = party_of(ctx, found, msg.to)
    require(_is_of_bank(target), UnknownFsp)
    refuse(why_not_enter(ctx, target), target, msg.amount)
    require(not issue_references.has(ctx, msg.reference), ReferenceReused)
    outstanding = issued.get(ctx) - redeemed.get(ctx)
    cap = supply_max.load(ctx)
    require(outstanding + msg.amount <= cap, SupplyCapExceeded, outstanding=outstanding, cap=cap)

    issue_references.save(ctx, msg.reference, ctx.height)
    create(ctx, target, msg.amount)
    emit(ctx, Issued(target.address, msg.amount, msg.reference))


@contract.execute(Redeem, allow=anyone)
def redeem(ctx: Context, msg: Redeem) -> None:
    """Set money of the sender, a bank, aside until the central bank acknowledges."""
    found = running(ctx, ISSUE)
    source = sender_party(ctx, found)
    require(_is_of_bank(source), UnknownFsp)
    refuse(why_not_leave(ctx, source), source, msg.amount)
    key = (source.address, msg.reference)
    require(not redeem_references.has(ctx, key), ReferenceReused)

    redeem_references.save(ctx, key, ctx.height)
    if source.wallet is None:
        destroy(ctx, source, msg.amount)
        emit(ctx, Redeemed(source.address, msg.amount, msg.reference))
        return
    to_pool(ctx, HELD, source, source.address, msg.amount)
    redemptions.save(ctx, key, msg.amount)
    emit(ctx, RedeemAsked(source.address, msg.amount, msg.reference))


@contract.execute(AcknowledgeRedeem, allow=by_operator)
def acknowledge_redeem(ctx: Context, msg: AcknowledgeRedeem) -> None:
    """Destroy what a bank has set aside."""
    found = running(ctx, ISSUE)
    key = (msg.holder, msg.reference)
    amount = redemptions.load(ctx, key, absent=UnknownRedemption)

    redemptions.remove(ctx, key)
    destroy_held(ctx, party_of(ctx, found, msg.holder), amount)
    emit(ctx, RedeemSettled(msg.holder, amount, msg.reference))


@contract.execute(RefuseRedeem, allow=by_operator)
def refuse_redeem(ctx: Context, msg: RefuseRedeem) -> None:
    """Return what a bank has set aside; the reference stays used."""
    found = running(ctx, ISSUE)
    key = (msg.holder, msg.reference)
    amount = redemptions.load(ctx, key, absent=UnknownRedemption)

    redemptions.remove(ctx, key)
    from_pool(ctx, HELD, msg.holder, party_of(ctx, found, msg.holder), amount)
    emit(ctx, RedeemRefused(msg.holder, amount, msg.reference))


def _is_of_bank(party: Party) -> bool:
    """Whether money may begin and end here: a bank's account, or an unregistered one."""
    if party.wallet is None:
        return party.terms.allows_unregistered
    return party.wallet.kind == FSP
