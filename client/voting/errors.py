"""Why a step of an election is refused or stopped on this side of the network.

SaphaError
├── Rejected
│   ├── BadToken          registrars' answers do not unblind to a token; names who is wrong
│   ├── AnswersMissing    a registrar that signs for the class has not answered; names it
│   ├── BadDraw           the seed of lots is not written as everybody would write it
│   ├── NotInRing         the voter's one-time key is not among those that were posted in time
│   ├── NotOpen           the election is in another phase than the act needs
│   ├── NotThisElection   the ledger says another election, voter or ballot than was prepared
│   ├── BallotNotSeen     a ballot was sent on its way, but no block holds it yet
│   ├── BadReceipt        a receipt, or the file of one, does not say what it should
│   ├── BadRecord         the parts of an election record do not fit each other
│   ├── BoxRefused        the box that a trustee shall open is not what its ballots come to
│   └── SecondBox         a trustee has made shares for another box of the election
└── LocalFault
    └── DeliveriesFault   which box a trustee has made shares for cannot be read or kept
"""

from primitives.errors import LocalFault, Rejected


class BadToken(Rejected):
    """The registrars' answers do not unblind to a token; the message names who is wrong."""


class AnswersMissing(Rejected):
    """A registrar that signs for the voter's class has not answered; the message names it."""


class BadDraw(Rejected):
    """What lots are to be drawn from has no form in which everybody writes it alike."""


class NotInRing(Rejected):
    """The voter's one-time key is not among those that were posted in time."""


class NotOpen(Rejected):
    """The election is in another phase than the act needs."""


class NotThisElection(Rejected):
    """The ledger says another election, voter or ballot than was prepared."""


class BallotNotSeen(Rejected):
    """The ballot was sent on its way, but no block holds it yet."""


class BadReceipt(Rejected):
    """The receipt does not say what it should."""


class BadRecord(Rejected):
    """The parts of the election record do not fit each other."""


class BoxRefused(Rejected):
    """The box that a trustee shall open is not what its ballots come to; the message says why."""


class SecondBox(Rejected):
    """The trustee has made shares for another box of this election; it makes none for a second."""


class DeliveriesFault(LocalFault):
    """Which box a trustee has made shares for, kept on disk, cannot be read or written."""
