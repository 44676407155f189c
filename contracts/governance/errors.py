"""Why governance refuses."""

from contracts.sdk import ContractError


class UnknownAgency(ContractError):
    """There is no agency of this id."""

    code = "UNKNOWN_AGENCY"


class AgencyExists(ContractError):
    """There is an agency of this id already."""

    code = "AGENCY_EXISTS"


class AgencySuspended(ContractError):
    """The agency is suspended; nobody acts for it until the members reinstate it."""

    code = "AGENCY_SUSPENDED"


class NotAdministrator(ContractError):
    """The sender is not the administrator of the agency."""

    code = "NOT_ADMINISTRATOR"


class AdministratorTaken(ContractError):
    """The account administers an agency already; one account administers one agency."""

    code = "ADMINISTRATOR_TAKEN"


class BadSlug(ContractError):
    """A name is not written in a-z, 0-9 and hyphens, beginning with a letter."""

    code = "BAD_SLUG"


class UnknownKind(ContractError):
    """There is no kind of agency with this code."""

    code = "UNKNOWN_KIND"


class RepeatedKind(ContractError):
    """A kind is listed twice."""

    code = "REPEATED_KIND"


class RepeatedRole(ContractError):
    """A role is listed twice."""

    code = "REPEATED_ROLE"


class UnknownStatus(ContractError):
    """The status is neither active nor suspended."""

    code = "UNKNOWN_STATUS"


class Unchanged(ContractError):
    """It is so already; there is nothing to change."""

    code = "UNCHANGED"


class UnknownOfficer(ContractError):
    """The account is not an officer of the agency."""

    code = "UNKNOWN_OFFICER"


class OfficerExists(ContractError):
    """The account is an officer of the agency already."""

    code = "OFFICER_EXISTS"


class TooManyOfficers(ContractError):
    """The agency has as many officers as the parameter officers-max allows."""

    code = "TOO_MANY_OFFICERS"


class NotMember(ContractError):
    """The sender is not the administrator of an active agency of kind validator."""

    code = "NOT_A_MEMBER"


class LastMember(ContractError):
    """No active agency of kind validator would be left, and nobody could decide anything."""

    code = "LAST_MEMBER"


class TooManyMembers(ContractError):
    """There are as many active agencies of kind validator as the contract counts."""

    code = "TOO_MANY_MEMBERS"


class UnknownParameter(ContractError):
    """There is no parameter of this name."""

    code = "UNKNOWN_PARAMETER"


class ParameterOutOfBounds(ContractError):
    """The value is outside the bounds of the parameter."""

    code = "PARAMETER_OUT_OF_BOUNDS"


class OneChangeWanted(ContractError):
    """A proposal holds exactly one change."""

    code = "ONE_CHANGE_WANTED"


class ExpiryOutOfBounds(ContractError):
    """The proposal's expiry is not after the block's time, or too far ahead."""

    code = "EXPIRY_OUT_OF_BOUNDS"


class HeightTooSoon(ContractError):
    """The execution height is nearer than the parameter execution-delay-blocks allows."""

    code = "HEIGHT_TOO_SOON"


class UnknownProposal(ContractError):
    """There is no proposal of this number."""

    code = "UNKNOWN_PROPOSAL"


class ProposalClosed(ContractError):
    """The proposal was executed or withdrawn."""

    code = "PROPOSAL_CLOSED"


class ProposalExpired(ContractError):
    """The proposal's time is over."""

    code = "PROPOSAL_EXPIRED"


class AlreadyVoted(ContractError):
    """The agency has voted on this proposal; a vote is final."""

    code = "ALREADY_VOTED"


class BeforeItsHeight(ContractError):
    """The proposal's execution height is not reached."""

    code = "BEFORE_ITS_HEIGHT"


class NotEnoughVotes(ContractError):
    """Fewer than two thirds of the member agencies say yes."""

    code = "NOT_ENOUGH_VOTES"


class NotProposer(ContractError):
    """The sender is not the administrator of the agency that proposed."""

    code = "NOT_PROPOSER"
