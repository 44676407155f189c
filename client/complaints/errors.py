"""Why a complaint's content cannot be sealed, opened, put or fetched.

Rejected
├── BadReceiptWords    BAD_RECEIPT_WORDS     not the words of a receipt
├── BadReadingKey      BAD_READING_KEY       an X25519 key that anybody could read with, or none
├── RepeatedWrap       REPEATED_WRAP         a reader is named twice
├── MissingWrap        MISSING_WRAP          no wrap is for this key
├── BadContent         BAD_CONTENT           changed, truncated, or sealed with another key
├── ContentTooLarge    CONTENT_TOO_LARGE
├── CommitmentMismatch COMMITMENT_MISMATCH   not what the ledger's commitment says
├── CaseNotFound       CASE_NOT_FOUND        the ledger has no such case
├── NoReadingKey       NO_READING_KEY        it is not known to which key content is to be sealed
└── NoOffer            NO_OFFER              the case is not offered to anybody
PeerFault
└── ContentNotFound                          no node gave it; names what each answered
"""

from primitives.errors import PeerFault, Rejected


class BadReceiptWords(Rejected):
    """The words are not those of a receipt."""

    code = "BAD_RECEIPT_WORDS"


class BadReadingKey(Rejected):
    """The X25519 key is of low order or not canonical: what is sealed to it is no secret."""

    code = "BAD_READING_KEY"


class RepeatedWrap(Rejected):
    """A reader is named twice."""

    code = "REPEATED_WRAP"


class MissingWrap(Rejected):
    """No wrap is for this key, so it cannot open the content."""

    code = "MISSING_WRAP"


class BadContent(Rejected):
    """The bytes do not open: changed, truncated, or sealed with another key or context."""

    code = "BAD_CONTENT"


class ContentTooLarge(Rejected):
    """The content does not fit into the blobs that one content may have."""

    code = "CONTENT_TOO_LARGE"


class CommitmentMismatch(Rejected):
    """The opened content is not what the commitment on the ledger says."""

    code = "COMMITMENT_MISMATCH"


class CaseNotFound(Rejected):
    """The ledger has no such case."""

    code = "CASE_NOT_FOUND"


class NoReadingKey(Rejected):
    """It is not known to which X25519 key content for someone is to be sealed."""

    code = "NO_READING_KEY"


class NoOffer(Rejected):
    """The case is not offered to anybody now."""

    code = "NO_OFFER"


class ContentNotFound(PeerFault):
    """No node gave the content; the message names each node and its answer."""
