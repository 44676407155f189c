"""Vouchers, the places of sectors, and the keys that vouchers post ahead of each round.

A round is a list's or an epoch's, of one generation. Its vouchers are the first k, in a rotation
that nobody chooses, of those that posted all their keys in time: one set for everybody.
"""

from contracts.identity.core.access import by_agency, by_supervisor, is_standing
from contracts.identity.core.messages import AgencyId, Count, NodeInactive
from contracts.identity.core.rules import active_table, require_slugs
from contracts.identity.core.state import contract
from contracts.identity.crypto.certificates import (
    ALIVE,
    ENROL,
    PLACES,
    ListId,
    Place,
    Round,
    key_labels,
)
from contracts.identity.vouching.messages import (
    AnswersStated,
    AssignPlace,
    BadVouchers,
    CertificatesRequired,
    EpochNotAhead,
    KeysPosted,
    OpenRound,
    PlaceAssigned,
    PlaceGiven,
    PostKeys,
    RequireCertificates,
    RequiredAlready,
    RoundClosed,
    RoundOpen,
    RoundOpened,
    SetVouchers,
    StateAnswers,
    SumKeys,
    TooFewVouchers,
    UnknownPlace,
    UnknownRound,
    UnknownVoucher,
    UnprovenVoucherKey,
    VoucherKeyExists,
    VoucherKeyReused,
    VouchersFixed,
    VouchersSet,
    WrongEdition,
)
from contracts.identity.vouching.state import (
    ANSWERS,
    DAYS,
    DUTIES_MAX,
    KEYS,
    NEVER,
    PLACES_SHOWN,
    SUMS,
    Duties,
    Duty,
    EpochClock,
    Placed,
    PlacedPage,
    RoundPlan,
    SectorPlace,
    Vouchers,
    clock_of,
    editions,
    epoch_of,
    generation_holders,
    holders,
    judged_until,
    last_edition,
    place_sectors,
    posted_counts,
    required_from,
    round_vouchers,
    rounds,
    sector_places,
    seen_voucher_keys,
    stated_counts,
    summed_keys,
    voucher_keys,
    year_of,
)
from contracts.sdk import PAGE_MAX, Context, anyone, emit, require
from contracts.sdk.bls import unchecked_g2
from contracts.sdk.bls_blind import is_key_proven, summed_key
from contracts.sdk.crypto import digest
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import is_distinct

KEYS_AHEAD = 1  # epochs before one: no key of it is taken later
OPEN_AHEAD = 7  # epochs before one, at most
REQUIRED_AHEAD = 2  # epochs
POSTED_AHEAD = 4  # epochs for which a voucher's keys are due: two days of outage cost nothing


def start_of(epoch: int, clock: EpochClock = DAYS) -> int:
    """Return when an epoch begins, in ms since 1970."""
    return clock.began_ms + (epoch - clock.first) * clock.length_ms


def round_key(asked: Round) -> tuple[str, int, int, int]:
    """Return what entries of a round are stored under."""
    return (asked.kind, asked.period, asked.edition, asked.generation)


@contract.execute(SetVouchers, allow=by_supervisor)
def set_vouchers(ctx: Context, msg: SetVouchers) -> None:
    """Name the vouchers of the next edition: at least two sign together, none a party of acts."""
    require(msg.edition == last_edition.get(ctx) + 1, WrongEdition)
    require(is_distinct(msg.agencies), BadVouchers)
    require(2 <= msg.needed <= len(msg.agencies), BadVouchers)
    for agency in msg.agencies:
        require(is_standing(ctx, agency), NodeInactive, agency=agency)
        is_party = is_of_kind(ctx, agency, "idp") or is_of_kind(ctx, agency, "rp")
        require(not is_party, BadVouchers, agency=agency)

    edition = last_edition.add(ctx, 1)
    editions.save(ctx, edition, Vouchers(msg.agencies, msg.needed, msg.holders_min))
    emit(ctx, VouchersSet(edition, msg.agencies, msg.needed))


