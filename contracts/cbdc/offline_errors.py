"""Why offline payments are refused."""

from contracts.sdk import ContractError


class UnknownDevice(ContractError):
    """There is no such device of this wallet or bank."""


class DeviceExists(ContractError):
    """The device has a certificate; a key serves for one."""


class BadDeviceKey(ContractError):
    """The device's key cannot be used, or has not signed for itself."""


class DeviceRevoked(ContractError):
    """The device is revoked; what is left of its money is frozen."""


class DeviceNotRevoked(ContractError):
    """The device is not revoked."""


class DeviceExpired(ContractError):
    """The device's certificate is over."""


class OfflineCap(ContractError):
    """More than the device may load, number or has left."""


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
