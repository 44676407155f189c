"""A transaction in a file, so that several people sign it one after another, each at their desk.

The file holds no secret. It is good until the transaction expires, at most ten minutes after it
was made: everyone who signs must be ready.
"""

from pathlib import Path

from client.documents import read_document, write_document
from client.errors import BadEnvelope
from client.files import PUBLIC_MODE
from client.wallet import Wallet
from primitives.errors import Rejected
from primitives.hex import read_hex
from primitives.limits import EXPIRY_AHEAD_MS_MAX
from primitives.transaction import Transaction, decode_transaction

# Of a transaction that is passed on: what is allowed, less a minute for clocks that differ.
PASSED_ON_EXPIRES_IN_MS = EXPIRY_AHEAD_MS_MAX - 60_000

_FORMAT = 1


def write_envelope(path: Path, transaction: Transaction, mode: int = PUBLIC_MODE) -> None:
    """Write a transaction to a file, new or in place of an earlier one. Raises BadEnvelope."""
    document = {
        "format": _FORMAT,
        "chain_id": transaction.body.chain_id,
        "call": f"{transaction.body.contract}.{transaction.body.method}",
        "expires_at_ms": str(transaction.body.expires_at_ms),
        "signatures": len(transaction.signatures),
        "transaction": "0x" + transaction.raw.hex(),
    }
    write_document(path, document, BadEnvelope, mode)


def read_envelope(path: Path) -> Transaction:
    """Return the transaction of a file, its signatures checked.

    Only the transaction's own bytes count; what else the file says is for people.

    Raises:
        BadEnvelope: no such file, or not a transaction.
        BadSignature: a signature is of something else.
    """
    document = read_document(path, BadEnvelope)
    try:
        raw = read_hex(document.get("transaction"), name="transaction")
        transaction = decode_transaction(raw)
    except Rejected as error:
        raise BadEnvelope(f"{path}: is no transaction file of sapha tx or --out") from error
    transaction.check_signatures()
    return transaction


def co_sign(path: Path, wallet: Wallet) -> Transaction:
    """Add the wallet's signatures to the file's transaction, and return it. Raises BadEnvelope."""
    transaction = wallet.co_sign(read_envelope(path).raw)
    write_envelope(path, transaction)
    return transaction
