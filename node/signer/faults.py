"""What can be wrong between a node and its signer. Each message says who, which, and what to do.

LocalFault
└── SignerFault
    ├── SignerAway         nobody answers, or not in time; it is tried again
    ├── SignerMismatch     the signer of another key, or of another chain; it signs nothing here
    ├── SignerRefused      the signer said no, with a code and its words
    ├── BadSignerFrame     bytes that are none of this protocol
    └── TokenFault         the PKCS#11 token or its library cannot be used
"""

from primitives.errors import LocalFault


class SignerFault(LocalFault):
    """The signer cannot be used."""


class SignerAway(SignerFault):
    """The signer does not answer."""


class SignerMismatch(SignerFault):
    """The signer holds another key, or signs for another chain."""


class SignerRefused(SignerFault):
    """The signer refuses a request; `code` is stable, `text` are its words."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


class BadSignerFrame(SignerFault):
    """Bytes between a node and its signer that are none of this protocol."""


class TokenFault(SignerFault):
    """The PKCS#11 token cannot be used."""
