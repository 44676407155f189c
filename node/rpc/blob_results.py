"""What the methods blob_* answer."""

from typing_extensions import TypedDict

from node.rpc.results import Hash, Hex, Key, Natural, Signature


class KeptBlobJson(TypedDict):
    """A blob that is on this node's disk, and whether all of its content is."""

    content: Hash
    index: Natural
    complete: bool


class BlobJson(TypedDict):
    """The bytes of a blob."""

    data: Hex


class KeptWrapsJson(TypedDict):
    """The content whose wraps document is on this node's disk."""

    content: Hash


class WrapsJson(TypedDict):
    """Encoded wraps documents."""

    documents: list[Hex]


class ErasureJson(TypedDict):
    """This node's receipt that a content is erased, encoded and by its fields."""

    receipt: Hex
    node: str
    erased_at_ms: Natural
    public_key: Key
    signature: Signature


class TakenBackJson(TypedDict):
    """An upload that nothing named is gone; nobody needs a receipt of that."""

    receipt: None
