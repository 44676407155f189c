"""What delegations leave behind."""

from contracts.identity.core.messages import AgencyId, Commit, Id, Ids, Slug, Slugs, Time
from contracts.sdk import Map, record

DELEGATIONS_MAX = 16


@record
class Delegation:
    """Who acts for whom, in what, how long and why."""

    grantor: AgencyId
    principal: Id
    delegate: Id
    purposes: Slugs
    expires_at: Time
    basis: Slug
    basis_commit: Commit | None
    is_revoked: bool


delegations = Map[Id, Delegation]("delegations")
given = Map[Id, Ids]("given")  # principal -> delegations not over when the last was added
held = Map[Id, Ids]("held")  # delegate -> the same
