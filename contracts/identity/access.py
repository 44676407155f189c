"""Who may call, as governance says; and what state says of nodes, levels and subjects now."""

from contracts.identity.errors import (
    BadLevel,
    BadSeq,
    InHold,
    NodeInactive,
    NotLinked,
    NotSubject,
    SubjectFrozen,
    UnknownAttestation,
    UnknownNode,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.fields import ACTIVE, FROZEN, NODE_ACTIVE, PROOFING
from contracts.identity.messages import (
    AcknowledgeRequest,
    AddKey,
    AsRespond,
    CancelRequest,
    CloseRequest,
    CreateSubject,
    EndSession,
    GrantConsent,
    GrantDelegation,
    IssueAttestation,
    LinkIdp,
    OpenRequest,
    OpenSession,
    RegisterNode,
    ResolveDispute,
    Respond,
    ReuseSession,
    RevokeKey,
    RotateNodeKey,
    SetAttestation,
    SetLevelTable,
    SetNamespace,
    SetNodeLimits,
    SetNodeStatus,
    SetPurpose,
    SetRecoveryPolicy,
    SetService,
    SetSubjectStatus,
    SetWhitelist,
    StartRecovery,
)
from contracts.identity.rules import HOLD_S, NODE_KINDS, has_key, issuer_kind, now_s
from contracts.identity.state import (
    Attestation,
    LevelTable,
    Node,
    Subject,
    attestations,
    attestations_of,
    last_table,
    level_tables,
    nodes,
    open_disputes,
    recoveries,
    subjects,
)
from contracts.sdk import Context, PublicKey, require
from contracts.sdk.roles import administers, administers_kind, has_role, is_of_kind

ROLE = "identity"
SUPERVISOR = "supervisor"
HELD = "held"

BySupervisor = (
    SetLevelTable
    | RegisterNode
    | SetNodeStatus
    | SetNodeLimits
    | SetNamespace
    | SetService
    | SetPurpose
    | SetSubjectStatus
    | ResolveDispute
)
SubjectAct = LinkIdp | AddKey | RevokeKey | SetRecoveryPolicy
RequestAct = OpenRequest | Respond | AcknowledgeRequest | CloseRequest | CancelRequest
SignOnAct = GrantConsent | AsRespond | OpenSession | ReuseSession | EndSession | GrantDelegation
NodeAct = SetWhitelist | CreateSubject | StartRecovery | IssueAttestation | SetAttestation
ByAgency = SubjectAct | RequestAct | SignOnAct | NodeAct


def by_supervisor(ctx: Context, _msg: BySupervisor) -> bool:
    """Only the administrator of an active agency of kind supervisor may call."""
    return administers_kind(ctx, ctx.sender, SUPERVISOR)


def by_agency(ctx: Context, msg: ByAgency) -> bool:
    """Only who acts for `agency`: its administrator or an officer with the role identity."""
    return has_role(ctx, ctx.sender, msg.agency, ROLE)


def by_issuer_or_supervisor(ctx: Context, msg: SetAttestation) -> bool:
    """Only who acts for `agency`, or a supervisor's administrator, may call."""
    is_supervisor = administers_kind(ctx, ctx.sender, SUPERVISOR)
    return is_supervisor or has_role(ctx, ctx.sender, msg.agency, ROLE)


def by_node_administrator(ctx: Context, msg: RotateNodeKey) -> bool:
    """Only the administrator of `agency` may call."""
    return administers(ctx, ctx.sender, msg.agency)


def is_known(ctx: Context, agency: str) -> bool:
    """Whether governance knows an active agency of a kind that may be a node."""
    return any([is_of_kind(ctx, agency, kind) for kind in NODE_KINDS])


def acting_node(ctx: Context, agency: str, kind: str) -> Node:
    """Return the active node of an agency of this kind.

    Rejects: UnknownNode, NodeInactive, WrongRole.
    """
    node = nodes.load(ctx, agency, absent=UnknownNode)
    require(node.status == NODE_ACTIVE, NodeInactive)
    require(is_of_kind(ctx, agency, kind), WrongRole)
    return node


def signs_for(ctx: Context, agency: str, key: PublicKey) -> bool:
    """Whether `key` is one of the agency's node, which is active, and has not ended."""
    node = nodes.get(ctx, agency, None)
    if node is None or node.status != NODE_ACTIVE or not is_known(ctx, agency):
        return False
    live = [held for held in node.keys if held.ends_at == 0 or held.ends_at > now_s(ctx)]
    return any([held.key == key for held in live])


def is_acting(ctx: Context, agency: str, kind: str) -> bool:
    """Whether node and agency are active, and the agency of this kind."""
    node = nodes.get(ctx, agency, None)
    return node is not None and node.status == NODE_ACTIVE and is_of_kind(ctx, agency, kind)


def do_work_together(ctx: Context, rp: str, idp: str, namespace: str) -> bool:
    """Whether the relying party has the namespace and both whitelists pass."""
    asking = nodes.get(ctx, rp, None)
    answering = nodes.get(ctx, idp, None)
    if asking is None or answering is None or namespace not in asking.namespaces:
        return False
    passes_asking = len(asking.whitelist) == 0 or idp in asking.whitelist
    return passes_asking and (len(answering.whitelist) == 0 or rp in answering.whitelist)


def active_table(ctx: Context) -> LevelTable:
    """Return the level table in force: the last, or the one before while that is ahead."""
    last = last_table.get(ctx)
    table = level_tables.load(ctx, last, absent=BadLevel)
    if table.activates_at <= ctx.height:
        return table
    return level_tables.load(ctx, last - 1, absent=BadLevel)


def require_levels(ctx: Context, ial: int, aal: int) -> None:
    """Reject with BadLevel levels that are not in the table in force."""
    table = active_table(ctx)
    require(ial in table.ials, BadLevel, field="ial", level=ial)
    require(aal in table.aals, BadLevel, field="aal", level=aal)


def is_in_hold(ctx: Context, sid: bytes) -> bool:
    """Whether a recovery of the subject waits for its end, its hold over or not.

    Until somebody finishes it, old keys would count; so it holds until then.
    """
    recovery = recoveries.get(ctx, sid, None)
    return recovery is not None and recovery.status == HELD


def is_hold_over(ctx: Context, started_at: int) -> bool:
    """Whether 72 hours have passed since a recovery started."""
    return now_s(ctx) >= started_at + HOLD_S


def free_subject(ctx: Context, sid: bytes) -> Subject:
    """Return a subject that may act. Rejects: UnknownSubject, SubjectFrozen, InHold."""
    subject = subjects.load(ctx, sid, absent=UnknownSubject)
    require(subject.status != FROZEN, SubjectFrozen)
    require(not is_in_hold(ctx, sid), InHold)
    return subject


def acting_subject(ctx: Context, msg: SubjectAct) -> Subject:
    """Return the subject whose key signed `msg`, which is its next act.

    Rejects: UnknownSubject, SubjectFrozen, InHold, NotSubject, BadSeq.
    """
    subject = free_subject(ctx, msg.sid)
    require(has_key(subject, msg.key), NotSubject)
    require(msg.seq == subject.seq + 1, BadSeq, expected=subject.seq + 1)
    return subject


def require_linked(subject: Subject, agency: str) -> None:
    """Reject with NotLinked an IdP that does not act for the subject."""
    require(agency in subject.idps, NotLinked)


def is_usable(ctx: Context, found: Attestation) -> bool:
    """Whether an attestation counts now: active, not expired, and its issuer still vouches."""
    if found.status != ACTIVE or now_s(ctx) >= found.expires_at:
        return False
    node = nodes.get(ctx, found.issuer, None)
    if node is None or node.max_ial < found.ial:
        return False
    return is_acting(ctx, found.issuer, issuer_kind(found.kind))


def attestation_for(ctx: Context, att_id: bytes, sid: bytes) -> Attestation:
    """Return an attestation of this subject. Rejects: UnknownAttestation."""
    found = attestations.load(ctx, att_id, absent=UnknownAttestation)
    require(found.sid == sid, UnknownAttestation)
    return found


def effective_ial_of(ctx: Context, sid: bytes) -> int:
    """Return the highest IAL of usable proofings, the lowest while a dispute is open; else 0."""
    levels = []
    for att_id in attestations_of.get(ctx, sid, ()):
        found = attestation_for(ctx, att_id, sid)
        if found.kind == PROOFING and is_usable(ctx, found):
            levels.append(found.ial)
    if len(levels) == 0:
        return 0
    return min(levels) if open_disputes.get(ctx, sid, 0) > 0 else max(levels)
