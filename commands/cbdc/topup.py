"""`sapha cbdc topup ...`: a payment with money that the payer's bank adds."""

from pathlib import Path

from client.amount import show_baht
from client.cbdc.topups import UNSIGNED, read_topup, sign_topup, write_topup
from commands.keyring import open_wallet
from commands.nodes import open_rpc
from commands.output import emit, say
from contracts.cbdc.payments.messages import TransferWithTopup
from primitives.crypto import Digest
from primitives.ids import Address, show_address


async def sign(  # noqa: PLR0913 - each is an option of the command
    payer: Address,
    to: Address,
    amount: int,
    missing: int,
    *,
    fsp: str,
    bank_ref: str,
    out: Path,
    memo: str,
    travel: Digest | None,
    key: str,
    rpc: list[str],
    as_json: bool,
) -> None:
    """Agree as a bank, with one of its keys on the ledger, to add to a payment; sends nothing."""
    draft = TransferWithTopup(
        to,
        amount,
        memo,
        travel,
        fsp,
        missing,
        bank_ref,
        *UNSIGNED,
    )
    fsp_key = open_wallet(key).keys[0]
    async with open_rpc(rpc) as client:
        chain_id = str((await client.call("chain_getStatus"))["chain_id"])
    write_topup(out, sign_topup(fsp_key, chain_id, payer, draft))
    data = {"file": str(out), "topup_satang": draft.topup}
    emit(data, f"{show_baht(draft.topup)} baht are agreed in {out}", as_json=as_json)


def pay(file: Path) -> TransferWithTopup:
    """Send a payment that the bank has agreed to add to."""
    message = read_topup(file)
    added = show_baht(message.topup)
    say(f"{show_baht(message.amount)} baht to {show_address(message.to)}, {added} by {message.fsp}")
    return message
