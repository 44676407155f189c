"""Tiers by attestation: what an identity provider says of a holder, and how it is taken back.

A holder keeps money above a limit that fell; only further receipts stop.
"""

from contracts.cbdc.access import active_fsp, by_attestation_issuer, by_fsp
from contracts.cbdc.attestation_messages import Proof, RevokeAttestation, attestation_statement
from contracts.cbdc.declaration import contract
from contracts.cbdc.errors import (
    NotBank,
    UnknownWallet,
    WalletClosed,
    WrongTier,
)
from contracts.cbdc.fields import CLOSED, MERCHANT, T0, T1, T2, T3, M
from contracts.cbdc.parameters import ATTESTATION_POLICY_MIN, parameter_of
from contracts.cbdc.state import Holder, Standing, holders, nullifiers, wallets
from contracts.cbdc.wallet_errors import BadAttestation, NullifierUsed, UnknownAttestation
from contracts.cbdc.wallet_events import AttestationRevoked, TierSet
from contracts.cbdc.wallet_messages import SetTier
from contracts.sdk import Context, Digest, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.roles import is_of_kind


@contract.execute(SetTier, allow=by_fsp)
def set_tier(ctx: Context, msg: SetTier) -> None:
    """Give a holder the tier that a new attestation allows, higher or lower."""
    active_fsp(ctx, msg.fsp)
    wallet = wallets.load(ctx, msg.wallet, absent=UnknownWallet)
    require(wallet.fsp == msg.fsp, NotBank)
    require(wallet.status != CLOSED, WalletClosed)
    require(wallet.holder == msg.holder, BadAttestation, reason="holder")
    key = (msg.fsp, msg.holder)
    before = holders.load(ctx, key, absent=UnknownWallet)
    holders.save(ctx, key, attest(ctx, key, wallet.kind, before, msg.proof))


@contract.execute(RevokeAttestation, allow=by_attestation_issuer)
def revoke_attestation(ctx: Context, msg: RevokeAttestation) -> None:
    """Take back what was issued until now; the holder falls to the lowest tier at once."""
    unused = Standing(msg.agency, "", None, 0)
    standing = nullifiers.get(ctx, msg.nullifier, unused)
    require(standing.issuer == msg.agency, UnknownAttestation)
    if standing.holder is not None:
        key = (standing.fsp, standing.holder)
        holder = holders.load(ctx, key, absent=UnknownAttestation)
        holders.save(ctx, key, replace(holder, attested_until_ms=0, nullifier=None))

    nullifiers.save(ctx, msg.nullifier, Standing(msg.agency, "", None, ctx.block_time_ms))
    emit(ctx, AttestationRevoked(msg.agency, msg.nullifier))


def attest(
    ctx: Context, key: tuple[str, Digest], kind: str, before: Holder, proof: Proof
) -> Holder:
    """Return the holder with what the proof allows; its nullifier serves this holder now.

    The signature is checked before (`require_signed`).
    """
    _require_in_force(ctx, proof)
    fsp, holder = key
    standing = nullifiers.get(ctx, proof.nullifier, None)
    revoked_ms = 0
    if standing is not None:
        revoked_ms = standing.revoked_ms
        require(proof.issued_ms > revoked_ms, BadAttestation, reason="revoked")
        is_free = standing.holder is None or (standing.fsp == fsp and standing.holder == holder)
        require(is_free, NullifierUsed)
    tier = tier_of(kind, proof.ial)

    release(ctx, before)
    nullifiers.save(ctx, proof.nullifier, Standing(proof.issuer, fsp, holder, revoked_ms))
    emit(ctx, TierSet(fsp, holder, tier, proof.expires_ms))
    return replace(before, tier=tier, attested_until_ms=proof.expires_ms, nullifier=proof.nullifier)


def release(ctx: Context, holder: Holder) -> None:
    """Let the holder's nullifier serve another customer."""
    if holder.nullifier is not None:
        standing = nullifiers.load(ctx, holder.nullifier, absent=UnknownAttestation)
        nullifiers.save(ctx, holder.nullifier, replace(standing, fsp="", holder=None))


def require_signed(ctx: Context, holder: Digest | None, proof: Proof | None) -> None:
    """Check a proof's signature; for prechecks. Rejects: BadAttestation."""
    if proof is None:
        return
    if holder is None:
        raise BadAttestation("", reason="holder")
    statement = attestation_statement(ctx.chain_id, holder, proof)
    require(verify(proof.key, *statement, proof.signature), BadAttestation, reason="signature")


@contract.precheck(SetTier)
def check_tier_proof(ctx: Context, msg: SetTier) -> None:
    """Check the attestation's signature."""
    require_signed(ctx, msg.holder, msg.proof)


def tier_of(kind: str, ial: int) -> str:
    """Return the tier of a holder: by level for persons, M for merchants. Rejects: WrongTier."""
    if kind == MERCHANT:
        require(ial >= 200, WrongTier, ial=ial)
        return M
    if ial < 100:
        return T0
    if ial < 200:
        return T1
    return T2 if ial < 300 else T3


def _require_in_force(ctx: Context, proof: Proof) -> None:
    """Check issuer, key, level, times and policy. Rejects: BadAttestation."""
    now = ctx.block_time_ms
    require(proof.issued_ms <= now < proof.expires_ms, BadAttestation, reason="times")
    policy = parameter_of(ctx, ATTESTATION_POLICY_MIN)
    require(proof.policy_version >= policy, BadAttestation, reason="policy")
    require(is_of_kind(ctx, proof.issuer, "idp"), BadAttestation, reason="issuer")
    node = ctx.call("identity").node(proof.issuer)
    require(node is not None, BadAttestation, reason="issuer")
    _sector, status, max_ial, _max_aal, _namespaces, keys, _whitelist = node
    require(status == "active", BadAttestation, reason="issuer")
    require(proof.ial <= max_ial, BadAttestation, reason="level")
    live = [key for key, ends_at in keys if ends_at == 0 or now < ends_at * 1000]
    require(proof.key in live, BadAttestation, reason="key")
