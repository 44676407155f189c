"""`sapha cbdc co-sign, send`: a transaction in a file that several people sign."""

from pathlib import Path
from typing import Annotated

import typer

from client.cbdc.envelope import co_sign as add_signatures
from client.cbdc.envelope import read_envelope
from client.outcome import send as send_transaction
from commands.cbdc.acting import show_envelope
from commands.options import Rpc, open_rpc
from commands.output import AsJson, command, say
from commands.signing import Account, SigningKeys, open_account
from commands.tx import show_outcome
from primitives.codec import Value
from primitives.ids import show_address
from primitives.transaction import Transaction

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="The transaction file that --out wrote.")]


@app.command("co-sign")
@command
def co_sign(
    file: File, *, key: SigningKeys, account: Account = None, as_json: AsJson = False
) -> None:
    """Show what a transaction file asks for, and sign it with further keys."""
    if not as_json:
        say(describe(read_envelope(file)))
    shown_for = account or show_address(read_envelope(file).body.sender)
    signed = add_signatures(file, open_account(key, shown_for))
    show_envelope(signed, file, as_json=as_json)


@app.command("send")
@command
async def send(file: File, *, rpc: Rpc = None, as_json: AsJson = False) -> None:
    """Submit a transaction file and wait for its receipt; needs no key."""
    transaction = read_envelope(file)
    async with open_rpc(rpc) as client:
        outcome = await send_transaction(client, transaction)
    show_outcome(outcome, as_json=as_json)


def describe(transaction: Transaction) -> str:
    """Return what a transaction asks for, from its own bytes."""
    body = transaction.body
    arguments = ", ".join(map(_shown, body.args))
    return (
        f"{body.contract}.{body.method}({arguments})\n"
        f"for {show_address(body.sender)} on {body.chain_id}"
    )


def _shown(value: Value) -> str:
    if isinstance(value, bytes):
        return show_address_or_hex(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return repr(value)


def show_address_or_hex(data: bytes) -> str:
    """Return 20 bytes as an address, others as hex."""
    return show_address(data) if len(data) == 20 else "0x" + data.hex()  # type: ignore[arg-type]
