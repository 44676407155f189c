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
)


@message
class CreateElection:
    """Found an election; its manifest never changes.

    `election_id` is a name, or that of an election that was annulled or given up, a dot, and the
    number of the edition from 2.
    """

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


class ElectionExists(ContractError):
    """There is an election of this id already."""


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""


class EditionNotOver(ContractError):
    """The edition before was neither annulled nor given up: a name has one election at a time."""


class AnotherAuthority(ContractError):
    """The edition before is another authority's."""


class RepeatedId(ContractError):
    """An id is listed twice."""


class UnknownSuite(ContractError):
    """There is no cryptographic suite of this number."""


class UnknownTokenScheme(ContractError):
    """There is no scheme of tokens of this number."""


class BadQuorum(ContractError):
    """Fewer than two registrars or trustees are needed, more than there are, or any by a ring."""


class BadSeats(ContractError):
    """The seats are not one number a contest, or more than there are options."""


class NotSeparated(ContractError):
    """An agency has two parts that must be apart, or the official acts for one that has."""


class WrongTranslation(ContractError):
    """The English texts are not as many as the Thai ones."""


class WrongKind(ContractError):
    """An agency is not active or not of the kind that its part needs."""


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
