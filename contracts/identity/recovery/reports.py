"""Reports of lost keys, and recovery policies that rest: who may suspend, lift and stop."""

from contracts.identity.core.access import (
    by_agency,
    free_subject,
    has_key,
    is_in_hold,
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
from contracts.identity.core.rules import (
    LINK_REST_S,
    REPORT_REST_S,
    acting_node,
    now_s,
    require_home,
)
from contracts.identity.core.state import (
    KEYS_HELD_MAX,
    KEYS_MAX,
    PolicyChange,
    Subject,
    SubjectKey,
    contract,
    namespaces,
    policy_changes,
    recoveries,
    subjects,
)
from contracts.identity.recovery.messages import (
    VETOED,
    IdpFell,
    KeyReportedLost,
    LiftReport,
    LinkInDoubt,
    NotReported,
    PolicyVetoed,
    RecoveryStopped,
    ReportedBefore,
    ReportedLately,
    ReportLifted,
    ReportLost,
    ReportStands,
    UnknownPolicy,
    UnknownRecovery,
    VetoPolicy,
    lift_statement,
    veto_policy_statement,
)
from contracts.identity.subjects.state import (
    LastReport,
    SuspendedKey,
    grounds,
    is_in_doubt,
    is_silenced,
    key_pasts,
    last_reports,
    lifted_at,
    line_of,
    links,
    reported_at,
    subject_keys,
    suspended_keys,
)
from contracts.sdk import Context, PublicKey, anyone, emit, replace, require
from contracts.sdk.crypto import verify_any


@contract.execute(ReportLost, allow=by_agency)
def report_lost(ctx: Context, msg: ReportLost) -> None:
    """Suspend a key; it is none of the subject's until the report is lifted.

    What rests and was signed by it, or by a key that it added, falls: a recovery policy, links of
    IdPs. What has rested is in doubt, and carries no recovery. So it is when the key was taken
    away meanwhile, as by a thief who put another in its place.
    """
    subject = subjects.load(ctx, msg.sid, absent=UnknownSubject)
    if msg.agency in subject.idps:
        acting_node(ctx, msg.agency, "idp")
        _require_report_rested(ctx, msg)
        _require_sure_link(ctx, msg)
    else:
        require_authority(ctx, msg.agency, subject.namespace)
    suspended = _suspended(ctx, subject, msg)
    require(suspended is not None or _is_gone(ctx, subject, msg), NotSubjectKey)
    policy_falls = _does_policy_rest_on(ctx, msg)
    fallen = [idp for idp in subject.idps if _does_link_rest_on(ctx, (msg.sid, idp), msg.lost_key)]

    kept = tuple([each for each in subject.keys if each.key != msg.lost_key])
    left = tuple([idp for idp in subject.idps if idp not in fallen])
    subjects.save(ctx, msg.sid, replace(subject, keys=kept, idps=left))
    if suspended is not None:
        suspended_keys.save(ctx, (msg.sid, msg.lost_key), suspended)
    for idp in fallen:
        links.remove(ctx, (msg.sid, idp))
        emit(ctx, IdpFell(msg.sid, idp))
    if policy_falls:
        policy_changes.remove(ctx, msg.sid)
        emit(ctx, PolicyVetoed(msg.sid))
    reported_at.save(ctx, (msg.sid, msg.lost_key), now_s(ctx))
    last = LastReport(msg.lost_key, subject.epoch, now_s(ctx))
    last_reports.save(ctx, (msg.sid, msg.agency), last)
    emit(ctx, KeyReportedLost(msg.sid, msg.lost_key, msg.agency))
    _stop_doubtful_recovery(ctx, msg)


@contract.execute(LiftReport, allow=by_agency)
def lift_report(ctx: Context, msg: LiftReport) -> None:
    """Put a reported key in force again: at the registry, or by an older key of the subject.

    The registry's own report is lifted by none but the registry, which may lift within a hold too,
    and where other keys have taken the room.
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
    require(msg.key is None or _may_lift(subject, msg.key, suspended), ReportStands)
    most = KEYS_HELD_MAX if msg.key is None else KEYS_MAX
    require(len(subject.keys) < most, TooManyKeys)

    suspended_keys.remove(ctx, place)
    for reporter in suspended.reporters:
        lifted_at.save(ctx, (*place, reporter), now_s(ctx))
        last = last_reports.get(ctx, (msg.sid, reporter), None)
        if last is not None and last.key == msg.lost_key:
            last_reports.remove(ctx, (msg.sid, reporter))
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
    """Stop a policy that rests, by a key that was the subject's before it.

    One agency's report of a key does not take this from it against a policy of a younger key.
    """
    subject = open_subject(ctx, msg.sid)
    change = policy_changes.load(ctx, msg.sid, absent=UnknownPolicy)
    is_this = change.at == msg.at and now_s(ctx) < change.in_force_at
    require(is_this, UnknownPolicy)
    earlier = [each for each in subject.keys if each.key == msg.key and each.since < change.at]
    is_heard = len(earlier) > 0 or _may_veto(ctx, subject, msg, change)
    require(is_heard, NotSubjectKey)
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


def _require_sure_link(ctx: Context, msg: ReportLost) -> None:
    """Reject with LinkInDoubt an IdP that may be a thief's: its link rests, or its key is reported.

    The registry, and who registered the subject or has been linked for long, report meanwhile.
    """
    link = links.get(ctx, (msg.sid, msg.agency), None)
    if link is None:
        return
    require(now_s(ctx) >= link.at + LINK_REST_S, LinkInDoubt, since=link.at + LINK_REST_S)
    require(not is_in_doubt(ctx, (msg.sid, msg.agency), msg.lost_key), LinkInDoubt)


def _suspended(ctx: Context, subject: Subject, msg: ReportLost) -> SuspendedKey | None:
    """Return the key as it will be suspended; None of one that is not the subject's any more.

    Rejects: ReportedBefore.
    """
    found = suspended_keys.get(ctx, (msg.sid, msg.lost_key), None)
    registry = namespaces.load(ctx, subject.namespace, absent=UnknownNamespace).authority
    by_registry = msg.agency == registry
    if found is not None and found.epoch == subject.epoch:
        require(msg.agency not in found.reporters, ReportedBefore)
        reporters = (*found.reporters, msg.agency)
        return replace(found, reporters=reporters, by_registry=found.by_registry or by_registry)
    for key in subject.keys:
        if key.key == msg.lost_key:
            as_it_was = (key.kind, key.aal_cap, key.since, subject.epoch)
            return SuspendedKey(*as_it_was, (msg.agency,), by_registry)
    return None


def _is_gone(ctx: Context, subject: Subject, msg: ReportLost) -> bool:
    """Whether a key was the subject's since its last recovery, and nobody reported it gone."""
    past = key_pasts.get(ctx, msg.lost_key, None)
    is_theirs = subject_keys.get(ctx, msg.lost_key, b"") == msg.sid
    if past is None or not is_theirs or past.epoch != subject.epoch or past.gone_at == 0:
        return False
    return reported_at.get(ctx, (msg.sid, msg.lost_key), -1) < past.gone_at


def _stop_doubtful_recovery(ctx: Context, msg: ReportLost) -> None:
    """Stop a recovery whose only carrier is in doubt now; no rest follows, others begin at once."""
    if not is_in_hold(ctx, msg.sid):
        return
    carriers = grounds.load(ctx, msg.sid, absent=UnknownRecovery).carriers
    if len(carriers) != 1 or not is_in_doubt(ctx, (msg.sid, carriers[0])):
        return
    recovery = recoveries.load(ctx, msg.sid, absent=UnknownRecovery)
    recoveries.save(ctx, msg.sid, replace(recovery, status=VETOED))
    emit(ctx, RecoveryStopped(msg.sid, msg.agency, "link in doubt"))


def _does_policy_rest_on(ctx: Context, msg: ReportLost) -> bool:
    change = policy_changes.get(ctx, msg.sid, None)
    if change is None or now_s(ctx) >= change.in_force_at:
        return False
    return msg.lost_key in line_of(ctx, change.key)


def _does_link_rest_on(ctx: Context, place: tuple[bytes, str], key: PublicKey) -> bool:
    link = links.get(ctx, place, None)
    if link is None or now_s(ctx) >= link.at + LINK_REST_S:
        return False
    return key in line_of(ctx, link.key)


def _may_veto(ctx: Context, subject: Subject, msg: VetoPolicy, change: PolicyChange) -> bool:
    """Whether a key that one agency reported may stop the policy of a younger key all the same."""
    suspended = suspended_keys.get(ctx, (msg.sid, msg.key), None)
    is_older = suspended is not None and suspended.since < change.key_since
    return is_older and not is_silenced(ctx, (msg.sid, msg.key), subject.idps, subject.epoch, ())


def _may_lift(subject: Subject, key: PublicKey, suspended: SuspendedKey) -> bool:
    """Whether a key is older than the suspended one, which could not have added it.

    And the registry is none of who reported it.
    """
    older = [each for each in subject.keys if each.key == key and each.since < suspended.since]
    return len(older) > 0 and not suspended.by_registry


suspended_key_of = contract.expose(
    "suspended_key", suspended_keys, ("sid", "key"), "Who reported a subject's key lost."
)


policy_change = contract.expose(
    "policy_change", policy_changes, ("sid",), "The subject's last change of its recovery policy."
)
