"""What several features remember: levels, nodes, subjects, attestations, requests, consents.

No personal data: identifiers are random, the rest commitments.
"""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    AgencyIds,
    Commit,
    Count,
    Days,
    Height,
    Id,
    Ids,
    Level,
    Levels,
    MatchUse,
    PadLevel,
    PadLimits,
    RecoveryPolicy,
    RetentionDays,
    ReuseLimits,
    Seq,
    Services,
    Slug,
    SlugOrNothing,
    Slugs,
    TagVersion,
    Time,
)
from contracts.sdk import Address, Contract, Counter, CountMax, Digest, Item, Map, PublicKey, record

contract = Contract("identity", version=1)


KEYS_MAX = 16
KEYS_HELD_MAX = 32  # of a subject, with those that the registry gave back
IDPS_MAX = 16
IDPS_ASKED_MAX = 50  # of a request
DISPUTES_MAX = 200  # of a request's answers together
CONSENTS_MAX = 16  # of one request, one after the other


@record
class PairwiseEpoch:
    """How a pairwise key stands at an IdP: what it carried in an earlier epoch counts no more."""

    epoch: Count
    is_suspended: bool


FIRST_PAIRWISE_EPOCH = PairwiseEpoch(epoch=0, is_suspended=False)


@record
class LevelTable:
    """Levels, how old a reused sign-on may be, what a face match must show; from a time on."""

    version: Count
    ials: Levels
    aals: Levels
    reuse: ReuseLimits
    pads: PadLimits
    activates_at: Time


@record
class NodeKey:
    """A key that signs for a node; `ends_at` is 0 while it has no end."""

    key: PublicKey
    ends_at: Time


@record
class Node:
    """What an agency may do here; who acts for it is governance's to say."""

    sector: Slug
    status: Slug
    max_ial: Level
    max_aal: Level
    namespaces: Slugs
    keys: Annotated[tuple[NodeKey, ...], CountMax(KEYS_MAX)]
    whitelist: AgencyIds  # empty means all


@record
class Namespace:
    """Who makes the tags of a kind of identifier; unique if one person has one.

    Nobody is registered while another than the authority made the tags in use.
    """

    authority: AgencyId
    is_unique: bool
    tag_version: TagVersion  # of the key for tags
    tag_authority: AgencyId  # whose key it is


@record
class Service:
    """A kind of data, the levels that it needs and who may release it."""

    min_ial: Level
    min_aal: Level
    sources: AgencyIds


@record
class SubjectKey:
    """A citizen's key, the highest AAL that it can give, and since when it is the subject's."""

    key: PublicKey
    kind: Slug
    aal_cap: Level
    since: Time


@record
class Subject:
    """A person, under a random name; `epoch` counts recoveries, which end all sessions."""

    namespace: Slug
    uid_tag: Commit
    tag_version: TagVersion
    majority_at: Time  # a minor until then; 0 for an adult
    status: Slug
    keys: Annotated[tuple[SubjectKey, ...], CountMax(KEYS_HELD_MAX)]
    idps: Annotated[tuple[AgencyId, ...], CountMax(IDPS_MAX)]
    recovery: RecoveryPolicy
    seq: Seq
    epoch: Count


@record
class PolicyChange:
    """A recovery policy that rests until it is in force, the key that signed it and its age."""

    recovery: RecoveryPolicy
    key: PublicKey
    key_since: Time
    at: Time
    in_force_at: Time


@record
class Recovery:
    """A replacement of lost keys; `status` is held, vetoed or done."""

    new_key: PublicKey
    aal_cap: Level
    started_at: Time
    status: Slug


@record
class Attestation:
    """What an issuer states of a subject; the content stays off the chain."""

    sid: Id
    issuer: AgencyId
    kind: Slug
    ial: Level
    method: Slug
    commit: Commit
    pad_level: PadLevel  # that the issuer of a face match states; else 0
    match_for: MatchUse | None  # of a face match alone
    evidence: Id | None
    issued_at: Time
    expires_at: Time
    status: Slug
    table_version: Count
    is_barred: bool  # a supervisor suspended it; no issuer restores it


@record
class Terms:
    """What a request asks; never changes, and goes after the legal period."""

    rp: AgencyId
    namespace: Slug
    min_ial: Level
    min_aal: Level
    max_age_s: Time
    purpose: Slug
    scope_commit: Commit
    msg_hash: Commit
    idps: Annotated[tuple[AgencyId, ...], CountMax(IDPS_ASKED_MAX)]
    min_idp: Count
    services: Services
    retention_days: Days
    mode: Slug
    opened_at: Time
    expires_at: Time
    table_version: Count
    on_behalf_of: PublicKey | None  # the pairwise key of who gave the mandate


@record
class Progress:
    """How far a request is; expiry is computed from its terms.

    `releases` counts services of which enough sources have released; `person` is the pairwise key
    of the accepts, which are one person's.
    """

    state: Slug
    accepts: Count
    rejects: Count
    errors: Count
    releases: Count
    person: PublicKey | None


