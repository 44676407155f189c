"""What disputes leave behind."""

from contracts.identity.core.messages import AgencyId, Id, Time
from contracts.sdk import Map, record


@record
class DisputeCase:
    """A citizen's claim that a response was not theirs."""

    idp: AgencyId
    opened_at: Time
    is_open: bool


disputes = Map[tuple[Id, Id], DisputeCase]("disputes")  # (req_id, sid)
