"""Why a node keeps, gives or erases no content.

Rejected
├── BlobWrong          BLOB_WRONG_HASH      the bytes are not those that the digest names
├── BlobTooLarge       BLOB_TOO_LARGE
├── HeadMissing        BLOB_HEAD_MISSING    the head, which names the other blobs, comes first
├── BlobQuotaReached   BLOB_QUOTA           of the account, or of all that is not on the ledger yet
├── BlobsFull          BLOBS_FULL           this node keeps no more, or its disk is full
├── ContentErased      CONTENT_ERASED       erased on the ledger; it never comes back
├── ContentNotErased   CONTENT_NOT_ERASED   the ledger does not say that it is to be erased
├── ContentUnknown     CONTENT_UNKNOWN      neither on the ledger nor uploaded by this account
├── NotAReader         NOT_A_READER         the ledger does not let this account read it
├── StaleWraps         STALE_WRAPS          not newer than what the same key signed before
└── NoContents         NO_CONTENTS          no contract of this network names contents
PeerFault
└── BlobFault                               a peer's message is malformed, or its bytes are wrong
LocalFault
└── BlobDamaged                             the bytes on our disk are not those that were written
"""

from primitives.errors import LocalFault, PeerFault, Rejected


class BlobWrong(Rejected):
    """The bytes are not those that the digest names."""

    code = "BLOB_WRONG_HASH"


class BlobTooLarge(Rejected):
    """A blob is longer than the limit."""

    code = "BLOB_TOO_LARGE"


class HeadMissing(Rejected):
    """The head names the other blobs of a content, so it must be put first."""

    code = "BLOB_HEAD_MISSING"


RETRY_AFTER_S = 5


class BlobQuotaReached(Rejected):
    """Too much waits for its transaction; there may be room in `retry_after_s` seconds."""

    code = "BLOB_QUOTA"


class BlobsFull(Rejected):
    """This node can keep no more content; nothing of it was kept."""

    code = "BLOBS_FULL"


class ContentErased(Rejected):
    """The content was erased and does not come back."""

    code = "CONTENT_ERASED"


class ContentNotErased(Rejected):
    """The ledger does not say that the content is to be erased."""

    code = "CONTENT_NOT_ERASED"


class ContentUnknown(Rejected):
    """The ledger names no such content, and this account has not uploaded it."""

    code = "CONTENT_UNKNOWN"


class NotAReader(Rejected):
    """The ledger does not let this account read the content."""

    code = "NOT_A_READER"


class StaleWraps(Rejected):
    """The same key has signed a document of at least this version."""

    code = "STALE_WRAPS"


class NoContents(Rejected):
    """No contract of this network names contents to keep."""

    code = "NO_CONTENTS"


class BlobFault(PeerFault):
    """A peer's blob message is malformed, unasked for, or a lie."""


class BlobDamaged(LocalFault):
    """The bytes on our disk are not those that were written."""
