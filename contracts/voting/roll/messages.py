"""What may be asked about the roll, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, CountMax, event, message, record
from contracts.voting.core.messages import (
    PAGE_VOTERS_MAX,
    ClassId,
    Count,
    ElectionId,
    Reason,
    Root,
    Sid,
    VoterRef,
)


@record
class VoterEntry:
    """A subject of identity, and the class that it votes in."""

    sid: Sid
    class_id: ClassId


@message
class AddVoters:
    """Put persons on the roll."""

    election_id: ElectionId
    voters: Annotated[tuple[VoterEntry, ...], CountMax(PAGE_VOTERS_MAX, low=1)]


@message
class AdmitVoter:
    """Put a person on the roll after an objection."""

    election_id: ElectionId
    sid: Sid
    class_id: ClassId
    reason: Reason


@message
class StrikeVoter:
    """Take a person off the roll after an objection."""

    election_id: ElectionId
    sid: Sid
    reason: Reason


@message
class FreezeRoll:
    """Put the next voters under the roll's root; the last call gives the root."""

    election_id: ElectionId


class NotEligible(ContractError):
    """Identity does not attest what the manifest asks of a voter."""


class DuplicateVoter(ContractError):
    """The person is on the roll already."""


class RollFull(ContractError):
    """The classes' weighted votes would be more than anyone could count out."""


class RingFull(ContractError):
    """A class has more voters than a ring may have members: ballots would cost too much."""


class RollFrozen(ContractError):
    """The roll is frozen."""


class ClassTooSmall(ContractError):
    """A class has fewer voters than keep each other's votes secret."""


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
