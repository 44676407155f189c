"""Why offline payments are refused."""

from contracts.sdk import ContractError


class UnknownDevice(ContractError):
    """There is no such device of this wallet or bank."""

    code = "UNKNOWN_DEVICE"


class DeviceExists(ContractError):
    """The device has a certificate; a key serves for one."""

    code = "DEVICE_EXISTS"


class BadDeviceKey(ContractError):
    """The device's key cannot be used, or has not signed for itself."""

    code = "BAD_DEVICE_KEY"


class DeviceRevoked(ContractError):
    """The device is revoked; what is left of its money is frozen."""

    code = "DEVICE_REVOKED"


class DeviceNotRevoked(ContractError):
    """The device is not revoked."""

    code = "DEVICE_NOT_REVOKED"


class DeviceExpired(ContractError):
    """The device's certificate is over."""

    code = "DEVICE_EXPIRED"


class OfflineCap(ContractError):
    """More than the device may load, number or has left."""

    code = "OFFLINE_CAP"


class BadVoucherSignature(ContractError):
    """The device has not signed this voucher."""

    code = "BAD_VOUCHER_SIGNATURE"


class DoubleSpend(ContractError):
    """The device has signed another voucher of this number, which is paid."""

    code = "DOUBLE_SPEND"


class AlreadySettled(ContractError):
    """The voucher is paid."""

    code = "ALREADY_SETTLED"


class NotPayee(ContractError):
    """Only the payee or its bank may hand in a voucher."""

    code = "NOT_PAYEE"


class NoConflict(ContractError):
    """The two vouchers are no proof: one device, one number, other terms."""

    code = "NO_CONFLICT"
