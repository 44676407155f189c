"""Why complaints refuses."""

from contracts.sdk import ContractError


class NotFound(ContractError):
    """There is no such case or content."""

    code = "NOT_FOUND"


class UnknownTemplate(ContractError):
    """There is no such template, or this version of it is not in force."""

    code = "UNKNOWN_TEMPLATE"


class DuplicateId(ContractError):
    """The id or digest is in use already."""

    code = "DUPLICATE_ID"


class ReceiptUsed(ContractError):
    """The receipt's key has filed a case already; one receipt is for one case."""

    code = "RECEIPT_USED"


class NotHolder(ContractError):
    """The sender does not act for the agency that holds the case."""

    code = "NOT_HOLDER"


class NotParticipant(ContractError):
    """The sender has no part in the case that would allow this."""

    code = "NOT_PARTICIPANT"


class NotVerified(ContractError):
    """The sender's key is not one of an active, proofed subject of identity."""

    code = "NOT_VERIFIED"


class BadState(ContractError):
    """The case is in a state in which this cannot be done."""

    code = "BAD_STATE"


class BadStage(ContractError):
    """The template has no way from the case's stage to this one."""

    code = "BAD_STAGE"


class OfferOpen(ContractError):
    """An offer to another agency is open."""

    code = "OFFER_OPEN"


class StaleOffer(ContractError):
    """The offer of this number is not open."""

    code = "STALE_OFFER"


class Deadline(ContractError):
    """The time for this is over."""

    code = "DEADLINE"


class BadField(ContractError):
    """A field holds what it may not hold; the details name it."""

    code = "BAD_FIELD"


class BadKey(ContractError):
    """The key is not a usable public key."""

    code = "BAD_KEY"


class AgencyInactive(ContractError):
    """The agency is unknown, suspended, or handles no complaints."""

    code = "AGENCY_INACTIVE"


class MergeCycle(ContractError):
    """A case cannot be merged into itself, into a merged case, or into its own part."""

    code = "MERGE_CYCLE"


class Limit(ContractError):
    """A limit of the contract or of the case's template is reached."""

    code = "LIMIT"


class Hold(ContractError):
    """A legal hold forbids erasure."""

    code = "HOLD"


class BadReceipt(ContractError):
    """The signature of the erasure's receipt does not verify."""

    code = "BAD_RECEIPT"
