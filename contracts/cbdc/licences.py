"""Banks and payment providers: who has a licence, and which keys sign for it."""

from contracts.cbdc.access import by_fsp_administrator, by_operator
from contracts.cbdc.authority_errors import FspExists, RepeatedKey, UnusableKey
from contracts.cbdc.authority_events import FspKeysSet, FspSet
from contracts.cbdc.bank_messages import RegisterFsp, ReinstateFsp, SetFspKeys, SuspendFsp
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import UnknownFsp, UnknownWallet, WalletExists
from contracts.cbdc.fields import ACTIVE, FSP, SUSPENDED, FspKeys
from contracts.cbdc.state import Fsp, Wallet, fsps, wallets
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.crypto import is_usable_key
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import is_distinct

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
