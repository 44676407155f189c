"""Roots over blinded keys: what subjects put on the ledger, and whom vouchers answer.

All that the ledger shows of a subject is its roots: one a list, one a year. What is signed under
them is answered off the ledger, for everybody at once.
"""

from contracts.identity.core.access import free_subject, has_key, is_in_hold
from contracts.identity.core.messages import (
    ACTIVE,
    BadCitizenSignature,
    BadSeq,
    Count,
    Id,
    NotSubjectKey,
    UnknownSubject,
)
from contracts.identity.core.rules import effective_ial_of, require_home
from contracts.identity.core.state import Subject, contract, subjects
from contracts.identity.crypto.certificates import (
    Epoch,
    Generation,
    ListId,
)
from contracts.identity.vouching.messages import (
    JUDGED_ROWS_MAX,
    DepositRoot,
    EnrolRoot,
    JudgeDepositors,
    LevelRestated,
    NotProofed,
    OutsideYear,
    RestateLevel,
    RootDeposited,
    RootEnrolled,
    RootExists,
    UnknownDeposit,
    WrongEpoch,
    WrongGeneration,
    deposit_statement,
    enrolment_root_statement,
)
from contracts.identity.vouching.state import (
    ANSWERABLE_PAGE,
    JUDGED_ROW,
    NOT_JUDGED,
    Answerable,
    AnswerablePage,
    Deposit,
    Enrolled,
    EnrolledPage,
    Judged,
    SubjectGeneration,
    deposit_counts,
    depositors,
    deposits,
    enrolment_counts,
    enrolment_roots,
    epoch_of,
    generation_holders,
    generations,
    holders,
    judged,
    judged_until,
    year_of,
)
from contracts.sdk import Context, anyone, emit, replace, require
from contracts.sdk.calendar import bangkok_day, month_of
from contracts.sdk.crypto import verify_any

DEPOSIT_AHEAD = 60  # epochs before its year
COUNTS_AFTER = 2  # epochs from the one of the deposit to the first that it counts in
FIRST_GENERATION = SubjectGeneration(recoveries=0, generation=0)


@contract.execute(EnrolRoot, allow=anyone)
def enrol_root(ctx: Context, msg: EnrolRoot) -> None:
    """Fix a subject's pairwise keys of a list; there is no second root, and so no second key."""
    subject = _acting(ctx, msg)
    require(effective_ial_of(ctx, msg.sid) > 0, NotProofed)
    place = (msg.list_id, msg.generation, msg.sid)
    require(not enrolment_roots.has(ctx, place), RootExists)

    _act(ctx, msg, subject)
    enrolment_roots.save(ctx, place, msg.root)
    enrolment_counts.add(ctx, msg.list_id, 1)
    emit(ctx, RootEnrolled(msg.sid, msg.list_id, msg.generation))


@contract.precheck(EnrolRoot)
def check_enrolment(ctx: Context, msg: EnrolRoot) -> None:
    """Check the signature of the subject's key."""
    statement = enrolment_root_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(DepositRoot, allow=anyone)
def deposit_root(ctx: Context, msg: DepositRoot) -> None:
    """Fix a subject's throwaway keys of a year, while no earlier deposit of it stands.

    One stands while the key that signed it is the subject's: a report or a recovery ends it.
    """
    subject = _acting(ctx, msg)
    now = epoch_of(ctx)
    require(year_of(now) <= msg.year <= year_of(now + DEPOSIT_AHEAD), OutsideYear)
    before = deposits.get(ctx, (msg.sid, msg.year), None)
    require(before is None or not has_key(subject, before.key), RootExists)

    _act(ctx, msg, subject)
    number = before.number if before is not None else _next_number(ctx, msg)
    if before is not None:
        _count(ctx, msg.year, before, -1)
    deposit = Deposit(
        root=msg.root,
        generation=msg.generation,
        key=msg.key,
        number=number,
        since=now + COUNTS_AFTER,
        level=effective_ial_of(ctx, msg.sid),
    )
    deposits.save(ctx, (msg.sid, msg.year), deposit)
    _count(ctx, msg.year, deposit, 1)
    emit(ctx, RootDeposited(msg.sid, msg.year, number, deposit.since))


@contract.precheck(DepositRoot)
def check_deposit(ctx: Context, msg: DepositRoot) -> None:
    """Check the signature of the subject's key."""
    statement = deposit_statement(ctx.chain_id, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadCitizenSignature)


@contract.execute(RestateLevel, allow=anyone)
def restate_level(ctx: Context, msg: RestateLevel) -> None:
    """Count a depositor by its level now, so that classes are folded by what is."""
    place = (msg.sid, msg.year)
    before = deposits.load(ctx, place, absent=UnknownDeposit)
    level = _level_of(ctx, msg.sid, before)

    after = replace(before, level=level)
    _count(ctx, msg.year, before, -1)
    _count(ctx, msg.year, after, 1)
    deposits.save(ctx, place, after)
    emit(ctx, LevelRestated(msg.sid, msg.year, level))


@contract.execute(JudgeDepositors, allow=anyone)
def judge_depositors(ctx: Context, msg: JudgeDepositors) -> None:
    """Fix who stands in order for an epoch, by the ledger, so that all vouchers answer alike.

    What is judged for this epoch or a later one stays as it is.
    """
    require(epoch_of(ctx) <= msg.epoch <= judged_until(ctx), WrongEpoch)

    year = year_of(msg.epoch)
    for place in range(min(msg.rows, JUDGED_ROWS_MAX)):
        row = msg.first + place
        if judged.get(ctx, (year, row), NOT_JUDGED).epoch < msg.epoch:
            judged.save(ctx, (year, row), Judged(msg.epoch, _row_levels(ctx, msg.epoch, row)))


