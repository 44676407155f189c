"""What supervisors and agencies ask of the register of nodes, levels and services."""

from typing import Annotated

from contracts.identity.fields import (
    AgencyId,
    AgencyIds,
    Height,
    Level,
    Levels,
    NodeKeys,
    Reason,
    ReuseLimits,
    Slug,
    Slugs,
)
from contracts.sdk import PublicKey, Range, Signature, encode, message

Statement = tuple[str, bytes]  # the tag and the bytes that a key signs: key.sign(*statement)

UNSIGNED = Signature(bytes(64))  # holds the place of a signature until it is made


@message
class SetLevelTable:
    """Replace the levels and the limits of reuse from the height `activates_at` on."""

    version: Annotated[int, Range(1, 2**31)]
    ials: Levels
    aals: Levels
    reuse: ReuseLimits
    activates_at: Height


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
class RotateNodeKey:
    """Add a key to the sender's node; its other keys end after `overlap_s`."""

    agency: AgencyId
    new_key: PublicKey
    overlap_s: Annotated[int, Range(0, 2**31)]
    proof: Signature  # by new_key, over possession_of_node_key


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


def possession_of_node_key(chain_id: str, msg: RotateNodeKey) -> Statement:
    """Return what the new key of a node signs."""
    return "identity/node-key", encode((chain_id, msg.agency, msg.new_key))
