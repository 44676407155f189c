"""Wallets are opened, attested and closed by the bank whose customer the holder is."""

from contracts.cbdc.core.access import by_attestation_issuer, by_fsp
from contracts.cbdc.core.limits import (
    ATTESTATION_POLICY_MIN,
    BALANCE,
    DAY,
    MONTH,
    PAYMENT,
    WALLETS_MAX,
    active_fsp,
    limit_of,
    parameter_of,
    refuse,
    tier_now,
    usage_now,
    why_not_leave,
)
from contracts.cbdc.core.messages import (
    ACTIVE,
    CLOSED,
    HELD,
    INSTITUTION,
    MERCHANT,
    OFFLINE,
    PERSON,
    POOLS,
    T0,
    T1,
    T2,
    T3,
    InRecovery,
    M,
    NotBank,
    NotEmpty,
    UnknownWallet,
    WalletClosed,
    WalletExists,
    WrongTier,
    WrongWalletKind,
)
from contracts.cbdc.core.money import share_of
from contracts.cbdc.core.state import (
    Holder,
    Wallet,
    balances,
    contract,
    holders,
    links,
    party_of,
    terms,
    wallets,
)
from contracts.cbdc.vouchers.state import bound
from contracts.cbdc.wallets.messages import (
    AttestationExpired,
    AttestationForged,
    AttestationNotYet,
    AttestationRevoked,
    AttestationVoid,
    AttestationWithoutHolder,
    CloseWallet,
    IssuerInactive,
    IssuerLevel,
    IssuerNotIdp,
    NotIssuersKey,
    NotWalletsHolder,
    NullifierUsed,
    Opening,
    OpenWallet,
    OpenWallets,
    PolicyTooOld,
    Proof,
    RevokeAttestation,
    SetTier,
    TierSet,
    TooManyWallets,
    UnknownAttestation,
    WalletEnded,
    WalletOpened,
    attestation_statement,
)
from contracts.cbdc.wallets.state import (
    NO_LIMITS,
    LimitsLeft,
    Standing,
    WalletState,
    nullifiers,
    recoveries,
)
from contracts.sdk import Address, Context, Digest, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.roles import is_of_kind

NEW_HOLDER = Holder(T0, 0, None, 0, 0, 0, 0, 0, 0)


@contract.execute(OpenWallet, allow=by_fsp)
def open_wallet(ctx: Context, msg: OpenWallet) -> None:
    """Register a wallet of a customer, or of an agency."""
    active_fsp(ctx, msg.fsp)
    _open(ctx, msg.fsp, Opening(msg.wallet, msg.kind, msg.holder, msg.proof))


@contract.precheck(OpenWallet)
def check_opening(ctx: Context, msg: OpenWallet) -> None:
    """Check the attestation's signature."""
    require_signed(ctx, msg.holder, msg.proof)


@contract.execute(OpenWallets, allow=by_fsp)
def open_wallets(ctx: Context, msg: OpenWallets) -> None:
    """Register many wallets; one that is refused refuses them all."""
    active_fsp(ctx, msg.fsp)
    for opening in msg.openings:
        _open(ctx, msg.fsp, opening)


@contract.precheck(OpenWallets)
def check_openings(ctx: Context, msg: OpenWallets) -> None:
    """Check the attestations' signatures."""
    for opening in msg.openings:
        require_signed(ctx, opening.holder, opening.proof)


@contract.execute(CloseWallet, allow=by_fsp)
def close_wallet(ctx: Context, msg: CloseWallet) -> None:
    """Close a wallet that holds nothing, in no pool either."""
    active_fsp(ctx, msg.fsp)
    wallet = wallets.load(ctx, msg.wallet, absent=UnknownWallet)
    require(wallet.fsp == msg.fsp and wallet.kind in (PERSON, MERCHANT, INSTITUTION), NotBank)
    party = party_of(ctx, terms.load(ctx), msg.wallet)
    refuse(why_not_leave(ctx, party), party, 0)
    require(not recoveries.has(ctx, msg.wallet), InRecovery)
    in_pools = sum([share_of(ctx, pool, msg.wallet) for pool in POOLS])
    has_vouchers = len(bound.page(ctx, (msg.wallet,), limit=1)) > 0
    require(party.balance == 0 and in_pools == 0 and not has_vouchers, NotEmpty)

    wallets.save(ctx, msg.wallet, replace(wallet, status=CLOSED))
    links.remove(ctx, msg.wallet)
    if wallet.holder is not None and party.holder is not None:
        _count_closed(ctx, (msg.fsp, wallet.holder), party.holder)
    emit(ctx, WalletEnded(msg.wallet, msg.fsp))


def _open(ctx: Context, fsp: str, opening: Opening) -> None:
    require(not wallets.has(ctx, opening.wallet), WalletExists)
    if opening.holder is None:
        _require_institution(ctx, opening)
    else:
        require(opening.kind in (PERSON, MERCHANT), WrongWalletKind)
        _save_holder(ctx, (fsp, opening.holder), opening)
    wallet = Wallet(fsp, opening.kind, opening.holder, ACTIVE, "", 0, None, None)
    wallets.save(ctx, opening.wallet, wallet)
    emit(ctx, WalletOpened(opening.wallet, fsp, opening.kind))


