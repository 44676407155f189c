"""Subjects: registration without duplicates, IdPs that act for them, their keys, their end."""

from contracts.identity.core.access import (
    by_agency,
    by_supervisor,
    class_of,
    free_subject,
    has_key,
    is_in_hold,
    open_subject,
    policy_of,
    policy_set_at,
    require_authority,
    require_linked,
)
from contracts.identity.core.messages import (
    ACTIVE,
    DEATH,
    FROZEN,
    MISTAKE,
    SUBJECT_CLOSED,
    BadCitizenSignature,
    BadLevel,
    BadSeq,
    DuplicateId,
    Id,
    KeyTaken,
    LevelTooHigh,
    NoProof,
    NotLinked,
    NotSubjectKey,
    NotWhitelisted,
    RecoveryPolicy,
    Slug,
    StatusUnchanged,
    TagsLeft,
    TooFewGuardians,
    TooManyKeys,
    UnknownNamespace,
    UnknownStatus,
    UnknownSubject,
)
from contracts.identity.core.rules import (
    GUARDIANS_NEEDED,
    POLICY_REST_S,
    TAG_S_MAX,
    acting_node,
    active_table,
    now_s,
    require_ahead,
    require_clean,
    require_home,
    signs_for,
)
from contracts.identity.core.state import (
    IDPS_MAX,
    KEYS_MAX,
    Node,
    PolicyChange,
    Subject,
    SubjectKey,
    contract,
    key_accounts,
    namespaces,
    policy_changes,
    policy_since,
    subjects,
)
from contracts.identity.subjects.messages import (
    AddKey,
    AlreadyLinked,
    BadTag,
    BadTagVersion,
    CloseSubject,
    CreateSubject,
    IdpLinked,
    IdpUnlinked,
    KeyAdded,
    KeyRevoked,
    LastKey,
    LinkIdp,
    NoRoute,
    RecoveryPolicySet,
    RevokeKey,
    SetRecoveryPolicy,
    SetSubjectStatus,
    SubjectAct,
    SubjectCreated,
    SubjectEnded,
    SubjectStatusSet,
    TooManyIdps,
    UnknownCause,
    UnknownKeyKind,
    UnlinkIdp,
    add_key_statement,
    link_statement,
    possession_of_added_key,
    possession_of_first_key,
    recovery_policy_statement,
    revoke_key_statement,
    tag_statement,
    unlink_statement,
)
from contracts.identity.subjects.state import (
    LINE_MAX,
    Closing,
    KeyPast,
    Link,
    closings,
    key_pasts,
    links,
    subject_keys,
)
from contracts.identity.subjects.tags import give_tag
from contracts.sdk import Address, Context, PublicKey, address_of, anyone, emit, replace, require
from contracts.sdk.crypto import verify, verify_any
from contracts.sdk.words import is_distinct


@contract.execute(CreateSubject, allow=by_agency)
def create_subject(ctx: Context, msg: CreateSubject) -> None:
    """Register a person once per namespace; the sender is the first IdP."""
    require_clean((msg.namespace,))
    node = acting_node(ctx, msg.agency, "idp")
    namespace = namespaces.load(ctx, msg.namespace, absent=UnknownNamespace)
    require(msg.namespace in node.namespaces, NotWhitelisted)
    require(signs_for(ctx, namespace.authority, msg.tag_key), BadTag)
    require(namespace.tag_authority == namespace.authority, TagsLeft)
    version = namespace.tag_version
    require(msg.tag_version == version, BadTagVersion, expected=version)
    require_ahead(ctx, msg.tag_expires_at, TAG_S_MAX)
    require(not subjects.has(ctx, msg.sid), DuplicateId)
    _require_new_key(ctx, msg.key)
    require_home(ctx, msg.key, msg.proof)
    _require_cap(ctx, node, msg.aal_cap)
    _require_policy(ctx, msg.recovery, msg.sid)

    subject = Subject(
        namespace=msg.namespace,
        uid_tag=msg.uid_tag,
        tag_version=version,
        majority_at=msg.majority_at,
        status=ACTIVE,
        keys=(SubjectKey(msg.key, "first", msg.aal_cap, now_s(ctx)),),
        idps=(msg.agency,),
        recovery=msg.recovery,
        seq=0,
        epoch=0,
    )
    give_tag(ctx, (msg.namespace, version, msg.uid_tag), msg.sid)
    subjects.save(ctx, msg.sid, subject)
    subject_keys.save(ctx, msg.key, msg.sid)
    key_pasts.save(ctx, msg.key, KeyPast(None, 0, 0, 0))
    key_accounts.save(ctx, address_of(msg.key), ctx.height)
    emit(ctx, SubjectCreated(msg.sid, msg.namespace, msg.agency))


