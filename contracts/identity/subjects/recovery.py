"""Recovery of lost keys: a hold of 72 hours in which any present key may stop it."""

from contracts.identity.core.access import by_agency
from contracts.identity.core.messages import (
    FVS,
    BadCitizenSignature,
    BadLevel,
    EvidenceMissing,
    InHold,
    KeyTaken,
    LevelTooHigh,
    NoProof,
    NotSubject,
    SubjectFrozen,
    UnknownSubject,
)
from contracts.identity.core.rules import (
    EVIDENCE_AGE_S_MAX,
    GUARDIAN_AAL_CAP,
    GUARDIANS_NEEDED,
    HELD,
    HOLD_S,
    acting_node,
    active_table,
    attestation_for,
    free_subject,
    has_key,
    is_hold_over,
    is_usable,
    now_s,
    require_linked,
)
from contracts.identity.core.state import (
    Recovery,
    Subject,
    SubjectKey,
    contract,
    key_accounts,
    recoveries,
    subjects,
)
from contracts.identity.subjects.messages import (
    Approval,
    FinishRecovery,
    HoldOpen,
    NotGuardian,
    Recovered,
    RecoveryStarted,
    RecoveryVetoed,
    RouteForbidden,
    StartGuardianRecovery,
    StartRecovery,
    TooFewGuardians,
    UnknownRecovery,
    Vetoed,
    VetoLate,
    VetoRecovery,
    guardian_statement,
    possession_of_recovery_key,
    veto_statement,
)
from contracts.identity.subjects.state import subject_keys
from contracts.sdk import Context, PublicKey, address_of, anyone, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.sdk.words import is_distinct

VETOED = "vetoed"
DONE = "done"

START = (UnknownSubject, SubjectFrozen, InHold, KeyTaken, NoProof, RouteForbidden)


@contract.execute(StartRecovery, allow=by_agency)
def start_recovery(ctx: Context, msg: StartRecovery) -> None:
    """Begin the hold, on the word of an IdP of the subject and a face match of the last day."""
    node = acting_node(ctx, msg.agency, "idp")
    subject = _recoverable(ctx, msg.sid, msg.new_key)
    require_linked(subject, msg.agency)
    require(subject.recovery.allows_idp, RouteForbidden)
    require(msg.aal_cap in active_table(ctx).aals, BadLevel)
    require(msg.aal_cap <= node.max_aal, LevelTooHigh, most=node.max_aal)
    evidence = attestation_for(ctx, msg.evidence, msg.sid)
    require(evidence.kind == FVS and is_usable(ctx, evidence), EvidenceMissing)
    require(evidence.issued_at + EVIDENCE_AGE_S_MAX >= now_s(ctx), EvidenceMissing)

    _begin(ctx, msg.sid, msg.new_key, msg.aal_cap)


@contract.precheck(StartRecovery)
def check_start(ctx: Context, msg: StartRecovery) -> None:
    """Check the new key's signature."""
    statement = possession_of_recovery_key(ctx.chain_id, msg)
    require(verify(msg.new_key, *statement, msg.proof), NoProof)


@contract.execute(StartGuardianRecovery, allow=anyone)
def start_guardian_recovery(ctx: Context, msg: StartGuardianRecovery) -> None:
    """Begin the hold, on the word of two guardians whom the subject named."""
    subject = _recoverable(ctx, msg.sid, msg.new_key)
    named = [found.guardian for found in msg.approvals]
    require(len(named) >= GUARDIANS_NEEDED and is_distinct(tuple(named)), TooFewGuardians)
    for approval in msg.approvals:
        require(approval.guardian in subject.recovery.guardians, NotGuardian)
        guardian = free_subject(ctx, approval.guardian)
        require(has_key(guardian, approval.key), NotGuardian)

    _begin(ctx, msg.sid, msg.new_key, GUARDIAN_AAL_CAP)


@contract.precheck(StartGuardianRecovery)
def check_guardians(ctx: Context, msg: StartGuardianRecovery) -> None:
    """Check the signatures of the new key and of each guardian."""
    possession = possession_of_recovery_key(ctx.chain_id, msg)
    require(verify(msg.new_key, *possession, msg.proof), NoProof)
    statement = guardian_statement(ctx.chain_id, msg)
    for approval in msg.approvals:
        require(_approves(approval, statement), BadCitizenSignature)


@contract.execute(VetoRecovery, allow=anyone)
def veto_recovery(ctx: Context, msg: VetoRecovery) -> None:
    """Stop a recovery before its hold is over."""
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status == HELD, UnknownRecovery)
    is_this = recovery.new_key == msg.new_key and recovery.started_at == msg.started_at
    require(is_this, UnknownRecovery)
    require(has_key(subject, msg.key), NotSubject)
    require(not is_hold_over(ctx, recovery.started_at), VetoLate)

    recoveries.save(ctx, msg.sid, replace(recovery, status=VETOED))
    emit(ctx, RecoveryVetoed(msg.sid))


@contract.precheck(VetoRecovery)
def check_veto(ctx: Context, msg: VetoRecovery) -> None:
    """Check the signature of the subject's key."""
    statement = veto_statement(ctx.chain_id, msg)
    require(verify(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(FinishRecovery, allow=anyone)
def finish_recovery(ctx: Context, msg: FinishRecovery) -> None:
    """Replace all keys by the new one, once the hold is over; sessions end."""
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status != VETOED, Vetoed)
    require(recovery.status == HELD, UnknownRecovery)
    require(is_hold_over(ctx, recovery.started_at), HoldOpen)

    keys = (SubjectKey(recovery.new_key, "recovered", recovery.aal_cap),)
    subjects.save(ctx, msg.sid, replace(subject, keys=keys, epoch=subject.epoch + 1))
    recoveries.save(ctx, msg.sid, replace(recovery, status=DONE))
    emit(ctx, Recovered(msg.sid, recovery.new_key))


def _recoverable(ctx: Context, sid: bytes, new_key: PublicKey) -> Subject:
    subject = free_subject(ctx, sid)
    require(not subject_keys.has(ctx, new_key), KeyTaken)
    return subject


def _begin(ctx: Context, sid: bytes, new_key: PublicKey, aal_cap: int) -> None:
    now = now_s(ctx)
    recoveries.save(ctx, sid, Recovery(new_key, aal_cap, now, HELD))
    subject_keys.save(ctx, new_key, sid)
    key_accounts.save(ctx, address_of(new_key), ctx.height)
    emit(ctx, RecoveryStarted(sid, new_key, now + HOLD_S))


def _approves(approval: Approval, statement: tuple[str, bytes]) -> bool:
    return verify(approval.key, *statement, approval.signature)


contract.expose("recovery", recoveries, ("sid",), "The subject's last recovery.")
