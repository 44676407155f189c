"""What may be asked about devices, what they sign, what observers learn, what is refused."""

from typing import Annotated

from contracts.cbdc.core.messages import (
    Amount,
    AmountOrZero,
    Count,
    Nonce,
    PaymentNumber,
    Reason,
    TimeMs,
)
from contracts.sdk import (
    Address,
    ContractError,
    CountMax,
    Digest,
    PublicKey,
    Signature,
    encode,
    event,
    message,
    record,
)
from contracts.sdk.crypto import digest

OFFLINE_VOUCHERS_MAX = 20


@record
class OfflineVoucher:
    """What a device signs without the ledger: `amount` for `payee`, as its payment `counter`."""

    device: PublicKey
    counter: PaymentNumber  # from 1; a device uses each number once
    payee: Address
    amount: Amount
    nonce: Nonce  # the payee's, so that it knows the voucher was made for it
    signature: Signature  # over offline_voucher_statement


OfflineVouchers = Annotated[tuple[OfflineVoucher, ...], CountMax(OFFLINE_VOUCHERS_MAX, low=1)]


Statement = tuple[str, bytes]  # tag and bytes that are signed


@message
class OfflineRegisterDevice:
    """Certify as a wallet's bank that a device may pay from it until `expires_ms`."""

    device: PublicKey
    wallet: Address
    expires_ms: TimeMs
    proof: Signature  # by the device, over device_statement


@message
class OfflineLoad:
    """Move the sender's money to a device of its wallet."""

    device: PublicKey
    amount: Amount


@message
class OfflineSettle:
    """Pay what devices have signed, all or nothing."""

    vouchers: OfflineVouchers


@message
class OfflineReport:
    """Publish two different vouchers that a device signed as one payment."""

    first: OfflineVoucher
    second: OfflineVoucher


@message
class OfflineRevokeDevice:
    """End a lost or broken device as the bank that certified it."""

    device: PublicKey
    reason: Reason  # public: no personal data in it


@message
class OfflineCompensate:
    """Pay a voucher of a revoked device as the bank that certified it."""

    voucher: OfflineVoucher


def device_statement(chain_id: str, msg: OfflineRegisterDevice) -> Statement:
    """Return what a device signs to prove that its key is its own."""
    return "cbdc/offline-device", encode((chain_id, msg.device, msg.wallet, msg.expires_ms))


def offline_voucher_statement(chain_id: str, voucher: OfflineVoucher) -> Statement:
    """Return what a device signs to pay."""
    terms = (voucher.device, voucher.counter, voucher.payee, voucher.amount, voucher.nonce)
    return "cbdc/offline-voucher", encode((chain_id, *terms))


def voucher_digest(chain_id: str, voucher: OfflineVoucher) -> Digest:
    """Return what names a voucher: the hash of its terms, whatever the signature's bytes."""
    return digest(*offline_voucher_statement(chain_id, voucher))


@event
class DeviceCertified:
    """A bank lets a device pay from a wallet."""

    device: PublicKey
    wallet: Address
    expires_ms: TimeMs


@event
class OfflineLoaded:
    """A holder has moved money to a device."""

    device: PublicKey
    wallet: Address
    amount: Amount


@event
class OfflineSettled:
    """A voucher of a device is paid; the payment's id is the voucher's digest."""

    device: PublicKey
    counter: PaymentNumber
    payee: Address
    amount: Amount


@event
class DeviceEnded:
    """A device is revoked, by proof of a double spend or by its bank; `frozen` stays unpaid."""

    device: PublicKey
    wallet: Address
    is_double_spend: bool
    counter: Count  # of the double spend, 0 for none
    frozen: AmountOrZero
    reason: Reason


@event
class OfflineCompensated:
    """A voucher of a revoked device was paid in parts; `unpaid` is the payee's loss."""

    device: PublicKey
    counter: PaymentNumber
    payee: Address
    bank: Address  # its settlement account
    from_device: AmountOrZero
    from_bank: AmountOrZero
    unpaid: AmountOrZero


@event
class OfflineReturned:
    """A device is over; what was left went back to the wallet."""

    device: PublicKey
    wallet: Address
    amount: AmountOrZero


class UnknownDevice(ContractError):
    """There is no such device of this wallet or bank."""


class DeviceExists(ContractError):
    """The device has a certificate; a key serves for one."""


class UnusableDeviceKey(ContractError):
    """The device's key is not a valid Ed25519 public key."""


class NoDeviceProof(ContractError):
    """The device's key has not signed for itself."""


class DeviceRevoked(ContractError):
    """The device is revoked; what is left of its money is frozen."""


class DeviceNotRevoked(ContractError):
    """The device is not revoked."""


class DeviceExpired(ContractError):
    """The device's certificate is over."""


class LoadLimit(ContractError):
    """The device would hold, or the voucher is for, more than a device may load."""


class VoucherNumber(ContractError):
    """The device may not number so many vouchers."""


class DeviceShort(ContractError):
    """The device has less left than the voucher's amount."""


class BadVoucherSignature(ContractError):
    """The device has not signed this voucher."""


class DoubleSpend(ContractError):
    """The device has signed another voucher of this number, which is paid."""


class AlreadySettled(ContractError):
    """The voucher is paid."""


class NotPayee(ContractError):
    """Only the payee or its bank may hand in a voucher."""


class NoConflict(ContractError):
    """The two vouchers are no proof: one device, one number, other terms."""
