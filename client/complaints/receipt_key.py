"""The receipt of a complaint: 12 words, whose keys act for the case and read its content.

Who has the words is the complainant, and there is nothing else that says who that is. 128 random
bits and a checksum, as words. Source: `client.words`; HMAC-SHA256.
"""

import hmac
import secrets

from client.complaints.wraps import ReadingKey
from client.words import secret_of, words_of
from primitives.crypto import SigningKey
from primitives.errors import BadShape
from primitives.ids import Address, address_of

WORDS = 12
SECRET_BYTES = 16
_PREFIX = b"sapha/complaint-receipt/v1\0"


class ComplaintReceipt:
    """A case's secret and the two keys that it gives. Never prints them by accident."""

    __slots__ = ("_secret", "reading_key", "signing_key")

    def __init__(self, secret: bytes) -> None:
        """Derive the keys of a 16-byte secret. Raises BadShape."""
        if len(secret) != SECRET_BYTES:
            raise BadShape(f"a receipt has {SECRET_BYTES} bytes, not {len(secret)}")
        self._secret = secret
        self.signing_key = SigningKey(_derive(secret, b"act"))
        self.reading_key = ReadingKey(_derive(secret, b"read"))

    @classmethod
    def generate(cls) -> "ComplaintReceipt":
        """Return a fresh random receipt."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_words(cls, text: str) -> "ComplaintReceipt":
        """Return the receipt of 12 words in any spacing and case.

        Raises:
            BadWords: another number of words, a word that is not in the list, named by its place,
                or a wrong checksum.
        """
        return cls(secret_of(text, WORDS))

    @property
    def words(self) -> str:
        """The 12 words, to be written down."""
        return words_of(self._secret)

    @property
    def address(self) -> Address:
        """The account that acts for the case."""
        return address_of(self.signing_key.public_key)

    def __repr__(self) -> str:
        return "ComplaintReceipt(...)"


def _derive(secret: bytes, label: bytes) -> bytes:
    return hmac.digest(secret, _PREFIX + label, "sha256")
