"""Why governance refuses."""

from contracts.sdk import ContractError


class UnknownAgency(ContractError):
    """There is no agency of this id."""


class AgencyExists(ContractError):
    """There is an agency of this id already."""


class AgencySuspended(ContractError):
    """The agency is suspended; nobody acts for it until the members reinstate it."""


class NotAdministrator(ContractError):
    """The sender is not the administrator of the agency."""


class AdministratorTaken(ContractError):
    """The account administers an agency already; one account administers one agency."""


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""


class UnknownKind(ContractError):
    """There is no kind of agency with this code."""


class RepeatedKind(ContractError):
    """A kind is listed twice."""


class RepeatedRole(ContractError):
    """A role is listed twice."""


class UnknownStatus(ContractError):
    """The status is neither active nor suspended."""


class Unchanged(ContractError):
    """It is so already; there is nothing to change."""


class UnknownOfficer(ContractError):
    """The account is not an officer of the agency."""


class OfficerExists(ContractError):
    """The account is an officer of the agency already."""


class TooManyOfficers(ContractError):
    """The agency has as many officers as the parameter officers-max allows."""


class NotMember(ContractError):
    """The sender is not the administrator of an active agency of kind validator."""


class LastMember(ContractError):
    """No active agency of kind validator would be left, and nobody could decide anything."""


class TooManyMembers(ContractError):
    """There are as many active agencies of kind validator as the contract counts."""


class UnknownParameter(ContractError):
    """There is no parameter of this name."""


class ParameterOutOfBounds(ContractError):
    """The value is outside the bounds of the parameter."""


class OneChangeWanted(ContractError):
    """A proposal holds exactly one change."""


class ExpiryOutOfBounds(ContractError):
    """The proposal's expiry is not after the block's time, or too far ahead."""


class ExecutionTooSoon(ContractError):
    """The time of execution is nearer than the parameter execution-delay-seconds allows."""


class UnknownProposal(ContractError):
    """There is no proposal of this number."""


class ProposalClosed(ContractError):
    """The proposal was executed or withdrawn."""


class ProposalExpired(ContractError):
    """The proposal's time is over."""


class AlreadyVoted(ContractError):
    """The agency has voted on this proposal; a vote is final."""


class BeforeItsTime(ContractError):
    """The proposal's time of execution is not reached."""


class NotEnoughVotes(ContractError):
    """Fewer than two thirds of the member agencies say yes."""


class NotProposer(ContractError):
    """The sender is not the administrator of the agency that proposed."""
