"""Why voting refuses: elections, manifests, rolls, keys of registrars, and the opening."""

from contracts.sdk import ContractError


class UnknownElection(ContractError):
    """There is no election of this id."""


class ElectionExists(ContractError):
    """There is an election of this id already."""


class ElectionCancelled(ContractError):
    """The election was cancelled before it opened."""


class AlreadyOpen(ContractError):
    """The election has been opened; nothing of its set-up changes any more."""


class NotOpen(ContractError):
    """The election has not been opened."""


class OutsideWindow(ContractError):
    """The block's height is not in the window that the manifest gives to this act."""


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""


class RepeatedId(ContractError):
    """An id is listed twice."""


class UnknownSuite(ContractError):
    """There is no cryptographic suite of this number."""


class BadWindows(ContractError):
    """The heights do not rise, begin in the past, or leave too few blocks before casting."""


class BadQuorum(ContractError):
    """The numbers of registrars or trustees do not bear the faults that are stated."""


class WrongTranslation(ContractError):
    """The English texts are not as many as the Thai ones."""


class WrongKind(ContractError):
    """An agency is not active or not of the kind that its part needs."""


class ManifestTooLarge(ContractError):
    """A ballot of this election would not fit in a transaction."""


class UnknownClass(ContractError):
    """The election has no class of this id."""


class NotEligible(ContractError):
    """Identity does not attest what the manifest asks of a voter."""


class DuplicateVoter(ContractError):
    """The person is on the roll already."""


class RollFull(ContractError):
    """The classes' weighted votes would be more than anyone could count out."""


class UnknownVoter(ContractError):
    """The person is not on the roll."""


class RollFrozen(ContractError):
    """The roll is frozen."""


class RollNotFrozen(ContractError):
    """The roll is not frozen yet."""


class ClassTooSmall(ContractError):
    """A class has fewer voters than keep each other's votes secret."""


class UnknownRegistrar(ContractError):
    """The manifest does not name this registrar."""


class KeyExists(ContractError):
    """The registrar has a key for this class."""


class KeyReused(ContractError):
    """The modulus served before, in this election or another; each key serves one class once."""


class BadRegistrarKey(ContractError):
    """The modulus is not one of 3072 bits that its proof shows to be sound."""


class MissingRegistrarKey(ContractError):
    """A registrar has no key for a class."""
