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


@record
class Standing:
    """A citizen's consent to data of a service, `times` times until `until`; `used` are used."""

    rp: AgencyId
    service: Slug
    scope_commit: Commit
    times: Count
    used: Count
    until: Time
    retention_days: Count
    citizen_key: PublicKey
    is_withdrawn: bool


@record
class ServiceCount:
    """How many sources have released data of a service for a request, or refused it."""

    released: Count
    refused: Count


consents = Map[Id, Consent]("consents")
consent_of = Map[Id, Id]("consent_of")  # req_id -> the last consent
releases = Map[tuple[Id, Slug, AgencyId], Release]("releases")  # (req_id, service, source)
refusals = Map[tuple[Id, Slug, AgencyId], Slug]("refusals")  # the same -> code of the error
service_counts = Map[tuple[Id, Slug], ServiceCount]("service_counts")  # (req_id, service)
standings = Map[Id, Standing]("standings")  # con_id
repeated = Map[tuple[Id, int], Release]("repeated")  # (con_id, number from 1)
