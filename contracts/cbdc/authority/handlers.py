"""Acts of the central bank: issue and redemption, licences, parameters, pauses."""

from contracts.cbdc.authority.messages import (
    AcknowledgeRedeem,
    AlreadyPaused,
    BadScope,
    FspExists,
    FspKeysSet,
    FspSet,
    Issue,
    Issued,
    NotPaused,
    ParameterOutOfBounds,
    ParameterTooSoon,
    ParamsChanged,
    ParamsSet,
    Pause,
    Redeem,
    RedeemAsked,
    Redeemed,
    RedeemRefused,
    RedeemSettled,
    RefuseRedeem,
    RegisterFsp,
    ReinstateFsp,
    RepeatedKey,
    Resume,
    ScopePaused,
    ScopeResumed,
    SetFspKeys,
    SetParams,
    SuspendFsp,
    TooManyChanges,
    UnknownParameter,
    UnknownRedemption,
    UnusableKey,
)
from contracts.cbdc.authority.state import (
    Changes,
    ChangeState,
    FspLine,
    FspLines,
    Parameters,
    ParameterState,
    RedemptionLine,
    RedemptionLines,
    changes,
    changes_pending,
    issue_references,
    redeem_references,
    redemptions,
)
from contracts.cbdc.core.access import by_central_bank, by_fsp_administrator, by_operator
from contracts.cbdc.core.limits import (
    LIMIT_NAMES,
    PARAMETER_DELAY_SECONDS,
    PARAMETERS,
    TRAVEL_FROM,
    Parameter,
    parameter_of,
    refuse,
    why_not_enter,
    why_not_leave,
)
from contracts.cbdc.core.messages import (
    ACTIVE,
    FSP,
    HELD,
    ISSUE,
    PAUSE_SCOPES,
    SUSPENDED,
    FspKeys,
    Limit,
    SupplyCapExceeded,
    UnknownFsp,
    UnknownWallet,
    WalletExists,
    Word,
)
from contracts.cbdc.core.money import create, destroy, destroy_held, from_pool, to_pool
from contracts.cbdc.core.state import (
    FirstUse,
    Fsp,
    Party,
    Terms,
    Wallet,
    contract,
    fsps,
    issued,
    parameters,
    party_of,
    redeemed,
    require_unused,
    running,
    sender_party,
    supply_max,
    terms,
    wallets,
)
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.calendar import SECOND_MS
from contracts.sdk.crypto import is_usable_key
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import is_distinct


@contract.execute(Issue, allow=by_central_bank)
def issue(ctx: Context, msg: Issue) -> None:
    """Create money in the settlement account of a bank. A reference serves for one issue."""
    found = running(ctx, ISSUE)
    require_unused(issue_references.get(ctx, msg.reference, None))
    target = party_of(ctx, found, msg.to)
    require(_is_of_bank(target), UnknownFsp)
    refuse(why_not_enter(ctx, target), target, msg.amount)
    outstanding = issued.get(ctx) - redeemed.get(ctx)
    cap = supply_max.load(ctx)
    require(outstanding + msg.amount <= cap, SupplyCapExceeded, outstanding=outstanding, cap=cap)

    issue_references.save(ctx, msg.reference, FirstUse(ctx.height, msg.amount))
    create(ctx, target, msg.amount)
    emit(ctx, Issued(target.address, msg.amount, msg.reference))


@contract.execute(Redeem, allow=anyone)
def redeem(ctx: Context, msg: Redeem) -> None:
    """Set money of the sender, a bank, aside until the central bank acknowledges."""
    found = running(ctx, ISSUE)
    source = sender_party(ctx, found)
    key = (source.address, msg.reference)
    require_unused(redeem_references.get(ctx, key, None))
    require(_is_of_bank(source), UnknownFsp)
    refuse(why_not_leave(ctx, source), source, msg.amount)

    redeem_references.save(ctx, key, FirstUse(ctx.height, msg.amount))
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


KINDS = ("bank", "merchant-acquirer")  # of agencies that may have a licence


@contract.execute(RegisterFsp, allow=by_operator)
def register_fsp(ctx: Context, msg: RegisterFsp) -> None:
    """License an agency that governance knows as a bank or an acquirer."""
    require(any([is_of_kind(ctx, msg.fsp, kind) for kind in KINDS]), UnknownFsp)
    require(not fsps.has(ctx, msg.fsp), FspExists)
    _id, _name_th, _name_en, _kinds, administrator, _status = ctx.call("governance").agency(msg.fsp)
    require(not wallets.has(ctx, administrator), WalletExists)
    _require_keys(msg.keys)

    fsps.save(ctx, msg.fsp, Fsp(administrator, msg.keys, msg.licence, ACTIVE))
    wallets.save(ctx, administrator, Wallet(msg.fsp, FSP, None, ACTIVE, "", 0, None, None))
    emit(ctx, FspSet(msg.fsp, administrator, msg.licence, ACTIVE))


@contract.execute(SuspendFsp, allow=by_operator)
def suspend_fsp(ctx: Context, msg: SuspendFsp) -> None:
    """Stop a bank; its customers' wallets go on."""
    _set_status(ctx, msg.fsp, SUSPENDED)


@contract.execute(ReinstateFsp, allow=by_operator)
def reinstate_fsp(ctx: Context, msg: ReinstateFsp) -> None:
    """Let a bank act again."""
    _set_status(ctx, msg.fsp, ACTIVE)


