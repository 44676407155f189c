"""What can go wrong between a client and a node.

SaphaError
├── RpcRefused          the node answered with an error; carries its stable code
├── LedgerRefused       no block holds the transaction with effect; carries the receipt's code
├── PeerFault
│   ├── NodeUnreachable no node answered in time
│   └── BadAnswer       a node's answer does not have the form that the interface promises
├── LocalFault
│   ├── HeadFileFault   the file of the highest verified header cannot be used
│   ├── CaFileFault     the file of certificate authorities cannot be used
│   └── VaultFault      what the keys of a registrar or voucher are made of cannot be used
└── Rejected
    ├── BadAmount       text that is not an amount of money
    ├── BadEnvelope     a transaction file that is none
    ├── BadWords        words that are no secret: another word, number of words, or checksum
    ├── BadSealingKey   a key that nothing can be sealed to
    ├── NotOpened       sealed bytes that this key does not open
    ├── StaleAnswer     a proof is sound, but older than the caller allows
    ├── HeadWentBack    a node's last block is lower than one that was verified before
    └── ForkProven      two certified blocks at one height
"""

from collections.abc import Mapping

from primitives.errors import LocalFault, PeerFault, Rejected, SaphaError

_RETRY_S_MAX = 60


class RpcRefused(SaphaError):
    """A node refused a request.

    `code` is the stable text code, `rpc_code` the JSON-RPC number, `contract` the contract that
    refused (or ""), `details` its (name, value) pairs.
    """

    def __init__(self, rpc_code: int, message: str, data: Mapping[str, object]) -> None:
        """Keep the error object's `code`, `message` and `data`."""
        self.rpc_code = rpc_code
        self.code = str(data.get("code", rpc_code))
        self.contract = str(data.get("contract", "") or "")
        details = data.get("details")
        self.details: dict[str, object] = dict(details) if isinstance(details, dict) else {}
        self.message = message
        # Whether another node was asked before without an answer, and may have taken the request.
        self.may_have_arrived = False
        super().__init__(f"{self.code}: {message}")

    @property
    def retry_after_s(self) -> float | None:
        """Seconds after which a busy node wants to be asked again; None: it refused for good."""
        seconds = self.details.get("retry_after_s")
        return float(seconds) if isinstance(seconds, int) and 0 <= seconds <= _RETRY_S_MAX else None


class LedgerRefused(SaphaError):
    """A transaction did not take effect. `code` is the stable code of the refusal, or a status."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        contract: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Keep the receipt's code, message, contract and details."""
        self.code = code
        self.message = message
        self.contract = contract
        self.details = dict(details or {})
        super().__init__(f"{code}: {message}" if message else code)


class NodeUnreachable(PeerFault):
    """No node answered; the message names each address and what happened there.

    `may_have_arrived` is false when no connection was made, so that no node has the request.
    """

    def __init__(self, message: str, *, may_have_arrived: bool = True) -> None:
        self.may_have_arrived = may_have_arrived
        super().__init__(message)


class BadAnswer(PeerFault):
    """A node answered in a form that the interface does not allow."""


class VaultFault(LocalFault):
    """What the keys of a registrar or voucher are made of, kept on disk, cannot be used."""


class BadAmount(Rejected):
    """The text is not an amount of money."""


class BadEnvelope(Rejected):
    """The file is not a transaction that further keys may sign."""


class BadWords(Rejected):
    """The words are no secret: a wrong word, number of words or checksum."""


class BadSealingKey(Rejected):
    """Nothing can be sealed to this key."""


class NotOpened(Rejected):
    """The sealed bytes were made for another key or purpose, or were changed."""


class StaleAnswer(Rejected):
    """The proof is sound, but of an older block than allowed."""


class HeadWentBack(Rejected):
    """The node's last block is lower than one that this client has verified."""


class ForkProven(Rejected):
    """Two certified blocks at one height: more validators than are tolerated signed both."""


class HeadFileFault(LocalFault):
    """The file of the highest verified header is damaged, of another network, or not writable."""


class CaFileFault(LocalFault):
    """The file of certificate authorities cannot be used."""
