"""Who may act now: agencies, as governance says, and persons, as they stand here."""

from contracts.identity.core.messages import (
    ADULT,
    FROZEN,
    MINOR,
    NODE_ACTIVE,
    SUBJECT_CLOSED,
    InHold,
    NodeInactive,
    NotLinked,
    NotOwner,
    SubjectClosed,
    SubjectFrozen,
    UnknownNamespace,
    UnknownSubject,
)
from contracts.identity.core.rules import ROLE, SUPERVISOR, is_known, now_s
from contracts.identity.core.state import Subject, namespaces, nodes, recoveries, subjects
from contracts.sdk import Context, PublicKey, require
from contracts.sdk.roles import AnyMessage, OfAgency, administers, administers_kind, has_role

HELD = "held"


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
