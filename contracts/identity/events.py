"""What observers learn of identity: who acted on which random identifier, and when."""

from contracts.identity.fields import AgencyId, Id, Level, Reason, Slug, Time
from contracts.identity.state import Count
from contracts.sdk import PublicKey, event


@event
class LevelTableSet:
    """A level table will be in force."""

    version: Count
    activates_at: Count


@event
class NodeRegistered:
    """An agency became a node, pending."""

    agency: AgencyId
    max_ial: Level
    max_aal: Level


@event
class NodeStatusSet:
    """A node was activated, suspended or retired."""

    agency: AgencyId
    status: Slug
    reason: Reason


@event
class NodeLimitsSet:
    """A node's highest levels changed."""

    agency: AgencyId
    max_ial: Level
    max_aal: Level


@event
class NodeKeyRotated:
    """A node has a new key; the others end at the time given."""

    agency: AgencyId
    new_key: PublicKey
    others_end_at: Time


@event
class WhitelistSet:
    """A node changed whom it works with."""

    agency: AgencyId


@event
class NamespaceSet:
    """A namespace has this authority."""

    namespace: Slug
    authority: AgencyId


@event
class ServiceSet:
    """A service was defined."""

    service: Slug


@event
class PurposeSet:
    """A purpose may or may not be served by an earlier sign-on."""

    purpose: Slug
    is_reusable: bool


@event
class SubjectCreated:
    """A person was registered."""

    sid: Id
    namespace: Slug
    agency: AgencyId


@event
class IdpLinked:
    """Another IdP acts for a subject."""

    sid: Id
    agency: AgencyId


@event
class KeyAdded:
    """A subject has another key."""

    sid: Id
    key: PublicKey
    aal_cap: Level


@event
class KeyRevoked:
    """A subject has lost a key."""

    sid: Id
    key: PublicKey


@event
class RecoveryPolicySet:
    """A subject changed how its keys are recovered."""

    sid: Id


@event
class SubjectStatusSet:
    """A subject was frozen, or the freeze lifted."""

    sid: Id
    status: Slug


@event
class RecoveryStarted:
    """A subject's keys will be replaced at the end of the hold."""

    sid: Id
    new_key: PublicKey
    ends_at: Time


@event
class RecoveryVetoed:
    """A present key stopped a recovery."""

    sid: Id


@event
class Recovered:
    """The new key is in force; old keys and sessions have ended."""

    sid: Id
    new_key: PublicKey


@event
class Attested:
    """An issuer stated something of a subject."""

    att_id: Id
    sid: Id
    issuer: AgencyId
    kind: Slug
    ial: Level


@event
class AttestationStatusSet:
    """An attestation was suspended, restored, revoked or superseded."""

    att_id: Id
    sid: Id
    status: Slug


@event
class RequestOpened:
    """A relying party asks for a citizen."""

    req_id: Id
    rp: AgencyId
    purpose: Slug
    expires_at: Time


@event
class Responded:
    """An IdP answered; `state` is the request's afterwards."""

    req_id: Id
    idp: AgencyId
    handle: Id
    decision: Slug
    state: Slug


@event
class RequestStateSet:
    """The relying party moved its request on."""

    req_id: Id
    rp: AgencyId
    state: Slug


@event
class ConsentGranted:
    """A citizen consented."""

    con_id: Id
    req_id: Id
    handle: Id


@event
class ConsentWithdrawn:
    """A citizen took a consent back."""

    con_id: Id
    req_id: Id


@event
class DataReleased:
    """A source released data under a consent."""

    req_id: Id
    source: AgencyId
    service: Slug
    con_id: Id


@event
class SessionOpened:
    """A sign-on may be used again."""

    ses_id: Id
    req_id: Id
    idp: AgencyId
    expires_at: Time


@event
class SessionReused:
    """A request was answered by an earlier sign-on."""

    ses_id: Id
    req_id: Id
    idp: AgencyId
    rp: AgencyId


@event
class SignedOff:
    """A session is over."""

    ses_id: Id


@event
class Delegated:
    """Someone may act for another."""

    del_id: Id
    principal: Id
    delegate: Id
    basis: Slug


@event
class DelegationRevoked:
    """A delegation has ended."""

    del_id: Id


@event
class Disputed:
    """A citizen says that a response was not theirs."""

    req_id: Id
    sid: Id
    idp: AgencyId


@event
class DisputeResolved:
    """A supervisor settled a dispute."""

    req_id: Id
    sid: Id
