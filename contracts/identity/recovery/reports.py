"""Reports of lost keys, and recovery policies that rest: who may suspend, lift and stop."""

from contracts.identity.core.access import (
    by_agency,
    free_subject,
    has_key,
    open_subject,
    require_authority,
    require_linked,
    standing_subject,
)
from contracts.identity.core.messages import (
    BadCitizenSignature,
    BadSeq,
    NotSubjectKey,
    TooManyKeys,
    UnknownNamespace,
    UnknownSubject,
)
from contracts.identity.core.rules import REPORT_REST_S, acting_node, now_s, require_home
from contracts.identity.core.state import (
    KEYS_MAX,
    Subject,
    SubjectKey,
    contract,
    namespaces,
    policy_changes,
    subjects,
)
from contracts.identity.recovery.messages import (
    KeyReportedLost,
    LiftReport,
    NotReported,
    PolicyVetoed,
    ReportedBefore,
    ReportedLately,
    ReportLifted,
    ReportLost,
    ReportStands,
    UnknownPolicy,
    VetoPolicy,
    lift_statement,
    veto_policy_statement,
)
from contracts.identity.subjects.state import SuspendedKey, lifted_at, suspended_keys
from contracts.sdk import Context, PublicKey, anyone, emit, replace, require
from contracts.sdk.crypto import verify_any


@contract.execute(ReportLost, allow=by_agency)
def report_lost(ctx: Context, msg: ReportLost) -> None:
    """Suspend a key; it is none of the subject's until the report is lifted.

    A recovery policy that it signed, and that still rests, falls.
    """
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    if msg.agency in subject.idps:
        acting_node(ctx, msg.agency, "idp")
        _require_report_rested(ctx, msg)
    else:
        require_authority(ctx, msg.agency, subject.namespace)
    place = (msg.sid, msg.lost_key)
    suspended = suspended_keys.get(ctx, place, None)
    if suspended is None or suspended.epoch != subject.epoch:
        matching = [each for each in subject.keys if each.key == msg.lost_key]
        require(len(matching) > 0, NotSubjectKey)
        key = matching[0]
        suspended = SuspendedKey(key.kind, key.aal_cap, key.since, subject.epoch, ())
    require(msg.agency not in suspended.reporters, ReportedBefore)

    kept = tuple([each for each in subject.keys if each.key != msg.lost_key])
    subjects.save(ctx, msg.sid, replace(subject, keys=kept))
    reporters = (*suspended.reporters, msg.agency)
    suspended_keys.save(ctx, place, replace(suspended, reporters=reporters))
    change = policy_changes.get(ctx, msg.sid, None)
    if change is not None and change.key == msg.lost_key and now_s(ctx) < change.in_force_at:
        policy_changes.remove(ctx, msg.sid)
        emit(ctx, PolicyVetoed(msg.sid))
    emit(ctx, KeyReportedLost(msg.sid, msg.lost_key, msg.agency))


@contract.execute(LiftReport, allow=by_agency)
def lift_report(ctx: Context, msg: LiftReport) -> None:
    """Put a reported key in force again: at the registry, or by an older key of the subject.

    The registry's own report is lifted by none but the registry, which may lift within a hold too.
    """
    subject = standing_subject(ctx, msg.sid)
    place = (msg.sid, msg.lost_key)
    if msg.key is None:
        require_authority(ctx, msg.agency, subject.namespace)
    else:
        free_subject(ctx, msg.sid)
        require_linked(subject, msg.agency)
        require(has_key(subject, msg.key), NotSubjectKey)
    if msg.key is not None and msg.signature is not None:
        require_home(ctx, msg.key, msg.signature)
    require(msg.seq == subject.seq + 1, BadSeq, expected=subject.seq + 1)
    suspended = suspended_keys.load(ctx, place, absent=NotReported)
    require(suspended.epoch == subject.epoch, NotReported)
    require(msg.key is None or _may_lift(ctx, subject, msg.key, suspended), ReportStands)
    require(len(subject.keys) < KEYS_MAX, TooManyKeys)

    suspended_keys.remove(ctx, place)
    for reporter in suspended.reporters:
        lifted_at.save(ctx, (*place, reporter), now_s(ctx))
    key = SubjectKey(msg.lost_key, suspended.kind, suspended.aal_cap, suspended.since)
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


@contract.execute(VetoPolicy, allow=anyone)
def veto_policy(ctx: Context, msg: VetoPolicy) -> None:
    """Stop a policy that rests, by a key that was the subject's before it."""
    subject = open_subject(ctx, msg.sid)
    change = policy_changes.load(ctx, msg.sid, absent=UnknownPolicy)
    is_this = change.at == msg.at and now_s(ctx) < change.in_force_at
    require(is_this, UnknownPolicy)
    earlier = [each for each in subject.keys if each.key == msg.key and each.since <= change.at]
    require(len(earlier) > 0, NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)

    policy_changes.remove(ctx, msg.sid)
    emit(ctx, PolicyVetoed(msg.sid))


@contract.precheck(VetoPolicy)
def check_veto_of_policy(ctx: Context, msg: VetoPolicy) -> None:
    """Check the signature of the subject's key."""
    statement = veto_policy_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


def _require_report_rested(ctx: Context, msg: ReportLost) -> None:
    """Reject with ReportedLately an IdP whose report of the key was lifted a moment ago.

    Who is locked out by an IdP of theirs has the time to leave it.
    """
    last = lifted_at.get(ctx, (msg.sid, msg.lost_key, msg.agency), 0)
    require(last == 0 or now_s(ctx) >= last + REPORT_REST_S, ReportedLately)


def _may_lift(ctx: Context, subject: Subject, key: PublicKey, suspended: SuspendedKey) -> bool:
    """Whether a key is older than the suspended one, which could not have added it.

    And the registry is none of who reported it.
    """
    namespace = namespaces.load(ctx, subject.namespace, absent=UnknownNamespace)
    older = [each for each in subject.keys if each.key == key and each.since < suspended.since]
    return len(older) > 0 and namespace.authority not in suspended.reporters


contract.expose(
    "suspended_key", suspended_keys, ("sid", "key"), "Who reported a subject's key lost."
)


policy_change = contract.expose(
    "policy_change", policy_changes, ("sid",), "The subject's last change of its recovery policy."
)
