"""A bank or payment provider: its customers' wallets, their money in and out, their devices."""

from collections.abc import Iterable

from client.cbdc.actor import Actor
from client.outcome import Outcome
from contracts.cbdc.authority.messages import Redeem
from contracts.cbdc.disputes.messages import DisputeResolve
from contracts.cbdc.offline.messages import (
    OfflineCompensate,
    OfflineRegisterDevice,
    OfflineRevokeDevice,
    OfflineVoucher,
)
from contracts.cbdc.payments.messages import AcceptLink, ConfirmPayout, Fund
from contracts.cbdc.vouchers.messages import SetMerchantProfile
from contracts.cbdc.wallets.messages import (
    CloseWallet,
    Opening,
    OpenWallets,
    Proof,
    RecoverFinish,
    RecoverStart,
    SetTier,
)
from primitives.crypto import Digest, PublicKey
from primitives.ids import Address


class Fsp:
    """Someone who acts for a bank: its administrator, or an officer with the role cbdc."""

    def __init__(self, actor: Actor, fsp: str) -> None:
        self.actor = actor
        self.fsp = fsp

    async def open_wallets(self, openings: Iterable[Opening]) -> Outcome:
        """Register up to 100 wallets, all or none."""
        return await self.actor.send(OpenWallets(self.fsp, tuple(openings)))

    async def close_wallet(self, wallet: Address) -> Outcome:
        """Close an empty wallet."""
        return await self.actor.send(CloseWallet(self.fsp, wallet))

    async def set_tier(self, wallet: Address, holder: Digest, proof: Proof) -> Outcome:
        """Give a wallet's holder the tier of a new attestation, which is for `holder`."""
        return await self.actor.send(SetTier(self.fsp, wallet, holder, proof))

    async def fund(self, wallet: Address, satang: int, bank_ref: str) -> Outcome:
        """Move money of the bank to a wallet; a reference serves once."""
        return await self.actor.send(Fund(self.fsp, wallet, satang, bank_ref))

    async def redeem(self, satang: int, reference: str) -> Outcome:
        """Give money of the settlement account back to the central bank."""
        return await self.actor.send(Redeem(satang, reference))

    async def confirm_payout(self, payout: int, bank_ref: str) -> Outcome:
        """Say that the bank has paid what it owed."""
        return await self.actor.send(ConfirmPayout(self.fsp, payout, bank_ref))

    async def accept_link(self, wallet: Address, mandate: Digest) -> Outcome:
        """Accept a customer's mandate."""
        return await self.actor.send(AcceptLink(self.fsp, wallet, mandate))

    async def start_recovery(
        self, wallet: Address, new_address: Address, case_hash: Digest
    ) -> Outcome:
        """Propose that new keys act for a wallet."""
        return await self.actor.send(RecoverStart(self.fsp, wallet, new_address, case_hash))

    async def finish_recovery(self, wallet: Address) -> Outcome:
        """Put a wallet under its new keys after the waiting time."""
        return await self.actor.send(RecoverFinish(self.fsp, wallet))

    async def set_merchant_profile(
        self, merchant: Address, category_code: str, area: str
    ) -> Outcome:
        """Say what a merchant sells and where."""
        return await self.actor.send(SetMerchantProfile(merchant, category_code, area))

    async def certify_device(self, registration: OfflineRegisterDevice) -> Outcome:
        """Certify a device that has signed its registration."""
        return await self.actor.send(registration)

    async def revoke_device(self, device: PublicKey, reason: str = "") -> Outcome:
        """End a lost or broken device."""
        return await self.actor.send(OfflineRevokeDevice(device, reason))

    async def compensate(self, voucher: OfflineVoucher) -> Outcome:
        """Pay a voucher of a revoked device."""
        return await self.actor.send(OfflineCompensate(voucher))

    async def resolve_dispute(self, payment_id: bytes, outcome: str, satang: int = 0) -> Outcome:
        """Decide a dispute as the payee's bank: "hold", then "refund" or "reject"."""
        return await self.actor.send(DisputeResolve(payment_id, outcome, satang))
