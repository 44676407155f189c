"""Why a step of an election is refused or stopped on this side of the network.

SaphaError
├── LedgerRefused         a block holds the transaction, but it did not take effect; has its code
├── Rejected
│   ├── BadWords          the words are no seed: a wrong word, number of words or checksum
│   ├── BadRegistrarKey   a key that could mark voters or forge tokens
│   ├── BadBlindedMessage what a registrar is asked to sign is no number below its modulus
│   ├── BadToken          a registrar's answer does not unblind to a token
│   ├── TooFewTokens      fewer registrars answered than the election needs
│   ├── NotOpen           the election is in another phase than the act needs
│   ├── NotThisElection   the ledger says another election, voter or ballot than was prepared
│   ├── BallotNotSeen     a ballot was sent on its way, but no block holds it yet
│   ├── BadReceipt        a receipt, or the file of one, does not say what it should
│   ├── BadRecord         the parts of an election record do not fit each other
│   └── RelayRefused      a relay does not take a transaction
└── LocalFault
    ├── SigningFault      a signature that this machine made is wrong; nothing of it gets out
    └── VaultFault        registrar keys or progress kept on disk cannot be used
"""

from collections.abc import Mapping

from primitives.errors import LocalFault, Rejected, SaphaError


class LedgerRefused(SaphaError):
    """A transaction did not take effect. `code` is the stable code of the refusal, or a status."""

    contract = "voting"

    def __init__(
        self, code: str, message: str, details: Mapping[str, object] | None = None
    ) -> None:
        """Keep the receipt's code, message and details."""
        self.code = code
        self.message = message
        self.details = dict(details or {})
        super().__init__(f"{code}: {message}" if message else code)


class BadWords(Rejected):
    """The words are no seed."""


class BadRegistrarKey(Rejected):
    """The registrar's key may not be used."""


class BadBlindedMessage(Rejected):
    """What the registrar is asked to sign is no number below its modulus, or shares a factor."""


class BadToken(Rejected):
    """The registrar's answer does not unblind to a token."""


class TooFewTokens(Rejected):
    """Fewer registrars answered than the election needs."""


class NotOpen(Rejected):
    """The election is in another phase than the act needs."""


class NotThisElection(Rejected):
    """The ledger says another election, voter or ballot than was prepared."""


class BallotNotSeen(Rejected):
    """The ballot was sent on its way, but no block holds it yet."""


class BadReceipt(Rejected):
    """The receipt does not say what it should."""


class BadRecord(Rejected):
    """The parts of the election record do not fit each other."""


class RelayRefused(Rejected):
    """The relay does not take the transaction."""


class SigningFault(LocalFault):
    """A signature that this machine made does not verify; nothing of it gets out."""


class VaultFault(LocalFault):
    """Registrar keys or progress kept on disk cannot be used."""
