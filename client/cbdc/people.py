"""Holders, merchants and programmes: who pays and is paid. Amounts are satang, times are ms.

Payments, holds, schedules and vouchers are named by the id of the transaction that made them,
`Outcome.transaction_id`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from client.answers import field_of
from client.cbdc.actor import Actor
from client.cbdc.asking import ask
from client.cbdc.errors import NotTheRequests
from client.cbdc.payout_file import Payout
from client.cbdc.payouts import RowResult, pay_out
from client.cbdc.qr import WalletPayment, write_qr
from client.outcome import Outcome
from client.rpc import RpcClient
from contracts.cbdc.holds.messages import Capture, Hold, Release
from contracts.cbdc.offline.messages import (
    OfflineLoad,
    OfflineReport,
    OfflineSettle,
    OfflineVoucher,
)
from contracts.cbdc.payments.messages import Defund, LinkBank, Transfer, TransferWithTravel
from contracts.cbdc.requests.messages import ClaimRefund, CreateRequest, PayRequest, Refund
from contracts.cbdc.schedules.messages import Schedule
from contracts.cbdc.vouchers.messages import IssueVoucher, SpendVoucher
from primitives.crypto import Digest, PublicKey, digest
from primitives.ids import Address

QR_TAG = "cbdc/qr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a merchant asks for; amount 0 lets the payer choose. `name` is for the QR only."""

    request_id: str
    satang: int
    expires_ms: int
    bill_ref1: str = ""
    bill_ref2: str = ""
    name: str | None = None


async def check_shown(rpc: RpcClient, asked: WalletPayment, text: str) -> None:
    """Check that a QR's text is the one whose hash the merchant put on the ledger, if any.

    Raises:
        NotTheRequests: it is another text, say with another shop's name in it.
    """
    if asked.request_id is None:
        return
    found = await ask(rpc, "request_state", asked.address, asked.request_id)
    expected = None if found is None else field_of(field_of(found, "request"), "qr_hash")
    if expected not in {None, "0x" + digest(QR_TAG, text.encode()).hex()}:
        raise NotTheRequests(f"request {asked.request_id!r} was made with another QR")


class HolderWallet:
    """A wallet that pays, holds, spends vouchers and loads devices."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @property
    def address(self) -> Address:
        """The account."""
        return self.actor.address

    async def transfer(
        self, to: Address, satang: int, memo: str = "", travel: Digest | None = None
    ) -> Outcome:
        """Pay another wallet; above the travel threshold say what the providers exchanged."""
        if travel is None:
            return await self.actor.send(Transfer(to, satang, memo))
        return await self.actor.send(TransferWithTravel(to, satang, memo, travel))

    async def pay(self, asked: WalletPayment, satang: int, tip: int = 0) -> Outcome:
        """Pay what a QR asks for: a request exactly, or a wallet."""
        return await self.actor.send(self.payment(asked, satang, tip))

    def payment(self, asked: WalletPayment, satang: int, tip: int = 0) -> PayRequest | Transfer:
        """Return the message that pays what a QR asks for."""
        if asked.request_id is None:
            return Transfer(asked.address, satang, "")
        return PayRequest(asked.address, asked.request_id, satang, tip, None)

    async def hold(self, message: Hold) -> Outcome:
        """Set money aside for a payee."""
        return await self.actor.send(message)

    async def release(self, hold_id: bytes) -> Outcome:
        """Take a hold back, or give it up as its payee or arbiter."""
        return await self.actor.send(Release(hold_id))

    async def schedule(self, message: Schedule) -> Outcome:
        """Pay at set times."""
        return await self.actor.send(message)

    async def spend(
        self, voucher_ids: Sequence[bytes], merchant: Address, satang: int, cash: int = 0
    ) -> Outcome:
        """Pay a merchant with vouchers, and cash on top."""
        return await self.actor.send(SpendVoucher(tuple(voucher_ids), merchant, satang, cash))

    async def claim_refund(self, payment_id: bytes, satang: int) -> Outcome:
        """Take a refund that waited."""
        return await self.actor.send(ClaimRefund(payment_id, satang))

    async def defund(self, fsp: str, satang: int) -> Outcome:
        """Give money to the bank, which owes it to the bank account."""
        return await self.actor.send(Defund(fsp, satang))

    async def link_bank(self, fsp: str, mandate: Digest, max_auto: int) -> Outcome:
        """Let a bank take what the wallet may not keep and add what it lacks."""
        return await self.actor.send(LinkBank(fsp, mandate, max_auto))

    async def load_device(self, device: PublicKey, satang: int) -> Outcome:
        """Move money to a device; tell the device with `client.cbdc.device.Device.note_load`."""
        return await self.actor.send(OfflineLoad(device, satang))


class Merchant:
    """A wallet of tier M: asks, refunds, captures, settles what devices signed."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @property
    def address(self) -> Address:
        """The account."""
        return self.actor.address

    async def ask(self, asked: Asked) -> tuple[str, Outcome]:
        """Put a request on the ledger; return its QR's text too."""
        text, message = self.draft(asked)
        return text, await self.actor.send(message)

    def draft(self, asked: Asked) -> tuple[str, CreateRequest]:
        """Return the QR's text of a request and the message that puts it on the ledger."""
        text = write_qr(
            WalletPayment(
                chain_id=self.actor.chain_id,
                address=self.address,
                request_id=asked.request_id,
                amount_satang=asked.satang or None,
                is_static=False,
                name=asked.name,
            )
        )
        return text, CreateRequest(
            request_id=asked.request_id,
            amount=asked.satang,
            expires_ms=asked.expires_ms,
            bill_ref1=asked.bill_ref1,
            bill_ref2=asked.bill_ref2,
            qr_hash=digest(QR_TAG, text.encode()),
        )

    async def refund(self, payment_id: bytes, satang: int, reason: str = "") -> Outcome:
        """Give back a payment, whole or in part."""
        return await self.actor.send(Refund(payment_id, satang, reason))

    async def capture(self, hold_id: bytes, satang: int, preimage: bytes | None = None) -> Outcome:
        """Take a hold, whole or in part; the rest returns to the payer."""
        return await self.actor.send(Capture(hold_id, satang, preimage))

    async def release(self, hold_id: bytes) -> Outcome:
        """Give a hold up."""
        return await self.actor.send(Release(hold_id))

    async def settle(self, vouchers: Iterable[OfflineVoucher]) -> Outcome:
        """Have the ledger pay what devices signed, all or nothing."""
        return await self.actor.send(OfflineSettle(tuple(vouchers)))

    async def report(self, first: OfflineVoucher, second: OfflineVoucher) -> Outcome:
        """Publish a double spend, which revokes its device."""
        return await self.actor.send(OfflineReport(first, second))


class Programme:
    """An institution's wallet that pays many: welfare, wages, vouchers."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    async def pay_out(self, rows: Sequence[Payout], *, is_partial: bool = True) -> list[RowResult]:
        """Pay rows in batches of 500; return what became of each."""
        return [row async for row in pay_out(self.actor, rows, is_partial=is_partial)]

    async def issue_voucher(self, message: IssueVoucher) -> Outcome:
        """Bind money for a holder."""
        return await self.actor.send(message)
