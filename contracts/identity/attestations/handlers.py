"""Attestations: salted commitments that issuers make, suspend and revoke.

A proofing is by an IdP of the subject, with the signature of one of its keys.
"""

from typing import Annotated

from contracts.identity.attestations.messages import (
    AttestationStatusSet,
    Attested,
    Barred,
    FinalState,
    IssueAttestation,
    IssuerQuota,
    SetAttestation,
    TooManyAttestations,
    proofing_statement,
)
from contracts.identity.core.access import (
    by_agency,
    by_agency_or_supervisor,
    free_subject,
    has_key,
    require_linked,
    standing_subject,
)
from contracts.identity.core.messages import (
    ACTIVE,
    ATTRIBUTE,
    DAY_S,
    FVS,
    GUARDIAN,
    PROOFING,
    RECOVERY,
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
    BadCitizenSignature,
    BadLevel,
    DuplicateId,
    EvidenceMissing,
    Id,
    Level,
    LevelTooHigh,
    MatchUse,
    NotOwner,
    NotSubjectKey,
    Slug,
    StatusUnchanged,
    UnknownAttestation,
    UnknownPurpose,
    UnknownStatus,
)
from contracts.identity.core.rules import (
    ATTESTATIONS_A_DAY,
    EVIDENCE_FROM_IAL,
    SUPERVISOR,
    acting_node,
    active_table,
    attestation_for,
    effective_ial_of,
    is_final,
    is_usable,
    issuer_kind,
    listed_attestations,
    now_s,
    pad_level_min,
    require_ahead,
    require_clean,
    require_home,
    require_slugs,
    seconds_of_kind,
    unspent_match,
)
from contracts.identity.core.state import (
    Attestation,
    DayCount,
    Node,
    attestations,
    attestations_of,
    contract,
    issued_today,
    quotas,
    spent_evidence,
)
from contracts.sdk import Context, CountMax, emit, replace, require
from contracts.sdk.crypto import verify_any
from contracts.sdk.roles import administers_kind

ATTESTATIONS_SHOWN = 64
ATTESTATIONS_MAX = 16  # of a kind, of a subject, by one issuer

AttestationIds = Annotated[tuple[Id, ...], CountMax(ATTESTATIONS_SHOWN)]


@contract.execute(IssueAttestation, allow=by_agency)
def issue_attestation(ctx: Context, msg: IssueAttestation) -> None:
    """Record what an issuer of the right kind states; only proofings carry an IAL."""
    require_slugs((msg.kind, msg.method))
    node = acting_node(ctx, msg.agency, issuer_kind(msg.kind))
    standing_subject(ctx, msg.sid)
    require(not attestations.has(ctx, msg.att_id), DuplicateId)
    require_ahead(ctx, msg.expires_at, seconds_of_kind(msg.kind))
    _require_ial(ctx, node, msg)
    _require_match(ctx, msg)
    if msg.kind == PROOFING:
        _require_citizen(ctx, msg)
    _require_evidence(ctx, msg)
    place = (msg.sid, msg.kind, msg.agency)
    listed = _unexpired(ctx, place)
    require(len(listed) < ATTESTATIONS_MAX, TooManyAttestations)
    _count(ctx, msg.agency)

    attestation = Attestation(
        sid=msg.sid,
        issuer=msg.agency,
        kind=msg.kind,
        ial=msg.ial,
        method=msg.method,
        commit=msg.commit,
        pad_level=msg.pad_level,
        match_for=msg.match_for,
        evidence=msg.evidence,
        issued_at=now_s(ctx),
        expires_at=msg.expires_at,
        status=ACTIVE,
        table_version=active_table(ctx).version,
        is_barred=False,
    )
    attestations.save(ctx, msg.att_id, attestation)
    if msg.kind == PROOFING and msg.evidence is not None:
        spent_evidence.save(ctx, msg.evidence, msg.sid)
    attestations_of.save(ctx, place, (*listed, msg.att_id))
    emit(ctx, Attested(msg.att_id, msg.sid, msg.agency, msg.kind, msg.ial))


@contract.precheck(IssueAttestation)
def check_proofing(ctx: Context, msg: IssueAttestation) -> None:
    """Check the signature of the subject's key; only a proofing has one."""
    if msg.kind != PROOFING:
        require(msg.key is None and msg.signature is None, BadCitizenSignature)
        return
    if msg.key is None or msg.signature is None:
        raise BadCitizenSignature
    statement = proofing_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(SetAttestation, allow=by_agency_or_supervisor)
def set_attestation(ctx: Context, msg: SetAttestation) -> None:
    """Change the status, in force for every later transaction of the same block already.

    What a supervisor suspended, the issuer may revoke or supersede, and not restore.
    """
    require_clean((msg.status, msg.reason))
    require(msg.status in (ACTIVE, SUSPENDED, REVOKED, SUPERSEDED), UnknownStatus)
    found = attestations.load(ctx, msg.att_id, absent=UnknownAttestation)
    require(found.issuer == msg.agency, NotOwner)
    require(not is_final(found.status), FinalState)
    is_supervisor = administers_kind(ctx, ctx.sender, SUPERVISOR)
    is_barred = is_supervisor and msg.status == SUSPENDED
    is_same = found.status == msg.status and (found.is_barred or not is_barred)
    require(not is_same, StatusUnchanged)
    is_free = not found.is_barred or is_supervisor or is_final(msg.status)
    require(is_free, Barred)

    changed = replace(found, status=msg.status, is_barred=is_barred)
    attestations.save(ctx, msg.att_id, changed)
    emit(ctx, AttestationStatusSet(msg.att_id, found.sid, msg.status))


