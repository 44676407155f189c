"""`sapha cbdc`: the digital baht. Amounts are baht with at most two decimals, or --satang."""

from pathlib import Path
from typing import Annotated

import typer

from client.amount import read_baht, read_satang, show_baht
from client.cbdc import CONTRACT, CentralBank, Holder, balance_of, proven_balance, supply
from client.light import LightClient
from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from commands.options import Key, Rpc, address_argument, open_rpc, open_wallet
from commands.output import AsJson, command, emit
from commands.tx import show_outcome
from genesis.verify import load_genesis
from primitives.ids import show_address

app = typer.Typer(no_args_is_help=True, help="Issue, transfer and look up the digital baht.")

To = Annotated[str, typer.Argument(help="Receiver: an address, or the name of a key.")]
Amount = Annotated[str, typer.Argument(help="Baht such as 1250.50; satang with --satang.")]
InSatang = Annotated[bool, typer.Option("--satang", help="The amount is whole satang.")]


@app.command("issue")
@command
async def issue(  # noqa: PLR0913 - each is an option of the command
    to: To,
    amount: Amount,
    *,
    reference: Annotated[str, typer.Option(help="Settlement that this issue is against; once.")],
    key: Key,
    in_satang: InSatang = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Create money in an account; only the central bank's key may."""
    satang = _satang(amount, in_satang=in_satang)
    receiver = address_argument(to)
    wallet = open_wallet(key)
    async with open_rpc(rpc) as client:
        bank = CentralBank(client, await _builder(client), wallet)
        outcome = await bank.issue(receiver, satang, reference)
    show_outcome(outcome, as_json=as_json)


@app.command("transfer")
@command
async def transfer(  # noqa: PLR0913 - each is an option of the command
    to: To,
    amount: Amount,
    *,
    memo: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
    key: Key,
    in_satang: InSatang = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Move money to another account."""
    satang = _satang(amount, in_satang=in_satang)
    receiver = address_argument(to)
    wallet = open_wallet(key)
    async with open_rpc(rpc) as client:
        holder = Holder(client, await _builder(client), wallet)
        outcome = await holder.transfer(receiver, satang, memo)
    show_outcome(outcome, as_json=as_json)


@app.command("redeem")
@command
async def redeem(  # noqa: PLR0913 - each is an option of the command
    amount: Amount,
    *,
    reference: Annotated[str, typer.Option(help="Settlement that this is against; once.")],
    key: Key,
    in_satang: InSatang = False,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Give money back to the central bank."""
    satang = _satang(amount, in_satang=in_satang)
    wallet = open_wallet(key)
    async with open_rpc(rpc) as client:
        holder = Holder(client, await _builder(client), wallet)
        outcome = await holder.redeem(satang, reference)
    show_outcome(outcome, as_json=as_json)


@app.command("balance")
@command
async def balance(
    address: Annotated[str, typer.Argument(help="An address, or the name of a key.")],
    *,
    genesis: Annotated[
        Path | None, typer.Option(help="Prove the answer against this genesis.json.")
    ] = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Show an account's balance; with --genesis only if it is proven."""
    account = address_argument(address)
    proven_at = None
    async with open_rpc(rpc) as client:
        if genesis is None:
            satang = await balance_of(client, account)
        else:
            light = LightClient(load_genesis(genesis))
            satang, proof = await proven_balance(client, light, account)
            proven_at = proof.at.header.height
    data: dict[str, object] = {"address": show_address(account), "satang": satang}
    data |= {"baht": show_baht(satang), "proven_at_height": proven_at}
    note = "" if proven_at is None else f" (proven at block {proven_at})"
    emit(data, f"{show_baht(satang)} baht{note}", as_json=as_json)


@app.command("supply")
@command
async def show_supply(*, rpc: Rpc = None, as_json: AsJson = False) -> None:
    """Show all money created, destroyed, outstanding and found in accounts."""
    async with open_rpc(rpc) as client:
        found = await supply(client)
    data = {
        "issued": found.issued,
        "redeemed": found.redeemed,
        "outstanding": found.outstanding,
        "accounted": found.accounted,
        "is_paused": found.is_paused,
    }
    lines = [f"{name:12} {show_baht(int(data[name])):>24} baht" for name in list(data)[:4]]
    if found.is_paused:
        lines.append("PAUSED: the supply equation failed; no money moves")
    emit(data, "\n".join(lines), as_json=as_json)


def _satang(text: str, *, in_satang: bool) -> int:
    return read_satang(text) if in_satang else read_baht(text)


async def _builder(client: RpcClient) -> TransactionBuilder:
    return await TransactionBuilder.from_node(client, [CONTRACT])
