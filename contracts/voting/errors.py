"""Why voting refuses: elections, manifests, rolls, keys of registrars, and the opening."""

from contracts.sdk import ContractError


class UnknownElection(ContractError):
    """There is no election of this id."""

    code = "UNKNOWN_ELECTION"


class ElectionExists(ContractError):
    """There is an election of this id already."""

    code = "ELECTION_EXISTS"


class ElectionCancelled(ContractError):
    """The election was cancelled before it opened."""

    code = "ELECTION_CANCELLED"


class AlreadyOpen(ContractError):
    """The election has been opened; nothing of its set-up changes any more."""

    code = "ALREADY_OPEN"


class NotOpen(ContractError):
    """The election has not been opened."""

    code = "NOT_OPEN"


class OutsideWindow(ContractError):
    """The block's height is not in the window that the manifest gives to this act."""

    code = "OUTSIDE_WINDOW"


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""

    code = "BAD_SLUG"


class RepeatedId(ContractError):
    """An id is listed twice."""

    code = "REPEATED_ID"


class UnknownSuite(ContractError):
    """There is no cryptographic suite of this number."""

    code = "UNKNOWN_SUITE"


class BadWindows(ContractError):
    """The heights do not rise, begin in the past, or leave too few blocks before casting."""

    code = "BAD_WINDOWS"


class BadQuorum(ContractError):
    """The numbers of registrars or trustees do not bear the faults that are stated."""

    code = "BAD_QUORUM"


class WrongTranslation(ContractError):
    """The English texts are not as many as the Thai ones."""

    code = "WRONG_TRANSLATION"


class WrongKind(ContractError):
    """An agency is not active or not of the kind that its part needs."""

    code = "WRONG_KIND"


class ManifestTooLarge(ContractError):
    """A ballot of this election would not fit in a transaction."""

    code = "MANIFEST_TOO_LARGE"


class UnknownClass(ContractError):
    """The election has no class of this id."""

    code = "UNKNOWN_CLASS"


class NotEligible(ContractError):
    """Identity does not attest what the manifest asks of a voter."""

    code = "NOT_ELIGIBLE"


class DuplicateVoter(ContractError):
    """The person is on the roll already."""

    code = "DUPLICATE_VOTER"


class RollFull(ContractError):
    """The classes' weighted votes would be more than anyone could count out."""

    code = "ROLL_FULL"


class UnknownVoter(ContractError):
    """The person is not on the roll."""

    code = "UNKNOWN_VOTER"


class RollFrozen(ContractError):
    """The roll is frozen."""

    code = "ROLL_FROZEN"


class RollNotFrozen(ContractError):
    """The roll is not frozen yet."""

    code = "ROLL_NOT_FROZEN"


class ClassTooSmall(ContractError):
    """A class has fewer voters than keep each other's votes secret."""

    code = "CLASS_TOO_SMALL"


class UnknownRegistrar(ContractError):
    """The manifest does not name this registrar."""

    code = "UNKNOWN_REGISTRAR"


class KeyExists(ContractError):
    """The registrar has a key for this class."""

    code = "KEY_EXISTS"


class KeyReused(ContractError):
    """The modulus served before, in this election or another; each key serves one class once."""

    code = "KEY_REUSED"


class BadRegistrarKey(ContractError):
    """The modulus is not one of 3072 bits that its proof shows to be sound."""

    code = "BAD_REGISTRAR_KEY"


class MissingRegistrarKey(ContractError):
    """A registrar has no key for a class."""

    code = "MISSING_REGISTRAR_KEY"
