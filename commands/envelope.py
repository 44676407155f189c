"""Transaction files as commands show them: what is asked for, who has signed, what comes next."""

from collections.abc import Iterable
from pathlib import Path

from client.account_keys import AccountKeys
from commands.calls import call_lines, fields_of
from commands.field_text import time_text
from commands.output import emit
from primitives.crypto import PublicKey
from primitives.errors import ForeignSignature, MissingSignature
from primitives.ids import show_address
from primitives.transaction import Transaction


def describe(transaction: Transaction) -> str:
    """Return what a transaction asks for, from its own bytes."""
    body = transaction.body
    whom = f"for {show_address(body.sender)} on {body.chain_id}"
    return "\n".join([*call_lines(body), f"{whom}, until {time_text(body.expires_at_ms)}"])


def check_keys(keys: Iterable[PublicKey], account: AccountKeys | None) -> None:
    """Refuse a key that is none of the account's, which would spoil a transaction.

    Raises:
        ForeignSignature: names the key, the account, its keys and how many sign.
    """
    for key in keys:
        if account is not None and not account.has(key):
            raise ForeignSignature(
                f"the key 0x{key.hex()} is none of the account {account}; nothing was signed"
            )


def check_ready(transaction: Transaction, path: Path, account: AccountKeys | None) -> None:
    """Refuse to send a file that no node would take, and say what to do.

    Raises:
        ForeignSignature: names the key that is none of the account's.
        MissingSignature: says how many of how many have signed.
    """
    if account is None:
        return
    for key, _ in transaction.signatures:
        if not account.has(key):
            raise ForeignSignature(
                f"FOREIGN_SIGNATURE: {path} is signed by the key 0x{key.hex()}, which is none of "
                f"the account {account}. Nothing was sent; make the file anew (sapha tx make, or "
                "--out) and let only the account's keys sign it"
            )
    if len(transaction.signatures) < account.threshold:
        raise MissingSignature(
            f"MISSING_SIGNATURE: {_progress(transaction, account)}. Nothing was sent; "
            f"next: sapha tx sign {path} --key NAME"
        )


def show_envelope(
    transaction: Transaction, path: Path, account: AccountKeys | None, *, as_json: bool
) -> None:
    """Print what a transaction file holds and what comes next; `account` is None if unknown."""
    count = len(transaction.signatures)
    data: dict[str, object] = {
        "transaction_id": "0x" + transaction.transaction_id.hex(),
        "file": str(path),
        "signatures": count,
        "signed_by": ["0x" + key.hex() for key, _ in transaction.signatures],
        "needed": None if account is None else account.threshold,
        "expires_at_ms": str(transaction.body.expires_at_ms),
        "call": {
            "contract": transaction.body.contract,
            "method": transaction.body.method,
            "fields": dict(fields_of(transaction.body)),
        },
    }
    noun = "signature" if count == 1 else "signatures"
    lines = [f"{transaction.body.method} with {count} {noun} is in {path}"]
    sign, send = f"sapha tx sign {path} --key NAME", f"sapha tx send {path}"
    if account is None:
        lines += [f"further keys of the account sign, if it needs them: {sign}"]
        lines += [f"then anyone sends: {send}"]
    elif count < account.threshold:
        lines += [f"{_progress(transaction, account)}; next: {sign}", f"then anyone sends: {send}"]
    else:
        lines += [f"{_progress(transaction, account)}; anyone sends: {send}"]
    emit(data, "\n".join(lines), as_json=as_json)


def _progress(transaction: Transaction, account: AccountKeys) -> str:
    count, needed = len(transaction.signatures), account.threshold
    return f"{count} of the {needed} signature{'s' * (needed > 1)} that its account needs"
