"""A payment with money that the payer's bank adds: the bank signs first, the payer sends.

The bank signs the chain, the payer, the payee, both sums and its reference; so the file it makes
serves that payment alone, and only the payer can send it.
"""

from dataclasses import replace
from pathlib import Path

from client.cbdc.errors import BadTopupFile
from client.contract import json_of, read_record
from client.documents import read_document, write_document
from client.errors import BadAnswer
from contracts.cbdc.payments.messages import TransferWithTopup, topup_statement
from primitives.crypto import PublicKey, Signature
from primitives.ids import Address
from primitives.keys import Signer

UNSIGNED = (PublicKey(bytes(32)), Signature(bytes(64)))


def sign_topup(
    fsp_key: Signer, chain_id: str, sender: Address, draft: TransferWithTopup
) -> TransferWithTopup:
    """Return a payment of `sender` with the bank's agreement to add what is missing."""
    keyed = replace(draft, key=fsp_key.public_key)
    signature = fsp_key.sign(*topup_statement(chain_id, sender, keyed))
    return replace(keyed, signature=signature)


def write_topup(path: Path, message: TransferWithTopup) -> None:
    """Write a payment that a bank has signed, for its customer to send."""
    write_document(path, json_of(message), BadTopupFile)


def read_topup(path: Path) -> TransferWithTopup:
    """Return the payment of a file; the ledger checks its signature. Raises BadTopupFile."""
    try:
        return read_record(TransferWithTopup, read_document(path, BadTopupFile))
    except BadAnswer as error:
        raise BadTopupFile(f"{path}: is no payment with a top-up ({error})") from error
