"""Why a relay does not take a letter, or what was in one.

Rejected
├── BadRelayAddress       text that is no address of a relay with its key
└── RelayRefused          a relay does not take what it was given, or a node refused it
    ├── BadLetterSize     all letters have one length
    ├── WrongRelay        sealed to a key that is neither this relay's nor of one it carries for
    ├── OldRelayKey       sealed to a key that this relay has given up
    ├── LetterNotOpened   changed on the way, or not what a letter holds
    ├── LetterOutOfDate   too late, or dated too far ahead
    ├── LetterRepeated    the same letter came before
    ├── RelayBusy         too many letters, or too many that wait; says when to come again
    └── NotRelayed        no act of a kind that this relay takes, such as a ballot

Those up to LetterRepeated are told to whoever carries the letter, as nobody else is known.
"""

from primitives.errors import Rejected


class BadRelayAddress(Rejected):
    """The text is no address of a relay with its key."""


class RelayRefused(Rejected):
    """The relay does not take it, or a node refused what the relay sent on."""


class BadLetterSize(RelayRefused):
    """The letter has another length than all letters have."""


class WrongRelay(RelayRefused):
    """The letter is sealed to a key that this relay does not have."""


class OldRelayKey(RelayRefused):
    """The letter is sealed to a key that this relay has given up."""


class LetterNotOpened(RelayRefused):
    """The letter was changed on the way, or does not hold what a letter holds."""


class LetterOutOfDate(RelayRefused):
    """The letter comes too late, or is dated too far ahead."""


class LetterRepeated(RelayRefused):
    """The same letter came before."""


class RelayBusy(RelayRefused):
    """Too many letters come, or too many acts wait."""


class NotRelayed(RelayRefused):
    """The transaction is no act of a kind that this relay takes."""
