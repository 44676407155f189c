"""Why a step of vouching is refused or stopped on this side of the network.

Rejected
├── BadUpload        blinded keys that are not those under the subject's root
├── BadBucket        a file of answers that does not have the form of one
├── NoVoucher        the agency is no voucher of the round, or the ledger has no such round
├── AnswersAbsent    a voucher that signs has not answered this subject; names it
└── WrongAnswer      a voucher's answers are not its signatures; names it
"""

from primitives.errors import Rejected


class BadUpload(Rejected):
    """The blinded keys are not those that the root on the ledger fixes."""


class BadBucket(Rejected):
    """The file is no bucket of answers, or of another round than was asked for."""


class NoVoucher(Rejected):
    """The agency is no voucher of the round's edition, or the ledger has no such round."""


class AnswersAbsent(Rejected):
    """A voucher that signs in the round has no answers for this subject; the message names it."""


class WrongAnswer(Rejected):
    """A voucher's answers are not what its key gives; the message names it."""
