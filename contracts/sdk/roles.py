"""Whom an account acts for, as the contract governance says now."""

from typing import Protocol, TypeAlias

from contracts.sdk.context import Context
from primitives.ids import Address

_GOVERNANCE = "governance"

AnyMessage: TypeAlias = object  # of which a rule reads nothing


class OfAgency(Protocol):
    """A message that names the agency for which it is sent."""

    @property
    def agency(self) -> str:
        """The agency's id."""


def has_role(ctx: Context, account: Address, agency: str, role: str) -> bool:
    """Whether the account administers the active agency, or is its active officer with the role."""
    return bool(ctx.call(_GOVERNANCE).has_role(account, agency, role))


def administers(ctx: Context, account: Address, agency: str) -> bool:
    """Whether the account is the administrator of the active agency."""
    return bool(ctx.call(_GOVERNANCE).is_administrator(account, agency))


def administers_kind(ctx: Context, account: Address, kind: str) -> bool:
    """Whether the account is the administrator of an active agency of this kind."""
    return bool(ctx.call(_GOVERNANCE).administers_kind(account, kind))


def is_of_kind(ctx: Context, agency: str, kind: str) -> bool:
    """Whether the agency exists, is active and of this kind."""
    return bool(ctx.call(_GOVERNANCE).has_kind(agency, kind))
