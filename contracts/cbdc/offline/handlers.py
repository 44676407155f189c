"""Offline payments: a bank certifies a device, a holder loads it, payees hand in what it signed.

What is promised is deferred settlement with bounded risk, not that a device cannot sign twice
(README). All that a device can spend is what it was loaded with; a proof that it signed one
number twice ends it.
"""

from contracts.cbdc.core.limits import (
    BORNE_BY_FSP,
    OFFLINE_AMOUNT_MAX,
    OFFLINE_GRACE_HOURS,
    OFFLINE_HOURS_MAX,
    OFFLINE_LOSS_BEARER,
    OFFLINE_PAYMENTS_MAX,
    acts_for_fsp,
    is_bank_of,
    parameter_of,
    refuse,
    require_bank_of,
    require_can_send,
    require_tier,
    why_not_leave,
)
from contracts.cbdc.core.messages import (
    ACTIVE,
    CLOSED,
    OFFLINE,
    PAGE,
    T2,
    T3,
    BadExpiry,
    PaymentNumber,
    SelfTransfer,
)
from contracts.cbdc.core.money import from_pool, to_pool
from contracts.cbdc.core.state import (
    DUE_DEVICE,
    Due,
    Party,
    Terms,
    add_due,
    contract,
    party_of,
    running,
    sender_party,
)
from contracts.cbdc.offline.messages import (
    AlreadySettled,
    BadVoucherSignature,
    DeviceCertified,
    DeviceEnded,
    DeviceExists,
    DeviceExpired,
    DeviceNotRevoked,
    DeviceRevoked,
    DeviceShort,
    DoubleSpend,
    LoadLimit,
    NoConflict,
    NoDeviceProof,
    NotPayee,
    OfflineCompensate,
    OfflineCompensated,
    OfflineLoad,
    OfflineLoaded,
    OfflineRegisterDevice,
    OfflineReport,
    OfflineReturned,
    OfflineRevokeDevice,
    OfflineSettle,
    OfflineSettled,
    OfflineVoucher,
    UnknownDevice,
    UnusableDeviceKey,
    VoucherNumber,
    device_statement,
    offline_voucher_statement,
    voucher_digest,
)
from contracts.cbdc.offline.state import REVOKED, Device, Digests, devices, settled
from contracts.cbdc.payments.settlement import (
    receive,
    record_payment,
    settle,
    settlement_party,
    why_not_keep,
)
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


def pay_from_device(
    ctx: Context, found: Terms, device: Device, voucher: OfflineVoucher, amount: int
) -> None:
    """Pay `amount` (maybe 0) of a voucher from what its device has."""
    if amount == 0:
        return
    owner = party_of(ctx, found, device.wallet)
    payee = party_of(ctx, found, voucher.payee)
    refuse(why_not_keep(ctx, owner, payee, amount), payee, amount)
    receive(ctx, OFFLINE, device.wallet, (owner, payee), amount)
    devices.save(ctx, voucher.device, replace(device, remaining=device.remaining - amount))


def require_active(ctx: Context, device: Device) -> None:
    """Reject a device that may not pay: DeviceRevoked, DeviceExpired."""
    require(device.status != REVOKED, DeviceRevoked)
    is_over = device.status == CLOSED or ctx.block_time_ms >= device.ends_ms
    require(not is_over, DeviceExpired, expired=device.ends_ms)


def require_number(device: Device, voucher: OfflineVoucher) -> None:
    """Reject with VoucherNumber a number that the device's certificate does not allow."""
    is_allowed = voucher.counter <= device.payments_max
    require(is_allowed, VoucherNumber, payments=device.payments_max)


def require_signed(ctx: Context, voucher: OfflineVoucher) -> None:
    """Reject with BadVoucherSignature what the device has not signed for this chain."""
    statement = offline_voucher_statement(ctx.chain_id, voucher)
    require(verify(voucher.device, *statement, voucher.signature), BadVoucherSignature)


device_state = contract.expose(
    "device_state", devices, ("device",), "A device's certificate, status and money."
)


@contract.query
def offline_settled(ctx: Context, device: PublicKey, counter: PaymentNumber) -> Digests:
    """Digests of vouchers that were paid under this number; more than one by compensation."""
    found = settled.page(ctx, (device, counter), limit=PAGE)
    return tuple([key[2] for key, _ in found])
