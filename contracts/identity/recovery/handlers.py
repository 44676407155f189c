"""Recovery of lost keys: a hold of 72 hours in which any present key may stop it."""

from contracts.identity.core.access import (
    HELD,
    by_agency,
    by_agency_or_supervisor,
    free_subject,
    has_key,
    is_standing,
    open_subject,
    require_authority,
    require_linked,
    standing_subject,
)
from contracts.identity.core.messages import (
    ACTIVE,
    FVS,
    BadCitizenSignature,
    BadLevel,
    BadSeq,
    EvidenceMissing,
    EvidenceSpent,
    KeyTaken,
    LevelTooHigh,
    NodeInactive,
    NoProof,
    NotSubjectKey,
    TooFewGuardians,
    TooManyKeys,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.core.rules import (
    EVIDENCE_AGE_S_MAX,
    GUARDIAN_AAL_CAP,
    GUARDIANS_NEEDED,
    HOLD_IN_PERSON_S,
    HOLD_S,
    SUPERVISOR,
    VETO_REST_S,
    acting_node,
    active_table,
    attestation_for,
    is_usable,
    now_s,
    require_clean,
    require_home,
    signs_for,
)
from contracts.identity.core.state import (
    KEYS_MAX,
    Recovery,
    Subject,
    SubjectKey,
    contract,
    key_accounts,
    recoveries,
    subjects,
)
from contracts.identity.recovery.messages import (
    Approval,
    FinishRecovery,
    HoldOpen,
    KeyReportedLost,
    LiftReport,
    NotGuardian,
    NotReported,
    Recovered,
    RecoveryNoticed,
    RecoveryStarted,
    RecoveryStopped,
    RecoveryVetoed,
    ReportedBefore,
    ReportLifted,
    ReportLost,
    RouteForbidden,
    StartGuardianRecovery,
    StartRecovery,
    StartRecoveryInPerson,
    StopRecovery,
    UnknownRecovery,
    Vetoed,
    VetoedLately,
    VetoLate,
    VetoRecovery,
    guardian_statement,
    in_person_statement,
    lift_statement,
    possession_of_recovery_key,
    veto_statement,
)
from contracts.identity.subjects.state import (
    Grounds,
    SuspendedKey,
    grounds,
    spent_evidence,
    subject_keys,
    suspended_keys,
    vetoed_at,
)
from contracts.sdk import Context, address_of, anyone, emit, replace, require
from contracts.sdk.crypto import verify, verify_any
from contracts.sdk.roles import administers_kind
from contracts.sdk.words import is_distinct

VETOED = "vetoed"
DONE = "done"
RECOVERY = "recovery"  # what a face match is spent on

_Start = StartRecovery | StartGuardianRecovery | StartRecoveryInPerson


@contract.execute(StartRecovery, allow=by_agency)
def start_recovery(ctx: Context, msg: StartRecovery) -> None:
    """Begin the hold, on the word of an IdP of the subject and a face match of the last day."""
    node = acting_node(ctx, msg.agency, "idp")
    subject = _recoverable(ctx, msg)
    require_linked(subject, msg.agency)
    require(subject.recovery.allows_idp, RouteForbidden)
    require(msg.aal_cap in active_table(ctx).aals, BadLevel)
    require(msg.aal_cap <= node.max_aal, LevelTooHigh, most=node.max_aal)
    evidence = attestation_for(ctx, msg.evidence, msg.sid)
    require(evidence.kind == FVS and is_usable(ctx, evidence), EvidenceMissing)
    require(evidence.issued_at + EVIDENCE_AGE_S_MAX >= now_s(ctx), EvidenceMissing)
    require(not spent_evidence.has(ctx, (RECOVERY, msg.evidence)), EvidenceSpent)
    _require_rested(ctx, msg.sid)

    spent_evidence.save(ctx, (RECOVERY, msg.evidence), msg.sid)
    rests_on = Grounds((msg.agency,), msg.evidence, now_s(ctx) + HOLD_S)
    _begin(ctx, msg.sid, SubjectKey(msg.new_key, "recovered", msg.aal_cap), rests_on)


@contract.precheck(StartRecovery)
def check_start(ctx: Context, msg: StartRecovery) -> None:
    """Check the new key's signature."""
    statement = possession_of_recovery_key(ctx.chain_id, msg)
    require(verify_any(msg.new_key, *statement, msg.proof), NoProof)


@contract.execute(StartGuardianRecovery, allow=anyone)
def start_guardian_recovery(ctx: Context, msg: StartGuardianRecovery) -> None:
    """Begin the hold, on the word of two guardians whom the subject named."""
    subject = _recoverable(ctx, msg)
    named = [found.guardian for found in msg.approvals]
    require(len(named) >= GUARDIANS_NEEDED and is_distinct(tuple(named)), TooFewGuardians)
    for approval in msg.approvals:
        require(approval.guardian in subject.recovery.guardians, NotGuardian)
        guardian = free_subject(ctx, approval.guardian)
        require(has_key(guardian, approval.key), NotGuardian)
        require_home(ctx, approval.key, approval.signature)

    _require_rested(ctx, msg.sid)
    rests_on = Grounds((), None, now_s(ctx) + HOLD_S)
    _begin(ctx, msg.sid, SubjectKey(msg.new_key, "recovered", GUARDIAN_AAL_CAP), rests_on)


@contract.precheck(StartGuardianRecovery)
def check_guardians(ctx: Context, msg: StartGuardianRecovery) -> None:
    """Check the signatures of the new key and of each guardian."""
    possession = possession_of_recovery_key(ctx.chain_id, msg)
    require(verify_any(msg.new_key, *possession, msg.proof), NoProof)
    statement = guardian_statement(ctx.chain_id, msg)
    for approval in msg.approvals:
        require(_approves(approval, statement), BadCitizenSignature)


@contract.execute(StartRecoveryInPerson, allow=by_agency)
def start_recovery_in_person(ctx: Context, msg: StartRecoveryInPerson) -> None:
    """Begin a hold of a day, on the word of the registry and one other agency; tell all IdPs."""
    subject = _recoverable(ctx, msg)
    require_authority(ctx, msg.agency, subject.namespace)
    require(msg.second != msg.agency and is_standing(ctx, msg.second), WrongRole)
    require(signs_for(ctx, msg.second, msg.second_key), NoProof)
    require(msg.aal_cap in active_table(ctx).aals, BadLevel)

    rests_on = Grounds((msg.agency, msg.second), None, now_s(ctx) + HOLD_IN_PERSON_S)
    _begin(ctx, msg.sid, SubjectKey(msg.new_key, "recovered", msg.aal_cap), rests_on)
    for idp in subject.idps:
        emit(ctx, RecoveryNoticed(msg.sid, idp))


@contract.precheck(StartRecoveryInPerson)
def check_in_person(ctx: Context, msg: StartRecoveryInPerson) -> None:
    """Check the signatures of the new key and of the second agency."""
    possession = possession_of_recovery_key(ctx.chain_id, msg)
    require(verify_any(msg.new_key, *possession, msg.proof), NoProof)
    statement = in_person_statement(ctx.chain_id, msg)
    require(verify(msg.second_key, *statement, msg.second_signature), NoProof)


@contract.execute(StopRecovery, allow=by_agency_or_supervisor)
def stop_recovery(ctx: Context, msg: StopRecovery) -> None:
    """Stop a recovery that is under way, with a reason."""
    require_clean((msg.reason, msg.agency))
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    if not administers_kind(ctx, ctx.sender, SUPERVISOR):
        require_authority(ctx, msg.agency, subject.namespace)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status == HELD, UnknownRecovery)

    recoveries.save(ctx, msg.sid, replace(recovery, status=VETOED))
    emit(ctx, RecoveryStopped(msg.sid, msg.agency, msg.reason))


