"""Offline payments: a bank certifies a device, a holder loads it, payees hand in what it signed.

What is promised is deferred settlement with bounded risk, not that a device cannot sign twice
(README). All that a device can spend is what it was loaded with; a proof that it signed one
number twice ends it.
"""

from contracts.cbdc.access import is_bank_of, require_bank_of
from contracts.cbdc.declaration import contract
from contracts.cbdc.due import add_due
from contracts.cbdc.errors import (
    SelfTransfer,
)
from contracts.cbdc.fields import OFFLINE, T2, T3
from contracts.cbdc.flow_fields import OfflineVoucher
from contracts.cbdc.flow_state import (
    ACTIVE,
    CLOSED,
    DUE_DEVICE,
    Device,
    Due,
    devices,
    settled,
)
from contracts.cbdc.holds_errors import BadExpiry
from contracts.cbdc.limits import (
    refuse,
    require_can_send,
    require_tier,
    why_not_leave,
)
from contracts.cbdc.money import from_pool, to_pool
from contracts.cbdc.offline_devices import (
    pay_from_device,
    require_active,
    require_number,
    require_signed,
)
from contracts.cbdc.offline_errors import (
    AlreadySettled,
    DeviceExists,
    DeviceExpired,
    DeviceShort,
    DoubleSpend,
    LoadLimit,
    NoDeviceProof,
    NotPayee,
    UnknownDevice,
    UnusableDeviceKey,
)
from contracts.cbdc.offline_events import (
    DeviceCertified,
    OfflineLoaded,
    OfflineReturned,
    OfflineSettled,
)
from contracts.cbdc.offline_messages import (
    OfflineLoad,
    OfflineRegisterDevice,
    OfflineSettle,
    device_statement,
    voucher_digest,
)
from contracts.cbdc.parameters import (
    OFFLINE_AMOUNT_MAX,
    OFFLINE_GRACE_HOURS,
    OFFLINE_HOURS_MAX,
    OFFLINE_PAYMENTS_MAX,
    parameter_of,
)
from contracts.cbdc.payments import record_payment
from contracts.cbdc.state import Terms
from contracts.cbdc.wallets import party_of, running, sender_party
from contracts.sdk import Context, Digest, PublicKey, anyone, emit, replace, require
from contracts.sdk.calendar import HOUR_MS
from contracts.sdk.crypto import is_usable_key, verify

TIERS_THAT_LOAD = (T2, T3)


@contract.execute(OfflineRegisterDevice, allow=anyone)
def offline_register_device(ctx: Context, msg: OfflineRegisterDevice) -> None:
    """Certify a device of a wallet of the sender's bank; a key serves for one certificate."""
    found = running(ctx, OFFLINE)
    owner = party_of(ctx, found, msg.wallet)
    fsp = require_bank_of(ctx, owner)
    refuse(why_not_leave(ctx, owner), owner, 0)
    require_tier(ctx, owner, TIERS_THAT_LOAD)
    require(not devices.has(ctx, msg.device), DeviceExists)
    now = ctx.block_time_ms
    most_ms = parameter_of(ctx, OFFLINE_HOURS_MAX) * HOUR_MS
    require(now < msg.expires_ms <= now + most_ms, BadExpiry, now=now, most=most_ms)

    ends_ms = msg.expires_ms + parameter_of(ctx, OFFLINE_GRACE_HOURS) * HOUR_MS
    caps = (parameter_of(ctx, OFFLINE_AMOUNT_MAX), parameter_of(ctx, OFFLINE_PAYMENTS_MAX))
    device = Device(owner.address, fsp, ACTIVE, 0, 0, *caps, msg.expires_ms, ends_ms)
    devices.save(ctx, msg.device, device)
    add_due(ctx, ends_ms, msg.device, Due(DUE_DEVICE, owner.address))
    emit(ctx, DeviceCertified(msg.device, owner.address, msg.expires_ms))


