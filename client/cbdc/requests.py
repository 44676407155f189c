"""Payments by QR: what a merchant shows, what a payer reads of it, and the message that pays it.

The ledger holds the hash of the text that a merchant shows, so a QR with another shop's name in it
is found out. Amounts are satang.
"""

from dataclasses import replace

from client.cbdc.errors import NotTheRequests
from client.cbdc.qr import WalletPayment, write_qr
from client.contract import Actor, ask
from client.rpc import RpcClient
from contracts.cbdc.payments.messages import Transfer, TransferWithTravel
from contracts.cbdc.requests.messages import CreateRequest, PayRequest
from primitives.crypto import Digest, digest
from primitives.ids import Address

QR_TAG = "cbdc/qr"


def with_qr(
    merchant: Actor, draft: CreateRequest, name: str | None = None
) -> tuple[str, CreateRequest]:
    """Return the text of the QR that shows a merchant's request, and the request with its hash.

    `name` is for people, and stands in the QR only.
    """
    text = write_qr(
        WalletPayment(
            chain_id=merchant.chain_id,
            address=merchant.address,
            request_id=draft.request_id,
            amount_satang=draft.amount or None,
            is_static=False,
            name=name,
        )
    )
    return text, replace(draft, qr_hash=digest(QR_TAG, text.encode()))


async def check_shown(rpc: RpcClient, shown: WalletPayment, text: str) -> None:
    """Check that a QR's text is the one whose hash the merchant put on the ledger, if any.

    Raises:
        NotTheRequests: it is another text, say with another shop's name in it.
    """
    if shown.request_id is None:
        return
    from contracts.cbdc.requests.handlers import (  # noqa: PLC0415 - who pays starts faster
        request_state,
    )

    found = await ask(rpc, request_state, shown.address, shown.request_id)
    expected = None if found is None else found.request.qr_hash
    if expected not in {None, digest(QR_TAG, text.encode())}:
        raise NotTheRequests(f"request {shown.request_id!r} was made with another QR")


def payment_of(
    shown: WalletPayment, satang: int, tip: int = 0, travel: Digest | None = None
) -> PayRequest | Transfer | TransferWithTravel:
    """Return the message that pays what a QR asks for: a request exactly, or a wallet.

    Above the travel rule's amount `travel` is the hash of what the providers exchanged.
    """
    if shown.request_id is None:
        return transfer(shown.address, satang, travel=travel)
    return PayRequest(
        merchant=shown.address,
        request_id=shown.request_id,
        amount=satang,
        tip=tip,
        travel=travel,
    )


def transfer(
    to: Address, satang: int, memo: str = "", travel: Digest | None = None
) -> Transfer | TransferWithTravel:
    """Return the message that pays another wallet. The memo is public."""
    if travel is None:
        return Transfer(to=to, amount=satang, memo=memo)
    return TransferWithTravel(to=to, amount=satang, memo=memo, travel=travel)
