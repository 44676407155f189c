"""What observers learn of offline payments. Amounts are satang."""

from contracts.cbdc.fields import Amount, Count, TimeMs
from contracts.cbdc.flow_fields import AmountOrZero, PaymentNumber, Reason
from contracts.sdk import Address, PublicKey, event


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
