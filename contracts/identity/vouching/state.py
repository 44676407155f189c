"""What vouchers, roots and certificates leave behind, and how queries answer."""

from typing import Annotated

from contracts.identity.core.messages import AgencyId, Count, Id, Level, Slug
from contracts.identity.crypto.certificates import (
    VOUCHERS_MAX,
    Edition,
    Epoch,
    Generation,
    ListId,
    Place,
    Round,
    VoucherNumber,
)
from contracts.identity.vouching.messages import (
    CLASSES_MAX,
    Agencies,
    Counts,
    Root,
)
from contracts.sdk import Context, Counter, CountMax, Digest, Item, Length, Map, PublicKey, record
from contracts.sdk.bls import G2_BYTES
from contracts.sdk.calendar import DAY_MS, end_of_day, month_of

_RoundKey = tuple[Slug, int, int, int]  # kind, period, edition, generation
_PlaceKey = tuple[Slug, int, int, int, int]  # the same, and place or class
_VoucherPlace = tuple[Slug, int, int, int, int, int]  # the same, and voucher
_Key = Annotated[bytes, Length(G2_BYTES)]
Numbers = Annotated[tuple[VoucherNumber, ...], CountMax(VOUCHERS_MAX)]


@record
class Vouchers:
    """Who vouches, how many of them sign together, and how few holders a class may have."""

    agencies: Agencies
    needed: VoucherNumber
    holders_min: Count


@record
class EpochClock:
    """How epochs follow each other; days in Bangkok, but shorter where one can wait for no day."""

    first: Epoch
    began_ms: Count  # when `first` did
    length_ms: Count
    lists_ms: Count  # how long keys of a list are taken


DAYS = EpochClock(first=1, began_ms=end_of_day(0), length_ms=DAY_MS, lists_ms=7 * DAY_MS)


@record
class RoundPlan:
    """Until when keys of a round are taken; the levels of an epoch's classes, rising."""

    until_ms: Count
    classes: Annotated[tuple[Level, ...], CountMax(CLASSES_MAX)]
    count: Count  # of keys that each voucher posts


@record
class SectorPlace:
    """The place of a sector in a list."""

    list_id: ListId
    place: Place


@record
class Placed:
    """A place of a list, and the sector that has it."""

    place: Place
    sector: Slug


PLACES_SHOWN = 256
PlacedPage = Annotated[tuple[Placed, ...], CountMax(PLACES_SHOWN)]


@record
class SubjectGeneration:
    """A subject's generation, and how many recoveries it had when that was fixed."""

    recoveries: Count
    generation: Generation


@record
class Deposit:
    """The throwaway keys of a subject and year; they count while the key that signed is present."""

    root: Root
    generation: Generation
    key: PublicKey
    number: Count  # of the year's deposits, from 0: which bucket has the answers
    since: Epoch
    level: Level  # in whose class it is counted; 0 for none


@record
class Vouched:
    """Until when, and at which level, a pairwise key is vouched for in a sector."""

    epoch: Epoch
    level: Level


@record
class Slot:
    """What a throwaway key was shown for: one pairwise key, in one round, in these classes."""

    key: PublicKey
    edition: Edition
    generation: Generation
    classes: Annotated[tuple[Count, ...], CountMax(CLASSES_MAX)]


NEVER = 2**53  # later than any epoch
NOT_SHOWN = Vouched(epoch=0, level=0)


JUDGED_ROW = 32  # depositors
JUDGED_PARTS = 4  # they are judged such a part of an epoch before one: six hours of a day


@record
class Judged:
    """Up to which level each depositor of a row is answered in an epoch, 0 for not at all."""

    epoch: Epoch
    levels: Annotated[tuple[Level, ...], CountMax(JUDGED_ROW)]


NOT_JUDGED = Judged(epoch=0, levels=())


@record
class Duty:
    """What a voucher has to do in a round, and until when."""

    asked: Round
    act: Slug  # KEYS, SUMS or ANSWERS
    until_ms: Count