def _row_levels(ctx: Context, epoch: int, row: int) -> tuple[int, ...]:
    """Return the levels of a row's depositors now. Rejects: UnknownDeposit, for a row of none."""
    year = year_of(epoch)
    after = None if row == 0 else (year, JUDGED_ROW * row - 1)
    page = depositors.page(ctx, (year,), after=after, limit=JUDGED_ROW)
    require(len(page) > 0, UnknownDeposit)
    return tuple([_answered_level(ctx, epoch, sid) for _, sid in page])


def _answered_level(ctx: Context, epoch: int, sid: bytes) -> int:
    deposit = deposits.load(ctx, (sid, year_of(epoch)), absent=UnknownDeposit)
    return _level_of(ctx, sid, deposit) if deposit.since <= epoch else 0


def _acting(ctx: Context, msg: EnrolRoot | DepositRoot) -> Subject:
    """Return the subject whose next act this is, of its present generation.

    Rejects: UnknownSubject, SubjectClosed, SubjectFrozen, InHold, NotSubjectKey, ForeignSite,
        BadSeq, WrongGeneration.
    """
    subject = free_subject(ctx, msg.sid)
    require(has_key(subject, msg.key), NotSubjectKey)
    require_home(ctx, msg.key, msg.signature)
    require(msg.seq == subject.seq + 1, BadSeq, expected=subject.seq + 1)
    present = _generation_of(ctx, msg.sid, subject).generation
    require(msg.generation == present, WrongGeneration, expected=present)
    return subject


def _act(ctx: Context, msg: EnrolRoot | DepositRoot, subject: Subject) -> None:
    subjects.save(ctx, msg.sid, replace(subject, seq=msg.seq))
    generations.save(ctx, msg.sid, _generation_of(ctx, msg.sid, subject))


def _generation_of(ctx: Context, sid: bytes, subject: Subject) -> SubjectGeneration:
    """Return a subject's generation: 0, then the quarter of its first root after a recovery.

    Two recoveries in a quarter have two generations all the same, the second the next quarter's.
    """
    before = generations.get(ctx, sid, FIRST_GENERATION)
    if before.recoveries == subject.epoch:
        return before
    quarter = (month_of(bangkok_day(ctx.block_time_ms)) - 1) // 3
    return SubjectGeneration(subject.epoch, max(quarter, before.generation + 1))


def _next_number(ctx: Context, msg: DepositRoot) -> int:
    number = deposit_counts.add(ctx, msg.year, 1) - 1
    depositors.save(ctx, (msg.year, number), msg.sid)
    return number


def _count(ctx: Context, year: int, deposit: Deposit, amount: int) -> None:
    holders.add(ctx, (year, deposit.level), amount)
    generation_holders.add(ctx, (year, deposit.generation), amount)


def _level_of(ctx: Context, sid: bytes, deposit: Deposit) -> int:
    """Return the level up to which vouchers answer a depositor now; 0 for not at all."""
    subject = subjects.load(ctx, sid, absent=UnknownSubject)
    is_in_order = subject.status == ACTIVE and not is_in_hold(ctx, sid)
    if not is_in_order or not has_key(subject, deposit.key):
        return 0
    return effective_ial_of(ctx, sid)


@contract.query
def generation(ctx: Context, sid: Id) -> Generation:
    """The generation of a subject's next root. Rejects: UnknownSubject."""
    subject = subjects.load(ctx, sid, absent=UnknownSubject)
    return _generation_of(ctx, sid, subject).generation


@contract.query
def answerable_page(ctx: Context, epoch: Epoch, first: Count) -> AnswerablePage:
    """Up to 32 depositors of an epoch's year, from the number `first` on, as they stand now."""
    year = year_of(epoch)
    after = None if first == 0 else (year, first - 1)
    found = []
    for key, sid in depositors.page(ctx, (year,), after=after, limit=ANSWERABLE_PAGE):
        deposit = deposits.load(ctx, (sid, year), absent=UnknownDeposit)
        level = _answered_level(ctx, epoch, sid)
        found.append(Answerable(key[1], sid, deposit.root, deposit.generation, level))
    return tuple(found)


@contract.query
def enrolled_page(
    ctx: Context, list_id: ListId, generation: Generation, after: Id | None
) -> EnrolledPage:
    """Up to 32 subjects with a root in a list after `after`, and whether they stand in order."""
    last = None if after is None else (list_id, generation, after)
    page = enrolment_roots.page(ctx, (list_id, generation), after=last, limit=ANSWERABLE_PAGE)
    return tuple([Enrolled(key[2], root, _is_answerable(ctx, key[2])) for key, root in page])


def _is_answerable(ctx: Context, sid: bytes) -> bool:
    subject = subjects.load(ctx, sid, absent=UnknownSubject)
    is_in_order = subject.status == ACTIVE and not is_in_hold(ctx, sid)
    return is_in_order and effective_ial_of(ctx, sid) > 0


contract.expose(
    "judged", judged, ("year", "row"), "Up to which levels a row of depositors is answered."
)
deposit_of = contract.expose(
    "deposit", deposits, ("sid", "year"), "A subject's deposit for a year."
)
root_of = contract.expose(
    "enrolment_root", enrolment_roots, ("list_id", "generation", "sid"), "A subject's root."
)
