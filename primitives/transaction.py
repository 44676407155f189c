"""The signed transaction: its one byte form, its id, and which key signed what.

    body   = [1, chain_id, sender: 20 bytes, nonce, expires_at_ms, contract, method, args: array]
    signed = [body: bytes, [[public_key, signature], ...]]

Owns shape and signatures; who may sign for an account is for the contract of accounts to say.
Source: docs/protocol.md#transactions.
"""

from collections.abc import Callable, Iterable

from primitives.codec import Value, check_tree, decode, decode_unlooked, encode
from primitives.crypto import PublicKey, Signature, digest
from primitives.errors import BadShape, BadVersion, Rejected, RepeatedSignature
from primitives.frozen import frozen
from primitives.ids import ADDRESS_BYTES, Address, TransactionId
from primitives.keys import Signer, check_signature, key_of, signature_of
from primitives.limits import (
    CHAIN_ID_CHARS_MAX,
    NAME_CHARS_MAX,
    SIGNATURES_MAX,
    TRANSACTION_BYTES_MAX,
    TRANSACTION_DEPTH_MAX,
    TRANSACTION_ITEMS_MAX,
)
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of, uint_of

TRANSACTION_VERSION = 1
_BODY_FIELDS = 8
_SIGN_TAG = "tx"
_ID_TAG = "txid"


@frozen(kw_only=True)
class Body:
    """What a transaction asks for. `args` are the message's fields in order."""

    chain_id: str
    sender: Address
    nonce: int
    expires_at_ms: int
    contract: str
    method: str
    args: tuple[Value, ...]

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return encode(
            (
                TRANSACTION_VERSION,
                self.chain_id,
                self.sender,
                self.nonce,
                self.expires_at_ms,
                self.contract,
                self.method,
                self.args,
            )
        )


@frozen()
class Transaction:
    """A decoded transaction. Its signatures are well-formed but not yet verified."""

    raw: bytes
    transaction_id: TransactionId
    body_bytes: bytes
    body: Body
    signatures: tuple[tuple[PublicKey, Signature], ...]

    def check_signatures(self) -> None:
        """Check every signature over H("tx", body). Raises BadSignature, BadAssertion."""
        for public_key, signature in self.signatures:
            check_signature(public_key, _SIGN_TAG, self.body_bytes, signature)


def transaction_id_of(body_bytes: bytes) -> TransactionId:
    """Return H("txid", body), 32 bytes; signatures are not part of it."""
    return TransactionId(digest(_ID_TAG, body_bytes))


def sign_body(body: Body, keys: Iterable[Signer]) -> Transaction:
    """Return `body` signed by each of `keys`, in the protocol's order (by public key)."""
    body_bytes = body.encode()
    signatures = tuple(sorted((key.public_key, key.sign(_SIGN_TAG, body_bytes)) for key in keys))
    raw = encode((body_bytes, signatures))
    return Transaction(raw, transaction_id_of(body_bytes), body_bytes, body, signatures)


def decode_transaction(raw: bytes) -> Transaction:
    """Return the transaction that `raw` encodes; shape is checked, signatures are not verified.

    Raises:
        TooLarge, TooDeep, TooManyItems, NotCanonical: from the encoding.
        BadVersion, BadShape: a body or signature list of another form; names the field.
        RepeatedSignature: a key twice, or keys not in ascending order.
    """
    try:
        return _read(raw, decode_unlooked)
    except Rejected:
        return _read(raw, decode)  # says first of all what is wrong with the encoding


def _read(raw: bytes, decoder: Callable[..., Value]) -> Transaction:
    """Return the transaction, having looked at the type of every value in it."""
    outer = fields_of(decoder(raw, bytes_max=TRANSACTION_BYTES_MAX), name="transaction", count=2)
    body_bytes = blob_of(outer[0], name="body", length_max=TRANSACTION_BYTES_MAX)
    body = _read_body(decoder(body_bytes, bytes_max=TRANSACTION_BYTES_MAX))
    signatures = _read_signatures(outer[1])
    return Transaction(raw, transaction_id_of(body_bytes), body_bytes, body, signatures)


def _read_body(value: Value) -> Body:
    if isinstance(value, tuple) and value and value[0] != TRANSACTION_VERSION:
        raise BadVersion(f"transaction version {value[0]!r:.40}, known is {TRANSACTION_VERSION}")
    fields = fields_of(value, name="body", count=_BODY_FIELDS)
    if type(fields[0]) is not int:
        raise BadVersion("the version must be an integer")
    args = fields[7]
    if not isinstance(args, tuple):
        raise BadShape("args must be an array", field="args")
    items_max = TRANSACTION_ITEMS_MAX - _BODY_FIELDS
    check_tree(args, items_max=items_max, depth_max=TRANSACTION_DEPTH_MAX - 1)
    return Body(
        chain_id=text_of(fields[1], name="chain_id", chars_max=CHAIN_ID_CHARS_MAX),
        sender=Address(bytes_of(fields[2], name="sender", length=ADDRESS_BYTES)),
        nonce=uint_of(fields[3], name="nonce"),
        expires_at_ms=uint_of(fields[4], name="expires_at_ms"),
        contract=text_of(fields[5], name="contract", chars_max=NAME_CHARS_MAX),
        method=text_of(fields[6], name="method", chars_max=NAME_CHARS_MAX),
        args=args,
    )


def _read_signatures(value: Value) -> tuple[tuple[PublicKey, Signature], ...]:
    signatures = []
    previous = b""
    for item in array_of(value, name="signatures", count_max=SIGNATURES_MAX):
        pair = fields_of(item, name="signature", count=2)
        public_key = key_of(pair[0], name="public_key")
        signature = signature_of(pair[1], name="signature")
        if public_key <= previous:
            raise RepeatedSignature(f"key {public_key.hex()} is repeated or out of order")
        previous = public_key
        signatures.append((public_key, signature))
    return tuple(signatures)
