"""Contents kept beside the ledger: encrypted by clients, named by the ledger, kept by its hosts."""

from node.blobs.auth import SignedRequest
from node.blobs.peers import MemberNames
from node.blobs.policy import BlobPolicy, ContractPolicy, Listed
from node.blobs.requests import BlobRequests
from node.blobs.service import BlobParts, Blobs
from node.blobs.settings import BlobSettings
from node.blobs.store import BlobStore

__all__ = [
    "BlobParts",
    "BlobPolicy",
    "BlobRequests",
    "BlobSettings",
    "BlobStore",
    "Blobs",
    "ContractPolicy",
    "Listed",
    "MemberNames",
    "SignedRequest",
]
