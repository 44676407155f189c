"""Attestations of holders: what an identity provider signs, and how it takes it back."""

from contracts.cbdc.fields import AgencyId, Count, Level, TimeMs
from contracts.sdk import Digest, PublicKey, Signature, encode, message, record


@record
class Proof:
    """An identity provider's word on a holder, signed by its node key of the identity contract.

    `ial` is 100 times the level: IAL 2.3 is 230. `nullifier` is the same for one person whatever
    the bank, so that nobody is attested at two. Times are ms.
    """

    ial: Level
    issuer: AgencyId
    issued_ms: TimeMs
    expires_ms: TimeMs
    policy_version: Count
    nullifier: Digest
    key: PublicKey
    signature: Signature


@message
class RevokeAttestation:
    """End what `agency` has attested under this nullifier until now."""

    agency: AgencyId
    nullifier: Digest


def attestation_statement(chain_id: str, holder: Digest, proof: Proof) -> tuple[str, bytes]:
    """Return what the identity provider signs for the holder that the bank calls `holder`."""
    times = (proof.issued_ms, proof.expires_ms, proof.policy_version)
    return "cbdc/attestation", encode(
        (chain_id, holder, proof.ial, proof.issuer, *times, proof.nullifier)
    )
