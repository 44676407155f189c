"""Who may call, as governance says: supervisors, and who acts for an agency."""

from contracts.identity.core.rules import ROLE, SUPERVISOR
from contracts.sdk import Context
from contracts.sdk.roles import AnyMessage, OfAgency, administers, administers_kind, has_role


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