def _require_institution(ctx: Context, opening: Opening) -> None:
    """Only the account that administers an agency has no holder, and so no limits."""
    agency = ctx.call("governance").agency_of(opening.wallet)
    require(opening.kind == INSTITUTION and agency != "", WrongWalletKind)
    require(opening.proof is None, AttestationWithoutHolder)


def _save_holder(ctx: Context, key: tuple[str, Digest], opening: Opening) -> None:
    """Count the wallet, and what an account already has, to its holder."""
    holder = holders.get(ctx, key, NEW_HOLDER)
    require(holder.wallets < parameter_of(ctx, WALLETS_MAX), TooManyWallets)
    if opening.proof is not None:
        holder = attest(ctx, key, opening.kind, holder, opening.proof)
    require((holder.tier == M) == (opening.kind == MERCHANT), WrongTier)
    total = holder.total + balances.get(ctx, opening.wallet, 0)
    holders.save(ctx, key, replace(holder, wallets=holder.wallets + 1, total=total))


def _count_closed(ctx: Context, key: tuple[str, Digest], holder: Holder) -> None:
    """The last wallet's holder gives its nullifier back, and begins again below."""
    after = replace(holder, wallets=holder.wallets - 1)
    if after.wallets == 0:
        release(ctx, after)
        after = replace(after, tier=T0, attested_until_ms=0, nullifier=None)
    holders.save(ctx, key, after)


@contract.execute(SetTier, allow=by_fsp)
def set_tier(ctx: Context, msg: SetTier) -> None:
    """Give a holder the tier that a new attestation allows, higher or lower."""
    active_fsp(ctx, msg.fsp)
    wallet = wallets.load(ctx, msg.wallet, absent=UnknownWallet)
    require(wallet.fsp == msg.fsp, NotBank)
    require(wallet.status != CLOSED, WalletClosed)
    require(wallet.holder == msg.holder, NotWalletsHolder)
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
        require(proof.issued_ms > revoked_ms, AttestationVoid, revoked_ms=revoked_ms)
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
    """Check a proof's signature; for prechecks. Rejects: AttestationForged."""
    if proof is None:
        return
    if holder is None:
        raise AttestationWithoutHolder
    statement = attestation_statement(ctx.chain_id, holder, proof)
    require(verify(proof.key, *statement, proof.signature), AttestationForged)


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
    """Check issuer, key, level, times and policy."""
    now = ctx.block_time_ms
    require(proof.issued_ms <= now, AttestationNotYet, issued_ms=proof.issued_ms)
    require(now < proof.expires_ms, AttestationExpired, expires_ms=proof.expires_ms)
    policy = parameter_of(ctx, ATTESTATION_POLICY_MIN)
    require(proof.policy_version >= policy, PolicyTooOld, least=policy)
    require(is_of_kind(ctx, proof.issuer, "idp"), IssuerNotIdp, issuer=proof.issuer)
    node = ctx.call("identity").node(proof.issuer)
    require(node is not None, IssuerInactive, issuer=proof.issuer)
    _sector, status, max_ial, _max_aal, _namespaces, keys, _whitelist = node
    require(status == "active", IssuerInactive, issuer=proof.issuer)
    require(proof.ial <= max_ial, IssuerLevel, most=max_ial)
    live = [key for key, ends_at in keys if ends_at == 0 or now < ends_at * 1000]
    require(proof.key in live, NotIssuersKey, issuer=proof.issuer)


@contract.query
def balance(ctx: Context, address: Address) -> int:
    """The available money at an address; 0 for one that never held any."""
    return balances.get(ctx, address, 0)


@contract.query
def wallet(ctx: Context, address: Address) -> WalletState | None:
    """The wallet that an address is or stands for, nothing for an unregistered account."""
    party = party_of(ctx, terms.load(ctx), address)
    if party.wallet is None:
        return None
    tier = "" if party.holder is None else tier_now(ctx, party.holder)
    pools = (share_of(ctx, HELD, party.address), share_of(ctx, OFFLINE, party.address))
    refusal = why_not_leave(ctx, party)
    code = "" if refusal is None else refusal.code
    return WalletState(party.address, party.wallet, tier, party.balance, *pools, code)


contract.expose(
    "holder",
    holders,
    ("fsp", "name"),
    "The customer that a bank calls `name`: tier, money in all wallets, what left them.",
)


@contract.query
def limits_left(ctx: Context, address: Address) -> LimitsLeft:
    """What the holder of an address may still pay today, this month, and receive."""
    party = party_of(ctx, terms.load(ctx), address)
    if party.holder is None:
        return NO_LIMITS
    tier = tier_now(ctx, party.holder)
    used = usage_now(ctx, party.holder)
    left = [
        limit_of(party.terms, tier, DAY) - used.day_sent,
        limit_of(party.terms, tier, MONTH) - used.month_sent,
        limit_of(party.terms, tier, BALANCE) - party.holder.total,
    ]
    day, month, receive = [max(0, one) for one in left]
    return LimitsLeft(tier, limit_of(party.terms, tier, PAYMENT), day, month, receive)


contract.expose(
    "attestation",
    nullifiers,
    ("nullifier",),
    "Whom a nullifier serves, and until when it was revoked.",
)
