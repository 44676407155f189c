"""Signed documents about a content: who made which wraps, and what a node has erased. No IO.

    document = [body, public_key, signature], the signature over the body under the kind's tag

    wraps   = [1, chain_id, content, author, version, [[recipient, sealed], ...]]    "blob-wraps"
    erasure = [chain_id, content, node, erased_at_ms]                          "complaints/erased"

Source: docs/protocol.md#contents.
"""

from dataclasses import dataclass
from itertools import pairwise

from primitives.blob import VERSION, versioned
from primitives.codec import Value, decode, encode
from primitives.crypto import (
    DIGEST_BYTES,
    SIGNATURE_BYTES,
    Digest,
    PublicKey,
    Signature,
)
from primitives.errors import BadShape, BadSignature, WrongChain
from primitives.ids import ADDRESS_BYTES, Address
from primitives.keys import Signer, key_of, verify_raw
from primitives.limits import CHAIN_ID_CHARS_MAX, NAME_CHARS_MAX, WRAPS_MAX
from primitives.shape import array_of, blob_of, bytes_of, fields_of, text_of, uint_of

BOX_KEY_BYTES = 32  # X25519
WRAP_BYTES = 112  # a sealed box over a data key and the content that it opens
DOCUMENT_BYTES_MAX = 16 * 1024
_WRAPS_TAG = "blob-wraps"
ERASED_TAG = "complaints/erased"
_TIME_MS_MAX = 2**62


@dataclass(frozen=True, slots=True)
class Wrap:
    """The data key of a content, sealed to one X25519 key: 32 and 112 bytes."""

    recipient: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wraps:
    """The wraps that `author` has made of a content; a later version replaces an earlier one.

    None at all says that they were removed. `version` rises; the time in milliseconds will do.
    """

    chain_id: str
    content: Digest
    author: Address
    version: int
    wraps: tuple[Wrap, ...]  # in ascending order of distinct recipients

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed. Raises BadShape for repeated recipients."""
        _check_wraps(self.wraps)
        listed = tuple((wrap.recipient, wrap.sealed) for wrap in self.wraps)
        return encode((VERSION, self.chain_id, self.content, self.author, self.version, listed))

    def sign(self, key: Signer) -> "WrapsDocument":
        """Return the document that replaces what `key` has signed of this content before."""
        signature = key.sign(_WRAPS_TAG, self.encode())
        return WrapsDocument(self, key.public_key, signature)


@dataclass(frozen=True, slots=True)
class WrapsDocument:
    """Wraps with the signature of one of the author's keys; only that key can replace them."""

    body: Wraps
    public_key: PublicKey
    signature: Signature

    def encode(self) -> bytes:
        """Return [body, public_key, signature]."""
        return encode((self.body.encode(), self.public_key, self.signature))


def read_wraps(data: bytes, *, chain_id: str) -> WrapsDocument:
    """Return a document whose form, chain and signature are right.

    Raises:
        BadShape, BadVersion, NotCanonical: another form, or a recipient that is repeated.
        WrongChain, BadSignature: made for another network, or not by the key that it names.
    """
    body, public_key, signature = _read_signed(data, tag=_WRAPS_TAG)
    value = decode(body, bytes_max=DOCUMENT_BYTES_MAX, items_max=8 + 3 * WRAPS_MAX, depth_max=3)
    fields = versioned(value, name="wraps", count=6)
    listed = array_of(fields[5], name="wraps", count_max=WRAPS_MAX)
    wraps = Wraps(
        chain_id=_own_chain(fields[1], chain_id),
        content=Digest(bytes_of(fields[2], name="content", length=DIGEST_BYTES)),
        author=Address(bytes_of(fields[3], name="author", length=ADDRESS_BYTES)),
        version=uint_of(fields[4], name="version", value_max=_TIME_MS_MAX),
        wraps=tuple(_read_wrap(item) for item in listed),
    )
    _check_wraps(wraps.wraps)
    return WrapsDocument(wraps, public_key, signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What a node says that it has deleted, and when."""

    chain_id: str
    content: Digest
    node: str
    erased_at_ms: int

    def encode(self) -> bytes:
        """Return the canonical bytes that are signed, as the complaints contract checks them."""
        return encode((self.chain_id, self.content, self.node, self.erased_at_ms))

    def sign(self, key: Signer) -> "ErasureReceipt":
        """Return the receipt by the node's key."""
        return ErasureReceipt(self, key.public_key, key.sign(ERASED_TAG, self.encode()))


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """A node's signed word that it has erased a content. It proves the word, not the deed."""

    body: Erasure
    public_key: PublicKey
    signature: Signature

    def encode(self) -> bytes:
        """Return [body, public_key, signature]."""
        return encode((self.body.encode(), self.public_key, self.signature))


def read_erasure(data: bytes, *, chain_id: str) -> ErasureReceipt:
    """Return a receipt whose form, chain and signature are right.

    Whose the key is, the reader compares with the network's members.

    Raises:
        BadShape, NotCanonical, WrongChain, BadSignature: as `read_wraps`.
    """
    body, public_key, signature = _read_signed(data, tag=ERASED_TAG)
    fields = fields_of(decode(body, bytes_max=DOCUMENT_BYTES_MAX), name="erasure", count=4)
    erasure = Erasure(
        chain_id=_own_chain(fields[0], chain_id),
        content=Digest(bytes_of(fields[1], name="content", length=DIGEST_BYTES)),
        node=text_of(fields[2], name="node", chars_max=NAME_CHARS_MAX),
        erased_at_ms=uint_of(fields[3], name="erased_at_ms", value_max=_TIME_MS_MAX),
    )
    return ErasureReceipt(erasure, public_key, signature)


def _read_signed(data: bytes, *, tag: str) -> tuple[bytes, PublicKey, Signature]:
    outer = fields_of(decode(data, bytes_max=DOCUMENT_BYTES_MAX), name="document", count=3)
    body = blob_of(outer[0], name="body", length_max=DOCUMENT_BYTES_MAX)
    public_key = key_of(outer[1], name="public_key")
    signature = Signature(bytes_of(outer[2], name="signature", length=SIGNATURE_BYTES))
    if not verify_raw(public_key, tag, body, signature):
        raise BadSignature(f"the document is not signed by key {public_key.hex()}")
    return body, public_key, signature


def _own_chain(value: Value, chain_id: str) -> str:
    found = text_of(value, name="chain_id", chars_max=CHAIN_ID_CHARS_MAX)
    if found != chain_id:
        raise WrongChain(f"a document of {found}, not of {chain_id}")
    return found


def _read_wrap(value: Value) -> Wrap:
    recipient, sealed = fields_of(value, name="wrap", count=2)
    return Wrap(
        bytes_of(recipient, name="recipient", length=BOX_KEY_BYTES),
        bytes_of(sealed, name="sealed", length=WRAP_BYTES),
    )


def _check_wraps(wraps: tuple[Wrap, ...]) -> None:
    if len(wraps) > WRAPS_MAX:
        raise BadShape(f"{len(wraps)} wraps in a document, at most {WRAPS_MAX}", field="wraps")
    if any(one.recipient >= next_.recipient for one, next_ in pairwise(wraps)):
        raise BadShape("a recipient is repeated or out of order", field="wraps")
