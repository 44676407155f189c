"""Every key that a node ever had; the register itself is in `core`."""

from contracts.identity.core.messages import AgencyId
from contracts.sdk import Map, PublicKey

node_keys = Map[PublicKey, AgencyId]("node_keys")  # every key that a node ever had
