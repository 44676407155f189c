"""The methods blob_*: contents beside the ledger, for the accounts that may have them.

Every request is signed by a key of an account, holds for a minute at most and at each node once.
"""

from node.blobs import SignedRequest
from node.rpc.blob_results import (
    BlobJson,
    ErasureJson,
    KeptBlobJson,
    KeptWrapsJson,
    TakenBackJson,
    WrapsJson,
)
from node.rpc.blob_schemas import (
    BlobParams,
    ContentParams,
    GetBlobParams,
    PutBlobParams,
    PutWrapsParams,
    signed_request,
)
from node.rpc.errors import NotFound
from node.rpc.method import Caller, Method
from node.rpc.refusals import (
    BLOBS_FULL,
    CONTENT_ERASED,
    NOT_A_READER,
    OF_BLOB_REQUESTS,
    OF_BLOBS,
    OF_ERASURE,
    OF_WRAPS,
)
from node.rpc.values import hex_of
from primitives.blob_documents import read_erasure

PUT = "blob_put"
GET = "blob_get"
PUT_WRAPS = "blob_put_wraps"
GET_WRAPS = "blob_get_wraps"
ERASE = "blob_erase"


async def put(caller: Caller, params: PutBlobParams) -> KeptBlobJson:
    """Keep one blob of a content; it is on this node's disk when it is answered.

    The head goes first. Until a transaction names the content it counts for the account, and is
    thrown away after a time.
    """
    is_complete = await caller.view.blobs.put(_signed(caller, PUT, params), params.data)
    return {"content": hex_of(params.content), "index": params.index, "complete": is_complete}


async def get(caller: Caller, params: GetBlobParams) -> BlobJson:
    """Return one blob of a content to an account that may read it."""
    blob = await caller.view.blobs.get(_signed(caller, GET, params))
    if blob is None:
        raise NotFound(f"blob {params.index} of {hex_of(params.content)} is not here; ask its host")
    return {"data": hex_of(blob)}


async def put_wraps(caller: Caller, params: PutWrapsParams) -> KeptWrapsJson:
    """Keep a wraps document in place of the same key's older one, and pass it on to the hosts."""
    await caller.view.blobs.put_wraps(_signed(caller, PUT_WRAPS, params), params.document)
    return {"content": hex_of(params.content)}


async def get_wraps(caller: Caller, params: ContentParams) -> WrapsJson:
    """Return the wraps documents of a content that this node holds."""
    documents = await caller.view.blobs.get_wraps(_signed(caller, GET_WRAPS, params))
    return {"documents": [hex_of(document) for document in documents]}


async def erase(caller: Caller, params: ContentParams) -> ErasureJson | TakenBackJson:
    """Erase a content that the ledger says is erased; return this node's signed receipt.

    An upload that nothing names is taken back by its account, without a receipt.
    """
    data = await caller.view.blobs.erase(_signed(caller, ERASE, params))
    if data is None:
        return {"receipt": None}
    receipt = read_erasure(data, chain_id=caller.view.facts.chain_id)
    return {
        "receipt": hex_of(data),
        "node": receipt.body.node,
        "erased_at_ms": receipt.body.erased_at_ms,
        "public_key": hex_of(receipt.public_key),
        "signature": hex_of(receipt.signature),
    }


def _signed(caller: Caller, method: str, params: BlobParams) -> SignedRequest:
    return signed_request(caller.view.facts.chain_id, method, params)


METHODS = (
    Method(
        name=PUT,
        params=PutBlobParams,
        errors=(*OF_BLOB_REQUESTS, *OF_BLOBS, NOT_A_READER, CONTENT_ERASED, BLOBS_FULL),
        run=put,
    ),
    Method(
        name=GET,
        params=GetBlobParams,
        errors=(
            *OF_BLOB_REQUESTS,
            NOT_A_READER,
            CONTENT_ERASED,
            NotFound("blob 2 of 0x5f1d3c9b is not here; ask its host"),
        ),
        run=get,
    ),
    Method(
        name=PUT_WRAPS,
        params=PutWrapsParams,
        errors=(*OF_BLOB_REQUESTS, *OF_WRAPS, NOT_A_READER, CONTENT_ERASED, BLOBS_FULL),
        run=put_wraps,
    ),
    Method(
        name=GET_WRAPS,
        params=ContentParams,
        errors=(*OF_BLOB_REQUESTS, NOT_A_READER, CONTENT_ERASED),
        run=get_wraps,
    ),
    Method(name=ERASE, params=ContentParams, errors=(*OF_BLOB_REQUESTS, *OF_ERASURE), run=erase),
)