@contract.precheck(CreateSubject)
def check_creation(ctx: Context, msg: CreateSubject) -> None:
    """Check the signatures of the first key and of the tag's authority."""
    possession = possession_of_first_key(ctx.chain_id, msg)
    require(verify_any(msg.key, *possession, msg.proof), NoProof)
    require(verify(msg.tag_key, *tag_statement(ctx.chain_id, msg), msg.tag_signature), BadTag)


@contract.execute(LinkIdp, allow=by_agency)
def link_idp(ctx: Context, msg: LinkIdp) -> None:
    """Add the sender to the IdPs that act for the subject; by itself it acts after a rest."""
    acting_node(ctx, msg.agency, "idp")
    subject = acting_subject(ctx, msg)
    require(msg.agency not in subject.idps, AlreadyLinked)
    require(len(subject.idps) < IDPS_MAX, TooManyIdps)

    linked = replace(subject, idps=(*subject.idps, msg.agency), seq=msg.seq)
    links.save(ctx, (msg.sid, msg.agency), Link(msg.key, now_s(ctx)))
    subjects.save(ctx, msg.sid, linked)
    emit(ctx, IdpLinked(msg.sid, msg.agency))


@contract.precheck(LinkIdp)
def check_link(ctx: Context, msg: LinkIdp) -> None:
    """Check the signature of the subject's key."""
    statement = link_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(UnlinkIdp, allow=anyone)
def unlink_idp(ctx: Context, msg: UnlinkIdp) -> None:
    """Take an IdP from those that act; what it attested counts as before."""
    require_clean((msg.idp,))
    subject = acting_subject(ctx, msg)
    require(msg.idp in subject.idps, NotLinked)

    left = tuple([idp for idp in subject.idps if idp != msg.idp])
    subjects.save(ctx, msg.sid, replace(subject, idps=left, seq=msg.seq))
    links.remove(ctx, (msg.sid, msg.idp))
    emit(ctx, IdpUnlinked(msg.sid, msg.idp))


@contract.precheck(UnlinkIdp)
def check_unlink(ctx: Context, msg: UnlinkIdp) -> None:
    """Check the signature of the subject's key."""
    statement = unlink_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(AddKey, allow=by_agency)
def add_key(ctx: Context, msg: AddKey) -> None:
    """Add a key, by an IdP of the subject and one of its keys together."""
    require(msg.kind in ("device", "card", "passkey", "paper"), UnknownKeyKind)
    node = acting_node(ctx, msg.agency, "idp")
    subject = acting_subject(ctx, msg)
    require_linked(subject, msg.agency)
    _require_new_key(ctx, msg.new_key)
    require_home(ctx, msg.new_key, msg.proof)
    _require_cap(ctx, node, msg.aal_cap)
    require(len(subject.keys) < KEYS_MAX, TooManyKeys)
    past = key_pasts.load(ctx, msg.key, absent=NotSubjectKey)
    require(past.depth < LINE_MAX, TooManyKeys)

    keys = (*subject.keys, SubjectKey(msg.new_key, msg.kind, msg.aal_cap, now_s(ctx)))
    subjects.save(ctx, msg.sid, replace(subject, keys=keys, seq=msg.seq))
    subject_keys.save(ctx, msg.new_key, msg.sid)
    added = KeyPast(msg.key, past.depth + 1, subject.epoch, gone_at=0)
    key_pasts.save(ctx, msg.new_key, added)
    key_accounts.save(ctx, address_of(msg.new_key), ctx.height)
    emit(ctx, KeyAdded(msg.sid, msg.new_key, msg.aal_cap))