@record
class Response:
    """An IdP's answer; `ses_id` names the session that it reused, `epoch` is of the key there."""

    handle: Id
    ial: Level
    aal: Level
    auth_time: Time
    decision: Slug
    error: SlugOrNothing
    trail_tag: Commit
    trail_number: Count  # of the key's answers, from 0; 0 for an error, which no key gave
    citizen_key: PublicKey | None
    ses_id: Id | None
    epoch: Count
    at: Time


@record
class Consent:
    """A citizen's consent to a request's scope, that `idp` carried in the key's `epoch` there."""

    idp: AgencyId
    epoch: Count
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
    """A citizen's consent to data of a service, `times` times until `until`; `used` are used.

    `idp` carried it, in the key's `epoch` there; the levels are its word, and are judged anew at
    each release.
    """

    rp: AgencyId
    service: Slug
    scope_commit: Commit
    times: Count
    used: Count
    until: Time
    retention_days: Count
    citizen_key: PublicKey
    is_withdrawn: bool
    idp: AgencyId
    epoch: Count
    namespace: Slug
    ial: Level
    aal: Level
    sources: AgencyIds


@record
class ServiceCount:
    """How many sources have released data of a service for a request, or refused it."""

    released: Count
    refused: Count


@record
class DisputeCase:
    """A citizen's claim that a response was not theirs."""

    idp: AgencyId
    opened_at: Time
    is_open: bool


@record
class DayCount:
    """How many attestations an issuer made in a day of block time."""

    day: Count
    count: Count


level_tables = Map[int, LevelTable]("level_tables")  # version -> table
last_table = Counter("last_table")

nodes = Map[AgencyId, Node]("nodes")  # agency id
namespaces = Map[Slug, Namespace]("namespaces")
tag_counts = Map[tuple[Slug, int], int]("tag_counts")  # (namespace, version) -> tags in use
services = Map[Slug, Service]("services")
purposes = Map[Slug, bool]("purposes")  # -> whether an earlier sign-on may serve
quotas = Map[AgencyId, int]("quotas")  # attestations a day
error_codes = Map[tuple[Slug, Slug], bool]("error_codes")  # (idp or as, code) -> in use

pairwise_ends = Map[PublicKey, Time]("pairwise_ends")  # keys that ended everywhere -> when
pairwise_epochs = Map[tuple[AgencyId, PublicKey], PairwiseEpoch]("pairwise_epochs")
# (what it would be, its identifier, who took it back before it was on the ledger) -> when
taken_back = Map[tuple[Slug, Id, PublicKey], Time]("taken_back")

subjects = Map[Id, Subject]("subjects")
policy_changes = Map[Id, PolicyChange]("policy_changes")  # sid -> the last
policy_since = Map[Id, Time]("policy_since")  # sid -> when the one before that was set
key_accounts = Map[Address, Height]("key_accounts")  # of subjects' and nodes' keys -> since when
recoveries = Map[Id, Recovery]("recoveries")  # sid -> the last recovery
attestations = Map[Id, Attestation]("attestations")
issued_today = Map[AgencyId, DayCount]("issued_today")  # by issuer
spent_evidence = Map[Id, Id]("spent_evidence")  # face match -> the subject for whom it served
# (sid, kind, issuer) -> its attestations that were neither final nor expired at the last
attestations_of = Map[tuple[Id, Slug, AgencyId], Ids]("attestations_of")

asked_digests = Map[Id, Digest]("asked_digests", is_frozen=True)  # req_id -> all that was asked
terms_of = Map[Id, Terms]("terms")  # req_id
progress_of = Map[Id, Progress]("progress")  # req_id
responses = Map[tuple[Id, AgencyId], Response]("responses")  # (req_id, idp)
open_disputes = Map[Id, int]("open_disputes")  # sid -> number

Consents = Annotated[tuple[Id, ...], CountMax(CONSENTS_MAX)]

consents = Map[Id, Consent]("consents")
consents_of = Map[Id, Consents]("consents_of")  # req_id -> all its consents, the last may be live
releases = Map[tuple[Id, Slug, AgencyId], Release]("releases")  # (req_id, service, source)
refusals = Map[tuple[Id, Slug, AgencyId], Slug]("refusals")  # the same -> code of the error
service_counts = Map[tuple[Id, Slug], ServiceCount]("service_counts")  # (req_id, service)
standings = Map[Id, Standing]("standings")  # con_id
repeated = Map[tuple[Id, int], Release]("repeated")  # (con_id, number from 1)
disputes = Map[tuple[Id, Id], DisputeCase]("disputes")  # (req_id, sid)
dispute_counts = Map[Id, int]("dispute_counts")  # req_id -> disputes, settled ones too

RETENTION_DAYS = 3_660  # ten years, until the supervisor says otherwise

retention = Item[RetentionDays]("retention")  # days; RETENTION_DAYS while it is absent
