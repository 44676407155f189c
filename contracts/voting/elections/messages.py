"""What may be asked about an election as a whole, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, CountMax, event, message
from contracts.voting.core.messages import (
    TRUSTEES_MAX,
    AgencyId,
    AgencyNumber,
    ElectionId,
    Hash,
    Manifest,
    PointBytes,
    Reason,
    Slug,
)


@message
class CreateElection:
    """Found an election; its manifest never changes."""

    election_id: ElectionId
    agency: AgencyId
    manifest: Manifest


@message
class CancelElection:
    """Give an election up before it opens."""

    election_id: ElectionId
    reason: Reason


@message
class OpenElection:
    """Make the election's context of everything that was prepared."""

    election_id: ElectionId


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


class ElectionExists(ContractError):
    """There is an election of this id already."""


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""


class RepeatedId(ContractError):
    """An id is listed twice."""


class UnknownSuite(ContractError):
    """There is no cryptographic suite of this number."""


class UnknownTokenScheme(ContractError):
    """There is no scheme of tokens of this number."""


class BadQuorum(ContractError):
    """Fewer than two registrars or trustees are needed, or more than there are."""


class NotSeparated(ContractError):
    """An agency has two parts that must be apart, or the official acts for one that has."""


class WrongTranslation(ContractError):
    """The English texts are not as many as the Thai ones."""


class WrongKind(ContractError):
    """An agency is not active or not of the kind that its part needs."""


class NothingOverissued(ContractError):
    """No class has more tokens than requests, or the two offices have gone on already."""


class AlreadyDecided(ContractError):
    """This office has said so; the other one has not yet."""


class CountBegun(ContractError):
    """The box is being counted; the election cannot be annulled any more."""


class ManifestTooLarge(ContractError):
    """A ballot of this election would not fit in a transaction."""


class TooFewRegistrars(ContractError):
    """Fewer registrars posted their keys in time than a token needs."""


class TooFewQualified(ContractError):
    """Fewer trustees came through the ceremony than decrypting needs."""


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
class ElectionOpened:
    """The election has its context (ctx_E) and its key; `qualified` hold shares of the key.

    `registrars` posted their keys in time.
    """

    election_id: ElectionId
    context: Hash
    key: PointBytes
    qualified: Numbers
    registrars: Numbers


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