@contract.execute(RequireCertificates, allow=by_supervisor)
def require_certificates(ctx: Context, msg: RequireCertificates) -> None:
    """Set from when on certificates are required; once, and nobody takes it back."""
    require(last_edition.get(ctx) > 0, BadVouchers)
    require(not required_from.has(ctx), RequiredAlready)
    require(msg.epoch >= epoch_of(ctx) + REQUIRED_AHEAD, EpochNotAhead)

    required_from.save(ctx, msg.epoch)
    emit(ctx, CertificatesRequired(msg.epoch))


@contract.execute(AssignPlace, allow=by_supervisor)
def assign_place(ctx: Context, msg: AssignPlace) -> None:
    """Give a sector a place; a place's number tells nobody which sectors a person visits."""
    require_slugs((msg.sector,))
    place = (msg.list_id, msg.place)
    is_free = not place_sectors.has(ctx, place) and not sector_places.has(ctx, msg.sector)
    require(is_free, PlaceAssigned)

    place_sectors.save(ctx, place, msg.sector)
    sector_places.save(ctx, msg.sector, SectorPlace(*place))
    emit(ctx, PlaceGiven(msg.list_id, msg.place, msg.sector))


@contract.execute(OpenRound, allow=by_agency)
def open_round(ctx: Context, msg: OpenRound) -> None:
    """Begin a round of the last edition, and fix which classes an epoch has."""
    asked = msg.asked
    vouchers = editions.load(ctx, asked.edition, absent=WrongEdition)
    require(asked.edition == last_edition.get(ctx), WrongEdition)
    require(msg.agency in vouchers.agencies, UnknownVoucher)
    require(not rounds.has(ctx, round_key(asked)), RoundOpen)
    require(asked.kind in (ENROL, ALIVE), UnknownRound)
    plan = _day_plan(ctx, asked) if asked.kind == ALIVE else _list_plan(ctx)

    rounds.save(ctx, round_key(asked), plan)
    emit(ctx, RoundOpened(asked, plan.classes, plan.until_ms))


@contract.execute(PostKeys, allow=by_agency)
def post_keys(ctx: Context, msg: PostKeys) -> None:
    """Take keys of a voucher in order; none serves twice, in whatever round."""
    asked = msg.asked
    plan = rounds.load(ctx, round_key(asked), absent=UnknownRound)
    require(ctx.block_time_ms < plan.until_ms, RoundClosed)
    number = voucher_number(ctx, asked.edition, msg.agency)
    before = posted_counts.get(ctx, (*round_key(asked), number), 0)
    require(msg.first == before, VoucherKeyExists, expected=before)
    require(before + len(msg.keys) <= plan.count, UnknownPlace)

    for index, posted in enumerate(msg.keys):
        fingerprint = digest("identity/voucher-key", posted.key)
        require(not seen_voucher_keys.has(ctx, fingerprint), VoucherKeyReused, place=before + index)
        seen_voucher_keys.save(ctx, fingerprint, msg.agency)
        voucher_keys.save(ctx, (*round_key(asked), before + index, number), posted.key)
    posted_counts.save(ctx, (*round_key(asked), number), before + len(msg.keys))
    emit(ctx, KeysPosted(asked, number, before, len(msg.keys)))


@contract.precheck(PostKeys)
def check_keys(ctx: Context, msg: PostKeys) -> None:
    """Check that the voucher knows what is behind each of its keys."""
    agencies = editions.load(ctx, msg.asked.edition, absent=WrongEdition).agencies
    require(msg.agency in agencies, UnknownVoucher)
    number = agencies.index(msg.agency) + 1
    for index, posted in enumerate(msg.keys):
        place = msg.first + index
        labels = key_labels(ctx.chain_id, msg.asked, place, (number, msg.agency))
        require(is_key_proven(labels, posted.key, posted.proof), UnprovenVoucherKey, place=place)


@contract.execute(SumKeys, allow=anyone)
def sum_keys(ctx: Context, msg: SumKeys) -> None:
    """Fix a round's vouchers when its keys are in, and add up their keys of some places."""
    asked = msg.asked
    plan = rounds.load(ctx, round_key(asked), absent=UnknownRound)
    require(ctx.block_time_ms >= plan.until_ms, RoundOpen)
    chosen = round_vouchers.get(ctx, round_key(asked), ())
    if len(chosen) == 0:
        chosen = _chosen(ctx, asked, plan.count)
        round_vouchers.save(ctx, round_key(asked), chosen)
        emit(ctx, VouchersFixed(asked, chosen))
    for place in msg.places:
        require(place < plan.count, UnknownPlace)
        if not summed_keys.has(ctx, (*round_key(asked), place)):
            _sum(ctx, asked, place, chosen)


