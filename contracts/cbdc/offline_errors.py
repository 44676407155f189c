"""Why offline payments are refused."""

from contracts.sdk import ContractError


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
