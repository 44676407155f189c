"""Recovery of lost keys: a hold of 72 hours in which any present key may stop it."""

from contracts.identity.core.access import (
    HELD,
    by_agency,
    by_agency_or_supervisor,
    free_subject,
    has_key,
    is_in_hold,
    is_standing,
    open_subject,
    policy_at,
    policy_of,
    policy_set_at,
    require_authority,
    require_linked,
    standing_subject,
)
from contracts.identity.core.messages import (
    ACTIVE,
    RECOVERY,
    BadCitizenSignature,
    BadLevel,
    EvidenceMissing,
    InHold,
    KeyTaken,
    LevelTooHigh,
    MatchUse,
    NodeInactive,
    NoProof,
    NotSubjectKey,
    RecoveryPolicy,
    TooFewGuardians,
    UnknownNamespace,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.core.rules import (
    APPROVAL_S_MAX,
    EVIDENCE_AGE_S_MAX,
    GUARDIAN_AAL_CAP,
    GUARDIANS_NEEDED,
    HOLD_DISPUTED_S,
    HOLD_IN_PERSON_S,
    HOLD_S,
    LINK_REST_S,
    SUPERVISOR,
    VETO_REST_S,
    acting_node,
    active_table,
    attestation_for,
    is_acting,
    now_s,
    require_ahead,
    require_clean,
    require_home,
    signs_for,
    unspent_match,
)
from contracts.identity.core.state import (
    Recovery,
    Subject,
    SubjectKey,
    contract,
    key_accounts,
    namespaces,
    policy_changes,
    recoveries,
    spent_evidence,
    subjects,
)
from contracts.identity.recovery.messages import (
    VETOED,
    Approval,
    FinishRecovery,
    HoldLengthened,
    HoldOpen,
    IdpFell,
    LinkInDoubt,
    NotGuardian,
    Recovered,
    RecoveryDelayed,
    RecoveryNoticed,
    RecoveryStarted,
    RecoveryStopped,
    RecoveryVetoed,
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
    possession_of_recovery_key,
    veto_statement,
)
from contracts.identity.subjects.state import (
    Grounds,
    GuardianKey,
    KeyPast,
    grounds,
    is_in_doubt,
    is_silenced,
    key_pasts,
    last_reports,
    links,
    subject_keys,
    vetoed_at,
)
from contracts.sdk import Context, Refusal, address_of, anyone, emit, replace, require
from contracts.sdk.crypto import verify, verify_any
from contracts.sdk.roles import administers_kind
from contracts.sdk.words import is_distinct

DONE = "done"
ANY_IDP = RecoveryPolicy(allows_idp=True, guardians=())
CARRIERS_IN_PERSON = 2

_Start = StartRecovery | StartGuardianRecovery | StartRecoveryInPerson


@contract.execute(StartRecovery, allow=by_agency)
def start_recovery(ctx: Context, msg: StartRecovery) -> None:
    """Begin the hold, on the word of an IdP of the subject and a face match of the last day.

    The match was made for this: by this IdP, of this new key.
    """
    node = acting_node(ctx, msg.agency, "idp")
    subject = _recoverable(ctx, msg)
    require_linked(subject, msg.agency)
    link = links.get(ctx, (msg.sid, msg.agency), None)
    require(link is None or now_s(ctx) >= link.at + LINK_REST_S, LinkInDoubt)
    require(not is_in_doubt(ctx, (msg.sid, msg.agency)), LinkInDoubt)
    is_open = policy_of(ctx, msg.sid, subject).allows_idp
    require(is_open or _is_reported_by_another(ctx, subject, msg), RouteForbidden)
    require(msg.aal_cap in active_table(ctx).aals, BadLevel)
    require(msg.aal_cap <= node.max_aal, LevelTooHigh, most=node.max_aal)
    use = MatchUse(idp=msg.agency, purpose=RECOVERY, key=msg.new_key)
    evidence = unspent_match(ctx, msg.evidence, msg.sid, use)
    require(evidence.issued_at + EVIDENCE_AGE_S_MAX >= now_s(ctx), EvidenceMissing)
    _require_rested(ctx, msg.sid)

    spent_evidence.save(ctx, msg.evidence, msg.sid)
    rests_on = Grounds((msg.agency,), (), msg.evidence, now_s(ctx) + HOLD_S)
    _begin(ctx, msg.sid, _new_key(ctx, msg, msg.aal_cap), rests_on)


@contract.precheck(StartRecovery)
def check_start(ctx: Context, msg: StartRecovery) -> None:
    """Check the new key's signature."""
    statement = possession_of_recovery_key(ctx.chain_id, msg)
    require(verify_any(msg.new_key, *statement, msg.proof), NoProof)


@contract.execute(StartGuardianRecovery, allow=anyone)
def start_guardian_recovery(ctx: Context, msg: StartGuardianRecovery) -> None:
    """Begin the hold, on the word of two guardians whom the subject named."""
    subject = _recoverable(ctx, msg)
    require_ahead(ctx, msg.until, APPROVAL_S_MAX)
    policy = policy_of(ctx, msg.sid, subject)
    named = [found.guardian for found in msg.approvals]
    require(len(named) >= GUARDIANS_NEEDED and is_distinct(tuple(named)), TooFewGuardians)
    for approval in msg.approvals:
        require(approval.guardian in policy.guardians, NotGuardian)
        guardian = free_subject(ctx, approval.guardian)
        require(has_key(guardian, approval.key), NotGuardian)
        require_home(ctx, approval.key, approval.signature)

    _require_rested(ctx, msg.sid)
    approved = tuple([GuardianKey(each.guardian, each.key) for each in msg.approvals])
    rests_on = Grounds((), approved, None, now_s(ctx) + HOLD_S)
    _begin(ctx, msg.sid, _new_key(ctx, msg, GUARDIAN_AAL_CAP), rests_on)


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
    """Begin a hold of a day, on the word of the registry and one other agency; tell all IdPs.

    It takes the place of one on weaker grounds that is under way.
    """
    subject = standing_subject(ctx, msg.sid)
    running = grounds.get(ctx, msg.sid, None)
    is_weaker = running is not None and len(running.carriers) < CARRIERS_IN_PERSON
    if is_in_hold(ctx, msg.sid):
        require(is_weaker, InHold)
        emit(ctx, RecoveryStopped(msg.sid, msg.agency, "in person"))
    _require_new(ctx, msg)
    require_ahead(ctx, msg.until, APPROVAL_S_MAX)
    require_authority(ctx, msg.agency, subject.namespace)
    require(msg.second != msg.agency and is_standing(ctx, msg.second), WrongRole)
    require(signs_for(ctx, msg.second, msg.second_key), NoProof)
    require(msg.aal_cap in active_table(ctx).aals, BadLevel)

    carriers = (msg.agency, msg.second)
    rests_on = Grounds(carriers, (), None, now_s(ctx) + HOLD_IN_PERSON_S)
    _begin(ctx, msg.sid, _new_key(ctx, msg, msg.aal_cap), rests_on)
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
    """Stop a recovery that is under way, with a reason; a rest follows, as after a veto."""
    require_clean((msg.reason, msg.agency))
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    if not administers_kind(ctx, ctx.sender, SUPERVISOR):
        require_authority(ctx, msg.agency, subject.namespace)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status == HELD, UnknownRecovery)

    recoveries.save(ctx, msg.sid, replace(recovery, status=VETOED))
    vetoed_at.save(ctx, msg.sid, now_s(ctx))
    emit(ctx, RecoveryStopped(msg.sid, msg.agency, msg.reason))


