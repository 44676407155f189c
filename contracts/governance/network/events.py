"""What the network record tells of itself."""

from contracts.governance.network.messages import (
    BlockHeight,
    Host,
    NodeKey,
    NodeName,
    Port,
)
from contracts.sdk import event


@event
class SeatChangeDecided:
    """A node gets a seat, or leaves it, when its turn has come and it is ready."""

    node: NodeName
    is_validator: bool


@event
class NodeReady:
    """A node that is to get a seat has the chain."""

    node: NodeName
    height: BlockHeight


@event
class SeatChanged:
    """A node decides from this height on, or decides no more."""

    node: NodeName
    is_validator: bool
    first_height: BlockHeight


@event
class SeatChangeLapsed:
    """A decided change is void: the node was not ready within a week, or too few would be left."""

    node: NodeName


@event
class NodeAdmitted:
    """A node is in the network from this height on, as an observer."""

    node: NodeName
    agency_id: NodeName
    public_key: NodeKey
    first_height: BlockHeight


@event
class RetirementDecided:
    """A node that has a seat leaves it, and the network, when its turn has come."""

    node: NodeName


@event
class NodeRetired:
    """A node is in the network no more from this height on."""

    node: NodeName
    first_height: BlockHeight


@event
class KeyChangeDecided:
    """A node gets another key when its turn has come; one for a stolen key is the first."""

    node: NodeName
    public_key: NodeKey
    is_stolen: bool


@event
class KeyChanged:
    """A node signs with this key from this height on; the one before is worthless from then on."""

    node: NodeName
    public_key: NodeKey
    first_height: BlockHeight


@event
class KeyChangeLapsed:
    """A decided change of a key is void: its node left, or another took its place."""

    node: NodeName
    public_key: NodeKey


@event
class CertificateAdded:
    """A node may show another certificate too, from this height on."""

    node: NodeName
    first_height: BlockHeight


@event
class CertificateWithdrawn:
    """A node has one certificate from this height on."""

    node: NodeName
    first_height: BlockHeight


@event
class NodeMoved:
    """A node is found at this address from this height on."""

    node: NodeName
    host: Host
    port: Port
    first_height: BlockHeight
