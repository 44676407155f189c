"""The parameters of the methods blob_*: a content, what comes with it, and whose request it is."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field

from node.blobs import SignedRequest
from node.rpc.schemas import HexBytes, HexDigest, Params, hex_reader
from primitives.blob import NONCE_BYTES, BlobRequest, payload_digest
from primitives.crypto import Digest, PublicKey, Signature
from primitives.errors import BadShape
from primitives.ids import Address, read_address
from primitives.keys import key_of, signature_of
from primitives.limits import CONTENT_PARTS_MAX


def _exactly(length: int) -> BeforeValidator:
    return BeforeValidator(hex_reader(length=length), json_schema_input_type=str)


def _shaped(shape: Callable[..., bytes]) -> BeforeValidator:
    def read(value: object) -> bytes:
        data = hex_reader()(value)
        try:
            return shape(data, name="value")
        except BadShape as error:  # pydantic names the place
            raise ValueError(error.message.removeprefix("value ")) from error

    return BeforeValidator(read, json_schema_input_type=str)


Index = Annotated[int, Field(ge=0, le=CONTENT_PARTS_MAX)]


class RequestParams(Params):
    """Whose request it is: an account, one of its keys, and that key's signature."""

    account: Annotated[str, Field(max_length=100)]
    public_key: Annotated[bytes, _shaped(key_of)]
    expires_at_ms: Annotated[int, Field(ge=0, lt=2**63)]
    nonce: Annotated[bytes, _exactly(NONCE_BYTES)]
    signature: Annotated[bytes, _shaped(signature_of)]


class ContentParams(Params):
    """A content, by the digest of its head."""

    content: HexDigest
    request: RequestParams


class GetBlobParams(Params):
    """One blob of a content; 0 is the head."""

    content: HexDigest
    index: Index
    request: RequestParams


class PutBlobParams(Params):
    """One blob of a content and its bytes."""

    content: HexDigest
    index: Index
    data: HexBytes
    request: RequestParams


class PutWrapsParams(Params):
    """A content and a signed wraps document."""

    content: HexDigest
    document: HexBytes
    request: RequestParams


BlobParams = ContentParams | GetBlobParams | PutBlobParams | PutWrapsParams


def signed_request(chain_id: str, method: str, params: BlobParams) -> SignedRequest:
    """Return what the caller says to have signed. Raises BadAddress."""
    given = params.request
    payload = b""
    if isinstance(params, PutBlobParams):
        payload = params.data
    elif isinstance(params, PutWrapsParams):
        payload = params.document
    request = BlobRequest(
        chain_id=chain_id,
        method=method,
        content=Digest(params.content),
        index=params.index if isinstance(params, GetBlobParams | PutBlobParams) else 0,
        payload=payload_digest(payload),
        account=Address(read_address(given.account)),
        expires_at_ms=given.expires_at_ms,
        nonce=given.nonce,
    )
    return SignedRequest(
        request,
        PublicKey(given.public_key),
        Signature(given.signature),
    )
