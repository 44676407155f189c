"""Why a node keeps, gives or erases no content.

Rejected
├── BlobWrongHash    the bytes are not those that the digest names
├── BlobTooLarge
├── BlobHeadMissing  the head, which names the other blobs, comes first
├── BlobQuota        of the account, or of all that is not on the ledger yet
├── BlobsFull        this node keeps no more, or its disk is full
├── ContentErased    erased on the ledger; it never comes back
├── ContentNotErased the ledger does not say that it is to be erased
├── ContentUnknown   neither on the ledger nor uploaded by this account
├── NotAReader       the ledger does not let this account read it
├── StaleWraps       not newer than what the same key signed before
└── NoContents       no contract of this network names contents
PeerFault
└── BlobFault        a peer's message is malformed, or its bytes are wrong
LocalFault
└── BlobDamaged      the bytes on our disk are not those that were written
"""

from primitives.errors import LocalFault, PeerFault, Rejected


class BlobWrongHash(Rejected):
    """The bytes are not those that the digest names."""


class BlobTooLarge(Rejected):
    """A blob is longer than the limit."""


class BlobHeadMissing(Rejected):
    """The head names the other blobs of a content, so it must be put first."""


RETRY_AFTER_S = 5


class BlobQuota(Rejected):
    """Too much waits for its transaction; there may be room in "retry_after_s" seconds."""


class BlobsFull(Rejected):
    """This node can keep no more content; nothing of it was kept."""


class ContentErased(Rejected):
    """The content was erased and does not come back."""


class ContentNotErased(Rejected):
    """The ledger does not say that the content is to be erased."""


class ContentUnknown(Rejected):
    """The ledger names no such content, and this account has not uploaded it."""


class NotAReader(Rejected):
    """The ledger does not let this account read the content."""


class StaleWraps(Rejected):
    """The same key has signed a document of at least this version."""


class NoContents(Rejected):
    """No contract of this network names contents to keep."""


class BlobFault(PeerFault):
    """A peer's blob message is malformed, unasked for, or a lie."""


class BlobDamaged(LocalFault):
    """The bytes on our disk are not those that were written."""
