"""Why complaints refuses."""

from contracts.sdk import ContractError


class UnknownCase(ContractError):
    """There is no such case."""


class UnknownContent(ContractError):
    """There is no such content, or it is of another case."""


class UnknownTemplate(ContractError):
    """There is no such template, or this version of it is not in force."""


class CaseExists(ContractError):
    """There is a case of this id already."""


class ContentExists(ContractError):
    """There is a content of this digest already."""


class AlreadyRecorded(ContractError):
    """The same host has said already that it erased this content."""


class ReceiptUsed(ContractError):
    """The receipt's key has filed a case already; one receipt is for one case."""


class NotHolder(ContractError):
    """The sender does not act for the agency that holds the case."""


class NotParticipant(ContractError):
    """The sender has no part in the case that would allow this."""


class NotVerified(ContractError):
    """The sender's key is not one of an active, proofed subject of identity."""


class BadState(ContractError):
    """The case is in a state in which this cannot be done."""


class BadStage(ContractError):
    """The template has no way from the case's stage to this one."""


class OfferOpen(ContractError):
    """An offer to another agency is open."""


class StaleOffer(ContractError):
    """The offer of this number is not open."""


class DeadlineOver(ContractError):
    """The time for this is over."""


class BadField(ContractError):
    """A field holds what it may not hold; the details name it."""


class BadKey(ContractError):
    """The key is not a usable public key."""


class AgencyInactive(ContractError):
    """The agency is unknown, suspended, or handles no complaints."""


class MergeCycle(ContractError):
    """A case cannot be merged into itself, into a merged case, or into its own part."""


class TooManyContents(ContractError):
    """The case has as many contents as one may have."""


class TooManyQuestions(ContractError):
    """The citizen was asked as often as the template allows."""


class TooManyAgencies(ContractError):
    """As many agencies as may work on a case together do, or are invited."""


class TooManyParts(ContractError):
    """A case has at most so many parts, and a part none."""


class TooManyAppeals(ContractError):
    """The case was appealed as often as may be."""


class TooManyReopenings(ContractError):
    """The case was reopened as often as may be."""


class TooManyTransfers(ContractError):
    """The case was transferred as often as the template allows."""


class LegalHold(ContractError):
    """A legal hold forbids erasure."""


class AlreadyHeld(ContractError):
    """The case is under a legal hold already."""


class BadReceipt(ContractError):
    """The signature of the erasure's receipt does not verify."""