@contract.precheck(OfflineRegisterDevice)
def check_device(ctx: Context, msg: OfflineRegisterDevice) -> None:
    """Check that the device has signed for its key."""
    require(is_usable_key(msg.device), UnusableDeviceKey)
    require(verify(msg.device, *device_statement(ctx.chain_id, msg), msg.proof), NoDeviceProof)


@contract.execute(OfflineLoad, allow=anyone)
def offline_load(ctx: Context, msg: OfflineLoad) -> None:
    """Move money of the sender to its device; it counts towards the day like a payment."""
    found = running(ctx, OFFLINE)
    owner = sender_party(ctx, found)
    device = devices.load(ctx, msg.device, absent=UnknownDevice)
    require(device.wallet == owner.address, UnknownDevice)
    require_active(ctx, device)
    require(ctx.block_time_ms < device.expires_ms, DeviceExpired, expired=device.expires_ms)
    require_tier(ctx, owner, TIERS_THAT_LOAD)
    loaded = device.loaded + msg.amount
    require(loaded <= device.amount_max, LoadLimit, most=device.amount_max)
    require_can_send(ctx, owner, msg.amount)

    to_pool(ctx, OFFLINE, owner, owner.address, msg.amount)
    remaining = device.remaining + msg.amount
    devices.save(ctx, msg.device, replace(device, loaded=loaded, remaining=remaining))
    emit(ctx, OfflineLoaded(msg.device, owner.address, msg.amount))


@contract.execute(OfflineSettle, allow=anyone)
def offline_settle(ctx: Context, msg: OfflineSettle) -> None:
    """Pay vouchers out of their devices' money; one that is refused refuses them all."""
    found = running(ctx, OFFLINE)
    for voucher in msg.vouchers:
        _settle(ctx, found, voucher)


@contract.precheck(OfflineSettle)
def check_vouchers(ctx: Context, msg: OfflineSettle) -> None:
    """Check the devices' signatures."""
    for voucher in msg.vouchers:
        require_signed(ctx, voucher)


def end_device(ctx: Context, found: Terms, key: PublicKey) -> None:
    """Return what is left of a device, revoked or not, to its wallet after the grace."""
    device = devices.load(ctx, key, absent=UnknownDevice)
    if device.remaining > 0:
        owner = party_of(ctx, found, device.wallet)
        from_pool(ctx, OFFLINE, device.wallet, owner, device.remaining)
    devices.save(ctx, key, replace(device, status=CLOSED, remaining=0))
    emit(ctx, OfflineReturned(key, device.wallet, device.remaining))


def _settle(ctx: Context, found: Terms, voucher: OfflineVoucher) -> None:
    device = devices.load(ctx, voucher.device, absent=UnknownDevice)
    require_active(ctx, device)
    payee = party_of(ctx, found, voucher.payee)
    sender = party_of(ctx, found, ctx.sender)
    require(sender.address == payee.address or is_bank_of(ctx, payee), NotPayee)
    name = voucher_digest(ctx.chain_id, voucher)
    _require_new(ctx, voucher, name)
    require_number(device, voucher)
    require(voucher.amount <= device.remaining, DeviceShort, remaining=device.remaining)
    require(device.wallet != payee.address, SelfTransfer)

    settled.save(ctx, (voucher.device, voucher.counter, name), ctx.height)
    owner = party_of(ctx, found, device.wallet)
    record_payment(ctx, name, (owner, payee), voucher.amount)
    emit(ctx, OfflineSettled(voucher.device, voucher.counter, payee.address, voucher.amount))
    pay_from_device(ctx, found, device, voucher, voucher.amount)


def _require_new(ctx: Context, voucher: OfflineVoucher, name: Digest) -> None:
    """Reject a number that is used: AlreadySettled by the same voucher, DoubleSpend by another."""
    paid = settled.page(ctx, (voucher.device, voucher.counter), limit=1)
    if len(paid) > 0:
        require(paid[0][0][2] != name, AlreadySettled, counter=voucher.counter)
        raise DoubleSpend("", counter=voucher.counter)
