"""Why a complaint's content cannot be sealed, opened, put or fetched.

Rejected
├── BadReadingKey      an X25519 key that anybody could read with, or none
├── RepeatedWrap       a reader is named twice
├── MissingWrap        no wrap is for this key
├── BadContent         changed, truncated, or sealed with another key
├── ContentTooLarge
├── CommitmentMismatch not what the ledger's commitment says
├── CaseNotFound       the ledger has no such case
├── NoReadingKey       it is not known to which key content is to be sealed
└── NoOffer            the case is not offered to anybody
PeerFault
└── ContentNotFound    no node gave it; names what each answered
"""

from primitives.errors import PeerFault, Rejected


class BadReadingKey(Rejected):
    """The X25519 key is of low order or not canonical: what is sealed to it is no secret."""


class RepeatedWrap(Rejected):
    """A reader is named twice."""


class MissingWrap(Rejected):
    """No wrap is for this key, so it cannot open the content."""


class BadContent(Rejected):
    """The bytes do not open: changed, truncated, or sealed with another key or context."""


class ContentTooLarge(Rejected):
    """The content does not fit into the blobs that one content may have."""


class CommitmentMismatch(Rejected):
    """The opened content is not what the commitment on the ledger says."""


class CaseNotFound(Rejected):
    """The ledger has no such case."""


class NoReadingKey(Rejected):
    """It is not known to which X25519 key content for someone is to be sealed."""


class NoOffer(Rejected):
    """The case is not offered to anybody now."""


class ContentNotFound(PeerFault):
    """No node gave the content; the message names each node and its answer."""
