"""What several features remember: level tables, nodes, subjects, attestations, the trail.

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
    PadLevel,
    PadLimits,
    RecoveryPolicy,
    ReuseLimits,
    Seq,
    Services,
    Slug,
    SlugOrNothing,
    Slugs,
    TagVersion,
    Time,
)
from contracts.sdk import Address, Contract, Counter, CountMax, Digest, Map, PublicKey, record

contract = Contract("identity", version=1)


KEYS_MAX = 16
IDPS_MAX = 16


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
    """Who makes the tags of a kind of identifier; unique if one person has one."""

    authority: AgencyId
    is_unique: bool
    tag_version: TagVersion  # of the authority's key for tags


@record
class Service:
    """A kind of data, the levels that it needs and who may release it."""

    min_ial: Level
    min_aal: Level
    sources: AgencyIds


@record
class SubjectKey:
    """A citizen's key and the highest AAL that it can give."""

    key: PublicKey
    kind: Slug
    aal_cap: Level


@record
class Subject:
    """A person, under a random name; `epoch` counts recoveries, which end all sessions."""

    namespace: Slug
    uid_tag: Commit
    tag_version: TagVersion
    majority_at: Time  # a minor until then; 0 for an adult
    status: Slug
    keys: Annotated[tuple[SubjectKey, ...], CountMax(KEYS_MAX)]
    idps: Annotated[tuple[AgencyId, ...], CountMax(IDPS_MAX)]
    recovery: RecoveryPolicy
    seq: Seq
    epoch: Count


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
    evidence: Id | None
    issued_at: Time
    expires_at: Time
    status: Slug
    table_version: Count


@record
class Terms:
    """What a request asks; never changes."""

    rp: AgencyId
    namespace: Slug
    min_ial: Level
    min_aal: Level
    max_age_s: Time
    purpose: Slug
    scope_commit: Commit
    msg_hash: Commit
    idps: Annotated[tuple[AgencyId, ...], CountMax(50)]
    min_idp: Count
    services: Services
    retention_days: Days
    mode: Slug
    opened_at: Time
    expires_at: Time
    table_version: Count
    on_behalf_of: PublicKey | None  # the pairwise key of who gave the mandate
    digest: Digest  # of all that was asked: what citizens sign


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
    """An IdP's answer; `ses_id` names the session that it reused."""

    handle: Id
    ial: Level
    aal: Level
    auth_time: Time
    decision: Slug
    error: SlugOrNothing
    trail_tag: Commit
    citizen_key: PublicKey | None
    ses_id: Id | None
    at: Time


@record
class DayCount:
    """How many attestations an issuer made in a day of block time."""

    day: Count
    count: Count


level_tables = Map[int, LevelTable]("level_tables")  # version -> table
last_table = Counter("last_table")

nodes = Map[AgencyId, Node]("nodes")  # agency id
namespaces = Map[Slug, Namespace]("namespaces")
services = Map[Slug, Service]("services")
purposes = Map[Slug, bool]("purposes")  # -> whether an earlier sign-on may serve
quotas = Map[AgencyId, int]("quotas")  # attestations a day
error_codes = Map[tuple[Slug, Slug], bool]("error_codes")  # (idp or as, code) -> in use

subjects = Map[Id, Subject]("subjects")
key_accounts = Map[Address, Height]("key_accounts")  # of subjects' and nodes' keys -> since when
recoveries = Map[Id, Recovery]("recoveries")  # sid -> the last recovery
attestations = Map[Id, Attestation]("attestations")
issued_today = Map[AgencyId, DayCount]("issued_today")  # by issuer
attestations_of = Map[Id, Ids]("attestations_of")  # sid -> attestations not expired when issued

terms_of = Map[Id, Terms]("terms", is_frozen=True)  # req_id
progress_of = Map[Id, Progress]("progress")  # req_id
responses = Map[tuple[Id, AgencyId], Response]("responses")  # (req_id, idp)
open_disputes = Map[Id, int]("open_disputes")  # sid -> number
