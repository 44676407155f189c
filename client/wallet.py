"""Keys that sign for one address, alone or together with others."""

import secrets
from collections.abc import Iterable, Sequence

from primitives.codec import encode
from primitives.crypto import ED25519, SEED_BYTES, PublicKey, SigningKey
from primitives.errors import BadShape
from primitives.ids import Address, address_of, show_address
from primitives.keys import KeyPair, Signer, signer_of
from primitives.limits import SIGNATURES_MAX
from primitives.transaction import Body, Transaction, decode_transaction, sign_body


class Wallet:
    """One address and the keys held here that sign for it.

    Without an explicit address it is the one that the only key controls. An account whose keys
    were set in the contract of accounts keeps its address, whatever keys sign for it.
    """

    __slots__ = ("_keys", "address")

    def __init__(self, keys: Sequence[KeyPair], address: Address | None = None) -> None:
        if not 1 <= len(keys) <= SIGNATURES_MAX:
            raise BadShape(f"{len(keys)} keys, allowed are 1 to {SIGNATURES_MAX}")
        if len({key.public_key for key in keys}) != len(keys):
            raise BadShape("a key is given twice")
        if address is None and len(keys) > 1:
            raise BadShape("an account of several keys needs its address")
        self._keys = tuple(keys)
        self.address = address or address_of(keys[0].public_key)

    @classmethod
    def generate(cls, kind: bytes = ED25519) -> "Wallet":
        """Return the wallet of a fresh random key of kind 01 or 02."""
        return cls([signer_of(kind, secrets.token_bytes(SEED_BYTES))])

    @classmethod
    def from_seed(cls, seed: bytes) -> "Wallet":
        """Return the wallet of the Ed25519 key of a 32-byte seed."""
        return cls([SigningKey(seed)])

    @property
    def public_keys(self) -> tuple[PublicKey, ...]:
        """The public keys held here."""
        return tuple(key.public_key for key in self._keys)

    @property
    def keys(self) -> tuple[KeyPair, ...]:
        """The keys held here."""
        return self._keys

    @property
    def seed(self) -> bytes:
        """The 32-byte seed of the first key."""
        return self._keys[0].seed

    def __repr__(self) -> str:
        return f"Wallet({show_address(self.address)}, {len(self._keys)} keys)"

    def sign(self, body: Body) -> Transaction:
        """Return `body` signed by every key held here."""
        return sign_body(body, self._keys)

    def co_sign(self, raw: bytes) -> Transaction:
        """Return the transaction `raw` with the signatures of the keys held here added."""
        return with_signatures(decode_transaction(raw), self._keys)


def with_signatures(transaction: Transaction, keys: Iterable[Signer]) -> Transaction:
    """Return `transaction` signed by `keys` as well; signatures that it has stay.

    Raises:
        BadShape: too many signatures together.
    """
    signatures = dict(transaction.signatures) | dict(sign_body(transaction.body, keys).signatures)
    if len(signatures) > SIGNATURES_MAX:
        raise BadShape(f"{len(signatures)} signatures, at most {SIGNATURES_MAX}")
    raw = encode((transaction.body_bytes, tuple(sorted(signatures.items()))))
    return decode_transaction(raw)
