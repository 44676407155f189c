"""What governance remembers."""

from contracts.governance.messages import Change, Kinds, Name, Number, Roles, Slug, TimeMs
from contracts.sdk import Address, Contract, Counter, Map, record

contract = Contract("governance", version=1)

OPEN = "open"
EXECUTED = "executed"
WITHDRAWN = "withdrawn"


@record
class Agency:
    """An agency; `status` is "active" or "suspended"."""

    agency_id: Slug
    name_th: Name
    name_en: Name
    kinds: Kinds
    administrator: Address
    status: Slug


@record
class Officer:
    """Someone who acts for an agency; `status` is "active" or "suspended"."""

    officer: Address
    roles: Roles
    status: Slug


@record
class Tally:
    """The votes of those who are members; members who have not voted are in no number."""

    yes: int
    no: int
    members: int


@record
class Proposal:
    """A change that an agency has proposed; `status` is "open", "executed" or "withdrawn".

    `final` are the votes that counted when it was closed.
    """

    agency_id: Slug
    change: Change
    execute_at_ms: TimeMs
    expires_at_ms: TimeMs
    status: Slug
    final: Tally | None


agencies = Map[Slug, Agency]("agencies")  # agency id -> agency
administrators = Map[Address, Slug]("administrators")  # account -> the one agency that it runs
members = Map[Slug, int]("members")  # active agency of kind validator -> height since when
member_count = Counter("member_count")  # of `members`: light clients cannot count a map
officers = Map[tuple[Slug, Address], Officer]("officers")  # (agency id, account)
officer_posts = Map[Address, int]("officer_posts")  # account -> agencies whose officer it is
officer_counts = Map[Slug, int]("officer_counts")  # agency id -> number of its officers
parameters = Map[Slug, int]("parameters")  # name -> value

proposals = Map[Number, Proposal]("proposals")  # number, from 1
proposals_made = Counter("proposals_made")
votes = Map[tuple[Number, Slug], bool]("votes")  # (number, agency id) -> whether it says yes
