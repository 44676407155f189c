"""Why an identity payload, credential or comparison is refused before anything is sent.

Rejected
├── BadPayload       not JSON of whole numbers and text, or a citizen id that cannot be one
├── CommitMismatch   a payload and salt that are not what the ledger's commitment says
├── NotForUs         a sealed payload that this key cannot open
├── BadCredential    an SD-JWT VC that does not verify
├── MoreThanAsked    claims that the request's scope does not name
├── NotWhatWasAsked  a draft that differs from the request that the citizen sees
├── BadDraft         a file that holds no draft, or one that is not a citizen's to sign
├── NotInOrder       a subject that is frozen, in recovery, or proofed too weakly
└── NoMatch          a face comparison that is no match: there is nothing to attest
"""

from primitives.errors import Rejected


class BadPayload(Rejected):
    """The payload is not an object of text, whole numbers, booleans, lists and objects."""


class CommitMismatch(Rejected):
    """The payload and salt do not give the commitment on the ledger."""


class NotForUs(Rejected):
    """The sealed payload was made for another key, or was changed."""


class BadCredential(Rejected):
    """The credential does not verify."""


class MoreThanAsked(Rejected):
    """What is released is more than the request's scope names."""


class NotWhatWasAsked(Rejected):
    """What is to be signed differs from the request that was shown."""


class NotInOrder(Rejected):
    """The subject may not sign on now."""


class NoMatch(Rejected):
    """The comparison is no match, so no attestation is made of it."""


class BadDraft(Rejected):
    """The file holds no draft of a message of identity, or not one that a citizen signs."""
