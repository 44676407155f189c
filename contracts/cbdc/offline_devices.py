"""What every act about a device checks and does."""

from contracts.cbdc.fields import OFFLINE
from contracts.cbdc.flow_fields import OfflineVoucher
from contracts.cbdc.flow_state import (
    CLOSED,
    REVOKED,
    Device,
    devices,
)
from contracts.cbdc.limits import (
    refuse,
)
from contracts.cbdc.offline_errors import (
    BadVoucherSignature,
    DeviceExpired,
    DeviceRevoked,
    VoucherNumber,
)
from contracts.cbdc.offline_messages import (
    offline_voucher_statement,
)
from contracts.cbdc.paying import why_not_keep
from contracts.cbdc.payments import receive
from contracts.cbdc.state import Terms
from contracts.cbdc.wallets import party_of
from contracts.sdk import Context, replace, require
from contracts.sdk.crypto import verify


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
