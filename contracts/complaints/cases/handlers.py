"""Filing: by a verified citizen, an account, a receipt's key, or an officer for a citizen."""

from contracts.complaints.cases.messages import File, Filed, NotVerified, ReceiptUsed
from contracts.complaints.core.access import acts_for, is_key_of, require_handler
from contracts.complaints.core.clocks import Act, save, start
from contracts.complaints.core.counts import FILED as FILED_PLACE
from contracts.complaints.core.counts import count_filed, count_stage, enter
from contracts.complaints.core.custody import kept, take_first
from contracts.complaints.core.messages import (
    ACCEPTANCE,
    ACCOUNT,
    ANONYMOUS,
    FILED,
    INTAKE,
    INTERIM,
    RESOLUTION,
    VERIFIED,
    BadField,
    BadKey,
    CaseExists,
    CaseId,
    FilerNotAllowed,
    Limits,
    NotParticipant,
    Rules,
    Slug,
    UnknownCategory,
    UnknownTemplate,
)
from contracts.complaints.core.rules import require_slugs
from contracts.complaints.core.state import (
    Case,
    Filing,
    acknowledged,
    cases,
    categories,
    contract,
    filings,
    in_force,
    owned,
    receipts,
)
from contracts.sdk import Address, Context, PublicKey, address_of, anyone, emit, record, require
from contracts.sdk.calendar import SECOND_MS
from contracts.sdk.crypto import is_usable_key
from contracts.sdk.words import is_distinct


@record
class Owner:
    """Whose the case is, and how they filed it."""

    address: Address
    filer: Slug


@contract.execute(File, allow=anyone)
def file(ctx: Context, msg: File) -> None:
    """Make a case; the agency it is filed with is its first holder, and its clocks run."""
    require(not cases.has(ctx, msg.case_id), CaseExists)
    rules = in_force.load(ctx, msg.template, absent=UnknownTemplate)
    require(rules.version == msg.version, UnknownTemplate, in_force=rules.version)
    _require_form(ctx, msg, rules)
    owner = _owner(ctx, msg)
    require(owner.filer in rules.filers, FilerNotAllowed, filer=owner.filer)
    require(owner.filer != VERIFIED or _is_proofed(ctx, msg, rules), NotVerified)
    require_handler(ctx, msg.agency)

    what = (msg.template, msg.version, msg.category, msg.area, msg.agency)
    who = (owner.filer, owner.address, msg.sid, msg.commitment, msg.fields)
    filings.save(ctx, msg.case_id, Filing(*what, *who, ctx.block_time_ms))
    owned.save(ctx, (owner.address, msg.case_id), ctx.block_time_ms)
    if msg.owner_pk is not None:
        receipts.save(ctx, owner.address, msg.case_id)
    if owner.filer == INTAKE:
        acknowledged.save(ctx, owner.address, msg.case_id)
    count_filed(ctx, (msg.template, msg.area, msg.category))
    emit(ctx, Filed(msg.case_id, msg.template, msg.category, msg.area, msg.agency, owner.filer))
    case = new_case(ctx, msg, rules.first_stage)
    for item in msg.contents:
        case = kept(ctx, msg.case_id, case, "", item)
    case = start(ctx, msg.case_id, case, spell_ends(ctx, rules.limits))
    begin(ctx, msg.case_id, case, Act("filed", "", owner.filer, 0))


def new_case(ctx: Context, filed: File, stage: Slug) -> Case:
    """Return a case as it is before anything has happened to it."""
    now = ctx.block_time_ms
    return Case(
        template=filed.template,
        version=filed.version,
        holder=filed.agency,
        state=FILED,
        stage=stage,
        opened_ms=now,
        changed_ms=now,
        closed_ms=0,
        dues=(),
        missed=(),
        pause=None,
        pauses=0,
        offer=None,
        offers=0,
        hops=0,
        joints=(),
        invited=(),
        escalations=0,
        reopens=0,
        appeals=0,
        stars=0,
        outcome="",
        parent=None,
        children=0,
        open_children=0,
        merged_into=None,
        held_by="",
        is_erasure_wanted=False,
        is_erased=False,
        custodies=1,
        entries=0,
        contents=0,
    )


def begin(ctx: Context, case_id: CaseId, case: Case, act: Act) -> None:
    """Save a new case with its first custody, and count it."""
    take_first(ctx, case_id, case, act.kind)
    enter(ctx, case.holder, case.opened_ms, FILED_PLACE)
    count_stage(ctx, case)
    save(ctx, case_id, case, act)


def spell_ends(ctx: Context, limits: Limits) -> tuple[tuple[Slug, int], ...]:
    """Return when the clocks of a case that is filed or reopened now run out."""
    now = ctx.block_time_ms
    return (
        (ACCEPTANCE, now + limits.accept_s * SECOND_MS),
        (INTERIM, now + limits.interim_s * SECOND_MS),
        (RESOLUTION, now + limits.resolve_s * SECOND_MS),
    )


def _require_form(ctx: Context, msg: File, rules: Rules) -> None:
    """Check area, category and the fields that the template requires.

    Rejects: UnknownCategory, BadField.
    """
    require_slugs((msg.area,), "area")
    known = categories.has(ctx, (msg.template, msg.version, msg.category))
    require(known, UnknownCategory, category=msg.category)
    given = tuple([one.code for one in msg.fields])
    require_slugs(given, "fields")
    require(is_distinct(given), BadField, field="fields")
    for code in rules.required:
        require(code in given, BadField, field=code)


def _owner(ctx: Context, msg: File) -> Owner:
    """Return whose the case is. Rejects: BadField, BadKey, NotParticipant, ReceiptUsed."""
    if msg.sid is not None:
        require(msg.owner_pk is None, BadField, field="owner_pk")
        return Owner(ctx.sender, VERIFIED)
    if msg.owner_pk is None:
        return Owner(ctx.sender, ACCOUNT)
    address = _receipt_address(ctx, msg.owner_pk)
    if address == ctx.sender:
        return Owner(address, ANONYMOUS)
    require(acts_for(ctx, ctx.sender, msg.agency), NotParticipant)
    return Owner(address, INTAKE)


def _receipt_address(ctx: Context, owner_pk: PublicKey) -> Address:
    require(is_usable_key(owner_pk), BadKey)
    address = address_of(owner_pk)
    require(not receipts.has(ctx, address), ReceiptUsed)
    return address


def _is_proofed(ctx: Context, msg: File, rules: Rules) -> bool:
    """Whether the sender's key is a present one of the subject, proofed as the template asks."""
    if msg.sid is None or not is_key_of(ctx, ctx.sender, msg.sid):
        return False
    level = ctx.call("identity").effective_ial(msg.sid)
    return bool(level >= max(1, rules.min_ial))