@contract.execute(VetoRecovery, allow=anyone)
def veto_recovery(ctx: Context, msg: VetoRecovery) -> None:
    """Stop a recovery before its hold is over, or later while what bears it has fallen.

    A key reported lost stops none, unless one agency alone stands behind report and recovery. Of
    guardians' recovery, which one agency's report bears out, it lengthens the hold, once.
    """
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status == HELD, UnknownRecovery)
    is_this = recovery.new_key == msg.new_key and recovery.started_at == msg.started_at
    require(is_this, UnknownRecovery)
    rests_on = grounds.load(ctx, msg.sid, absent=UnknownRecovery)
    is_present = has_key(subject, msg.key)
    place, carriers = (msg.sid, msg.key), rests_on.carriers
    is_heard = not is_silenced(ctx, place, subject.idps, subject.epoch, carriers)
    require(is_present or is_heard, NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)
    has_flaw = _flaw(ctx, msg.sid, rests_on) is not None
    require(now_s(ctx) < rests_on.ends_at or has_flaw, VetoLate)
    if not is_present and len(carriers) == 0 and not has_flaw:
        _delay(ctx, msg.sid, rests_on, recovery.started_at + HOLD_DISPUTED_S)
        return

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
    """Replace all keys by the new one, once the hold is over, if all that bears it holds now.

    What who had the keys may have set ends: the recovery policy after one that agencies carried,
    one that rested after any; and links of IdPs but of who registered the subject or carried this.
    """
    subject = open_subject(ctx, msg.sid)
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    require(recovery.status != VETOED, Vetoed)
    require(recovery.status == HELD, UnknownRecovery)
    rests_on = grounds.load(ctx, msg.sid, absent=UnknownRecovery)
    require(now_s(ctx) >= rests_on.ends_at, HoldOpen)
    standing_subject(ctx, msg.sid)
    flaw = _flaw(ctx, msg.sid, rests_on)
    if flaw is not None:
        raise flaw

    keys = (SubjectKey(recovery.new_key, "recovered", recovery.aal_cap, now_s(ctx)),)
    policy = policy_at(ctx, msg.sid, subject, recovery.started_at)
    if len(rests_on.carriers) > 0:
        policy = ANY_IDP
    policy_changes.remove(ctx, msg.sid)
    idps = _keep_sure_idps(ctx, msg.sid, subject, rests_on)
    epoch = subject.epoch + 1
    recovered = replace(subject, keys=keys, idps=idps, epoch=epoch, recovery=policy)
    subjects.save(ctx, msg.sid, recovered)
    key_pasts.save(ctx, recovery.new_key, KeyPast(None, 0, epoch, gone_at=0))
    recoveries.save(ctx, msg.sid, replace(recovery, status=DONE))
    emit(ctx, Recovered(msg.sid, recovery.new_key))