@contract.execute(ReportLost, allow=by_agency)
def report_lost(ctx: Context, msg: ReportLost) -> None:
    """Suspend a key; it is none of the subject's until the report is lifted."""
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    if msg.agency in subject.idps:
        acting_node(ctx, msg.agency, "idp")
    else:
        require_authority(ctx, msg.agency, subject.namespace)
    place = (msg.sid, msg.lost_key)
    suspended = suspended_keys.get(ctx, place, None)
    if suspended is None:
        matching = [each for each in subject.keys if each.key == msg.lost_key]
        require(len(matching) > 0, NotSubjectKey)
        key = matching[0]
        suspended = SuspendedKey(key.kind, key.aal_cap, subject.epoch, ())
    require(msg.agency not in suspended.reporters, ReportedBefore)

    kept = tuple([each for each in subject.keys if each.key != msg.lost_key])
    subjects.save(ctx, msg.sid, replace(subject, keys=kept))
    reporters = (*suspended.reporters, msg.agency)
    suspended_keys.save(ctx, place, replace(suspended, reporters=reporters))
    emit(ctx, KeyReportedLost(msg.sid, msg.lost_key, msg.agency))


@contract.execute(LiftReport, allow=by_agency)
def lift_report(ctx: Context, msg: LiftReport) -> None:
    """Put a reported key in force again, by another key of the subject or at the registry."""
    subject = free_subject(ctx, msg.sid)
    if msg.key is None:
        require_authority(ctx, msg.agency, subject.namespace)
    else:
        require_linked(subject, msg.agency)
        require(has_key(subject, msg.key), NotSubjectKey)
    if msg.key is not None and msg.signature is not None:
        require_home(ctx, msg.key, msg.signature)
    require(msg.seq == subject.seq + 1, BadSeq, expected=subject.seq + 1)
    place = (msg.sid, msg.lost_key)
    suspended = suspended_keys.load(ctx, place, absent=NotReported)
    require(suspended.epoch == subject.epoch, NotReported)
    require(len(subject.keys) < KEYS_MAX, TooManyKeys)

    suspended_keys.remove(ctx, place)
    key = SubjectKey(msg.lost_key, suspended.kind, suspended.aal_cap)
    subjects.save(ctx, msg.sid, replace(subject, keys=(*subject.keys, key), seq=msg.seq))
    emit(ctx, ReportLifted(msg.sid, msg.lost_key))