@contract.precheck(AddKey)
def check_added_key(ctx: Context, msg: AddKey) -> None:
    """Check the signatures of the new key and of a present one."""
    possession = possession_of_added_key(ctx.chain_id, msg)
    require(verify_any(msg.new_key, *possession, msg.proof), NoProof)
    statement = add_key_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(RevokeKey, allow=by_agency)
def revoke_key(ctx: Context, msg: RevokeKey) -> None:
    """Take a key away for ever; sessions that rest on it are no longer reused."""
    acting_node(ctx, msg.agency, "idp")
    subject = acting_subject(ctx, msg)
    require_linked(subject, msg.agency)
    require(has_key(subject, msg.old_key), NotSubjectKey)
    require(len(subject.keys) > 1, LastKey)

    keys = tuple([held for held in subject.keys if held.key != msg.old_key])
    subjects.save(ctx, msg.sid, replace(subject, keys=keys, seq=msg.seq))
    past = key_pasts.load(ctx, msg.old_key, absent=NotSubjectKey)
    key_pasts.save(ctx, msg.old_key, replace(past, gone_at=now_s(ctx)))
    emit(ctx, KeyRevoked(msg.sid, msg.old_key))


@contract.precheck(RevokeKey)
def check_revocation(ctx: Context, msg: RevokeKey) -> None:
    """Check the signature of the subject's key."""
    statement = revoke_key_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(SetRecoveryPolicy, allow=by_agency)
def set_recovery_policy(ctx: Context, msg: SetRecoveryPolicy) -> None:
    """Replace the policy, once it has rested; until then the one that is in force stays."""
    acting_node(ctx, msg.agency, "idp")
    subject = acting_subject(ctx, msg)
    require_linked(subject, msg.agency)
    _require_policy(ctx, msg.recovery, msg.sid)

    settled = policy_of(ctx, msg.sid, subject)
    policy_since.save(ctx, msg.sid, policy_set_at(ctx, msg.sid))
    subjects.save(ctx, msg.sid, replace(subject, recovery=settled, seq=msg.seq))
    now = now_s(ctx)
    end = now + POLICY_REST_S
    since = max([each.since for each in subject.keys if each.key == msg.key])
    change = PolicyChange(msg.recovery, msg.key, since, at=now, in_force_at=end)
    policy_changes.save(ctx, msg.sid, change)
    emit(ctx, RecoveryPolicySet(msg.sid, msg.key, end))


@contract.precheck(SetRecoveryPolicy)
def check_recovery_policy(ctx: Context, msg: SetRecoveryPolicy) -> None:
    """Check the signature of the subject's key."""
    statement = recovery_policy_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(SetSubjectStatus, allow=by_supervisor)
def set_subject_status(ctx: Context, msg: SetSubjectStatus) -> None:
    """Freeze the subject, or lift the freeze."""
    require_clean((msg.status, msg.reason))
    require(msg.status in (ACTIVE, FROZEN), UnknownStatus)
    subject = open_subject(ctx, msg.sid)
    require(subject.status != msg.status, StatusUnchanged)

    subjects.save(ctx, msg.sid, replace(subject, status=msg.status))
    emit(ctx, SubjectStatusSet(msg.sid, msg.status))


