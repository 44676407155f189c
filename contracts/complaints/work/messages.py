"""What may be asked about work on a case, what observers learn, and what is refused."""

from contracts.complaints.core.messages import (
    AgencyId,
    CaseId,
    ContentItem,
    Slug,
    SlugOrNothing,
    TimeMs,
)
from contracts.sdk import ContractError, event, message


@message
class Accept:
    """Take up a case that was filed with, reopened at or assigned to the holder."""

    case_id: CaseId


@message
class SetStage:
    """Move the case along its template; a note may go with it."""

    case_id: CaseId
    stage: Slug
    note: ContentItem | None


@message
class AddContent:
    """Add a ciphertext to the case, as the citizen, the holder or a joint agency."""

    case_id: CaseId
    agency: SlugOrNothing
    item: ContentItem


@message
class AskCitizen:
    """Ask the citizen; the clocks stand until the answer, as long as the template allows."""

    case_id: CaseId
    question: ContentItem


@message
class Answer:
    """Answer the holder's question; the clocks run again."""

    case_id: CaseId
    answer: ContentItem


@message
class Resume:
    """Go on without the citizen's answer; the clocks run again."""

    case_id: CaseId


@message
class Resolve:
    """Say how the case ended; the citizen may rate, confirm, appeal or reopen."""

    case_id: CaseId
    outcome: Slug
    result: ContentItem


class BadStage(ContractError):
    """The template has no way from the case's stage to this one."""


class TooManyQuestions(ContractError):
    """The citizen was asked as often as the template allows."""


@event
class Accepted:
    """The holder took the case up."""

    case_id: CaseId
    holder: AgencyId


@event
class StageSet:
    """The case is at another stage."""

    case_id: CaseId
    holder: AgencyId
    stage: Slug


@event
class Asked:
    """The holder waits for the citizen; the clocks stand for at most `allowance_ms`."""

    case_id: CaseId
    holder: AgencyId
    allowance_ms: TimeMs


@event
class Resumed:
    """The clocks run again; they stood for `stood_ms`."""

    case_id: CaseId
    stood_ms: TimeMs


@event
class Resolved:
    """The holder said how the case ended."""

    case_id: CaseId
    holder: AgencyId
    outcome: Slug
