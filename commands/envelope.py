"""Transaction files as commands show them: what is asked for, who has signed, what comes next."""

from pathlib import Path
from typing import Annotated

import typer

from commands.output import emit
from primitives.codec import Value
from primitives.ids import ADDRESS_BYTES, Address, show_address
from primitives.transaction import Transaction

Out = Annotated[
    Path | None,
    typer.Option("--out", help="Write the transaction to this file for others; send nothing."),
]


def describe(transaction: Transaction) -> str:
    """Return what a transaction asks for, from its own bytes."""
    body = transaction.body
    arguments = ", ".join(map(_shown, body.args))
    return (
        f"{body.contract}.{body.method}({arguments})\n"
        f"for {show_address(body.sender)} on {body.chain_id}"
    )


def show_envelope(transaction: Transaction, path: Path, *, as_json: bool) -> None:
    """Print what a transaction file holds and what comes next."""
    count = len(transaction.signatures)
    data: dict[str, object] = {
        "transaction_id": "0x" + transaction.transaction_id.hex(),
        "file": str(path),
        "signatures": count,
        "signed_by": ["0x" + key.hex() for key, _ in transaction.signatures],
        "expires_at_ms": str(transaction.body.expires_at_ms),
    }
    noun = "signature" if count == 1 else "signatures"
    text = (
        f"{transaction.body.method} with {count} {noun} is in {path}\n"
        f"further keys sign: sapha tx sign {path} --key NAME\n"
        f"then anyone sends: sapha tx send {path}"
    )
    emit(data, text, as_json=as_json)


def _shown(value: Value) -> str:
    if isinstance(value, bytes):
        is_address = len(value) == ADDRESS_BYTES
        return show_address(Address(value)) if is_address else "0x" + value.hex()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return repr(value)
