"""Why complaints refuses."""

from contracts.sdk import ContractError


class NotFound(ContractError):
    """There is no such case or content."""


class UnknownTemplate(ContractError):
    """There is no such template, or this version of it is not in force."""


class DuplicateId(ContractError):
    """The id or digest is in use already."""


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


class Deadline(ContractError):
    """The time for this is over."""


class BadField(ContractError):
    """A field holds what it may not hold; the details name it."""


class BadKey(ContractError):
    """The key is not a usable public key."""


class AgencyInactive(ContractError):
    """The agency is unknown, suspended, or handles no complaints."""


class MergeCycle(ContractError):
    """A case cannot be merged into itself, into a merged case, or into its own part."""


class Limit(ContractError):
    """A limit of the contract or of the case's template is reached."""


class Hold(ContractError):
    """A legal hold forbids erasure."""


class BadReceipt(ContractError):
    """The signature of the erasure's receipt does not verify."""
