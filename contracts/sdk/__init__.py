"""What a contract may use: everything a contract's source imports comes from here."""

from dataclasses import replace

from contracts.sdk.bounds import Chars, CountMax, Length, Range
from contracts.sdk.config import Config
from contracts.sdk.context import Context, anyone, emit, require
from contracts.sdk.contract import Contract
from contracts.sdk.errors import Refusal
from contracts.sdk.schema import array_of, event, message, plain_of, record
from contracts.sdk.storage import PAGE_MAX, Counter, Item, Map
from primitives.codec import encode
from primitives.crypto import Digest, PublicKey, Signature
from primitives.errors import (
    ContractError,
    ForeignSignature,
    ForeignSite,
    KeyNotInAccount,
    MissingSignature,
)
from primitives.ids import ADDRESS_BYTES, Address, TransactionId, address_of
from primitives.limits import AMOUNT_SATANG_MAX, SIGNATURES_MAX

__all__ = [
    "ADDRESS_BYTES",
    "AMOUNT_SATANG_MAX",
    "PAGE_MAX",
    "SIGNATURES_MAX",
    "Address",
    "Chars",
    "Config",
    "Context",
    "Contract",
    "ContractError",
    "CountMax",
    "Counter",
    "Digest",
    "ForeignSignature",
    "ForeignSite",
    "Item",
    "KeyNotInAccount",
    "Length",
    "Map",
    "MissingSignature",
    "PublicKey",
    "Range",
    "Refusal",
    "Signature",
    "TransactionId",
    "address_of",
    "anyone",
    "array_of",
    "emit",
    "encode",
    "event",
    "message",
    "plain_of",
    "record",
    "replace",
    "require",
]
