"""Who may call, as governance and identity say now; and loading a case for an act."""

from contracts.complaints.core.clocks import settle
from contracts.complaints.core.messages import (
    AgencyId,
    AgencyInactive,
    BadState,
    CaseErased,
    NotHolder,
    NotParticipant,
    Offer,
    StaleOffer,
    SubjectId,
    UnknownCase,
)
from contracts.complaints.core.state import Case, Filing, cases, filings, handlers
from contracts.complaints.erasures.messages import (
    Erase,
    LiftHold,
    PlaceHold,
    RecordErasure,
    RequestErasure,
)
from contracts.complaints.parts.messages import Merge, Split
from contracts.complaints.reviews.messages import Appeal, Confirm, Decide, Rate, Reopen, Withdraw
from contracts.complaints.templates.messages import SetHandler, SetTemplate
from contracts.complaints.transfers.messages import (
    AcceptJoint,
    AcceptTransfer,
    AddJoint,
    Assign,
    CancelTransfer,
    OfferTransfer,
    RejectTransfer,
    RemoveJoint,
)
from contracts.complaints.work.messages import (
    Accept,
    AddContent,
    Answer,
    AskCitizen,
    Resolve,
    Resume,
    SetStage,
)
from contracts.sdk import Address, Context, require
from contracts.sdk.roles import administers, administers_kind, has_role, is_of_kind

ROLE = "complaints"
HANDLER = "complaint-handler"
SUPERVISOR = "supervisor"
COURT = "court"

HolderAct = (
    Accept
    | SetStage
    | AskCitizen
    | Resume
    | OfferTransfer
    | CancelTransfer
    | AddJoint
    | Split
    | Merge
    | Resolve
)
OwnerAct = Answer | Rate | Confirm | Appeal | Withdraw | RequestErasure
OfferAct = AcceptTransfer | RejectTransfer


def by_supervisor_administrator(ctx: Context, _msg: SetTemplate) -> bool:
    """Only the administrator of an active agency of kind supervisor may call."""
    return administers_kind(ctx, ctx.sender, SUPERVISOR)


def by_agency_administrator(ctx: Context, msg: SetHandler) -> bool:
    """Only the administrator of `agency`, which must be active, may call."""
    return administers(ctx, ctx.sender, msg.agency)


def by_holder(ctx: Context, msg: HolderAct) -> bool:
    """Only who acts for the agency that holds the case may call."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    require(acts_for(ctx, ctx.sender, case.holder), NotHolder, holder=case.holder)
    return True


def by_owner(ctx: Context, msg: OwnerAct) -> bool:
    """Only the citizen of the case may call."""
    filing = filings.load(ctx, msg.case_id, absent=UnknownCase)
    require(is_owner(ctx, ctx.sender, filing), NotParticipant)
    return True


def by_offered(ctx: Context, msg: OfferAct) -> bool:
    """Only who acts for the agency that the case is offered to may call."""
    _, offer = offered(ctx, msg)
    require(acts_for(ctx, ctx.sender, offer.to), NotParticipant)
    return True


def by_participant(ctx: Context, msg: AddContent) -> bool:
    """Only the citizen, or who acts for the holder or a joint agency, may call."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    if msg.agency == "":
        filing = filings.load(ctx, msg.case_id, absent=UnknownCase)
        require(is_owner(ctx, ctx.sender, filing), NotParticipant)
    else:
        require(msg.agency == case.holder or msg.agency in case.joints, NotParticipant)
        require(acts_for(ctx, ctx.sender, msg.agency), NotParticipant)
    return True


def by_owner_or_holder(ctx: Context, msg: Reopen) -> bool:
    """Only the citizen, or who acts for the holder, may call."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    if msg.agency == "":
        filing = filings.load(ctx, msg.case_id, absent=UnknownCase)
        require(is_owner(ctx, ctx.sender, filing), NotParticipant)
    else:
        require(msg.agency == case.holder, NotHolder, holder=case.holder)
        require(acts_for(ctx, ctx.sender, case.holder), NotHolder, holder=case.holder)
    return True


def by_joint(ctx: Context, msg: AcceptJoint) -> bool:
    """Only who acts for `agency` may call."""
    require(cases.has(ctx, msg.case_id), UnknownCase)
    require(acts_for(ctx, ctx.sender, msg.agency), NotParticipant)
    return True


def by_holder_or_joint(ctx: Context, msg: RemoveJoint) -> bool:
    """Only who acts for the holder or for `agency` may call."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    is_holder = acts_for(ctx, ctx.sender, case.holder)
    require(is_holder or acts_for(ctx, ctx.sender, msg.agency), NotParticipant)
    return True


def by_supervisor(ctx: Context, msg: Assign | Decide) -> bool:
    """Only who acts for `agency`, an active agency of kind supervisor, may call."""
    return is_acting(ctx, msg.agency, SUPERVISOR)


def by_supervisor_or_court(ctx: Context, msg: PlaceHold | LiftHold) -> bool:
    """Only who acts for `agency`, an active agency of kind supervisor or court, may call."""
    return is_acting(ctx, msg.agency, SUPERVISOR) or is_acting(ctx, msg.agency, COURT)


def by_holder_or_supervisor(ctx: Context, msg: Erase | RecordErasure) -> bool:
    """Only who acts for `agency`, the case's holder or a supervisor, may call."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    if msg.agency != case.holder:
        require(is_acting(ctx, msg.agency, SUPERVISOR), NotHolder, holder=case.holder)
        return True
    require(acts_for(ctx, ctx.sender, case.holder), NotHolder, holder=case.holder)
    return True


def acts_for(ctx: Context, address: Address, agency: AgencyId) -> bool:
    """Whether the account is the active agency's administrator or officer for complaints."""
    return has_role(ctx, address, agency, ROLE)


def is_acting(ctx: Context, agency: AgencyId, kind: str) -> bool:
    """Whether the sender acts for `agency`, which is of this kind."""
    return is_of_kind(ctx, agency, kind) and acts_for(ctx, ctx.sender, agency)


def require_handler(ctx: Context, agency: AgencyId) -> None:
    """Reject with AgencyInactive what is no active agency that receives complaints."""
    is_active = is_of_kind(ctx, agency, HANDLER)
    require(is_active and handlers.has(ctx, agency), AgencyInactive, agency=agency)


def is_owner(ctx: Context, address: Address, filing: Filing) -> bool:
    """Whether the account is the citizen's: the one that filed, or of a present key of the sid."""
    if filing.sid is None:
        return address == filing.owner
    return is_key_of(ctx, address, filing.sid)


def is_key_of(ctx: Context, address: Address, sid: SubjectId) -> bool:
    """Whether the account is that of a key of the subject, which is active and not in recovery."""
    return bool(ctx.call("identity").holds_account(sid, address))


def offered(ctx: Context, msg: OfferAct) -> tuple[Case, Offer]:
    """Return a case and its open offer of this number. Rejects: UnknownCase, StaleOffer."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    offer = case.offer
    if offer is None or offer.number != msg.offer_number:
        raise StaleOffer("", offers=case.offers)
    return case, offer


def loaded(ctx: Context, case_id: bytes, *, states: tuple[str, ...]) -> Case:
    """Return a case that may change, in one of `states`; what time has ended is recorded.

    Rejects: UnknownCase, CaseErased, BadState.
    """
    case = cases.load(ctx, case_id, absent=UnknownCase)
    require(not case.is_erased, CaseErased)
    settled = settle(ctx, case_id, case)
    require(settled.state in states, BadState, state=settled.state)
    return settled
