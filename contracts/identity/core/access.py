"""Who may call, as governance says: supervisors, and who acts for an agency."""

from contracts.identity.attestations.messages import IssueAttestation, SetAttestation
from contracts.identity.consents.messages import AsRespond, GrantConsent
from contracts.identity.core.rules import ROLE, SUPERVISOR
from contracts.identity.delegations.messages import GrantDelegation
from contracts.identity.disputes.messages import ResolveDispute
from contracts.identity.nodes.messages import (
    RegisterNode,
    RotateNodeKey,
    SetLevelTable,
    SetNamespace,
    SetNodeLimits,
    SetNodeStatus,
    SetPurpose,
    SetService,
    SetWhitelist,
)
from contracts.identity.requests.messages import (
    AcknowledgeRequest,
    CancelRequest,
    CloseRequest,
    OpenRequest,
    Respond,
)
from contracts.identity.sessions.messages import EndSession, OpenSession, ReuseSession
from contracts.identity.subjects.messages import (
    CreateSubject,
    SetSubjectStatus,
    StartRecovery,
    SubjectAct,
)
from contracts.sdk import Context
from contracts.sdk.roles import administers, administers_kind, has_role

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