@contract.execute(StateAnswers, allow=by_agency)
def state_answers(ctx: Context, msg: StateAnswers) -> None:
    """Keep what a voucher says it answered, once: more keys than that would be a forgery."""
    asked = msg.asked
    plan = rounds.load(ctx, round_key(asked), absent=UnknownRound)
    require(asked.kind == ALIVE and ctx.block_time_ms >= plan.until_ms, RoundClosed)
    require(len(msg.counts) == plan.count, UnknownPlace)
    number = voucher_number(ctx, asked.edition, msg.agency)
    place = (*round_key(asked), number)
    require(not stated_counts.has(ctx, place), VoucherKeyExists)

    stated_counts.save(ctx, place, msg.counts)
    emit(ctx, AnswersStated(asked, number, msg.counts))


def voucher_number(ctx: Context, edition: int, agency: str) -> int:
    """Return an agency's number in an edition, from 1. Rejects: WrongEdition, UnknownVoucher."""
    agencies = editions.load(ctx, edition, absent=WrongEdition).agencies
    require(agency in agencies, UnknownVoucher)
    return agencies.index(agency) + 1


def _list_plan(ctx: Context) -> RoundPlan:
    return RoundPlan(ctx.block_time_ms + clock_of(ctx).lists_ms, (), PLACES)


def _day_plan(ctx: Context, asked: Round) -> RoundPlan:
    """Return the plan of an epoch, whose keys are in a day before it. Rejects: EpochNotAhead."""
    clock = clock_of(ctx)
    until_ms = start_of(asked.period - KEYS_AHEAD, clock)
    is_due = start_of(asked.period - OPEN_AHEAD, clock) <= ctx.block_time_ms < until_ms
    require(is_due, EpochNotAhead)
    year = year_of(asked.period)
    some = generation_holders.get(ctx, (year, asked.generation), 0)
    require(some > 0, UnknownRound)
    classes = _classes(ctx, year, asked.edition)
    return RoundPlan(until_ms, classes, len(classes))


def _classes(ctx: Context, year: int, edition: int) -> tuple[int, ...]:
    """Return the levels that classes stand for, rising; one of few holders joins the one below.

    The lowest has none below, and stays.
    """
    least = editions.load(ctx, edition, absent=WrongEdition).holders_min
    levels = active_table(ctx).ials
    kept = []
    count = 0
    for level in reversed(levels):
        count += holders.get(ctx, (year, level), 0)
        if count >= least or level == levels[0]:
            kept.append(level)
            count = 0
    return tuple(reversed(kept))


def _chosen(ctx: Context, asked: Round, count: int) -> tuple[int, ...]:
    """Return the first vouchers in rotation that posted all keys. Rejects: TooFewVouchers."""
    vouchers = editions.load(ctx, asked.edition, absent=WrongEdition)
    size = len(vouchers.agencies)
    turned = [(asked.period + place) % size + 1 for place in range(len(vouchers.agencies))]
    done = [one for one in turned if posted_counts.get(ctx, (*round_key(asked), one), 0) == count]
    require(len(done) >= vouchers.needed, TooFewVouchers, posted=len(done))
    return tuple(sorted(done[: vouchers.needed]))


def _sum(ctx: Context, asked: Round, place: int, chosen: tuple[int, ...]) -> None:
    keys = [
        unchecked_g2(voucher_keys.load(ctx, (*round_key(asked), place, one), absent=TooFewVouchers))
        for one in chosen
    ]
    total = summed_key(keys)
    if total is None:
        raise TooFewVouchers
    summed_keys.save(ctx, (*round_key(asked), place), total.encoded)


