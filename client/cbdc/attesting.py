"""What an identity provider signs for a bank's customer.

The signature is detached: the bank's transaction carries it, and the ledger checks it against the
node keys that the issuer has in the identity contract.
"""

import hmac
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from client.cbdc.errors import BadAttestationFile
from client.contract import json_of, read_record
from client.documents import read_document, write_document
from client.errors import BadAnswer
from contracts.cbdc.wallets.messages import Proof, attestation_statement
from primitives.crypto import DIGEST_BYTES, SIGNATURE_BYTES, Digest, Signature
from primitives.errors import BadShape
from primitives.hex import read_hex
from primitives.keys import Signer

_NULLIFIER = b"sapha/cbdc/nullifier/v1\0"
_HOLDER = b"sapha/cbdc/holder/v1\0"
_UNSIGNED = Signature(bytes(SIGNATURE_BYTES))


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

    def __init__(self, agency: str, node_key: Signer, chain_id: str) -> None:
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
    """Write an attestation for the bank that asked for it. Raises BadAttestationFile."""
    document = {"holder": "0x" + holder.hex(), **json_of(proof)}
    write_document(path, document, BadAttestationFile)


def read_proof(path: Path) -> tuple[Digest, Proof]:
    """Return the holder and the attestation of a file. Raises BadAttestationFile."""
    document = read_document(path, BadAttestationFile)
    try:
        holder = read_hex(document.pop("holder", None), name="holder", length=DIGEST_BYTES)
        return Digest(holder), read_record(Proof, document)
    except (BadAnswer, BadShape) as error:
        raise BadAttestationFile(
            f"{path}: is no attestation of sapha cbdc attest ({error})"
        ) from error
