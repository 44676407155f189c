"""`sapha cbdc topup ...`: a payment with money that the payer's bank adds."""

from pathlib import Path

from client.amount import show_baht
from client.cbdc.topups import UNSIGNED, read_topup, sign_topup, write_topup
from commands.cbdc.acting import digest_of, satang_of
from commands.keyring import address_argument, open_wallet
from commands.nodes import open_rpc
from commands.output import emit, say
from contracts.cbdc.messages import TransferWithTopup
from primitives.crypto import SigningKey
from primitives.ids import show_address


async def sign(  # noqa: PLR0913 - each is an option of the command
    payer: str,
    to: str,
    amount: str,
    missing: str,
    *,
    fsp: str,
    bank_ref: str,
    out: Path,
    memo: str,
    travel: str | None,
    key: str,
    in_satang: bool,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Agree as a bank, with one of its keys on the ledger, to add to a payment; sends nothing."""
    draft = TransferWithTopup(
        address_argument(to),
        satang_of(amount, in_satang=in_satang),
        memo,
        digest_of(travel),
        fsp,
        satang_of(missing, in_satang=in_satang),
        bank_ref,
        *UNSIGNED,
    )
    sender, fsp_key = address_argument(payer), SigningKey(open_wallet(key).seed)
    async with open_rpc(rpc) as client:
        chain_id = str((await client.call("chain_getStatus"))["chain_id"])
    write_topup(out, sign_topup(fsp_key, chain_id, sender, draft))
    data = {"file": str(out), "topup_satang": draft.topup}
    emit(data, f"{show_baht(draft.topup)} baht are agreed in {out}", as_json=as_json)


def pay(file: Path) -> TransferWithTopup:
    """Send a payment that the bank has agreed to add to."""
    message = read_topup(file)
    added = show_baht(message.topup)
    say(f"{show_baht(message.amount)} baht to {show_address(message.to)}, {added} by {message.fsp}")
    return message