vouchers_of = contract.expose("vouchers", editions, ("edition",), "The vouchers of an edition.")
sector_place = contract.expose("sector_place", sector_places, ("sector",), "The place of a sector.")
plan_of = contract.expose(
    "round",
    rounds,
    ("kind", "period", "edition", "generation"),
    "Until when a round takes keys, and the levels of its classes.",
)
signers_of = contract.expose(
    "round_vouchers",
    round_vouchers,
    ("kind", "period", "edition", "generation"),
    "Who signs in a round, once its keys are in.",
)
contract.expose(
    "stated",
    stated_counts,
    ("kind", "period", "edition", "generation", "voucher"),
    "How many blinded keys a voucher says it answered, by class.",
)
voucher_key_of = contract.expose(
    "voucher_key",
    voucher_keys,
    ("kind", "period", "edition", "generation", "place", "voucher"),
    "A voucher's key of a place or class.",
)
sum_of = contract.expose(
    "summed_key",
    summed_keys,
    ("kind", "period", "edition", "generation", "place"),
    "The key that certificates of a place or class are checked under.",
)


@contract.query
def duties_of(ctx: Context, agency: AgencyId) -> Duties:
    """What a voucher of the last edition has to do now: keys to post, rounds to answer."""
    edition = last_edition.get(ctx)
    vouchers = editions.get(ctx, edition, None)
    if vouchers is None or agency not in vouchers.agencies:
        return ()
    number = vouchers.agencies.index(agency) + 1
    now = epoch_of(ctx)
    asked = [
        Round(ALIVE, epoch, edition, generation)
        for epoch in [now + ahead for ahead in range(POSTED_AHEAD + 1)]
        for generation in _generations(ctx, year_of(epoch))
    ]
    lists = {key[0]: True for key, _ in place_sectors.page(ctx, limit=PAGE_MAX)}
    asked += [
        Round(ENROL, list_id, edition, generation)
        for list_id in sorted(lists)
        for generation in _generations(ctx, year_of(now))
    ]
    found = [_duty(ctx, each, number) for each in asked]
    return tuple([each for each in found if each is not None][:DUTIES_MAX])


def _generations(ctx: Context, year: int) -> tuple[int, ...]:
    page = generation_holders.page(ctx, (year,), limit=DUTIES_MAX)
    return (0, *[key[1] for key, count in page if count > 0 < key[1]])  # all begin in 0


def _duty(ctx: Context, asked: Round, number: int) -> Duty | None:
    """Return what the voucher of this number has to do in a round now."""
    place = (*round_key(asked), number)
    plan = rounds.get(ctx, round_key(asked), None)
    now_ms = ctx.block_time_ms
    clock = clock_of(ctx)
    if plan is None:
        is_day = asked.kind == ALIVE
        days_ms = start_of(asked.period - KEYS_AHEAD, clock)
        until_ms = days_ms if is_day else now_ms + clock.lists_ms
        return Duty(asked, KEYS, until_ms) if now_ms < until_ms else None
    posted = posted_counts.get(ctx, place, 0)
    if now_ms < plan.until_ms:
        return Duty(asked, KEYS, plan.until_ms) if posted < plan.count else None
    chosen = round_vouchers.get(ctx, round_key(asked), (number,))
    if posted < plan.count or number not in chosen:
        return None
    if asked.kind == ENROL:
        placed = places_page(ctx, asked.period, None)
        summed = [summed_keys.has(ctx, (*round_key(asked), one.place)) for one in placed]
        return None if all(summed) else Duty(asked, SUMS, now_ms)
    is_due = asked.period <= judged_until(ctx) and not stated_counts.has(ctx, place)
    return Duty(asked, ANSWERS, start_of(asked.period + 1, clock)) if is_due else None


@contract.query
def places_page(ctx: Context, list_id: ListId, after: Place | None) -> PlacedPage:
    """Up to 256 places of a list that have a sector, after a place."""
    last = None if after is None else (list_id, after)
    page = place_sectors.page(ctx, (list_id,), after=last, limit=PLACES_SHOWN)
    return tuple([Placed(key[1], sector) for key, sector in page])


@contract.query
def epochs(ctx: Context) -> EpochClock:
    """How epochs follow each other on this ledger."""
    return clock_of(ctx)


@contract.query
def certificates_from(ctx: Context) -> Count:
    """The epoch from which certificates are required; 2 to the power of 53 while none is set."""
    return required_from.get(ctx, NEVER)


@contract.query
def last_vouchers(ctx: Context) -> int:
    """The number of the last edition of vouchers, 0 for none."""
    return last_edition.get(ctx)
