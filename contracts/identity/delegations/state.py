"""What delegations leave behind."""

from contracts.identity.core.messages import AgencyId, Commit, Count, Id, Ids, Slug, Slugs, Time
from contracts.sdk import Map, PublicKey, record

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


@record
class Mandate:
    """Who acts for whom in a sector, by their pairwise keys, in what and how long.

    `idp` carried it, in the giving key's `epoch` there.
    """

    sector: Slug
    purposes: Slugs
    expires_at: Time
    principal_key: PublicKey
    delegate_key: PublicKey
    idp: AgencyId
    epoch: Count
    is_ended: bool


delegations = Map[Id, Delegation]("delegations")
given = Map[Id, Ids]("given")  # principal -> delegations not over when the last was added
held = Map[Id, Ids]("held")  # delegate -> the same

mandates = Map[Id, Mandate]("mandates")
mandates_given = Map[PublicKey, Ids]("mandates_given")  # principal's key -> as `given`
mandates_held = Map[PublicKey, Ids]("mandates_held")  # delegate's key -> the same
