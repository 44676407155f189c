"""The timeline of a case, a line for each thing that happened to it; and its clocks.

Clocks are started, stopped, paused; a deadline that is missed is recorded once, and only here.
"""

from contracts.complaints.core.counts import count_clock, count_offer
from contracts.complaints.core.messages import (
    CLOSED,
    CLOSING,
    OFFERED,
    RESOLUTION,
    TRANSFER,
    Closed,
    Count,
    Due,
    Escalated,
    OfferEnded,
    Pause,
    Slug,
    SlugOrNothing,
)
from contracts.complaints.core.state import (
    Case,
    Entry,
    acknowledged,
    cases,
    due,
    escalations,
    filings,
    inboxes,
    timeline,
)
from contracts.sdk import Context, emit, record, replace


@record
class Act:
    """What was done, by which agency ("" for the citizen and for what time did), and how."""

    kind: Slug
    by: SlugOrNothing
    detail: SlugOrNothing
    link: Count


def noted(ctx: Context, case_id: bytes, case: Case, act: Act) -> Case:
    """Add a line, and return the case with it counted; the caller saves the case.

    By an agency's act the owner becomes known to nodes, which bound what strangers send.
    """
    number = case.entries + 1
    after = replace(case, entries=number, changed_ms=ctx.block_time_ms)
    ends = [one.due_ms for one in case.dues if one.clock == RESOLUTION]
    line = Entry(
        ctx.block_time_ms,
        ctx.height,
        act.kind,
        act.by,
        case.holder,
        case.stage,
        case.state,
        act.detail,
        ends[0] if len(ends) > 0 else 0,
        act.link,
    )
    timeline.save(ctx, (case_id, number), line)
    filing = filings.get(ctx, case_id, None) if act.by != "" else None
    if filing is not None and not acknowledged.has(ctx, filing.owner):
        acknowledged.save(ctx, filing.owner, case_id)
    return after


def save(ctx: Context, case_id: bytes, case: Case, act: Act) -> None:
    """Save the case with a line for what was done."""
    cases.save(ctx, case_id, noted(ctx, case_id, case, act))


def due_of(case: Case, clock: Slug) -> int:
    """Return when a clock runs out, 0 when it does not run."""
    for one in case.dues:
        if one.clock == clock:
            return one.due_ms
    return 0


def start(ctx: Context, case_id: bytes, case: Case, ends: tuple[tuple[Slug, int], ...]) -> Case:
    """Start clocks that do not run, each with the last moment that is in time."""
    for clock, due_ms in ends:
        due.save(ctx, (due_ms, case_id, clock), ctx.height)
    added = [Due(clock, due_ms) for clock, due_ms in ends]
    started = [clock for clock, _ in ends]
    missed = tuple([clock for clock in case.missed if clock not in started])
    return replace(case, dues=(*case.dues, *added), missed=missed)


def drop(ctx: Context, case_id: bytes, case: Case, clocks: tuple[Slug, ...]) -> Case:
    """Stop clocks without counting whether they were kept."""
    for one in case.dues:
        if one.clock in clocks:
            due.remove(ctx, (one.due_ms, case_id, one.clock))
    return replace(case, dues=_without(case, clocks))


def stop(ctx: Context, case_id: bytes, case: Case, clock: Slug) -> Case:
    """Stop a clock because what it waited for was done; count whether that was in time."""
    due_ms = due_of(case, clock)
    if due_ms == 0:
        return case
    if ctx.block_time_ms > due_ms:
        return miss(ctx, case_id, case, Due(clock, due_ms))
    count_clock(ctx, _responsible(case, clock), clock, is_kept=True)
    return drop(ctx, case_id, case, (clock,))


def pause(ctx: Context, case_id: bytes, case: Case, allowance_ms: int) -> Case:
    """Let the clocks of the work stand: their ends move by the most that the pause may last."""
    moved = _shifted(ctx, case_id, case, allowance_ms)
    waiting = Pause(ctx.block_time_ms, allowance_ms)
    return replace(moved, pause=waiting, pauses=case.pauses + 1)


def resume(ctx: Context, case_id: bytes, case: Case) -> tuple[Case, int]:
    """Let the clocks run again; return the case and how long they stood, in ms."""
    waiting = case.pause
    if waiting is None:
        return case, 0
    stood = min(ctx.block_time_ms - waiting.since_ms, waiting.allowance_ms)
    moved = _shifted(ctx, case_id, case, stood - waiting.allowance_ms)
    return replace(moved, pause=None), stood


def settle(ctx: Context, case_id: bytes, case: Case) -> Case:
    """Record what time has ended before anything else is done: so nothing depends on the hook."""
    settled = case
    for one in case.dues:
        if one.clock in (TRANSFER, CLOSING) and one.due_ms < ctx.block_time_ms:
            settled = record_passed(ctx, case_id, settled, one)
    return settled


def record_passed(ctx: Context, case_id: bytes, case: Case, passed: Due) -> Case:
    """Record a deadline that has passed: the end of the time to appeal, or a deadline missed."""
    if passed.clock != CLOSING:
        return miss(ctx, case_id, case, passed)
    closed = replace(drop(ctx, case_id, case, (CLOSING,)), state=CLOSED)
    emit(ctx, Closed(case_id, case.holder, case.stars, "time"))
    return noted(ctx, case_id, closed, Act("closed", "", "", 0))


def miss(ctx: Context, case_id: bytes, case: Case, missed: Due) -> Case:
    """Record a missed deadline: once, for who was to act. A lapsed offer ends; the holder stays."""
    agency = _responsible(case, missed.clock)
    after = drop(ctx, case_id, case, (missed.clock,))
    listed = [clock for clock in case.missed if clock != missed.clock]
    after = replace(after, missed=(*listed, missed.clock), escalations=case.escalations + 1)
    count_clock(ctx, agency, missed.clock, is_kept=False)
    escalations.save(ctx, (missed.due_ms, case_id, missed.clock), agency)
    emit(ctx, Escalated(case_id, agency, missed.clock, missed.due_ms))
    if missed.clock == TRANSFER:
        after = end_offer(ctx, case_id, after, "lapsed", "")
    return noted(ctx, case_id, after, Act("escalated", "", missed.clock, 0))


def end_offer(ctx: Context, case_id: bytes, case: Case, how: Slug, reason: str) -> Case:
    """Forget the open offer, its clock stopped already; the case stays where it is."""
    offer = case.offer
    if offer is None:
        return case
    inboxes.remove(ctx, (offer.to, OFFERED, case_id))
    count_offer(ctx, case.holder, offer.to, how)
    emit(ctx, OfferEnded(case_id, case.holder, offer.to, offer.number, how, reason))
    return replace(case, offer=None)


def _responsible(case: Case, clock: Slug) -> str:
    """The agency that a clock waits for: the offered one for a transfer, else the holder."""
    offer = case.offer
    return offer.to if clock == TRANSFER and offer is not None else case.holder


def _shifted(ctx: Context, case_id: bytes, case: Case, by_ms: int) -> Case:
    moved = []
    for one in case.dues:
        due.remove(ctx, (one.due_ms, case_id, one.clock))
        later = Due(one.clock, one.due_ms + by_ms)
        due.save(ctx, (later.due_ms, case_id, one.clock), ctx.height)
        moved.append(later)
    return replace(case, dues=tuple(moved))


def _without(case: Case, clocks: tuple[Slug, ...]) -> tuple[Due, ...]:
    return tuple([one for one in case.dues if one.clock not in clocks])
