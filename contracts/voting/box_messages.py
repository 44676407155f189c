"""What pseudonyms ask of the box, and what is asked after it is closed.

A pseudonym sends its messages from the address of its own key, which needs no account.
"""

from typing import Annotated

from contracts.sdk import CountMax, PublicKey, Range, message
from contracts.voting.ballots import SEQ_MAX, EncryptedBallot, Openings
from contracts.voting.dkg import DecryptionShare
from contracts.voting.fields import (
    REGISTRARS_MAX,
    TRUSTEES_MAX,
    AgencyNumber,
    ClassId,
    ElectionId,
    Hash,
)
from contracts.voting.questions import CHOICES_MAX, CONTESTS_MAX
from contracts.voting.state import CountRows
from contracts.voting.tokens import Token

TokenList = Annotated[tuple[Token, ...], CountMax(REGISTRARS_MAX, low=1)]
Seq = Annotated[int, Range(1, SEQ_MAX)]


@message
class CommitBallot:
    """Announce the hash of a ballot, to be cast or spoiled; it replaces an earlier one."""

    election_id: ElectionId
    class_id: ClassId
    voter_key: PublicKey
    tokens: TokenList
    ballot_hash: Hash  # ballots.cast_hash


@message
class CastBallot:
    """Put a ballot in the box, in place of the pseudonym's earlier one."""

    election_id: ElectionId
    class_id: ClassId
    voter_key: PublicKey
    seq: Seq
    tokens: TokenList
    ballot: EncryptedBallot


@message
class SpoilBallot:
    """Open a committed ballot for all to check; it never counts."""

    election_id: ElectionId
    class_id: ClassId
    voter_key: PublicKey
    seq: Seq
    tokens: TokenList
    ballot: EncryptedBallot
    openings: Annotated[tuple[Openings, ...], CountMax(CONTESTS_MAX, low=1)]  # one a contest


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
