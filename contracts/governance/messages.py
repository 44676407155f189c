"""What may be asked of governance. A slug is written in a-z, 0-9 and hyphens."""

from typing import Annotated

from contracts.governance.network.messages import (
    ContractUpgrade,
    NodeAdmission,
    NodeRetirement,
    SeatChange,
    StolenKey,
)
from contracts.sdk import Address, Chars, CountMax, Range, message, record

# The codes of kinds are stable: other contracts ask for them by name.
KINDS = (
    "validator",
    "central-bank",
    "bank",
    "idp",
    "rp",
    "as",
    "fvs",
    "complaint-handler",
    "supervisor",
    "registrar",
    "election-authority",
    "merchant-acquirer",
    "court",
    "trustee",
)
ACTIVE = "active"
SUSPENDED = "suspended"

SLUG_CHARS_MAX = 32
NAME_CHARS_MAX = 120
KINDS_MAX = 14
ROLES_MAX = 16
COUNT_MAX = 2**53

Slug = Annotated[str, Chars(1, SLUG_CHARS_MAX)]
Name = Annotated[str, Chars(1, NAME_CHARS_MAX)]
Kinds = Annotated[tuple[Slug, ...], CountMax(KINDS_MAX, low=1)]
Roles = Annotated[tuple[Slug, ...], CountMax(ROLES_MAX, low=1)]
Number = Annotated[int, Range(1, COUNT_MAX)]
TimeMs = Annotated[int, Range(1, COUNT_MAX)]
Height = Annotated[int, Range(1, COUNT_MAX)]


@record
class Admission:
    """A new agency, active from the execution on."""

    agency_id: Slug
    name_th: Name
    name_en: Name
    kinds: Kinds
    administrator: Address


@record
class StatusChange:
    """Suspend an agency, or reinstate it: "suspended" or "active"."""

    agency_id: Slug
    status: Slug


@record
class KindsChange:
    """Give an agency these kinds instead of those it has."""

    agency_id: Slug
    kinds: Kinds


@record
class ParameterChange:
    """Set a parameter within its bounds."""

    name: Slug
    value: int


@record
class AdministratorChange:
    """Put an agency under another account, whatever its administrator says."""

    agency_id: Slug
    administrator: Address


@record
class Change:
    """What a proposal would do: exactly one of these is given."""

    admission: Admission | None
    status: StatusChange | None
    kinds: KindsChange | None
    parameter: ParameterChange | None
    administrator: AdministratorChange | None
    seat: SeatChange | None
    node: NodeAdmission | None
    retirement: NodeRetirement | None
    stolen: StolenKey | None
    upgrade: ContractUpgrade | None


@message
class AddOfficer:
    """Make an account an officer of the agency, with these roles."""

    agency_id: Slug
    officer: Address
    roles: Roles


@message
class SetRoles:
    """Give an officer these roles instead of those it has."""

    agency_id: Slug
    officer: Address
    roles: Roles


@message
class SetOfficerStatus:
    """Suspend an officer, or let it act again: "suspended" or "active"."""

    agency_id: Slug
    officer: Address
    status: Slug


@message
class RemoveOfficer:
    """End an officer's work for the agency."""

    agency_id: Slug
    officer: Address


@message
class ChangeAdministrator:
    """Hand the agency over to another account."""

    agency_id: Slug
    administrator: Address


@message
class Propose:
    """Ask the member agencies for a change, to be executed from a time on, before another."""

    change: Change
    execute_at_ms: TimeMs
    expires_at_ms: TimeMs


@message
class Vote:
    """Say yes or no to a proposal for the sender's agency, once."""

    proposal: Number
    is_yes: bool


@message
class Execute:
    """Do what a proposal asks, now that its height is reached and enough members say yes."""

    proposal: Number


@message
class Withdraw:
    """Take a proposal back."""

    proposal: Number
