"""After the result: stars, confirmation, appeal, reopening, withdrawal."""

from contracts.complaints.cases.handlers import spell_ends
from contracts.complaints.core.access import (
    by_owner,
    by_owner_or_holder,
    by_supervisor,
    loaded,
    require_handler,
)
from contracts.complaints.core.clocks import Act, drop, end_offer, save, start
from contracts.complaints.core.counts import APPEALED as APPEALED_PLACE
from contracts.complaints.core.counts import OVERTURNED, STARS, UPHELD, count, enter, leave
from contracts.complaints.core.counts import REOPENED as REOPENED_PLACE
from contracts.complaints.core.counts import WITHDRAWN as WITHDRAWN_PLACE
from contracts.complaints.core.custody import close_part, hand_over, kept, open_part, require_reply
from contracts.complaints.core.messages import (
    ACCEPTANCE,
    APPEALED,
    APPEALS_MAX,
    CLOSED,
    CLOSING,
    DECISIONS,
    HELD,
    INTERIM,
    MERGED,
    OPEN_STATES,
    REASSIGN,
    REOPENED,
    REOPENS_MAX,
    RESOLUTION,
    RESOLVED,
    TRANSFER,
    UPHOLD,
    WITHDRAWN,
    BadField,
    Closed,
    DeadlineOver,
    PartsOpen,
    SameHolder,
    UnknownTemplate,
)
from contracts.complaints.core.state import Case, appeals, contract, inboxes, rules
from contracts.complaints.reviews.messages import (
    Appeal,
    Appealed,
    Confirm,
    Decide,
    Decided,
    Rate,
    Reopen,
    Reopened,
    TooManyAppeals,
    TooManyReopenings,
    Withdraw,
    Withdrawn,
)
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.calendar import SECOND_MS


@contract.execute(Rate, allow=by_owner)
def rate(ctx: Context, msg: Rate) -> None:
    """Close a resolved case with stars: once for each result."""
    case = loaded(ctx, msg.case_id, states=(RESOLVED,))

    count(ctx, case.holder, STARS + msg.stars - 1)
    rated = replace(drop(ctx, msg.case_id, case, (CLOSING,)), state=CLOSED, stars=msg.stars)
    emit(ctx, Closed(msg.case_id, case.holder, msg.stars, "rated"))
    save(ctx, msg.case_id, rated, Act("rated", "", "", msg.stars))


@contract.execute(Confirm, allow=by_owner)
def confirm(ctx: Context, msg: Confirm) -> None:
    """Close a resolved case without stars."""
    case = loaded(ctx, msg.case_id, states=(RESOLVED,))

    closed = replace(drop(ctx, msg.case_id, case, (CLOSING,)), state=CLOSED)
    emit(ctx, Closed(msg.case_id, case.holder, 0, "confirmed"))
    save(ctx, msg.case_id, closed, Act("confirmed", "", "", 0))


@contract.execute(Appeal, allow=by_owner)
def appeal(ctx: Context, msg: Appeal) -> None:
    """Put a case that was resolved, closed or merged before a supervisor, in time."""
    require_reply(msg.grounds)
    case = loaded(ctx, msg.case_id, states=(RESOLVED, CLOSED, MERGED))
    _require_in_time(ctx, case)
    require(case.appeals < APPEALS_MAX, TooManyAppeals, most=APPEALS_MAX)

    case = kept(ctx, msg.case_id, case, "", msg.grounds)
    case = drop(ctx, msg.case_id, case, (CLOSING,))
    appeals.save(ctx, msg.case_id, ctx.block_time_ms)
    count(ctx, case.holder, APPEALED_PLACE)
    emit(ctx, Appealed(msg.case_id, case.holder))
    asked = replace(case, state=APPEALED, appeals=case.appeals + 1)
    save(ctx, msg.case_id, asked, Act("appealed", "", "", case.contents))


