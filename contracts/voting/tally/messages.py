"""What may be asked about the count, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, CountMax, event, message
from contracts.voting.core.messages import (
    TRUSTEES_MAX,
    AgencyNumber,
    Count,
    CountRows,
    ElectionId,
    Hash,
)
from contracts.voting.crypto.dkg import DecryptionShare
from contracts.voting.crypto.questions import CHOICES_MAX


@message
class CountBox:
    """Put the next ballots of the closed box into the sums; the last call closes them."""

    election_id: ElectionId


@message
class DeliverShares:
    """Deliver a trustee's share of every summed ciphertext, in manifest order."""

    election_id: ElectionId
    trustee: AgencyNumber
    shares: Annotated[tuple[DecryptionShare, ...], CountMax(CHOICES_MAX, low=1)]


@message
class Tally:
    """State the counts; they are checked against the shares of `trustees`, rising."""

    election_id: ElectionId
    trustees: Annotated[tuple[AgencyNumber, ...], CountMax(TRUSTEES_MAX, low=1)]
    counts: CountRows  # one row a contest, in manifest order


class AlreadyCounted(ContractError):
    """The box is counted."""


class NotCounted(ContractError):
    """The box is not counted yet."""


class TooFewBallots(ContractError):
    """So few ballots were cast that a result would show who voted how; nothing is decrypted."""


class NotQualified(ContractError):
    """The trustee holds no share of the election's key."""


class BadShare(ContractError):
    """A decryption share does not hold against the trustee's verification key."""


class AlreadyDelivered(ContractError):
    """The trustee has delivered its shares."""


class SharesMissing(ContractError):
    """The tally does not name as many different trustees as are needed, with shares delivered."""


class WrongCounts(ContractError):
    """The counts are not what the box decrypts to."""


class AlreadyTallied(ContractError):
    """The election has its result."""


@event
class BoxCounted:
    """The box is counted; these are the ballots that trustees decrypt the sum of."""

    election_id: ElectionId
    counted: Hash
    ballots: Count


@event
class SharesDelivered:
    """A trustee has delivered valid decryption shares."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class Tallied:
    """The result; counts of each contest in manifest order."""

    election_id: ElectionId
    counts: CountRows
    tally: Hash
