"""What may be asked about devices that pay without the ledger. Amounts are satang."""

from contracts.cbdc.fields import Amount, TimeMs
from contracts.cbdc.flow_fields import OfflineVoucher, OfflineVouchers, Reason
from contracts.sdk import Address, Digest, PublicKey, Signature, encode, message
from contracts.sdk.crypto import digest

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