@contract.execute(CloseSubject, allow=by_agency)
def close_subject(ctx: Context, msg: CloseSubject) -> None:
    """Close a subject for ever: it acts, and is acted for, no more.

    After a death its tags stay taken; after a mistake its person may be registered anew.
    """
    require_clean((msg.cause,))
    require(msg.cause in (DEATH, MISTAKE), UnknownCause)
    subject = open_subject(ctx, msg.sid)
    require_authority(ctx, msg.agency, subject.namespace)

    subjects.save(ctx, msg.sid, replace(subject, status=SUBJECT_CLOSED, keys=()))
    closings.save(ctx, msg.sid, Closing(msg.cause, msg.agency, now_s(ctx)))
    emit(ctx, SubjectEnded(msg.sid, msg.agency, msg.cause))


def _require_new_key(ctx: Context, key: PublicKey) -> None:
    require(not subject_keys.has(ctx, key), KeyTaken)


def _require_cap(ctx: Context, node: Node, aal_cap: int) -> None:
    require(aal_cap in active_table(ctx).aals, BadLevel, level=aal_cap)
    require(aal_cap <= node.max_aal, LevelTooHigh, most=node.max_aal)


def _require_policy(ctx: Context, policy: RecoveryPolicy, sid: bytes) -> None:
    """Check that there is a route; guardians are other subjects, distinct, and none or enough."""
    guardians = policy.guardians
    require(policy.allows_idp or len(guardians) > 0, NoRoute)
    require(is_distinct(guardians) and sid not in guardians, TooFewGuardians)
    require(len(guardians) == 0 or len(guardians) >= GUARDIANS_NEEDED, TooFewGuardians)
    for guardian in guardians:
        open_subject(ctx, guardian)


def acting_subject(ctx: Context, msg: SubjectAct) -> Subject:
    """Return the subject whose key signed `msg`, which is its next act.

    Rejects: UnknownSubject, SubjectClosed, SubjectFrozen, InHold, NotSubjectKey, ForeignSite,
        BadSeq.
    """
    subject = free_subject(ctx, msg.sid)
    require(has_key(subject, msg.key), NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)
    require(msg.seq == subject.seq + 1, BadSeq, expected=subject.seq + 1)
    return subject


@contract.query
def is_person_unique(ctx: Context, sid: Id) -> bool:
    """Whether the subject is active and no other subject can be the same person's."""
    subject = subjects.get(ctx, sid, None)
    if subject is None or subject.status != ACTIVE:
        return False
    namespace = namespaces.get(ctx, subject.namespace, None)
    return namespace is not None and namespace.is_unique


@contract.query
def is_unique_in(ctx: Context, sid: Id, namespace: Slug) -> bool:
    """Whether the subject is of this namespace, and no other of it can be the same person's.

    A person may have a number in each of several namespaces; who counts persons names one.
    """
    subject = subjects.get(ctx, sid, None)
    is_of_it = subject is not None and subject.namespace == namespace
    return is_of_it and is_person_unique(ctx, sid)


@contract.query
def holds_key(ctx: Context, sid: Id, key: PublicKey) -> bool:
    """Whether the subject is active, in no recovery, and this is a present key of it."""
    subject = subjects.get(ctx, sid, None)
    if subject is None or subject.status != ACTIVE or is_in_hold(ctx, sid):
        return False
    return has_key(subject, key)


@contract.query
def holds_account(ctx: Context, sid: Id, account: Address) -> bool:
    """Whether the subject is active, in no recovery, and the account is of a present key of it."""
    subject = subjects.get(ctx, sid, None)
    if subject is None or subject.status != ACTIVE or is_in_hold(ctx, sid):
        return False
    return any([address_of(held.key) == account for held in subject.keys])


@contract.query
def subject_class(ctx: Context, sid: Id) -> Slug:
    """Whether the subject is an adult or a minor at this block's time."""
    return class_of(ctx, subjects.load(ctx, sid, absent=UnknownSubject))


contract.expose("closing", closings, ("sid",), "Why and when a subject was closed.")


subject_of = contract.expose("subject", subjects, ("sid",), "A subject: keys, IdPs and status.")
