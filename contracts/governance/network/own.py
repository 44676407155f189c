"""What an agency's administrator changes of its own node, alone and at once."""

from contracts.governance.network.errors import SameAddress, UnknownNode
from contracts.governance.network.messages import MoveNode
from contracts.governance.network.nodes import require_host
from contracts.governance.network.record import change
from contracts.governance.network.state import MOVED, nodes
from contracts.sdk import Context, replace, require


def move(ctx: Context, msg: MoveNode) -> int:
    """Give the node another address; return the height from which it counts."""
    node = nodes.load(ctx, msg.node, absent=UnknownNode)
    require_host(msg.host)
    require((node.host, node.port) != (msg.host, msg.port), SameAddress)
    return change(ctx, replace(node, host=msg.host, port=msg.port), MOVED)