KEYS, SUMS, ANSWERS = "keys", "sums", "answers"
DUTIES_MAX = 64
Duties = Annotated[tuple[Duty, ...], CountMax(DUTIES_MAX)]


@record
class Answerable:
    """A depositor, and its level now; 0 when vouchers do not answer it."""

    number: Count
    sid: Id
    root: Root
    generation: Generation
    level: Level


ANSWERABLE_PAGE = 32

AnswerablePage = Annotated[tuple[Answerable, ...], CountMax(ANSWERABLE_PAGE)]


@record
class Enrolled:
    """A subject's root in a list, and whether vouchers answer it now."""

    sid: Id
    root: Root
    is_answerable: bool


EnrolledPage = Annotated[tuple[Enrolled, ...], CountMax(ANSWERABLE_PAGE)]


epoch_clock = Item[EpochClock]("epoch_clock")  # DAYS while it is absent
last_edition = Counter("last_edition")
editions = Map[int, Vouchers]("editions", is_frozen=True)  # edition -> vouchers
required_from = Item[Epoch]("required_from")  # certificates; NEVER while it is absent
place_sectors = Map[tuple[int, int], Slug]("place_sectors")  # (list, place) -> sector
sector_places = Map[Slug, SectorPlace]("sector_places")

rounds = Map[_RoundKey, RoundPlan]("rounds", is_frozen=True)
voucher_keys = Map[_VoucherPlace, _Key]("voucher_keys")
seen_voucher_keys = Map[Digest, AgencyId]("seen_voucher_keys")
posted_counts = Map[tuple[Slug, int, int, int, int], int]("posted_counts")  # round, voucher
round_vouchers = Map[_RoundKey, Numbers]("round_vouchers")
summed_keys = Map[_PlaceKey, _Key]("summed_keys", is_frozen=True)
stated_counts = Map[tuple[Slug, int, int, int, int], Counts]("stated_counts")  # round, voucher

generations = Map[Id, SubjectGeneration]("generations")  # sid
enrolment_roots = Map[tuple[int, int, Id], Root]("enrolment_roots")  # (list, generation, sid)
enrolment_counts = Map[int, int]("enrolment_counts")  # list -> roots
deposits = Map[tuple[Id, int], Deposit]("deposits")  # (sid, year)
depositors = Map[tuple[int, int], Id]("depositors")  # (year, number) -> sid
deposit_counts = Map[int, int]("deposit_counts")  # year -> deposits
judged = Map[tuple[int, int], Judged]("judged")  # (year, row) -> of the last epoch
holders = Map[tuple[int, int], int]("holders")  # (year, level) -> depositors
generation_holders = Map[tuple[int, int], int]("generation_holders")  # (year, generation)

vouched_keys = Map[tuple[Slug, PublicKey], Vouched]("vouched_keys")  # (sector, P)
known_places = Map[tuple[int, int, PublicKey], bool]("known_places")  # (list, place, P): was shown
known_counts = Map[tuple[int, int], int]("known_counts")  # (list, place) -> P's shown
slots = Map[tuple[int, PublicKey], Slot]("slots")  # (epoch, Q)
shown_counts = Map[_PlaceKey, int]("shown_counts")  # round and class -> Q's shown


def clock_of(ctx: Context) -> EpochClock:
    """Return how epochs follow each other on this ledger."""
    return epoch_clock.get(ctx, DAYS)


def epoch_of(ctx: Context) -> int:
    """Return the epoch of now: days since 1970 in Bangkok, where epochs are days."""
    return epoch_at(clock_of(ctx), ctx.block_time_ms)


def epoch_at(clock: EpochClock, time_ms: int) -> int:
    """Return the epoch of a time."""
    return clock.first + (time_ms - clock.began_ms) // clock.length_ms


def judged_until(ctx: Context) -> int:
    """Return the last epoch whose depositors are judged now: a quarter of one ahead."""
    clock = clock_of(ctx)
    return epoch_at(clock, ctx.block_time_ms + clock.length_ms // JUDGED_PARTS)


def year_of(epoch: int) -> int:
    """Return the year that an epoch lies in."""
    return (month_of(epoch) - 1) // 12