def _require_ial(ctx: Context, node: Node, msg: IssueAttestation) -> None:
    if msg.kind == PROOFING:
        require(msg.ial in active_table(ctx).ials, BadLevel, level=msg.ial)
        require(msg.ial <= node.max_ial, LevelTooHigh, most=node.max_ial)
    else:
        require(msg.ial == 0, BadLevel, level=msg.ial)


def _require_match(ctx: Context, msg: IssueAttestation) -> None:
    """A face match names an IdP that acts, a purpose and a key; nothing else does.

    Rejects: EvidenceMissing, BadLevel, UnknownPurpose, UnknownNode, NodeInactive, WrongRole.
    """
    use = msg.match_for
    require((use is not None) == (msg.kind == FVS), EvidenceMissing)
    require(msg.kind == FVS or msg.pad_level == 0, BadLevel, field="pad_level")
    if use is not None:
        require_slugs((use.idp, use.purpose))
        require(use.purpose in (PROOFING, RECOVERY), UnknownPurpose)
        acting_node(ctx, use.idp, "idp")


def _require_citizen(ctx: Context, msg: IssueAttestation) -> None:
    """A proofing is by an IdP of the subject, and signed by a key of it.

    Rejects: SubjectFrozen, InHold, NotLinked, NotSubjectKey.
    """
    subject = free_subject(ctx, msg.sid)
    require_linked(subject, msg.agency)
    if msg.key is None or msg.signature is None:
        raise BadCitizenSignature
    require(has_key(subject, msg.key), NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)


def _count(ctx: Context, issuer: str) -> None:
    """Count an attestation in this day of block time. Rejects: IssuerQuota."""
    day = now_s(ctx) // DAY_S
    before = issued_today.get(ctx, issuer, DayCount(day, 0))
    count = before.count if before.day == day else 0
    most = quotas.get(ctx, issuer, ATTESTATIONS_A_DAY)
    require(count < most, IssuerQuota, most=most)
    issued_today.save(ctx, issuer, DayCount(day, count + 1))


def _require_evidence(ctx: Context, msg: IssueAttestation) -> None:
    """A proofing at IAL 2.3 or more rests on a face match that counts now, of its PAD level.

    It was made for this proofing: this IdP, and the key that signs here.
    Rejects: EvidenceMissing, MatchForAnother, EvidenceSpent, UnknownAttestation.
    """
    if msg.evidence is None or msg.key is None:
        is_needed = msg.kind == PROOFING and msg.ial >= EVIDENCE_FROM_IAL
        require(msg.evidence is None and not is_needed, EvidenceMissing)
    else:
        use = MatchUse(idp=msg.agency, purpose=PROOFING, key=msg.key)
        evidence = unspent_match(ctx, msg.evidence, msg.sid, use)
        least = pad_level_min(active_table(ctx), msg.ial)
        require(evidence.pad_level >= least, EvidenceMissing, pad_level_min=least)


def _unexpired(ctx: Context, place: tuple[bytes, str, str]) -> tuple[bytes, ...]:
    """Return an issuer's attestations of a subject that may still count; the rest leave its list.

    Each issuer has a room of its own for each kind, so nobody fills another's.
    """
    kept = []
    for att_id in attestations_of.get(ctx, place, ()):
        found = attestation_for(ctx, att_id, place[0])
        if found.expires_at > now_s(ctx) and not is_final(found.status):
            kept.append(att_id)
    return tuple(kept)


@contract.query
def effective_ial(ctx: Context, sid: Id) -> Level:
    """The subject's IAL now; 0 for none, the lowest of its proofings while a dispute is open."""
    return effective_ial_of(ctx, sid)


@contract.query
def has_active_attestation(ctx: Context, sid: Id, kind: Slug, min_ial: Level) -> bool:
    """Whether an attestation of this kind and at least this IAL counts now."""
    listed = listed_attestations(ctx, sid, kind)
    matching = [attestation_for(ctx, att_id, sid) for att_id in listed]
    return any([found.ial >= min_ial and is_usable(ctx, found) for found in matching])


attestation = contract.expose(
    "attestation", attestations, ("att_id",), "An attestation as issued, with its status."
)


@contract.query
def usable_attestations(ctx: Context, sid: Id) -> AttestationIds:
    """The subject's attestations that count now, up to 64: proofings first, then by kind."""
    kinds = (PROOFING, FVS, GUARDIAN, ATTRIBUTE)
    listed = [each for kind in kinds for each in listed_attestations(ctx, sid, kind)]
    usable = [each for each in listed if is_usable(ctx, attestation_for(ctx, each, sid))]
    return tuple(usable[:ATTESTATIONS_SHOWN])


@contract.query
def does_attestation_count(ctx: Context, att_id: Id) -> bool:
    """Whether there is such an attestation and it counts now."""
    found = attestations.get(ctx, att_id, None)
    return found is not None and is_usable(ctx, found)