@contract.precheck(LiftReport)
def check_lift(ctx: Context, msg: LiftReport) -> None:
    """Check the signature of the other key, where there is one."""
    if msg.key is None and msg.signature is None:
        return
    if msg.key is None or msg.signature is None:
        raise BadCitizenSignature
    statement = lift_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(VetoRecovery, allow=anyone)
def veto_recovery(ctx: Context, msg: VetoRecovery) -> None:
    """Stop a recovery before its hold is over.

    A key reported lost stops none, unless only who carries the recovery has reported it.
    """
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status == HELD, UnknownRecovery)
    is_this = recovery.new_key == msg.new_key and recovery.started_at == msg.started_at
    require(is_this, UnknownRecovery)
    rests_on = grounds.load(ctx, msg.sid, absent=UnknownRecovery)
    require(has_key(subject, msg.key) or _may_veto(ctx, msg, rests_on), NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)
    require(now_s(ctx) < rests_on.ends_at, VetoLate)

    recoveries.save(ctx, msg.sid, replace(recovery, status=VETOED))
    vetoed_at.save(ctx, msg.sid, now_s(ctx))
    emit(ctx, RecoveryVetoed(msg.sid))


@contract.precheck(VetoRecovery)
def check_veto(ctx: Context, msg: VetoRecovery) -> None:
    """Check the signature of the subject's key."""
    statement = veto_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(FinishRecovery, allow=anyone)
def finish_recovery(ctx: Context, msg: FinishRecovery) -> None:
    """Replace all keys by the new one, once the hold is over, if all that bears it holds now."""
    subject = open_subject(ctx, msg.sid)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status != VETOED, Vetoed)
    require(recovery.status == HELD, UnknownRecovery)
    rests_on = grounds.load(ctx, msg.sid, absent=UnknownRecovery)
    require(now_s(ctx) >= rests_on.ends_at, HoldOpen)
    standing_subject(ctx, msg.sid)
    require(all([is_standing(ctx, carrier) for carrier in rests_on.carriers]), NodeInactive)
    if rests_on.evidence is not None:
        evidence = attestation_for(ctx, rests_on.evidence, msg.sid)
        require(evidence.status == ACTIVE, EvidenceMissing)

    keys = (SubjectKey(recovery.new_key, "recovered", recovery.aal_cap),)
    subjects.save(ctx, msg.sid, replace(subject, keys=keys, epoch=subject.epoch + 1))
    recoveries.save(ctx, msg.sid, replace(recovery, status=DONE))
    emit(ctx, Recovered(msg.sid, recovery.new_key))


def _recoverable(ctx: Context, msg: _Start) -> Subject:
    subject = free_subject(ctx, msg.sid)
    require(not subject_keys.has(ctx, msg.new_key), KeyTaken)
    require_home(ctx, msg.new_key, msg.proof)
    return subject


def _begin(ctx: Context, sid: bytes, key: SubjectKey, rests_on: Grounds) -> None:
    recoveries.save(ctx, sid, Recovery(key.key, key.aal_cap, now_s(ctx), HELD))
    grounds.save(ctx, sid, rests_on)
    subject_keys.save(ctx, key.key, sid)
    key_accounts.save(ctx, address_of(key.key), ctx.height)
    emit(ctx, RecoveryStarted(sid, key.key, rests_on.ends_at))


def _require_rested(ctx: Context, sid: bytes) -> None:
    """Reject with VetoedLately a start within 7 days of a veto."""
    last = vetoed_at.get(ctx, sid, 0)
    require(last == 0 or now_s(ctx) >= last + VETO_REST_S, VetoedLately)


def _may_veto(ctx: Context, msg: VetoRecovery, rests_on: Grounds) -> bool:
    """Whether the key is suspended on the word of none but who carries the recovery."""
    suspended = suspended_keys.get(ctx, (msg.sid, msg.key), None)
    if suspended is None:
        return False
    return all([reporter in rests_on.carriers for reporter in suspended.reporters])


def _approves(approval: Approval, statement: tuple[str, bytes]) -> bool:
    return verify_any(approval.key, *statement, approval.signature)


recovery_of = contract.expose("recovery", recoveries, ("sid",), "The subject's last recovery.")
