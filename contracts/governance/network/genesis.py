"""The first version of the network record: the members that the genesis document names."""

from contracts.governance.network.messages import (
    CERTIFICATE_BYTES_MAX,
    HOST_CHARS_MAX,
    NODE_KEY_BYTES,
    NODE_NAME_CHARS_MAX,
    PORT_MAX,
)
from contracts.governance.network.record import enter, save_seats
from contracts.governance.network.state import Node
from contracts.sdk import Config, Context


def found_nodes(ctx: Context, config: Config) -> None:
    """Save the nodes of the genesis; without any, others say who decides, and none can change.

    A node's agency is the one whose id is its name.
    """
    listed = config.objects("nodes")
    for entry in listed:
        node = Node(
            entry.text("name", high=NODE_NAME_CHARS_MAX),
            entry.text("agency", high=NODE_NAME_CHARS_MAX),
            entry.raw("public_key", high=NODE_KEY_BYTES),
            entry.raw("certificate", high=CERTIFICATE_BYTES_MAX),
            entry.text("host", high=HOST_CHARS_MAX),
            entry.integer("port", low=1, high=PORT_MAX),
            entry.integer("is_validator", low=0, high=1) == 1,
            0,
            None,
        )
        entry.finish()
        enter(ctx, node)
    if len(listed) > 0:
        save_seats(ctx)
