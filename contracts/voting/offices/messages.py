"""What the two offices may say of a running election, what observers learn, what is refused."""

from contracts.sdk import ContractError, event, message
from contracts.voting.core.messages import ElectionId, Reason, Slug, Windows


@message
class ExtendElection:
    """Move dates that have not passed to later ones; it takes the authority and the official.

    `windows` are all of them, also those that stay.
    """

    election_id: ElectionId
    windows: Windows
    reason: Reason


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


@message
class WithdrawWish:
    """Take back, as authority or official, what the other one has not agreed to.

    `decision` is annul, go-on or extend.
    """

    election_id: ElectionId
    decision: Slug
    reason: Reason


class NothingExtended(ContractError):
    """All dates are as they were."""


class DateOver(ContractError):
    """A date that has passed is another than it was, or one that has not is earlier."""


class ElectionOver(ContractError):
    """The election has its result; no date of it matters any more."""


class NothingOverissued(ContractError):
    """No class has more tokens than requests, or the two offices have gone on already."""


class NoWish(ContractError):
    """This office wants nothing of the kind, or no longer."""


class CountBegun(ContractError):
    """The box is being counted; the election cannot be annulled any more."""


@event
class OfficeDecided:
    """One of the two offices wants this; it happens if the other one says the same in a day."""

    election_id: ElectionId
    office: Slug
    decision: Slug
    reason: Reason


@event
class WishWithdrawn:
    """One of the two offices has taken back what it wanted."""

    election_id: ElectionId
    office: Slug
    decision: Slug
    reason: Reason


@event
class ExtensionAgreed:
    """Both offices have moved dates; these are in force from the next transaction on."""

    election_id: ElectionId
    windows: Windows
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
