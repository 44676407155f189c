"""`sapha cbdc wallet open, tier` and `attest`: what takes or makes an attestation's file."""

from pathlib import Path

from client.answers import uint_field
from client.cbdc.attesting import AttestationIssuer, Grounds, read_proof, write_proof
from commands import keyring
from commands.nodes import open_rpc
from commands.output import UsageFault, emit
from commands.values import span_ms
from contracts.cbdc.core.messages import MERCHANT, PERSON
from contracts.cbdc.wallets.messages import OpenWallet, Proof, SetTier
from primitives.crypto import Digest
from primitives.ids import Address


def open_wallet(
    fsp: str, wallet: Address, *, kind: str, holder: Digest | None, proof: Path | None
) -> OpenWallet:
    """Return the message that registers a wallet for a customer of the bank."""
    named, word = _holder_and_proof(holder, proof)
    if kind in {PERSON, MERCHANT} and named is None:
        raise UsageFault(
            f"a {kind}'s wallet needs --holder (0x and 64 hex digits by which the bank knows the "
            "customer), or --proof FILE, which names one"
        )
    return OpenWallet(fsp=fsp, wallet=wallet, kind=kind, holder=named, proof=word)


def tier(fsp: str, wallet: Address, proof: Path) -> SetTier:
    """Return the message that gives a wallet's holder the tier of a new attestation."""
    holder, word = read_proof(proof)
    return SetTier(fsp=fsp, wallet=wallet, holder=holder, proof=word)


async def attest(  # noqa: PLR0913 - each is an option of the command
    holder: bytes,
    *,
    issuer: str,
    ial: int,
    nullifier: bytes,
    out: Path,
    valid_for: str,
    policy: int,
    key: str,
    rpc: list[str],
    as_json: bool,
) -> None:
    """Sign an attestation of a holder with a node key of an identity provider; sends nothing."""
    span = span_ms(valid_for)
    node_key = keyring.open_wallet(key).keys[0]
    async with open_rpc(rpc) as client:
        status = await client.call("chain_getStatus")
    now = uint_field(status, "time_ms")
    grounds = Grounds(
        ial=ial,
        issued_ms=now,
        expires_ms=now + span,
        policy_version=policy,
        nullifier=Digest(nullifier),
    )
    issuing = AttestationIssuer(issuer, node_key, str(status["chain_id"]))
    write_proof(out, Digest(holder), issuing.attest(Digest(holder), grounds))
    data = {"file": str(out), "holder": "0x" + holder.hex(), "ial": ial}
    emit(data, f"attestation of IAL {ial / 100:.1f} in {out}", as_json=as_json)


def _holder_and_proof(
    holder: Digest | None, path: Path | None
) -> tuple[Digest | None, Proof | None]:
    """Return the holder, named or of the attestation, and the attestation. Raises UsageFault."""
    if path is None:
        return holder, None
    of_file, proof = read_proof(path)
    if holder not in {None, of_file}:
        raise UsageFault(f"{path}: is of another holder than --holder")
    return of_file, proof
