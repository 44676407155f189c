"""`sapha cbdc topup ...`: a payment with money that the payer's bank adds."""

from pathlib import Path
from typing import Annotated

import typer

from client.amount import show_baht
from client.cbdc.topups import UNSIGNED, read_topup, sign_topup, write_topup
from commands.cbdc.acting import InSatang, Travel, acts, digest_of, satang_of
from commands.options import Key, Rpc, address_argument, open_rpc, open_wallet
from commands.output import AsJson, command, emit, say
from contracts.cbdc.payments.messages import TransferWithTopup
from primitives.crypto import SigningKey
from primitives.ids import show_address

app = typer.Typer(no_args_is_help=True, help="Payments that a bank adds to: sign, then pay.")


@app.command("sign")
@command
async def sign(  # noqa: PLR0913 - each is an option of the command
    payer: Annotated[str, typer.Argument(help="Payer: an address, or the name of a key.")],
    to: Annotated[str, typer.Argument(help="Receiver: an address, or the name of a key.")],
    amount: Annotated[str, typer.Argument(help="Baht to pay; satang with --satang.")],
    missing: Annotated[str, typer.Argument(help="Baht that the bank adds: exactly the shortfall.")],
    *,
    fsp: Annotated[str, typer.Option(help="Agency id of the bank.")],
    bank_ref: Annotated[str, typer.Option(help="The bank's own reference; once.")],
    out: Annotated[Path, typer.Option(help="File for the payer.")],
    memo: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
    travel: Travel = None,
    key: Key,
    in_satang: InSatang = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
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


@acts(app, "pay")
def pay(
    file: Annotated[Path, typer.Argument(help="File that the bank signed.")],
) -> TransferWithTopup:
    """Send a payment that the bank has agreed to add to."""
    message = read_topup(file)
    added = show_baht(message.topup)
    say(f"{show_baht(message.amount)} baht to {show_address(message.to)}, {added} by {message.fsp}")
    return message
