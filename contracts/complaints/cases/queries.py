"""What anyone may ask of a case: metadata only, for content is not on the chain.

Times are derived from the last block: nobody has to send anything for a deadline to be missed.
"""

from contracts.complaints.cases.views import (
    PAGE,
    CaseIds,
    CaseLine,
    CaseLines,
    CaseView,
    CustodyLine,
    CustodyLines,
    Deadline,
    Deadlines,
    EscalationLine,
    EscalationLines,
    Limit,
    PublicView,
    TimelineLine,
    TimelineLines,
)
from contracts.complaints.core.clocks import due_of
from contracts.complaints.core.messages import (
    CLOCKS,
    CLOSING,
    INTERIM,
    OFFERED,
    RESOLUTION,
    TRANSFER,
    AgencyId,
    CaseId,
    Count,
    Height,
    Slug,
    SlugOrNothing,
    TimeMs,
    UnknownCase,
    UnknownTemplate,
)
from contracts.complaints.core.state import (
    Case,
    Custody,
    appeals,
    cases,
    children,
    contract,
    custodies,
    escalations,
    filings,
    inboxes,
    owned,
    receipts,
    rules,
    timeline,
)
from contracts.sdk import Address, Context

CUSTODIES_MAX = 500
LAST = "~"  # sorts after every slug


@contract.query
def case(ctx: Context, case_id: CaseId) -> CaseView | None:
    """Where a case is, nothing when there is none; an offer past its time has lapsed."""
    found = cases.get(ctx, case_id, None)
    if found is None:
        return None
    filing = filings.load(ctx, case_id, absent=UnknownCase)
    is_lapsed = 0 < due_of(found, TRANSFER) < ctx.block_time_ms
    return CaseView(
        case_id=case_id,
        template=found.template,
        version=found.version,
        category=filing.category,
        area=filing.area,
        filer=filing.filer,
        owner=filing.owner,
        holder=found.holder,
        state=found.state,
        stage=found.stage,
        filed_ms=filing.filed_ms,
        opened_ms=found.opened_ms,
        changed_ms=found.changed_ms,
        closed_ms=found.closed_ms,
        left_ms=_left(ctx, due_of(found, RESOLUTION)),
        is_paused=found.pause is not None,
        offer=None if is_lapsed else found.offer,
        joints=found.joints,
        invited=found.invited,
        hops=found.hops,
        escalations=found.escalations,
        reopens=found.reopens,
        appeals=found.appeals,
        stars=found.stars,
        outcome=found.outcome,
        parent=found.parent,
        children=found.children,
        open_children=found.open_children,
        merged_into=found.merged_into,
        held_by=found.held_by,
        is_erasure_wanted=found.is_erasure_wanted,
        is_erased=found.is_erased,
        custodies=found.custodies,
        entries=found.entries,
        contents=found.contents,
    )


contract.expose(
    "filing", filings, ("case_id",), "What was filed: commitments and who may act as the citizen."
)


@contract.query
def public_view(ctx: Context, case_id: CaseId) -> PublicView | None:
    """What everybody may see; nothing of cases of sensitive templates, and of erased ones."""
    found = cases.get(ctx, case_id, None)
    if found is None or found.is_erased:
        return None
    form = rules.load(ctx, (found.template, found.version), absent=UnknownTemplate)
    if form.is_sensitive:
        return None
    filed = filings.load(ctx, case_id, absent=UnknownCase)
    where = (found.holder, found.state, found.stage)
    when = (filed.filed_ms, found.changed_ms, found.closed_ms)
    end = (found.outcome, found.custodies)
    return PublicView(case_id, found.template, filed.category, *where, *when, *end)


@contract.query
def deadlines(ctx: Context, case_id: CaseId) -> Deadlines:
    """The clocks that run, and those that were missed since the case was opened."""
    found = cases.load(ctx, case_id, absent=UnknownCase)
    clocks = [one for one in (*CLOCKS, CLOSING) if due_of(found, one) > 0 or one in found.missed]
    return tuple([_deadline(ctx, found, clock) for clock in clocks])


@contract.query
def timeline_page(ctx: Context, case_id: CaseId, after: Count, limit: Limit) -> TimelineLines:
    """What happened to a case, in order, after the number `after`."""
    found = timeline.page(ctx, (case_id,), after=(case_id, after), limit=limit)
    return tuple(
        [
            TimelineLine(
                key[1],
                line.at_ms,
                line.height,
                line.kind,
                line.by,
                line.holder,
                line.stage,
                line.state,
                line.detail,
                line.due_ms,
                line.due_ms - line.at_ms if line.due_ms > 0 else 0,
                line.link,
            )
            for key, line in found
        ]
    )


