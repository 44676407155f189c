"""`sapha cbdc wallet ...`, `recover ...`, `attest`: opening, tiers, recovery of lost keys."""

from pathlib import Path

from client.answers import uint_field
from client.cbdc.attesting import AttestationIssuer, Grounds, read_proof, write_proof
from commands.cbdc.acting import identifier, span_ms
from commands.keyring import address_argument, open_wallet
from commands.nodes import open_rpc
from commands.output import UsageFault, emit
from contracts.cbdc.attestation_messages import Proof, RevokeAttestation
from contracts.cbdc.fields import MERCHANT, PERSON
from contracts.cbdc.wallet_messages import (
    CloseWallet,
    OpenWallet,
    RecoverApprove,
    RecoverCancel,
    RecoverFinish,
    RecoverStart,
    SetTier,
)
from primitives.crypto import Digest, SigningKey


def open_one(
    fsp_id: str, wallet: str, *, kind: str, holder: str | None, proof: Path | None
) -> OpenWallet:
    """Register a wallet for a customer of the bank."""
    named, word = _holder_and_proof(holder, proof)
    if kind in {PERSON, MERCHANT} and named is None:
        raise UsageFault(
            f"a {kind}'s wallet needs --holder (0x and 64 hex digits by which the bank knows the "
            "customer), or --proof FILE, which names one"
        )
    return OpenWallet(
        fsp=fsp_id, wallet=address_argument(wallet), kind=kind, holder=named, proof=word
    )


def close(fsp_id: str, wallet: str) -> CloseWallet:
    """Close an empty wallet; its address is not used again."""
    return CloseWallet(fsp_id, address_argument(wallet))


def tier(fsp_id: str, wallet: str, proof: Path) -> SetTier:
    """Give a wallet's holder the tier that a new attestation allows."""
    holder, word = read_proof(proof)
    return SetTier(fsp_id, address_argument(wallet), holder, word)


def start(fsp_id: str, wallet: str, new_address: str, case_hash: str) -> RecoverStart:
    """Propose as the wallet's bank that new keys act for it."""
    new = address_argument(new_address)
    return RecoverStart(fsp_id, address_argument(wallet), new, Digest(identifier(case_hash)))


def approve(wallet: str, case_hash: str, *, agency: str) -> RecoverApprove:
    """Approve as a supervisor; the waiting time begins."""
    return RecoverApprove(agency, address_argument(wallet), Digest(identifier(case_hash)))


def cancel(wallet: str) -> RecoverCancel:
    """End a recovery: whoever acts for the wallet, or its bank, may."""
    return RecoverCancel(address_argument(wallet))


def finish(fsp_id: str, wallet: str) -> RecoverFinish:
    """Put the wallet under the new keys, after the waiting time."""
    return RecoverFinish(fsp_id, address_argument(wallet))


async def attest(  # noqa: PLR0913 - each is an option of the command
    holder: str,
    *,
    issuer: str,
    ial: int,
    nullifier: str,
    out: Path,
    valid_for: str,
    policy: int,
    key: str,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Sign an attestation of a holder with a node key of an identity provider; sends nothing."""
    span = span_ms(valid_for)
    node_key = SigningKey(open_wallet(key).seed)
    async with open_rpc(rpc) as client:
        status = await client.call("chain_getStatus")
    now = uint_field(status, "time_ms")
    named = Digest(identifier(holder))
    grounds = Grounds(
        ial=ial,
        issued_ms=now,
        expires_ms=now + span,
        policy_version=policy,
        nullifier=Digest(identifier(nullifier)),
    )
    signed = AttestationIssuer(issuer, node_key, str(status["chain_id"])).attest(named, grounds)
    write_proof(out, named, signed)
    data = {"file": str(out), "holder": "0x" + named.hex(), "ial": ial}
    emit(data, f"attestation of IAL {ial / 100:.1f} in {out}", as_json=as_json)


def revoke_attestation(issuer: str, nullifier: str) -> RevokeAttestation:
    """End what an identity provider has attested of a person until now."""
    return RevokeAttestation(issuer, Digest(identifier(nullifier)))


def _holder_and_proof(holder: str | None, path: Path | None) -> tuple[Digest | None, Proof | None]:
    """Return the holder, named or of the attestation, and the attestation. Raises UsageFault."""
    named = None if holder is None else Digest(identifier(holder))
    if path is None:
        return named, None
    of_file, proof = read_proof(path)
    if named not in {None, of_file}:
        raise UsageFault(f"{path}: is of another holder than --holder")
    return of_file, proof