@contract.execute(Decide, allow=by_supervisor)
def decide(ctx: Context, msg: Decide) -> None:
    """Uphold what the holder did, which closes the case; reopen it; or reopen it at `to`."""
    require(msg.decision in DECISIONS, BadField, field="decision")
    require((msg.decision == REASSIGN) == (msg.to != ""), BadField, field="to")
    case = loaded(ctx, msg.case_id, states=(APPEALED,))
    appeals.remove(ctx, msg.case_id)
    emit(ctx, Decided(msg.case_id, msg.agency, msg.decision))
    if msg.decision == UPHOLD:
        count(ctx, case.holder, UPHELD)
        emit(ctx, Closed(msg.case_id, case.holder, case.stars, "upheld"))
        save(ctx, msg.case_id, replace(case, state=CLOSED), Act("upheld", msg.agency, "", 0))
        return
    count(ctx, case.holder, OVERTURNED)
    if msg.decision == REASSIGN:
        require(msg.to != case.holder, SameHolder)
        require_handler(ctx, msg.to)
        case = hand_over(ctx, msg.case_id, case, msg.to, "appeal")
    _open_again(ctx, msg.case_id, case, Act("reopened", msg.agency, msg.decision, 0))


@contract.execute(Reopen, allow=by_owner_or_holder)
def reopen(ctx: Context, msg: Reopen) -> None:
    """Open the case again at its holder, who is to accept it again; new clocks run."""
    case = loaded(ctx, msg.case_id, states=(RESOLVED, CLOSED))
    if msg.agency == "":
        _require_in_time(ctx, case)
    require(case.reopens < REOPENS_MAX, TooManyReopenings, most=REOPENS_MAX)

    case = drop(ctx, msg.case_id, case, (CLOSING,))
    _open_again(ctx, msg.case_id, case, Act("reopened", msg.agency, "", 0))


@contract.execute(Withdraw, allow=by_owner)
def withdraw(ctx: Context, msg: Withdraw) -> None:
    """End one's own complaint, once its parts have ended; no clock is counted."""
    case = loaded(ctx, msg.case_id, states=(*OPEN_STATES, APPEALED))
    require(case.open_children == 0, PartsOpen, open_children=case.open_children)

    if case.state in OPEN_STATES:
        leave(ctx, case.holder, case.opened_ms, WITHDRAWN_PLACE)
        close_part(ctx, msg.case_id, case)
    case = drop(ctx, msg.case_id, case, (ACCEPTANCE, INTERIM, RESOLUTION, TRANSFER))
    case = end_offer(ctx, msg.case_id, case, "cancelled", "withdrawn")
    inboxes.remove(ctx, (case.holder, HELD, msg.case_id))
    appeals.remove(ctx, msg.case_id)
    emit(ctx, Withdrawn(msg.case_id, case.holder))
    over = replace(case, state=WITHDRAWN, closed_ms=ctx.block_time_ms, pause=None)
    save(ctx, msg.case_id, over, Act("withdrawn", "", "", 0))


def _open_again(ctx: Context, case_id: bytes, case: Case, act: Act) -> None:
    """Begin a new spell at the holder."""
    form = rules.load(ctx, (case.template, case.version), absent=UnknownTemplate)
    begun = replace(
        case,
        state=REOPENED,
        stage=form.reopen_stage,
        opened_ms=ctx.block_time_ms,
        closed_ms=0,
        missed=(),
        pauses=0,
        outcome="",
        stars=0,
        merged_into=None,
        reopens=case.reopens + 1,
    )
    begun = start(ctx, case_id, begun, spell_ends(ctx, form.limits))
    enter(ctx, begun.holder, begun.opened_ms, REOPENED_PLACE)
    inboxes.save(ctx, (begun.holder, HELD, case_id), ctx.block_time_ms)
    open_part(ctx, case_id, begun)
    emit(ctx, Reopened(case_id, begun.holder, begun.reopens))
    save(ctx, case_id, begun, act)


def _require_in_time(ctx: Context, case: Case) -> None:
    """Reject with DeadlineOver what comes later after a case's end than the template allows."""
    limits = rules.load(ctx, (case.template, case.version), absent=UnknownTemplate).limits
    last_ms = case.closed_ms + limits.appeal_s * SECOND_MS
    require(ctx.block_time_ms <= last_ms, DeadlineOver, due_ms=last_ms)
