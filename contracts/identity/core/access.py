"""Who may act now: agencies, as governance says, persons and pairwise keys, as they stand here.

What stands behind a pairwise key is here alone: certificates of agencies, from the epoch on from
which the supervisor requires them (`contracts.identity.vouching`). Before it, and after it for
whose key it is, the word of the IdP that carries the act is the binding: the contract checks that
the key signed, and takes from the IdP that the person stands in order, and at which level they
were proofed. So what an IdP carried counts while that IdP acts, and until the key ended:
everywhere, or at that IdP.
"""

from contracts.identity.core.messages import (
    ACCEPT,
    ADULT,
    FROZEN,
    MINOR,
    NODE_ACTIVE,
    SUBJECT_CLOSED,
    InHold,
    NodeInactive,
    NotLinked,
    NotOwner,
    NotVouched,
    PairwiseEnded,
    RecoveryPolicy,
    SubjectClosed,
    SubjectFrozen,
    TakenBack,
    TakenBackBefore,
    UnknownNamespace,
    UnknownSubject,
)
from contracts.identity.core.rules import (
    ROLE,
    SUPERVISOR,
    acting_node,
    active_table,
    do_work_together,
    is_acting,
    is_known,
    now_s,
)
from contracts.identity.core.state import (
    FIRST_PAIRWISE_EPOCH,
    IDPS_ASKED_MAX,
    Response,
    Subject,
    Terms,
    namespaces,
    nodes,
    pairwise_ends,
    pairwise_epochs,
    policy_changes,
    policy_since,
    recoveries,
    responses,
    subjects,
    taken_back,
)
from contracts.identity.vouching.state import (
    NEVER,
    NOT_SHOWN,
    epoch_of,
    required_from,
    vouched_keys,
)
from contracts.sdk import Context, PublicKey, emit, require
from contracts.sdk.roles import AnyMessage, OfAgency, administers, administers_kind, has_role

HELD = "held"

# What a pairwise key may take back before its carrier puts it on the ledger.
CONSENT = "consent"
STANDING = "standing"
SESSION = "session"
MANDATE = "mandate"


def by_supervisor(ctx: Context, _msg: AnyMessage) -> bool:
    """Only the administrator of an active agency of kind supervisor may call."""
    return administers_kind(ctx, ctx.sender, SUPERVISOR)


def by_agency(ctx: Context, msg: OfAgency) -> bool:
    """Only who acts for `agency`: its administrator or an officer with the role identity."""
    return has_role(ctx, ctx.sender, msg.agency, ROLE)


def by_agency_or_supervisor(ctx: Context, msg: OfAgency) -> bool:
    """Only who acts for `agency`, or a supervisor's administrator, may call."""
    is_supervisor = administers_kind(ctx, ctx.sender, SUPERVISOR)
    return is_supervisor or has_role(ctx, ctx.sender, msg.agency, ROLE)


def by_node_administrator(ctx: Context, msg: OfAgency) -> bool:
    """Only the administrator of `agency` may call."""
    return administers(ctx, ctx.sender, msg.agency)


def class_of(ctx: Context, subject: Subject) -> str:
    """Return adult or minor, judged now: a minor comes of age without any transaction."""
    return MINOR if now_s(ctx) < subject.majority_at else ADULT


def has_key(subject: Subject, key: PublicKey) -> bool:
    """Whether `key` is one of the subject's present keys."""
    return any([held.key == key for held in subject.keys])


def is_in_hold(ctx: Context, sid: bytes) -> bool:
    """Whether a recovery of the subject waits for its end, its hold over or not.

    Until somebody finishes it, old keys would count; so it holds until then.
    """
    recovery = recoveries.get(ctx, sid, None)
    return recovery is not None and recovery.status == HELD


def policy_at(ctx: Context, sid: bytes, subject: Subject, at: int) -> RecoveryPolicy:
    """Return the recovery policy that was in force at a time: the last one once it had rested."""
    change = policy_changes.get(ctx, sid, None)
    return subject.recovery if change is None or at < change.in_force_at else change.recovery


def policy_of(ctx: Context, sid: bytes, subject: Subject) -> RecoveryPolicy:
    """Return the recovery policy that is in force now."""
    return policy_at(ctx, sid, subject, now_s(ctx))


def policy_set_at(ctx: Context, sid: bytes) -> int:
    """Return when the recovery policy that is in force now was set; 0 of the first."""
    change = policy_changes.get(ctx, sid, None)
    is_last = change is not None and now_s(ctx) >= change.in_force_at
    return change.at if change is not None and is_last else policy_since.get(ctx, sid, 0)


def free_subject(ctx: Context, sid: bytes) -> Subject:
    """Return a subject that may act.

    Rejects: UnknownSubject, SubjectClosed, SubjectFrozen, InHold.
    """
    subject = standing_subject(ctx, sid)
    require(not is_in_hold(ctx, sid), InHold)
    return subject


