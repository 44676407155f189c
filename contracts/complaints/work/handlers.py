"""The holder's work: accept, stages, content, questions to the citizen, the result."""

from contracts.complaints.core.access import by_holder, by_owner, by_participant, loaded
from contracts.complaints.core.clocks import Act, pause, resume, save, start, stop
from contracts.complaints.core.counts import count_resolved, count_stage
from contracts.complaints.core.custody import close_part, is_reply, kept, require_reply
from contracts.complaints.core.messages import (
    ACCEPTANCE,
    ACCEPTED,
    CLOSING,
    HELD,
    IN_PROGRESS,
    INTERIM,
    NEW_STATES,
    RESOLUTION,
    RESOLVED,
    WAITING,
    WORKED_STATES,
    WRITABLE_STATES,
    OfferOpen,
    PartsOpen,
    UnknownOutcome,
    UnknownTemplate,
)
from contracts.complaints.core.state import Case, contract, edges, inboxes, outcomes, rules
from contracts.complaints.work.messages import (
    Accept,
    Accepted,
    AddContent,
    Answer,
    AskCitizen,
    Asked,
    BadStage,
    Resolve,
    Resolved,
    Resume,
    Resumed,
    SetStage,
    StageSet,
    TooManyQuestions,
)
from contracts.sdk import Context, emit, replace, require
from contracts.sdk.calendar import SECOND_MS


@contract.execute(Accept, allow=by_holder)
def accept(ctx: Context, msg: Accept) -> None:
    """Take the case up; the clock of acceptance stops."""
    case = loaded(ctx, msg.case_id, states=NEW_STATES)
    case = stop(ctx, msg.case_id, case, ACCEPTANCE)
    emit(ctx, Accepted(msg.case_id, case.holder))
    act = Act("accepted", case.holder, "", 0)
    save(ctx, msg.case_id, replace(case, state=ACCEPTED), act)


@contract.execute(SetStage, allow=by_holder)
def set_stage(ctx: Context, msg: SetStage) -> None:
    """Move the case along an edge of its template; the last stage is reached by resolving only."""
    case = loaded(ctx, msg.case_id, states=WORKED_STATES)
    way = (case.template, case.version, case.stage, msg.stage)
    is_open = edges.get(ctx, way, False)
    require(is_open, BadStage, stage=case.stage, wanted=msg.stage)

    if msg.note is not None:
        case = kept(ctx, msg.case_id, case, case.holder, msg.note)
    moved = replace(case, state=IN_PROGRESS, stage=msg.stage)
    count_stage(ctx, moved)
    emit(ctx, StageSet(msg.case_id, case.holder, msg.stage))
    link = 0 if msg.note is None else moved.contents
    save(ctx, msg.case_id, moved, Act("stage", case.holder, msg.stage, link))


@contract.execute(AddContent, allow=by_participant)
def add_content(ctx: Context, msg: AddContent) -> None:
    """Add a ciphertext; the holder's first that the citizen can read stops the interim clock."""
    case = loaded(ctx, msg.case_id, states=WRITABLE_STATES)
    case = kept(ctx, msg.case_id, case, msg.agency, msg.item)
    if msg.agency == case.holder and is_reply(msg.item):
        case = stop(ctx, msg.case_id, case, INTERIM)
    save(ctx, msg.case_id, case, Act("content", msg.agency, msg.item.kind, case.contents))


@contract.execute(AskCitizen, allow=by_holder)
def ask_citizen(ctx: Context, msg: AskCitizen) -> None:
    """Wait for the citizen; how often and how long the clocks may stand is the template's."""
    require_reply(msg.question)
    case = loaded(ctx, msg.case_id, states=WORKED_STATES)
    require(case.offer is None, OfferOpen)
    limits = rules.load(ctx, (case.template, case.version), absent=UnknownTemplate).limits
    require(case.pauses < limits.pauses_max, TooManyQuestions, most=limits.pauses_max)

    case = kept(ctx, msg.case_id, case, case.holder, msg.question)
    case = stop(ctx, msg.case_id, case, INTERIM)
    case = pause(ctx, msg.case_id, case, limits.pause_s * SECOND_MS)
    emit(ctx, Asked(msg.case_id, case.holder, limits.pause_s * SECOND_MS))
    act = Act("asked", case.holder, "", case.contents)
    save(ctx, msg.case_id, replace(case, state=WAITING), act)


@contract.execute(Answer, allow=by_owner)
def answer(ctx: Context, msg: Answer) -> None:
    """Answer the holder's question; the clocks run again."""
    case = loaded(ctx, msg.case_id, states=(WAITING,))
    case = kept(ctx, msg.case_id, case, "", msg.answer)
    _go_on(ctx, msg.case_id, case, Act("answered", "", "", case.contents))


@contract.execute(Resume, allow=by_holder)
def resume_work(ctx: Context, msg: Resume) -> None:
    """Go on without an answer; the clocks run again."""
    case = loaded(ctx, msg.case_id, states=(WAITING,))
    _go_on(ctx, msg.case_id, case, Act("resumed", case.holder, "", 0))


@contract.execute(Resolve, allow=by_holder)
def resolve(ctx: Context, msg: Resolve) -> None:
    """Give the case its outcome and last stage; the time to appeal begins.

    The parts of a case are resolved before it.
    """
    require_reply(msg.result)
    case = loaded(ctx, msg.case_id, states=WORKED_STATES)
    require(case.offer is None, OfferOpen)
    require(case.open_children == 0, PartsOpen, open_children=case.open_children)
    form = rules.load(ctx, (case.template, case.version), absent=UnknownTemplate)
    is_known = outcomes.has(ctx, (case.template, case.version, msg.outcome))
    require(is_known, UnknownOutcome, outcome=msg.outcome)
    way = (case.template, case.version, case.stage, form.last_stage)
    require(edges.has(ctx, way), BadStage, stage=case.stage, wanted=form.last_stage)

    case = kept(ctx, msg.case_id, case, case.holder, msg.result)
    case = stop(ctx, msg.case_id, case, RESOLUTION)
    case = stop(ctx, msg.case_id, case, INTERIM)
    ends = ctx.block_time_ms + form.limits.appeal_s * SECOND_MS
    case = start(ctx, msg.case_id, case, ((CLOSING, ends),))
    count_resolved(ctx, case)
    inboxes.remove(ctx, (case.holder, HELD, msg.case_id))
    over = replace(
        case,
        state=RESOLVED,
        stage=form.last_stage,
        outcome=msg.outcome,
        closed_ms=ctx.block_time_ms,
    )
    count_stage(ctx, over)
    close_part(ctx, msg.case_id, over)
    emit(ctx, Resolved(msg.case_id, case.holder, msg.outcome))
    save(ctx, msg.case_id, over, Act("resolved", case.holder, msg.outcome, over.contents))


def _go_on(ctx: Context, case_id: bytes, case: Case, act: Act) -> None:
    running, stood_ms = resume(ctx, case_id, case)
    emit(ctx, Resumed(case_id, stood_ms))
    save(ctx, case_id, replace(running, state=IN_PROGRESS), act)
