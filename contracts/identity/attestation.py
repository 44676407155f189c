"""Attestations: salted commitments that issuers make, suspend and revoke."""

from contracts.identity.access import (
    acting_node,
    active_table,
    attestation_for,
    by_agency,
    by_issuer_or_supervisor,
    is_usable,
)
from contracts.identity.declaration import contract
from contracts.identity.errors import (
    BadLevel,
    BadState,
    DuplicateId,
    EvidenceMissing,
    FinalState,
    LevelTooHigh,
    NotOwner,
    SubjectFrozen,
    TooManyAttestations,
    UnknownAttestation,
    UnknownSubject,
)
from contracts.identity.events import AttestationStatusSet, Attested
from contracts.identity.fields import (
    ACTIVE,
    FROZEN,
    FVS,
    PROOFING,
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
)
from contracts.identity.messages import IssueAttestation, SetAttestation
from contracts.identity.rules import (
    EVIDENCE_FROM_IAL,
    is_final,
    issuer_kind,
    now_s,
    require_ahead,
    require_clean,
    require_slugs,
    require_word,
    seconds_of_kind,
)
from contracts.identity.state import (
    ATTESTATIONS_MAX,
    Attestation,
    Node,
    attestations,
    attestations_of,
    subjects,
)
from contracts.sdk import Context, emit, replace, require


@contract.execute(IssueAttestation, allow=by_agency)
def issue_attestation(ctx: Context, msg: IssueAttestation) -> None:
    """Record what an issuer of the right kind states; only proofings carry an IAL."""
    require_slugs((msg.kind, msg.method))
    node = acting_node(ctx, msg.agency, issuer_kind(msg.kind))
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    require(subject.status != FROZEN, SubjectFrozen)
    require(not attestations.has(ctx, msg.att_id), DuplicateId)
    require_ahead(ctx, msg.expires_at, seconds_of_kind(msg.kind))
    _require_ial(ctx, node, msg)
    _require_evidence(ctx, msg)
    listed = _unexpired(ctx, msg.sid)
    require(len(listed) < ATTESTATIONS_MAX, TooManyAttestations)

    what = (msg.sid, msg.agency, msg.kind, msg.ial, msg.method, msg.commit, msg.evidence)
    when = (now_s(ctx), msg.expires_at)
    version = active_table(ctx).version
    attestations.save(ctx, msg.att_id, Attestation(*what, *when, ACTIVE, version))
    attestations_of.save(ctx, msg.sid, (*listed, msg.att_id))
    emit(ctx, Attested(msg.att_id, msg.sid, msg.agency, msg.kind, msg.ial))


@contract.execute(SetAttestation, allow=by_issuer_or_supervisor)
def set_attestation(ctx: Context, msg: SetAttestation) -> None:
    """Change the status, in force for every later transaction of the same block already."""
    require_clean((msg.status, msg.reason))
    require_word(msg.status, (ACTIVE, SUSPENDED, REVOKED, SUPERSEDED), "status")
    found = attestations.load(ctx, msg.att_id, absent=UnknownAttestation)
    require(found.issuer == msg.agency, NotOwner)
    require(not is_final(found.status), FinalState)
    require(found.status != msg.status, BadState)

    attestations.save(ctx, msg.att_id, replace(found, status=msg.status))
    emit(ctx, AttestationStatusSet(msg.att_id, found.sid, msg.status))


def _require_ial(ctx: Context, node: Node, msg: IssueAttestation) -> None:
    if msg.kind == PROOFING:
        require(msg.ial in active_table(ctx).ials, BadLevel, level=msg.ial)
        require(msg.ial <= node.max_ial, LevelTooHigh, most=node.max_ial)
    else:
        require(msg.ial == 0, BadLevel, level=msg.ial)


def _require_evidence(ctx: Context, msg: IssueAttestation) -> None:
    """A proofing at IAL 2.3 or more rests on a face match that counts now."""
    if msg.evidence is None:
        is_needed = msg.kind == PROOFING and msg.ial >= EVIDENCE_FROM_IAL
        require(not is_needed, EvidenceMissing)
    else:
        evidence = attestation_for(ctx, msg.evidence, msg.sid)
        require(evidence.kind == FVS and is_usable(ctx, evidence), EvidenceMissing)


def _unexpired(ctx: Context, sid: bytes) -> tuple[bytes, ...]:
    """Return the subject's attestations that may still count; the rest leave its list."""
    kept = []
    for att_id in attestations_of.get(ctx, sid, ()):
        found = attestation_for(ctx, att_id, sid)
        if found.expires_at > now_s(ctx) and not is_final(found.status):
            kept.append(att_id)
    return tuple(kept)
