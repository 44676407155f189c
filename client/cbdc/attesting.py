"""What an identity provider signs for a bank's customer.

The signature is detached: the bank's transaction carries it, and the ledger checks it against the
node keys that the issuer has in the identity contract.
"""

import hmac
import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from client.cbdc.errors import BadAttestationFile
from client.files import write_whole
from contracts.cbdc.wallets.messages import Proof, attestation_statement
from primitives.crypto import (
    DIGEST_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
    SigningKey,
)
from primitives.errors import BadShape
from primitives.hex import read_hex

_NULLIFIER = b"sapha/cbdc/nullifier/v1\0"
_HOLDER = b"sapha/cbdc/holder/v1\0"
_UNSIGNED = Signature(bytes(SIGNATURE_BYTES))
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadShape)
_FILE_CHARS_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What an identity provider knows of a holder: 230 is IAL 2.3; times are ms."""

    ial: int
    issued_ms: int
    expires_ms: int
    policy_version: int
    nullifier: Digest


class AttestationIssuer:
    """An identity provider: signs with a node key that it has in the identity contract."""

    def __init__(self, agency: str, node_key: SigningKey, chain_id: str) -> None:
        self.agency = agency
        self._key = node_key
        self._chain_id = chain_id

    def __repr__(self) -> str:
        return f"AttestationIssuer({self.agency})"

    def attest(self, holder: Digest, grounds: Grounds) -> Proof:
        """Return the signed word on whom a bank calls `holder`."""
        draft = Proof(
            ial=grounds.ial,
            issuer=self.agency,
            issued_ms=grounds.issued_ms,
            expires_ms=grounds.expires_ms,
            policy_version=grounds.policy_version,
            nullifier=grounds.nullifier,
            key=self._key.public_key,
            signature=_UNSIGNED,
        )
        statement = attestation_statement(self._chain_id, holder, draft)
        return replace(draft, signature=self._key.sign(*statement))


def nullifier_of(secret: bytes, person: bytes) -> Digest:
    """Return what stands for a person whatever the bank.

    All issuers whose attestations must not stack share `secret`; without it nobody finds a
    person by trying numbers. `person` never leaves them.
    """
    return Digest(hmac.digest(secret, _NULLIFIER + person, sha256))


def holder_of(secret: bytes, customer: bytes) -> Digest:
    """Return the name by which one bank's secret calls a customer on the ledger."""
    return Digest(hmac.digest(secret, _HOLDER + customer, sha256))


def write_proof(path: Path, holder: Digest, proof: Proof) -> None:
    """Write an attestation for the bank that asked for it."""
    document = {
        "holder": "0x" + holder.hex(),
        "ial": proof.ial,
        "issuer": proof.issuer,
        "issued_ms": proof.issued_ms,
        "expires_ms": proof.expires_ms,
        "policy_version": proof.policy_version,
        "nullifier": "0x" + proof.nullifier.hex(),
        "key": "0x" + proof.key.hex(),
        "signature": "0x" + proof.signature.hex(),
    }
    try:
        write_whole(path, json.dumps(document, indent=2).encode() + b"\n")
    except OSError as error:
        raise BadAttestationFile(
            f"{path}: cannot be written ({error.strerror or error})"
        ) from error


def read_proof(path: Path) -> tuple[Digest, Proof]:
    """Return the holder and the attestation of a file. Raises BadAttestationFile."""
    try:
        with path.open(encoding="utf-8") as file:
            document = json.loads(file.read(_FILE_CHARS_MAX))
        numbers = ("ial", "issued_ms", "expires_ms", "policy_version")
        if not all(type(document[name]) is int for name in numbers):
            raise BadAttestationFile(f"{path}: {', '.join(numbers)} must be whole numbers")
        holder = Digest(_field(document, "holder", DIGEST_BYTES))
        proof = Proof(
            **{name: document[name] for name in numbers},
            issuer=str(document["issuer"]),
            nullifier=Digest(_field(document, "nullifier", DIGEST_BYTES)),
            key=PublicKey(_field(document, "key", 32)),
            signature=Signature(_field(document, "signature", SIGNATURE_BYTES)),
        )
    except OSError as error:
        raise BadAttestationFile(f"{path}: cannot be read ({error.strerror or error})") from error
    except _UNREADABLE as error:
        raise BadAttestationFile(f"{path}: is no attestation of sapha cbdc attest") from error
    return holder, proof


def _field(document: dict[str, object], name: str, length: int) -> bytes:
    return read_hex(document[name], name=name, length=length)
