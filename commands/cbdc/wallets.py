"""`sapha cbdc wallet ...`, `recover ...`, `attest`: opening, tiers, recovery of lost keys."""

from pathlib import Path
from typing import Annotated

import typer

from client.answers import uint_field
from client.cbdc.attesting import AttestationIssuer, Grounds, read_proof, write_proof
from commands.cbdc.acting import acts, identifier, span_ms
from commands.options import Key, Rpc, address_argument, open_rpc, open_wallet
from commands.output import AsJson, UsageFault, command, emit
from contracts.cbdc.core.messages import MERCHANT, PERSON
from contracts.cbdc.wallets.messages import (
    CloseWallet,
    OpenWallet,
    Proof,
    RecoverApprove,
    RecoverCancel,
    RecoverFinish,
    RecoverStart,
    RevokeAttestation,
    SetTier,
)
from primitives.crypto import Digest, SigningKey

app = typer.Typer(no_args_is_help=True, help="Wallets: open, close, tier.")
recovery = typer.Typer(no_args_is_help=True, help="Recovery of a wallet whose keys are lost.")
attestation = typer.Typer()

FspId = Annotated[str, typer.Argument(help="Agency id of the bank or payment provider.")]
Wallet = Annotated[str, typer.Argument(help="Wallet: an address, or the name of a key.")]
Holder = Annotated[str, typer.Argument(help="What the bank calls the customer: 0x and 64 hex.")]
ProofFile = Annotated[
    Path | None, typer.Option("--proof", help="File of an attestation (sapha cbdc attest).")
]
CaseHash = Annotated[str, typer.Argument(help="Salted hash of the case, 0x and 64 hex digits.")]
Supervisor = Annotated[str, typer.Option("--agency", help="Agency id of the supervisor.")]


@acts(app, "open")
def open_one(
    fsp_id: FspId,
    wallet: Wallet,
    *,
    kind: Annotated[str, typer.Option(help="person, merchant or institution.")] = "person",
    holder: Annotated[str | None, typer.Option(help="The customer: 0x and 64 hex.")] = None,
    proof: ProofFile = None,
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


@acts(app, "close")
def close(fsp_id: FspId, wallet: Wallet) -> CloseWallet:
    """Close an empty wallet; its address is not used again."""
    return CloseWallet(fsp_id, address_argument(wallet))


@acts(app, "tier")
def tier(
    fsp_id: FspId,
    wallet: Wallet,
    proof: Annotated[Path, typer.Argument(help="File of an attestation.")],
) -> SetTier:
    """Give a wallet's holder the tier that a new attestation allows."""
    holder, word = read_proof(proof)
    return SetTier(fsp_id, address_argument(wallet), holder, word)


@acts(recovery, "start")
def start(
    fsp_id: FspId,
    wallet: Wallet,
    new_address: Annotated[str, typer.Argument(help="Address of the new keys.")],
    case_hash: CaseHash,
) -> RecoverStart:
    """Propose as the wallet's bank that new keys act for it."""
    new = address_argument(new_address)
    return RecoverStart(fsp_id, address_argument(wallet), new, Digest(identifier(case_hash)))


@acts(recovery, "approve")
def approve(
    wallet: Wallet, case_hash: CaseHash, *, agency: Supervisor = "supervisor"
) -> RecoverApprove:
    """Approve as a supervisor; the waiting time begins."""
    return RecoverApprove(agency, address_argument(wallet), Digest(identifier(case_hash)))


@acts(recovery, "cancel")
def cancel(wallet: Wallet) -> RecoverCancel:
    """End a recovery: whoever acts for the wallet, or its bank, may."""
    return RecoverCancel(address_argument(wallet))


@acts(recovery, "finish")
def finish(fsp_id: FspId, wallet: Wallet) -> RecoverFinish:
    """Put the wallet under the new keys, after the waiting time."""
    return RecoverFinish(fsp_id, address_argument(wallet))


@attestation.command("attest")
@command
async def attest(  # noqa: PLR0913 - each is an option of the command
    holder: Holder,
    *,
    issuer: Annotated[str, typer.Option(help="Agency id of the identity provider.")],
    ial: Annotated[int, typer.Option(help="IAL 2.3 is 230.")],
    nullifier: Annotated[str, typer.Option(help="What stands for the person: 0x and 64 hex.")],
    out: Annotated[Path, typer.Option(help="File for the attestation.")],
    valid_for: Annotated[str, typer.Option(help="Such as 365d.")] = "365d",
    policy: Annotated[int, typer.Option(help="Version of the policy.")] = 1,
    key: Key,
    rpc: Rpc = None,
    as_json: AsJson = False,
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


@acts(attestation, "revoke-attestation")
def revoke_attestation(
    issuer: Annotated[str, typer.Argument(help="Agency id of the identity provider.")],
    nullifier: Annotated[str, typer.Argument(help="What stands for the person: 0x and 64 hex.")],
) -> RevokeAttestation:
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
