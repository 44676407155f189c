"""Erasure on the citizen's request, the legal hold that forbids it, and the hosts' receipts."""

from contracts.complaints.core.access import (
    by_holder_or_supervisor,
    by_owner,
    by_supervisor_or_court,
    loaded,
)
from contracts.complaints.core.clocks import Act, drop, save
from contracts.complaints.core.custody import feed_again
from contracts.complaints.core.messages import (
    APPEALED,
    CLOSING,
    OPEN_STATES,
    OVER_STATES,
    ErasureNotWanted,
    ErasureWantedBefore,
    NotErased,
    NotParticipant,
    UnknownCase,
    UnknownContent,
)
from contracts.complaints.core.rules import require_slugs
from contracts.complaints.core.state import (
    ErasureReceipt,
    cases,
    contents,
    contract,
    erasure_receipts,
    filings,
)
from contracts.complaints.erasures.messages import (
    AlreadyHeld,
    AlreadyRecorded,
    BadReceipt,
    Erase,
    Erased,
    ErasureRecorded,
    ErasureWanted,
    HoldSet,
    LegalHold,
    LiftHold,
    PlaceHold,
    RecordErasure,
    RequestErasure,
    erasure_statement,
)
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.crypto import verify

NO_COMMITMENT = (
    b"\x00\x00\x00\x00\x00\x00\x00\x00"
    + b"\x00\x00\x00\x00\x00\x00\x00\x00"
    + (b"\x00\x00\x00\x00\x00\x00\x00\x00" + b"\x00\x00\x00\x00\x00\x00\x00\x00")
)
ANY_STATE = (*OPEN_STATES, *OVER_STATES, APPEALED)


@contract.execute(RequestErasure, allow=by_owner)
def request_erasure(ctx: Context, msg: RequestErasure) -> None:
    """Ask for erasure; the holder or a supervisor does it, once the case is over."""
    case = loaded(ctx, msg.case_id, states=ANY_STATE)
    require(not case.is_erasure_wanted, ErasureWantedBefore)

    emit(ctx, ErasureWanted(msg.case_id))
    wanted = replace(case, is_erasure_wanted=True)
    save(ctx, msg.case_id, wanted, Act("erasure-wanted", "", "", 0))


@contract.execute(Erase, allow=by_holder_or_supervisor)
def erase(ctx: Context, msg: Erase) -> None:
    """Order the deletion of the case's contents, and remove its commitments from the state.

    The hosts find it in their feed. Nothing can be written to the case afterwards; its stages,
    times and holders stay.
    """
    require_slugs((msg.legal_basis,), "legal_basis")
    case = loaded(ctx, msg.case_id, states=OVER_STATES)
    require(case.held_by == "", LegalHold, held_by=case.held_by)
    require(case.is_erasure_wanted, ErasureNotWanted)

    filing = filings.load(ctx, msg.case_id, absent=UnknownCase)
    blank = replace(filing, commitment=NO_COMMITMENT, fields=())
    filings.save(ctx, msg.case_id, blank)
    case = drop(ctx, msg.case_id, case, (CLOSING,))
    feed_again(ctx, msg.case_id, case)
    emit(ctx, Erased(msg.case_id, msg.agency, msg.legal_basis))
    erased = replace(case, is_erased=True)
    save(ctx, msg.case_id, erased, Act("erased", msg.agency, msg.legal_basis, 0))


@contract.execute(RecordErasure, allow=by_holder_or_supervisor)
def record_erasure(ctx: Context, msg: RecordErasure) -> None:
    """Record that a host signed that it deleted; whose key it is, genesis tells."""
    case = cases.load(ctx, msg.case_id, absent=UnknownCase)
    content = contents.load(ctx, msg.digest, absent=UnknownContent)
    require(content.case_id == msg.case_id, UnknownContent)
    require(case.is_erased, NotErased, state=case.state)
    key = (msg.digest, msg.host_key)
    require(not erasure_receipts.has(ctx, key), AlreadyRecorded)

    receipt = ErasureReceipt(msg.host, msg.host_key, msg.erased_at_ms, msg.signature)
    erasure_receipts.save(ctx, key, receipt)
    emit(ctx, ErasureRecorded(msg.case_id, msg.digest, msg.host))


@contract.precheck(RecordErasure)
def check_receipt(ctx: Context, msg: RecordErasure) -> None:
    """Check the host's signature."""
    statement = erasure_statement(ctx.chain_id, msg.digest, msg.host, msg.erased_at_ms)
    require(verify(msg.host_key, *statement, msg.signature), BadReceipt)


@contract.execute(PlaceHold, allow=by_supervisor_or_court)
def place_hold(ctx: Context, msg: PlaceHold) -> None:
    """Forbid the erasure of a case until the same agency lifts the hold."""
    require_slugs((msg.legal_basis,), "legal_basis")
    case = loaded(ctx, msg.case_id, states=ANY_STATE)
    require(case.held_by == "", AlreadyHeld, held_by=case.held_by)

    emit(ctx, HoldSet(msg.case_id, msg.agency, is_placed=True))
    held = replace(case, held_by=msg.agency)
    save(ctx, msg.case_id, held, Act("hold-placed", msg.agency, msg.legal_basis, 0))


@contract.execute(LiftHold, allow=by_supervisor_or_court)
def lift_hold(ctx: Context, msg: LiftHold) -> None:
    """End the legal hold."""
    case = loaded(ctx, msg.case_id, states=ANY_STATE)
    require(case.held_by == msg.agency, NotParticipant)

    emit(ctx, HoldSet(msg.case_id, msg.agency, is_placed=False))
    free = replace(case, held_by="")
    save(ctx, msg.case_id, free, Act("hold-lifted", msg.agency, "", 0))