@contract.execute(SetFspKeys, allow=by_fsp_administrator)
def set_fsp_keys(ctx: Context, msg: SetFspKeys) -> None:
    """Replace the keys at once; what the old ones signed and nobody used is void."""
    fsp = fsps.load(ctx, msg.fsp, absent=UnknownFsp)
    _require_keys(msg.keys)

    fsps.save(ctx, msg.fsp, replace(fsp, keys=msg.keys))
    emit(ctx, FspKeysSet(msg.fsp))


def _set_status(ctx: Context, fsp_id: str, status: str) -> None:
    fsp = fsps.load(ctx, fsp_id, absent=UnknownFsp)
    wallet = wallets.load(ctx, fsp.settlement, absent=UnknownWallet)

    fsps.save(ctx, fsp_id, replace(fsp, status=status))
    wallets.save(ctx, fsp.settlement, replace(wallet, status=status))
    emit(ctx, FspSet(fsp_id, fsp.settlement, fsp.licence, status))


def _require_keys(keys: FspKeys) -> None:
    require(is_distinct(keys), RepeatedKey)
    require(all([is_usable_key(key) for key in keys]), UnusableKey)


CHANGES_MAX = 64  # that wait for their time


@contract.execute(SetParams, allow=by_central_bank)
def set_params(ctx: Context, msg: SetParams) -> None:
    """Let a parameter change at a time that is far enough ahead."""
    known = [one for one in PARAMETERS if one.name == msg.name]
    require(len(known) == 1, UnknownParameter)
    low, high = known[0].low, known[0].high
    require(low <= msg.value <= high, ParameterOutOfBounds, low=low, high=high)
    earliest = ctx.block_time_ms + parameter_of(ctx, PARAMETER_DELAY_SECONDS) * SECOND_MS
    require(msg.effective_ms >= earliest, ParameterTooSoon, earliest_ms=earliest)
    key = (msg.effective_ms, msg.name)
    is_new = not changes.has(ctx, key)
    require(not is_new or changes_pending.get(ctx) < CHANGES_MAX, TooManyChanges)

    changes.save(ctx, key, msg.value)
    changes_pending.add(ctx, 1 if is_new else 0)
    emit(ctx, ParamsSet(msg.name, msg.value, msg.effective_ms))


def apply_changes(ctx: Context) -> None:
    """Put what is due in force, at the end of a block, in order of times and names."""
    if changes_pending.get(ctx) == 0:
        return
    for (effective_ms, name), value in changes.page(ctx, limit=CHANGES_MAX):
        if effective_ms > ctx.block_time_ms:
            return
        changes.remove(ctx, (effective_ms, name))
        changes_pending.add(ctx, -1)
        _set(ctx, name, value)
        emit(ctx, ParamsChanged(name, value))


def _set(ctx: Context, name: str, value: int) -> None:
    if name == TRAVEL_FROM.name:
        terms.save(ctx, replace(terms.load(ctx), travel_from=value))
    elif name in LIMIT_NAMES:
        found = terms.load(ctx)
        at = LIMIT_NAMES.index(name)
        limits = (*found.limits[:at], value, *found.limits[at + 1 :])
        terms.save(ctx, replace(found, limits=limits))
    else:
        parameters.save(ctx, name, value)


@contract.execute(Pause, allow=by_central_bank)
def pause(ctx: Context, msg: Pause) -> None:
    """Stop a part of the contract at once."""
    require(msg.scope in PAUSE_SCOPES, BadScope)
    found = terms.load(ctx)
    require(msg.scope not in found.paused, AlreadyPaused)

    terms.save(ctx, replace(found, paused=(*found.paused, msg.scope)))
    emit(ctx, ScopePaused(msg.scope))


@contract.execute(Resume, allow=by_central_bank)
def resume(ctx: Context, msg: Resume) -> None:
    """Let a part go on. Nothing lifts the stop of a failed supply equation."""
    found = terms.load(ctx)
    require(msg.scope in found.paused, NotPaused)

    left = tuple([scope for scope in found.paused if scope != msg.scope])
    terms.save(ctx, replace(found, paused=left))
    emit(ctx, ScopeResumed(msg.scope))


@contract.query
def parameters_now(ctx: Context) -> Parameters:
    """All parameters, what they are now and their bounds."""
    found = terms.load(ctx)
    return tuple(
        [
            ParameterState(one.name, _value_now(ctx, found, one), one.low, one.high)
            for one in PARAMETERS
        ]
    )


@contract.query
def changes_ahead(ctx: Context, limit: Limit) -> Changes:
    """Changes of parameters that wait for their height, the next first."""
    return tuple([ChangeState(*key, value) for key, value in changes.page(ctx, limit=limit)])


contract.expose(
    "fsp",
    fsps,
    ("fsp_id",),
    "A bank or payment provider: settlement account, keys, licence, status.",
)


@contract.query
def fsps_page(ctx: Context, after: Word, limit: Limit) -> FspLines:
    """Banks and payment providers in order of their ids, after the id `after`."""
    last = None if after == "" else after
    return tuple([FspLine(key, found) for key, found in fsps.page(ctx, after=last, limit=limit)])


@contract.query
def redemptions_page(ctx: Context, limit: Limit) -> RedemptionLines:
    """Money that banks have set aside for the central bank to take."""
    return tuple(
        [RedemptionLine(*key, amount) for key, amount in redemptions.page(ctx, limit=limit)]
    )


def _value_now(ctx: Context, found: Terms, parameter: Parameter) -> int:
    if parameter.name in LIMIT_NAMES:
        return found.limits[LIMIT_NAMES.index(parameter.name)]
    if parameter.name == TRAVEL_FROM.name:
        return found.travel_from
    return parameter_of(ctx, parameter)
