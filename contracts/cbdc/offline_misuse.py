"""Devices that are misused, lost or broken: proof, revocation, and what their victims get."""

from contracts.cbdc.access import acts_for_fsp
from contracts.cbdc.declaration import contract
from contracts.cbdc.fields import OFFLINE
from contracts.cbdc.flow_state import (
    REVOKED,
    Device,
    devices,
    settled,
)
from contracts.cbdc.limits import (
    refuse,
    why_not_leave,
)
from contracts.cbdc.offline_devices import (
    pay_from_device,
    require_active,
    require_number,
    require_signed,
)
from contracts.cbdc.offline_errors import (
    AlreadySettled,
    DeviceExpired,
    DeviceNotRevoked,
    LoadLimit,
    NoConflict,
    UnknownDevice,
)
from contracts.cbdc.offline_events import (
    DeviceEnded,
    OfflineCompensated,
)
from contracts.cbdc.offline_messages import (
    OfflineCompensate,
    OfflineReport,
    OfflineRevokeDevice,
    voucher_digest,
)
from contracts.cbdc.parameters import (
    BORNE_BY_FSP,
    OFFLINE_LOSS_BEARER,
    parameter_of,
)
from contracts.cbdc.paying import settle, settlement_party, why_not_keep
from contracts.cbdc.state import Party
from contracts.cbdc.wallets import party_of, running
from contracts.sdk import Context, PublicKey, anyone, emit, replace, require


@contract.execute(OfflineReport, allow=anyone)
def offline_report(ctx: Context, msg: OfflineReport) -> None:
    """Revoke a device by two vouchers that it signed under one number; anyone may."""
    running(ctx, OFFLINE)
    first, second = msg.first, msg.second
    is_same_number = first.device == second.device and first.counter == second.counter
    differ = voucher_digest(ctx.chain_id, first) != voucher_digest(ctx.chain_id, second)
    require(is_same_number and differ, NoConflict)
    device = devices.load(ctx, first.device, absent=UnknownDevice)
    ended = (first.device, device.wallet, True, first.counter, device.remaining, "")
    _revoke(ctx, device, DeviceEnded(*ended))


@contract.precheck(OfflineReport)
def check_report(ctx: Context, msg: OfflineReport) -> None:
    """Check both signatures of the device."""
    require_signed(ctx, msg.first)
    require_signed(ctx, msg.second)


@contract.execute(OfflineRevokeDevice, allow=anyone)
def offline_revoke_device(ctx: Context, msg: OfflineRevokeDevice) -> None:
    """Revoke a lost or broken device as the bank that certified it."""
    running(ctx, OFFLINE)
    device = _certified_by_sender(ctx, msg.device)
    ended = (msg.device, device.wallet, False, 0, device.remaining, msg.reason)
    _revoke(ctx, device, DeviceEnded(*ended))


@contract.execute(OfflineCompensate, allow=anyone)
def offline_compensate(ctx: Context, msg: OfflineCompensate) -> None:
    """Pay a voucher of a revoked device: from what it has left, then by the loss rule."""
    found = running(ctx, OFFLINE)
    voucher = msg.voucher
    device = _certified_by_sender(ctx, voucher.device)
    require(device.status == REVOKED, DeviceNotRevoked)
    require(ctx.block_time_ms < device.ends_ms, DeviceExpired, expired=device.ends_ms)
    require_number(device, voucher)
    require(voucher.amount <= device.amount_max, LoadLimit, most=device.amount_max)
    name = voucher_digest(ctx.chain_id, voucher)
    require(not settled.has(ctx, (voucher.device, voucher.counter, name)), AlreadySettled)

    bank = settlement_party(ctx, found, device.fsp)
    payee = party_of(ctx, found, voucher.payee)
    from_device = min(voucher.amount, device.remaining)
    from_bank = _borne_by_bank(ctx, bank, payee, voucher.amount - from_device)
    unpaid = voucher.amount - from_device - from_bank

    settled.save(ctx, (voucher.device, voucher.counter, name), ctx.height)
    sides = (voucher.device, voucher.counter, payee.address, bank.address)
    emit(ctx, OfflineCompensated(*sides, from_device, from_bank, unpaid))
    pay_from_device(ctx, found, device, voucher, from_device)
    if from_bank > 0:
        payee = party_of(ctx, found, voucher.payee)
        refuse(why_not_keep(ctx, bank, payee, from_bank), payee, from_bank)
        settle(ctx, bank, payee, from_bank)


@contract.precheck(OfflineCompensate)
def check_voucher(ctx: Context, msg: OfflineCompensate) -> None:
    """Check the device's signature."""
    require_signed(ctx, msg.voucher)


def _borne_by_bank(ctx: Context, bank: Party, payee: Party, amount: int) -> int:
    """Return what the bank bears by the loss rule, as far as its account reaches."""
    is_borne = parameter_of(ctx, OFFLINE_LOSS_BEARER) == BORNE_BY_FSP
    if not is_borne or bank.address == payee.address or why_not_leave(ctx, bank) is not None:
        return 0
    return min(amount, bank.balance)


def _revoke(ctx: Context, device: Device, ended: DeviceEnded) -> None:
    require_active(ctx, device)
    devices.save(ctx, ended.device, replace(device, status=REVOKED))
    emit(ctx, ended)


def _certified_by_sender(ctx: Context, key: PublicKey) -> Device:
    device = devices.load(ctx, key, absent=UnknownDevice)
    require(acts_for_fsp(ctx, device.fsp), UnknownDevice)
    return device
