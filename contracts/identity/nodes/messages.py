"""What may be asked about nodes, levels and services, what observers learn, and what is refused."""

from typing import Annotated

from contracts.identity.core.messages import (
    AgencyId,
    AgencyIds,
    BoxKey,
    Client,
    Count,
    Endpoint,
    Level,
    Levels,
    NodeKeys,
    PadLimits,
    Reason,
    RetentionDays,
    ReuseLimits,
    Slug,
    Slugs,
    Statement,
    Time,
)
from contracts.sdk import (
    ContractError,
    PublicKey,
    Range,
    Signature,
    encode,
    event,
    message,
)


@message
class SetLevelTable:
    """Replace the levels and the limits of reuse from the time `activates_at` on."""

    version: Annotated[int, Range(1, 2**31)]
    ials: Levels
    aals: Levels
    reuse: ReuseLimits
    pads: PadLimits
    activates_at: Time


@message
class RegisterNode:
    """Let an agency take part: its levels, namespaces and keys. It starts as pending."""

    agency: AgencyId
    sector: Slug
    max_ial: Level
    max_aal: Level
    namespaces: Slugs
    keys: NodeKeys


@message
class SetNodeStatus:
    """Activate, suspend or retire a node."""

    agency: AgencyId
    status: Slug
    reason: Reason


@message
class SetNodeLimits:
    """Change the highest levels and the namespaces of a node, from now on."""

    agency: AgencyId
    max_ial: Level
    max_aal: Level
    namespaces: Slugs


@message
class SetQuota:
    """Change how many attestations a node may issue in a day of block time."""

    agency: AgencyId
    a_day: Annotated[int, Range(0, 10_000_000)]


@message
class SetRetention:
    """Change how long requests and consents stay that are over: the legal period."""

    days: RetentionDays


@message
class RotateNodeKey:
    """Add a key to the sender's node; its other keys end after `overlap_s`."""

    agency: AgencyId
    new_key: PublicKey
    overlap_s: Annotated[int, Range(0, 2**31)]
    proof: Signature  # by new_key, over possession_of_node_key


@message
class SetContact:
    """State where the sender's node is reached and what it reads; older versions stay readable."""

    agency: AgencyId
    endpoint: Endpoint
    box_key: BoxKey


@message
class SetClient:
    """State an application of the sender's node; its client_id is `agency`.`name`."""

    agency: AgencyId
    name: Slug
    client: Client


@message
class SetWhitelist:
    """Name the agencies that the sender's node works with; an empty list means all."""

    agency: AgencyId
    allowed: AgencyIds


@message
class SetNamespace:
    """Name who makes the tags of a namespace, and whether one person has one identifier in it."""

    namespace: Slug
    authority: AgencyId
    is_unique: bool


@message
class SetService:
    """Name a kind of data, the levels it needs and the sources that may release it."""

    service: Slug
    min_ial: Level
    min_aal: Level
    sources: AgencyIds


@message
class SetPurpose:
    """Say whether requests of a purpose may be answered by an earlier sign-on."""

    purpose: Slug
    is_reusable: bool


@message
class SetErrorCode:
    """Register why IdPs ("idp") or sources ("as") may say that they cannot answer, or end it."""

    side: Slug
    code: Slug
    is_in_use: bool


def possession_of_node_key(chain_id: str, msg: RotateNodeKey) -> Statement:
    """Return what the new key of a node signs."""
    return "identity/node-key", encode((chain_id, msg.agency, msg.new_key))


class UnknownSide(ContractError):
    """Codes of errors are of IdPs or of sources (idp, as)."""


class NodeStatusOutOfOrder(ContractError):
    """A node's status cannot become this one from what it is."""


class BadTableVersion(ContractError):
    """The version of the level table is not one more than the last."""


class TableNotAhead(ContractError):
    """The table's time is not ahead, or the last table is not yet in force."""


class DuplicateNode(ContractError):
    """The agency is a node already."""


class UnknownAgency(ContractError):
    """Governance knows no active agency of this id that could be a node."""


class OverlapTooLong(ContractError):
    """Old keys of a node end within 24 hours of a rotation."""


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key."""


class BadEndpoint(ContractError):
    """An endpoint is an https:// address of ASCII letters, digits and -._~:/[] alone."""


class BadClientAddress(ContractError):
    """An application's addresses are https://, or http://127.0.0.1 or http://[::1]; one returns."""


class BadClientProfile(ContractError):
    """A profile is basic or fapi2, and fapi2 is of applications that have keys and no secret."""


class AlwaysFresh(ContractError):
    """This purpose is never served by an earlier sign-on."""


@event
class LevelTableSet:
    """A level table will be in force."""

    version: Count
    activates_at: Time


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
class RetentionSet:
    """What is over stays so many days."""

    days: RetentionDays


@event
class QuotaSet:
    """A node may issue so many attestations a day."""

    agency: AgencyId
    a_day: Count


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
class ContactSet:
    """A node is reached elsewhere, or reads with another key, from now on."""

    agency: AgencyId
    version: Count


@event
class ClientSet:
    """An application of a node may sign citizens on, or is changed."""

    agency: AgencyId
    name: Slug


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
class ErrorCodeSet:
    """A code of an error may be used, or no longer."""

    side: Slug
    code: Slug
    is_in_use: bool
