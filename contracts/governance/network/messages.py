"""What may be asked of the network record."""

from typing import Annotated

from contracts.sdk import Chars, Digest, Length, Range, message, record

NODE_NAME_CHARS_MAX = 64
HOST_CHARS_MAX = 253
CERTIFICATE_BYTES_MAX = 4096
PORT_MAX = 65_535
NODE_KEY_BYTES = 33

NodeName = Annotated[str, Chars(1, NODE_NAME_CHARS_MAX)]
NodeKey = Annotated[bytes, Length(NODE_KEY_BYTES)]  # the kind of an Ed25519 key, and the key
BlockHeight = Annotated[int, Range(0, 2**53)]


@record
class SeatChange:
    """Give a node a seat among the validators, or take its seat away."""

    node: NodeName
    is_validator: bool


@message
class Ready:
    """Say that a node which is to get a seat has this block, at most 100 below the head."""

    node: NodeName
    height: BlockHeight
    block_hash: Digest
