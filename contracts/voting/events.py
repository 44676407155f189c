"""What observers learn of elections. No event says anything of what a ballot holds."""

from typing import Annotated

from contracts.sdk import CountMax, event
from contracts.voting.fields import (
    TRUSTEES_MAX,
    AgencyId,
    AgencyNumber,
    ClassId,
    Count,
    ElectionId,
    Hash,
    Pseudonym,
    Reason,
    Root,
    Slug,
    VoterRef,
)
from contracts.voting.state import CountRows, PointBytes

Numbers = Annotated[tuple[AgencyNumber, ...], CountMax(TRUSTEES_MAX)]


@event
class ElectionCreated:
    """An election exists, with a manifest that never changes; `setup_context` is ctx_0."""

    election_id: ElectionId
    agency: AgencyId
    setup_context: Hash


@event
class ElectionGivenUp:
    """An election was cancelled before it opened."""

    election_id: ElectionId
    reason: Reason


@event
class VotersAdded:
    """So many persons were put on the roll."""

    election_id: ElectionId
    count: Count


@event
class VoterAdmitted:
    """A person was put on the roll after an objection."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId
    reason: Reason


@event
class VoterStruck:
    """A person was taken off the roll after an objection."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId
    reason: Reason


@event
class RollClosed:
    """The roll is frozen under this root."""

    election_id: ElectionId
    root: Root
    voters: Count


@event
class KeyRegistered:
    """A registrar has a key for a class."""

    election_id: ElectionId
    registrar: AgencyNumber
    class_id: ClassId


@event
class DealingCommitted:
    """A trustee has committed to its part of the key."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class DealingRevealed:
    """A trustee has revealed the public side of its part."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class SharesDealt:
    """A trustee has sent the others their shares, encrypted."""

    election_id: ElectionId
    trustee: AgencyNumber


@event
class Complained:
    """A trustee says that a dealer's share for it is wrong."""

    election_id: ElectionId
    dealer: AgencyNumber
    accuser: AgencyNumber


@event
class ComplaintAnswered:
    """The dealer has shown a right share, which decides the complaint against the accuser."""

    election_id: ElectionId
    dealer: AgencyNumber
    accuser: AgencyNumber


@event
class ElectionOpened:
    """The election has its context (ctx_E) and its key; `qualified` hold shares of the key."""

    election_id: ElectionId
    context: Hash
    key: PointBytes
    qualified: Numbers


@event
class TokenRequested:
    """A voter has asked for tokens."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId


@event
class TokenIssued:
    """A registrar has signed a voter's blinded message."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber


@event
class TokenRefused:
    """A registrar has refused a voter, and why."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber
    reason: Slug


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
