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


class ElectionExists(ContractError):
    """There is an election of this id already."""


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""


class RepeatedId(ContractError):
    """An id is listed twice."""


class UnknownSuite(ContractError):
    """There is no cryptographic suite of this number."""


class BadQuorum(ContractError):
    """The numbers of registrars or trustees do not bear the faults that are stated."""


class GroupsTooSmall(ContractError):
    """The manifest's `class_size_min` is below what the network asks for."""


class WrongTranslation(ContractError):
    """The English texts are not as many as the Thai ones."""


class WrongKind(ContractError):
    """An agency is not active or not of the kind that its part needs."""


class ManifestTooLarge(ContractError):
    """A ballot of this election would not fit in a transaction."""


class RollNotFrozen(ContractError):
    """The roll is not frozen yet."""


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
    """The election has its context (ctx_E) and its key; `qualified` hold shares of the key."""

    election_id: ElectionId
    context: Hash
    key: PointBytes
    qualified: Numbers
