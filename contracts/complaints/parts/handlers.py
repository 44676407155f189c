"""Splitting a case into parts, and closing one case in favour of another."""

from contracts.complaints.core.access import by_holder, loaded
from contracts.complaints.core.clocks import Act, drop, save, start
from contracts.complaints.core.counts import MERGED as MERGED_PLACE
from contracts.complaints.core.counts import SPLIT, count_filed, count_stage, enter, leave
from contracts.complaints.core.custody import close_part, take_first
from contracts.complaints.core.messages import (
    ACCEPTANCE,
    CHILDREN_MAX,
    HELD,
    INTERIM,
    MERGED,
    OPEN_STATES,
    RESOLUTION,
    WORKED_STATES,
    BadState,
    CaseErased,
    CaseExists,
    Child,
    NotHolder,
    OfferOpen,
    PartsOpen,
    UnknownCase,
    UnknownCategory,
)
from contracts.complaints.core.state import (
    Case,
    Filing,
    cases,
    categories,
    children,
    contract,
    filings,
    inboxes,
    owned,
)
from contracts.complaints.parts.messages import (
    Merge,
    MergeCycle,
    Merged,
    Split,
    SplitOff,
    TooManyParts,
)
from contracts.sdk import Context, emit, replace, require


@contract.execute(Split, allow=by_holder)
def split(ctx: Context, msg: Split) -> None:
    """Make parts that begin where the case is: its holder, owner, stage and total clock.

    A part is not split again, and the case is resolved after its parts.
    """
    case = loaded(ctx, msg.case_id, states=WORKED_STATES)
    require(case.offer is None, OfferOpen)
    count = case.children + len(msg.children)
    require(case.parent is None and count <= CHILDREN_MAX, TooManyParts, most=CHILDREN_MAX)
    filing = filings.load(ctx, msg.case_id, absent=UnknownCase)
    for child in msg.children:
        known = categories.has(ctx, (case.template, case.version, child.category))
        require(known, UnknownCategory, category=child.category)
        require(not cases.has(ctx, child.case_id), CaseExists)
        _begin(ctx, msg.case_id, case, filing, child)

    waiting = case.open_children + len(msg.children)
    parted = replace(case, children=count, open_children=waiting)
    save(ctx, msg.case_id, parted, Act("split", case.holder, "", len(msg.children)))


@contract.execute(Merge, allow=by_holder)
def merge(ctx: Context, msg: Merge) -> None:
    """Close a case in favour of another open one that the same agency holds.

    Who filed the merged case may appeal against it.
    """
    case = loaded(ctx, msg.case_id, states=OPEN_STATES)
    require(case.offer is None, OfferOpen)
    require(case.open_children == 0, PartsOpen, open_children=case.open_children)
    into = cases.load(ctx, msg.into, absent=UnknownCase)
    is_cycle = msg.into == msg.case_id or into.merged_into is not None
    require(not is_cycle and into.parent != msg.case_id, MergeCycle)
    require(into.holder == case.holder, NotHolder, holder=into.holder)
    require(not into.is_erased, CaseErased)
    require(into.state in OPEN_STATES, BadState, state=into.state)

    case = drop(ctx, msg.case_id, case, (ACCEPTANCE, INTERIM, RESOLUTION))
    leave(ctx, case.holder, case.opened_ms, MERGED_PLACE)
    inboxes.remove(ctx, (case.holder, HELD, msg.case_id))
    over = replace(
        case, state=MERGED, merged_into=msg.into, closed_ms=ctx.block_time_ms, pause=None
    )
    save(ctx, msg.case_id, over, Act("merged", case.holder, "", 0))
    close_part(ctx, msg.case_id, over)
    # Loaded again: the case may have been a part of the one it is merged into.
    target = cases.load(ctx, msg.into, absent=UnknownCase)
    save(ctx, msg.into, target, Act("absorbed", case.holder, "", 0))
    emit(ctx, Merged(msg.case_id, msg.into, case.holder))


def _begin(ctx: Context, parent_id: bytes, parent: Case, filing: Filing, child: Child) -> None:
    """Save a part of a case; its clocks run out when the case's do."""
    part = replace(
        parent,
        dues=(),
        offer=None,
        offers=0,
        joints=(),
        invited=(),
        changed_ms=ctx.block_time_ms,
        escalations=0,
        reopens=0,
        appeals=0,
        parent=parent_id,
        children=0,
        open_children=0,
        held_by="",
        is_erasure_wanted=False,
        custodies=1,
        entries=0,
        contents=0,
    )
    filings.save(ctx, child.case_id, _filing_of(ctx, filing, parent, child))
    owned.save(ctx, (filing.owner, child.case_id), ctx.block_time_ms)
    children.save(ctx, (parent_id, child.case_id), ctx.block_time_ms)
    running = tuple([(one.clock, one.due_ms) for one in parent.dues])
    part = start(ctx, child.case_id, part, running)
    take_first(ctx, child.case_id, part, "split")
    enter(ctx, part.holder, part.opened_ms, SPLIT)
    count_filed(ctx, (filing.template, filing.area, child.category))
    count_stage(ctx, part)
    emit(ctx, SplitOff(child.case_id, parent_id, part.holder))
    save(ctx, child.case_id, part, Act("split-off", part.holder, "", 0))


def _filing_of(ctx: Context, filing: Filing, parent: Case, child: Child) -> Filing:
    return replace(
        filing,
        category=child.category,
        agency=parent.holder,
        commitment=child.commitment,
        fields=(),
        filed_ms=ctx.block_time_ms,
    )
