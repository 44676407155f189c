"""What may be asked about the box, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, CountMax, PublicKey, Range, event, message
from contracts.voting.core.messages import (
    ClassId,
    Count,
    ElectionId,
    Hash,
    Pseudonym,
    Token,
)
from contracts.voting.crypto.ballots import SEQ_MAX, EncryptedBallot, Openings
from contracts.voting.crypto.questions import CONTESTS_MAX

Seq = Annotated[int, Range(1, SEQ_MAX)]


@message
class CommitBallot:
    """Announce the hash of a ballot, to be cast or spoiled; it replaces an earlier one."""

    election_id: ElectionId
    class_id: ClassId
    voter_key: PublicKey
    token: Token
    ballot_hash: Hash  # ballots.cast_hash


@message
class CastBallot:
    """Put a ballot in the box, in place of the pseudonym's earlier one."""

    election_id: ElectionId
    class_id: ClassId
    voter_key: PublicKey
    seq: Seq
    token: Token
    ballot: EncryptedBallot


@message
class SpoilBallot:
    """Open a committed ballot for all to check; it never counts."""

    election_id: ElectionId
    class_id: ClassId
    voter_key: PublicKey
    seq: Seq
    token: Token
    ballot: EncryptedBallot
    openings: Annotated[tuple[Openings, ...], CountMax(CONTESTS_MAX, low=1)]  # one a contest


class BadToken(ContractError):
    """The token is no signature for this key and class: of who signs for it, or of its ring."""


class SeqNotRising(ContractError):
    """The ballot's number is not above that of the pseudonym's last ballot."""


class TooManyBallots(ContractError):
    """The pseudonym has announced, cast and spoiled as many ballots as one may."""


class CiphertextReused(ContractError):
    """A ciphertext of the ballot was cast or spoiled before."""


class NotCommitted(ContractError):
    """The pseudonym has not announced this ballot."""


class AlreadyCast(ContractError):
    """The ballot was cast; what is in the box is never opened."""


class AlreadySpoiled(ContractError):
    """A ballot of this hash was spoiled."""


@event
class BallotCommitted:
    """A pseudonym has announced the hash of a ballot, which it will cast or spoil."""

    election_id: ElectionId
    voter_key: Pseudonym
    ballot_hash: Hash


@event
class BallotCast:
    """A ballot is in the box, in place of the pseudonym's earlier one."""

    election_id: ElectionId
    voter_key: Pseudonym
    seq: Count
    ballot_hash: Hash


@event
class BallotSpoiled:
    """A committed ballot was opened for all to check, and will never count."""

    election_id: ElectionId
    voter_key: Pseudonym
    ballot_hash: Hash


@event
class TokenSurplus:
    """A further valid token than requests came up: all who sign for the class cheated.

    Its ballot is not in the box; the token stays as evidence.
    """

    election_id: ElectionId
    class_id: ClassId
    voter_key: Pseudonym