def standing_subject(ctx: Context, sid: bytes) -> Subject:
    """Return a subject, in a recovery or not.

    Rejects: UnknownSubject, SubjectClosed, SubjectFrozen.
    """
    subject = open_subject(ctx, sid)
    require(subject.status != FROZEN, SubjectFrozen)
    return subject


def open_subject(ctx: Context, sid: bytes) -> Subject:
    """Return a subject, frozen or not. Rejects: UnknownSubject, SubjectClosed."""
    subject = subjects.load(ctx, sid, absent=UnknownSubject)
    require(subject.status != SUBJECT_CLOSED, SubjectClosed)
    return subject


def is_closed(ctx: Context, sid: bytes) -> bool:
    """Whether a subject is closed, for ever."""
    return subjects.load(ctx, sid, absent=UnknownSubject).status == SUBJECT_CLOSED


def require_authority(ctx: Context, agency: str, namespace: str) -> None:
    """Reject who is not the acting authority of a namespace.

    Rejects: UnknownNamespace, NotOwner, NodeInactive.
    """
    found = namespaces.load(ctx, namespace, absent=UnknownNamespace)
    require(found.authority == agency, NotOwner)
    require(is_standing(ctx, agency), NodeInactive)


def is_standing(ctx: Context, agency: str) -> bool:
    """Whether an agency and its node are active, of whatever kind."""
    node = nodes.get(ctx, agency, None)
    return node is not None and node.status == NODE_ACTIVE and is_known(ctx, agency)


def require_linked(subject: Subject, agency: str) -> None:
    """Reject with NotLinked an IdP that does not act for the subject."""
    require(agency in subject.idps, NotLinked)


def vouched_ial(ctx: Context, idp: str, key: PublicKey, stated: int, *, sector: str) -> int:
    """Return the highest IAL with which the key may act in a sector now.

    It is what is stated, within the limits of `limited_ial`, and, once certificates are required,
    of the class that was shown today. Rejects: NotVouched.
    """
    most = limited_ial(ctx, idp, stated)
    required, epoch = required_from.get(ctx, NEVER), epoch_of(ctx)
    if epoch < required:
        return most
    shown = vouched_keys.get(ctx, (sector, key), NOT_SHOWN)
    require(shown.epoch == epoch, NotVouched)
    return min(most, shown.level)


def limited_ial(ctx: Context, idp: str, stated: int) -> int:
    """Return what is stated, within the limits of IdP and level table as they are now."""
    node = acting_node(ctx, idp, "idp")
    return min(stated, node.max_ial, max(active_table(ctx).ials))


def pairwise_epoch(ctx: Context, idp: str, key: PublicKey) -> int:
    """Return the epoch in which an IdP carries an act of the key now. Rejects: PairwiseEnded."""
    present = pairwise_epochs.get(ctx, (idp, key), FIRST_PAIRWISE_EPOCH)
    require(not present.is_suspended and not pairwise_ends.has(ctx, key), PairwiseEnded)
    return present.epoch


def does_bear(ctx: Context, idp: str, key: PublicKey, epoch: int) -> bool:
    """Whether what the IdP carried for the key in that epoch still counts: both stand as then."""
    present = pairwise_epochs.get(ctx, (idp, key), FIRST_PAIRWISE_EPOCH)
    is_same = present.epoch == epoch and not present.is_suspended
    return is_same and not pairwise_ends.has(ctx, key) and is_acting(ctx, idp, "idp")


def standing_accepts(ctx: Context, req_id: bytes, terms: Terms) -> int:
    """Return how many accepts of a request count now, at its levels: what gave them stands still.

    Their IdPs act and work with the relying party, within limits that reach the levels, for a key
    that has not ended there.
    """
    answers = responses.page(ctx, (req_id,), limit=IDPS_ASKED_MAX)
    return len([1 for place, answer in answers if does_accept(ctx, place[1], answer, terms)])


def does_accept(ctx: Context, idp: str, answer: Response, terms: Terms) -> bool:
    """Whether an IdP's accept of a request counts now, at the levels that were asked."""
    key = answer.citizen_key
    if answer.decision != ACCEPT or key is None or not does_bear(ctx, idp, key, answer.epoch):
        return False
    if not do_work_together(ctx, terms.rp, idp, terms.namespace):
        return False
    node = acting_node(ctx, idp, "idp")
    ial, aal = limited_ial(ctx, idp, answer.ial), min(answer.aal, node.max_aal)
    return ial >= terms.min_ial and aal >= terms.min_aal


def take_back(ctx: Context, kind: str, name: bytes, key: PublicKey) -> None:
    """Remember that the key takes back what is not on the ledger. Rejects: TakenBackBefore."""
    require_not_taken_back(ctx, kind, name, key)
    taken_back.save(ctx, (kind, name, key), now_s(ctx))
    emit(ctx, TakenBack(kind, name, key))


def require_not_taken_back(ctx: Context, kind: str, name: bytes, key: PublicKey) -> None:
    """Reject with TakenBackBefore what the key has taken back."""
    require(not taken_back.has(ctx, (kind, name, key)), TakenBackBefore)