@contract.query
def custody_page(ctx: Context, case_id: CaseId, after: Count, limit: Limit) -> CustodyLines:
    """The chain of custody in order, after the number `after`; each holds until the next."""
    found = custodies.page(ctx, (case_id,), after=(case_id, after), limit=limit)
    return tuple([_custody(key[1], one) for key, one in found])


@contract.query
def holder_at(ctx: Context, case_id: CaseId, height: Height) -> SlugOrNothing:
    """Who held the case at the end of the block of this height; "" before it was filed."""
    found = custodies.page(ctx, (case_id,), limit=CUSTODIES_MAX)
    past = [one.holder for _, one in found if one.from_height <= height]
    return past[-1] if len(past) > 0 else ""


@contract.query
def inbox(
    ctx: Context, agency: AgencyId, kind: Slug, after: CaseId | None, limit: Limit
) -> CaseLines:
    """Open cases of an agency in order of their ids: held, offered, joint or invited."""
    last = None if after is None else (agency, kind, after)
    found = inboxes.page(ctx, (agency, kind), after=last, limit=limit)
    clock = TRANSFER if kind == OFFERED else RESOLUTION
    return tuple([_line(ctx, key[2], clock) for key, _ in found])


@contract.query
def cases_page(ctx: Context, after: CaseId | None, limit: Limit) -> CaseLines:
    """All cases in order of their ids."""
    found = cases.page(ctx, after=after, limit=limit)
    return tuple([_line_of(ctx, case_id, one, RESOLUTION) for case_id, one in found])


@contract.query
def cases_of(ctx: Context, owner: Address, after: CaseId | None, limit: Limit) -> CaseIds:
    """The cases that an account filed, or that were filed for it, in order of their ids."""
    last = None if after is None else (owner, after)
    return tuple([key[1] for key, _ in owned.page(ctx, (owner,), after=last, limit=limit)])


case_of_receipt = contract.expose(
    "case_of_receipt",
    receipts,
    ("owner",),
    "The case of a receipt, by the account of the key that is derived from it.",
)


@contract.query
def parts_of(ctx: Context, case_id: CaseId) -> CaseIds:
    """The cases that a case was split into."""
    return tuple([key[1] for key, _ in children.page(ctx, (case_id,), limit=PAGE)])


@contract.query
def appeals_page(ctx: Context, after: CaseId | None, limit: Limit) -> CaseLines:
    """Cases whose appeal waits for a supervisor, in order of their ids."""
    found = appeals.page(ctx, after=after, limit=limit)
    return tuple([_line(ctx, case_id, INTERIM) for case_id, _ in found])


@contract.query
def escalations_page(ctx: Context, from_ms: TimeMs, after: CaseId, limit: Limit) -> EscalationLines:
    """Missed deadlines from a time on; `after` skips cases up to it at exactly that time."""
    found = escalations.page(ctx, after=(from_ms, after, LAST), limit=limit)
    return tuple([EscalationLine(*key, agency) for key, agency in found])


def _line(ctx: Context, case_id: bytes, clock: Slug) -> CaseLine:
    return _line_of(ctx, case_id, cases.load(ctx, case_id, absent=UnknownCase), clock)


def _line_of(ctx: Context, case_id: bytes, found: Case, clock: Slug) -> CaseLine:
    due_ms = due_of(found, clock)
    where = (found.template, found.holder, found.state, found.stage, found.opened_ms)
    missed = _is_missed(ctx, found, clock)
    return CaseLine(case_id, *where, due_ms, _left(ctx, due_ms), missed)


def _deadline(ctx: Context, found: Case, clock: Slug) -> Deadline:
    due_ms = due_of(found, clock)
    missed = _is_missed(ctx, found, clock)
    return Deadline(clock, due_ms, _left(ctx, due_ms), missed, found.pause is not None)


def _is_missed(ctx: Context, found: Case, clock: Slug) -> bool:
    """Whether a clock has run out since the case was opened, recorded or not."""
    is_over = 0 < due_of(found, clock) < ctx.block_time_ms
    return clock in found.missed or (clock != CLOSING and is_over)


def _custody(number: int, one: Custody) -> CustodyLine:
    return CustodyLine(number, one.holder, one.from_height, one.since_ms, one.reason)


def _left(ctx: Context, due_ms: int) -> int:
    return due_ms - ctx.block_time_ms if due_ms > 0 else 0
