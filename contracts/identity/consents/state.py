"""What consents leave behind, and how queries answer."""

from contracts.identity.core.messages import AgencyId, Commit, Count, Id, Slug, Time
from contracts.sdk import Map, PublicKey, record


@record
class Consent:
    """A citizen's consent to a request's scope."""

    req_id: Id
    handle: Id
    scope_commit: Commit
    retention_days: Count
    granted_at: Time
    expires_at: Time
    citizen_key: PublicKey
    is_withdrawn: bool


@record
class ConsentState:
    """A consent, and what it is now: granted, withdrawn or expired."""

    consent: Consent
    state: Slug


@record
class Release:
    """That a source released data under a consent."""

    source: AgencyId
    con_id: Id
    data_commit: Commit
    at: Time


consents = Map[Id, Consent]("consents")
consent_of = Map[Id, Id]("consent_of")  # req_id -> the last consent
releases = Map[tuple[Id, Slug], Release]("releases")  # (req_id, service)
