"""What two offices decide together, what observers learn of it, and what is refused."""

from contracts.sdk import ContractError, event, message
from contracts.voting.core.messages import ClassId, ElectionId, Pseudonym, Reason, Slug


@message
class AnnulElection:
    """Annul an election before its count; it takes the authority and the official."""

    election_id: ElectionId
    reason: Reason


@message
class AcceptOverissue:
    """Count an election though more tokens than requests came up; it takes the two offices."""

    election_id: ElectionId
    reason: Reason


class ElectionAnnulled(ContractError):
    """The election was annulled by the authority and the official."""


class Overissued(ContractError):
    """A class has more valid tokens than requests: the registrars that sign for it cheated."""


class NothingOverissued(ContractError):
    """No class has more tokens than requests, or the two offices have gone on already."""


class AlreadyDecided(ContractError):
    """This office has said so; the other one has not yet."""


class CountBegun(ContractError):
    """The box is being counted; the election cannot be annulled any more."""


@event
class OfficeDecided:
    """One of the two offices wants this; it happens when the other one says the same."""

    election_id: ElectionId
    office: Slug
    decision: Slug
    reason: Reason


@event
class AnnulmentAgreed:
    """Both offices have annulled the election; it has no result, ever."""

    election_id: ElectionId
    reason: Reason


@event
class OverissueAccepted:
    """Both offices have gone on: the first ballots of the class, one a request, are counted."""

    election_id: ElectionId
    reason: Reason


@event
class TokenSurplus:
    """A further valid token than requests came up: all who sign for the class cheated.

    Its ballot is not in the box; the token stays as evidence.
    """

    election_id: ElectionId
    class_id: ClassId
    voter_key: Pseudonym
