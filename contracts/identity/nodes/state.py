"""Every key that a node ever had, and every way to reach it; the register itself is in `core`."""

from typing import Annotated

from contracts.identity.core.messages import AgencyId, BoxKey, Client, Count, Endpoint, Slug, Time
from contracts.sdk import CountMax, Map, PublicKey, record


@record
class KeyPeriod:
    """Whose signing key it is and while it signs: from `since`, until `ends_at` unless that is 0.

    It stays after its end, so that what it signed can be checked later.
    """

    agency: AgencyId
    since: Time
    ends_at: Time


@record
class Contact:
    """Where a node is reached, and the X25519 key that payloads for it are sealed to."""

    version: Count
    endpoint: Endpoint
    box_key: BoxKey
    since: Time


@record
class NodeSector:
    """An agency, and the sector whose pairwise keys it sees."""

    agency: AgencyId
    sector: Slug


SECTORS_PAGE = 100

SectorPage = Annotated[tuple[NodeSector, ...], CountMax(SECTORS_PAGE)]

node_keys = Map[PublicKey, KeyPeriod]("node_keys")  # every key that a node ever had
contact_versions = Map[AgencyId, int]("contact_versions")  # the last one's
contacts = Map[tuple[AgencyId, int], Contact]("contacts")  # (agency, version from 1)
clients = Map[tuple[AgencyId, Slug], Client]("clients")  # (agency, name)
