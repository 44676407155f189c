"""A payment with money that the payer's bank adds: the bank signs first, the payer sends.

The bank signs the chain, the payer, the payee, both sums and its reference; so the file it makes
serves that payment alone, and only the payer can send it.
"""

import json
from dataclasses import replace
from pathlib import Path

from client.cbdc.errors import BadTopupFile
from client.files import write_whole
from contracts.cbdc.payments.messages import TransferWithTopup, topup_statement
from primitives.crypto import Digest, PublicKey, Signature, SigningKey
from primitives.errors import Rejected
from primitives.ids import Address, read_address, show_address

UNSIGNED = (PublicKey(bytes(32)), Signature(bytes(64)))
_FILE_CHARS_MAX = 10_000
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, Rejected)
_TEXTS = ("memo", "fsp", "bank_ref")
_NUMBERS = ("amount", "topup")


def sign_topup(
    fsp_key: SigningKey, chain_id: str, sender: Address, draft: TransferWithTopup
) -> TransferWithTopup:
    """Return a payment of `sender` with the bank's agreement to add what is missing."""
    keyed = replace(draft, key=fsp_key.public_key)
    signature = fsp_key.sign(*topup_statement(chain_id, sender, keyed))
    return replace(keyed, signature=signature)


def write_topup(path: Path, message: TransferWithTopup) -> None:
    """Write a payment that a bank has signed, for its customer to send."""
    document: dict[str, object] = {name: getattr(message, name) for name in (*_TEXTS, *_NUMBERS)}
    document |= {
        "to": show_address(message.to),
        "travel": None if message.travel is None else message.travel.hex(),
        "key": message.key.hex(),
        "signature": message.signature.hex(),
    }
    try:
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        write_whole(path, text.encode())
    except OSError as error:
        raise BadTopupFile(f"{path}: cannot be written ({error.strerror or error})") from error


def read_topup(path: Path) -> TransferWithTopup:
    """Return the payment of a file; the ledger checks its signature. Raises BadTopupFile."""
    try:
        with path.open(encoding="utf-8") as file:
            document = json.loads(file.read(_FILE_CHARS_MAX))
        travel = document["travel"]
        return TransferWithTopup(
            to=read_address(document["to"]),
            amount=_whole(document["amount"]),
            memo=str(document["memo"]),
            travel=None if travel is None else Digest(bytes.fromhex(travel)),
            fsp=str(document["fsp"]),
            topup=_whole(document["topup"]),
            bank_ref=str(document["bank_ref"]),
            key=PublicKey(bytes.fromhex(document["key"])),
            signature=Signature(bytes.fromhex(document["signature"])),
        )
    except OSError as error:
        raise BadTopupFile(f"{path}: cannot be read ({error.strerror or error})") from error
    except _UNREADABLE as error:
        raise BadTopupFile(f"{path}: is no payment with a top-up") from error


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r:.20} is not whole satang")
    return value