def _recoverable(ctx: Context, msg: _Start) -> Subject:
    subject = free_subject(ctx, msg.sid)
    _require_new(ctx, msg)
    return subject


def _require_new(ctx: Context, msg: _Start) -> None:
    require(not subject_keys.has(ctx, msg.new_key), KeyTaken)
    require_home(ctx, msg.new_key, msg.proof)


def _new_key(ctx: Context, msg: _Start, aal_cap: int) -> SubjectKey:
    return SubjectKey(msg.new_key, "recovered", aal_cap, now_s(ctx))


def _keep_sure_idps(
    ctx: Context, sid: bytes, subject: Subject, rests_on: Grounds
) -> tuple[str, ...]:
    """Forget the links that old keys signed; return the IdPs that stay."""
    kept = []
    for idp in subject.idps:
        if idp in rests_on.carriers or not links.has(ctx, (sid, idp)):
            kept.append(idp)
        else:
            emit(ctx, IdpFell(sid, idp))
        links.remove(ctx, (sid, idp))
    return tuple(kept)


def _delay(ctx: Context, sid: bytes, rests_on: Grounds, ends_at: int) -> None:
    """Lengthen a hold, in which the registry is asked whose the reported key is."""
    require(rests_on.ends_at < ends_at, HoldLengthened)
    grounds.save(ctx, sid, replace(rests_on, ends_at=ends_at))
    emit(ctx, RecoveryDelayed(sid, ends_at))


def _is_reported_by_another(ctx: Context, subject: Subject, msg: StartRecovery) -> bool:
    """Whether a sure agency but the IdP reported a key lost since the policy in force was set.

    The keys may have been a thief's then; two agencies open the way together.
    """
    since = policy_set_at(ctx, msg.sid)
    registry = namespaces.load(ctx, subject.namespace, absent=UnknownNamespace).authority
    for agency in (registry, *subject.idps):
        last = last_reports.get(ctx, (msg.sid, agency), None)
        if agency == msg.agency or last is None or last.epoch != subject.epoch or last.at < since:
            continue
        if agency == registry or not is_in_doubt(ctx, (msg.sid, agency)):
            return True
    return False


def _flaw(ctx: Context, sid: bytes, rests_on: Grounds) -> Refusal | None:
    """Return what of a recovery's grounds does not hold now, None when all does."""
    if not all([is_standing(ctx, carrier) for carrier in rests_on.carriers]):
        return NodeInactive
    if rests_on.evidence is not None:
        if not is_acting(ctx, rests_on.carriers[0], "idp"):
            return WrongRole
        evidence = attestation_for(ctx, rests_on.evidence, sid)
        if evidence.status != ACTIVE or not is_acting(ctx, evidence.issuer, "fvs"):
            return EvidenceMissing
    approving = [each for each in rests_on.guardians if _does_approve(ctx, each)]
    is_enough = len(rests_on.guardians) == 0 or len(approving) >= GUARDIANS_NEEDED
    return None if is_enough else TooFewGuardians


def _does_approve(ctx: Context, approved: GuardianKey) -> bool:
    """Whether a guardian is in order, and has the key still with which it approved."""
    guardian = subjects.load(ctx, approved.guardian, absent=UnknownSubject)
    is_in_order = guardian.status == ACTIVE and not is_in_hold(ctx, approved.guardian)
    return is_in_order and has_key(guardian, approved.key)


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


def _approves(approval: Approval, statement: tuple[str, bytes]) -> bool:
    return verify_any(approval.key, *statement, approval.signature)


recovery_of = contract.expose("recovery", recoveries, ("sid",), "The subject's last recovery.")
