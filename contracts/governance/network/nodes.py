"""Nodes that come and go, by vote: who is admitted proves its key, who is retired leaves."""

from contracts.governance.errors import UnknownAgency
from contracts.governance.network.changes import (
    require_enough,
    require_room,
    take_back,
    wait,
    waiting_of,
)
from contracts.governance.network.errors import (
    BadHost,
    BadNodeName,
    NodeExists,
    NodeKeyUsed,
    NotSignedByNode,
    SeatUnchanged,
    TooManyNodes,
    UnknownNode,
)
from contracts.governance.network.events import RetirementDecided, SeatChangeDecided
from contracts.governance.network.keys import require_usable
from contracts.governance.network.messages import NodeAdmission, NodeRetirement
from contracts.governance.network.record import admit, leave
from contracts.governance.network.state import (
    NODES_MAX,
    Node,
    key_owners,
    node_count,
    nodes,
    spent_keys,
)
from contracts.governance.state import agencies
from contracts.sdk import Context, PublicKey, Signature, emit, encode, require
from contracts.sdk.crypto import verify

MEMBER_TAG = "genesis/member"  # of the signature in a member file
_SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
_NAME_CHARS = _SMALL + "-_"
_HOST_CHARS = _SMALL + "ABCDEFGHIJKLMNOPQRSTUVWXYZ.:-_"


def check_admission(ctx: Context, new: NodeAdmission) -> None:
    """Reject a node that is not signed by its key, or that is there in part or whole."""
    is_name = new.name[0] in _SMALL and all([char in _NAME_CHARS for char in new.name])
    require(is_name, BadNodeName)
    require_host(new.host)
    agencies.load(ctx, new.agency_id, absent=UnknownAgency)
    require(not nodes.has(ctx, new.name), NodeExists)
    require(node_count.get(ctx) < NODES_MAX, TooManyNodes, most=NODES_MAX)
    require_usable(new.public_key)
    is_own = key_owners.get(ctx, new.public_key, new.name) == new.name
    require(is_own and not spent_keys.has(ctx, new.public_key), NodeKeyUsed)
    facts = (new.name, new.public_key, new.certificate, new.host, new.port, new.is_validator)
    key, signature = PublicKey(new.public_key), Signature(new.signature)
    require(verify(key, MEMBER_TAG, encode(facts), signature), NotSignedByNode)
    if new.is_validator:
        require_room(ctx)


def require_host(host: str) -> None:
    """Reject with BadHost what is no host name and no address."""
    require(all([char in _HOST_CHARS for char in host]), BadHost)


def admit_node(ctx: Context, new: NodeAdmission) -> None:
    """Admit a checked node; one that is to decide gets its seat once it is ready."""
    node = Node(
        name=new.name,
        agency_id=new.agency_id,
        public_key=new.public_key,
        certificate=new.certificate,
        host=new.host,
        port=new.port,
        is_validator=False,
        since=ctx.height + 1,
        second_certificate=None,
    )
    admit(ctx, node)
    if new.is_validator:
        emit(ctx, SeatChangeDecided(new.name, is_validator=True))
        wait(ctx, new.name, is_validator=True, is_retired=False)


def check_retirement(ctx: Context, change: NodeRetirement) -> None:
    """Reject the retirement of nobody, one that waits, or one that leaves too few validators."""
    node = nodes.load(ctx, change.node, absent=UnknownNode)
    own = waiting_of(ctx, change.node)
    require(own is None or not own.is_retired, SeatUnchanged)
    if node.is_validator and own is None:
        require_enough(ctx)


def retire_node(ctx: Context, change: NodeRetirement) -> None:
    """Take a node out of the record: at once, or with its seat when its turn has come."""
    node = nodes.load(ctx, change.node, absent=UnknownNode)
    take_back(ctx, change.node)
    if node.is_validator:
        emit(ctx, RetirementDecided(change.node))
        wait(ctx, change.node, is_validator=False, is_retired=True)
    else:
        leave(ctx, change.node)
