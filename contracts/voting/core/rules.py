"""Who acts for an agency, when each act may happen, and the log of each election.

Windows are dates in contract time: whoever can send transactions sets the rate of blocks, and would
close a box by heights early. Nothing needs to tick.
"""

from contracts.sdk import Address, Config, Context, address_of, require
from contracts.sdk.roles import has_role, is_of_kind
from contracts.sdk.transcript import HASH_BYTES, uint
from contracts.voting.core.messages import (
    TIME_MS_MAX,
    ActsForAnother,
    AlreadyOpen,
    AnotherScheme,
    BadWindows,
    ElectionAnnulled,
    ElectionCancelled,
    GroupsTooSmall,
    Manifest,
    NotOpen,
    OutsideWindow,
    Overissued,
    UnknownClass,
    UnknownElection,
    Windows,
)
from contracts.voting.core.state import (
    Election,
    LogEntry,
    LogHead,
    Opening,
    accepted,
    actors,
    annulled,
    cancelled,
    class_size_least,
    contract,
    elections,
    extended,
    log,
    log_heads,
    manifests,
    openings,
    surpluses,
)
from contracts.voting.crypto.transcript import TOKENS_RING, hash_of

ROLE = "voting"
AUTHORITY = "election-authority"
REGISTRAR = "registrar"
TRUSTEE = "trustee"
OFFICIAL = "the official"  # as a part; no agency has a space in its name

# What `preparing` rejects with.
PREPARING = (UnknownElection, ElectionCancelled, AlreadyOpen)


def acts_for(ctx: Context, agency: str) -> bool:
    """Whether the sender is the agency's administrator, or an officer with the role voting."""
    return has_role(ctx, ctx.sender, agency, ROLE)


def acts_for_part(ctx: Context, manifest: Manifest, agency: str) -> bool:
    """Whether the sender acts for an agency that has a part, and is not the election's official.

    The official decides about the others; who was given a role there since decides no more.
    """
    return ctx.sender != manifest.official and acts_for(ctx, agency)


def acts_for_authority(ctx: Context, election_id: str) -> bool:
    """Whether the sender acts for the election's agency, which must be an election authority."""
    agency, manifest = election_of(ctx, election_id).agency, manifest_of(ctx, election_id)
    return is_of_kind(ctx, agency, AUTHORITY) and acts_for_part(ctx, manifest, agency)


def election_of(ctx: Context, election_id: str) -> Election:
    """Return an election. Rejects: UnknownElection."""
    return elections.load(ctx, election_id, absent=UnknownElection)


def manifest_of(ctx: Context, election_id: str) -> Manifest:
    """Return an election's manifest. Rejects: UnknownElection."""
    return manifests.load(ctx, election_id, absent=UnknownElection)


def preparing(ctx: Context, election_id: str) -> Manifest:
    """Return the manifest of an election whose set-up may still change.

    Rejects: UnknownElection, ElectionCancelled, AlreadyOpen.
    """
    manifest = manifest_of(ctx, election_id)
    require(not cancelled.has(ctx, election_id), ElectionCancelled)
    require(not openings.has(ctx, election_id), AlreadyOpen)
    return manifest


def has_rings(ctx: Context, election_id: str) -> bool:
    """Whether members of rings sign for ballots, and no registrars. Rejects: UnknownElection."""
    return manifest_of(ctx, election_id).token_scheme == TOKENS_RING


def require_rings(ctx: Context, election_id: str) -> None:
    """Reject with AnotherScheme what is done where rings sign. Rejects also: UnknownElection."""
    require(has_rings(ctx, election_id), AnotherScheme)


def require_registrars(ctx: Context, election_id: str) -> None:
    """Reject with AnotherScheme what is done where registrars sign. Also: UnknownElection."""
    require(not has_rings(ctx, election_id), AnotherScheme)


def running(ctx: Context, election_id: str) -> Opening:
    """Return the opening of an election. Rejects: UnknownElection, NotOpen."""
    election_of(ctx, election_id)
    return openings.load(ctx, election_id, absent=NotOpen)


def overissued_classes(ctx: Context, election_id: str) -> tuple[int, ...]:
    """Return the classes of which more valid tokens than requests were shown."""
    classes = range(len(manifest_of(ctx, election_id).classes))
    return tuple([one for one in classes if surpluses.has(ctx, (election_id, one))])


def require_not_annulled(ctx: Context, election_id: str) -> None:
    """Reject with ElectionAnnulled what an annulled election does not take any more."""
    require(not annulled.has(ctx, election_id), ElectionAnnulled)


def require_countable(ctx: Context, election_id: str) -> None:
    """Reject a count before the two offices have decided about surplus tokens.

    Rejects: ElectionAnnulled, Overissued.
    """
    require_not_annulled(ctx, election_id)
    is_clean = len(overissued_classes(ctx, election_id)) == 0
    require(is_clean or accepted.has(ctx, election_id), Overissued)


FIRST = LogHead(bytes(HASH_BYTES), 0)


def note(ctx: Context, election_id: str) -> None:
    """Put the transaction that is being executed at the end of the election's log."""
    last = log_heads.get(ctx, election_id, FIRST)
    at = (uint(ctx.height), uint(ctx.block_time_ms))
    head = hash_of("log", (last.head, ctx.transaction_id, *at))
    number = last.length + 1
    log_heads.save(ctx, election_id, LogHead(head, number))
    entry = LogEntry(ctx.transaction_id, ctx.height, ctx.block_time_ms)
    log.save(ctx, (election_id, number), entry)


def note_act(ctx: Context, election_id: str, part: str) -> None:
    """Put the transaction into the log, as an act of a part. Rejects: ActsForAnother."""
    take_part(ctx, election_id, ctx.sender, part)
    note(ctx, election_id)


def take_part(ctx: Context, election_id: str, account: Address, part: str) -> None:
    """Keep for which part of an election an account acts; it, and each key of it, is of one part.

    Agencies on two sides are refused; whoever acts for both of two agencies is on two sides as
    well, and one account that acts for enough trustees opens the box alone.

    Rejects: ActsForAnother.
    """
    keys = ctx.call("accounts").keys_of(account)
    for one in (account, *[address_of(key) for key in keys]):
        place = (election_id, one)
        earlier = actors.get(ctx, place, None)
        require(earlier in (None, part), ActsForAnother, part=earlier or "")
        if earlier is None:
            actors.save(ctx, place, part)


# Blocks from the one that fixes who signs to the first ballot: an answer and a ballot are never
# neighbours, however long no block was made.
GAP_BLOCKS_MIN = 2

Span = tuple[int, int]  # the first millisecond, and the first one after it


def windows_of(ctx: Context, election_id: str) -> Windows:
    """Return the dates in force: the manifest's, or what the two offices agreed since.

    Rejects: UnknownElection.
    """
    return extended.get(ctx, election_id, manifest_of(ctx, election_id).windows)


def roll_span(windows: Windows) -> Span:
    """Return when the authority enters voters."""
    return 0, windows.roll_until_ms


def objections_span(windows: Windows) -> Span:
    """Return when the official adds and removes voters."""
    return windows.roll_until_ms, windows.objections_until_ms


def freeze_span(windows: Windows) -> Span:
    """Return when the roll may be frozen."""
    return windows.objections_until_ms, windows.keys_until_ms


def keys_span(windows: Windows) -> Span:
    """Return when registrars, or a ring's members, post keys for the frozen roll's context."""
    return windows.objections_until_ms, windows.keys_until_ms


def commit_span(windows: Windows) -> Span:
    """Return when trustees commit to their coefficients."""
    return 0, windows.commit_until_ms


def reveal_span(windows: Windows) -> Span:
    """Return when trustees reveal their coefficient commitments."""
    return windows.commit_until_ms, windows.reveal_until_ms


def deal_span(windows: Windows) -> Span:
    """Return when trustees send each other encrypted shares."""
    return windows.reveal_until_ms, windows.deal_until_ms


def complain_span(windows: Windows) -> Span:
    """Return when trustees complain of wrong shares."""
    return windows.deal_until_ms, windows.complain_until_ms


def answer_span(windows: Windows) -> Span:
    """Return when accused dealers answer."""
    return windows.complain_until_ms, windows.answer_until_ms


def open_span(windows: Windows) -> Span:
    """Return when the election may be opened."""
    return max(windows.keys_until_ms, windows.answer_until_ms), windows.issue_from_ms


def request_span(windows: Windows) -> Span:
    """Return when voters request tokens."""
    return windows.issue_from_ms, windows.request_until_ms


def issue_span(windows: Windows) -> Span:
    """Return when registrars answer requests."""
    return windows.issue_from_ms, windows.issue_until_ms


def sets_span(windows: Windows) -> Span:
    """Return when the sets of registrars that sign are fixed: no answer comes any more."""
    return windows.issue_until_ms, windows.cast_until_ms


def cast_span(windows: Windows) -> Span:
    """Return when ballots are taken."""
    return windows.cast_from_ms, windows.cast_until_ms


def closed_span(windows: Windows) -> Span:
    """Return when the box is closed: counting and tally have no end."""
    return windows.cast_until_ms, TIME_MS_MAX


def decrypt_span(windows: Windows) -> Span:
    """Return when trustees deliver decryption shares."""
    return windows.cast_until_ms, windows.decrypt_until_ms


def require_in(ctx: Context, span: Span) -> None:
    """Reject with OutsideWindow a block whose time is not in the span."""
    now = ctx.block_time_ms
    is_in = span[0] <= now < span[1]
    require(is_in, OutsideWindow, now_ms=now, from_ms=span[0], until_ms=span[1])


_ROLL, _SET_UP = 3, 8  # of the dates, how many are the roll's, and how many end before issue_from

CLASS_SIZE_MIN = 5  # development networks may state less (genesis.verify)


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Keep the least `class_size_min` that a manifest may state."""
    least = config.integer("class_size_min", low=1, high=1000, default=CLASS_SIZE_MIN)
    class_size_least.save(ctx, least)


def check_classes(ctx: Context, manifest: Manifest) -> None:
    """Check that no group of voters may be too small to hide in.

    Rejects: GroupsTooSmall, UnknownClass.
    """
    least = class_size_least.load(ctx)
    stated = manifest.class_size_min
    require(stated >= least, GroupsTooSmall, stated=stated, least=least)
    count = len(manifest.classes)
    for one in manifest.classes:
        joins = one.joins
        if joins is not None:
            is_other = joins < count and manifest.classes[joins].weight != one.weight
            require(is_other, UnknownClass, class_id=joins)


def class_weights(manifest: Manifest, counted: tuple[int, ...]) -> tuple[int, ...]:
    """Return what each class's ballots weigh in the sums, 0 where they are not opened.

    Sums show at most how all ballots of one weight voted together: classes of equal weight cannot
    be told apart, those of different weights may be. So of each weight there are none or at least
    `class_size_min`; a class of too few counts as the one that it joins. `counted` are ballots.
    """
    own = [one.weight for one in manifest.classes]
    few = [_of_weight(own, counted, weight) < manifest.class_size_min for weight in own]
    weights = []
    for one, is_few in zip(manifest.classes, few, strict=True):
        joins = one.weight if one.joins is None or not is_few else own[one.joins]
        weights.append(joins)
    return tuple(
        [
            0 if _of_weight(weights, counted, weight) < manifest.class_size_min else weight
            for weight in weights
        ]
    )


def _of_weight(weights: list[int], counted: tuple[int, ...], weight: int) -> int:
    """Return the ballots of all classes of a weight."""
    pairs = zip(weights, counted, strict=True)
    return sum([ballots for other, ballots in pairs if other == weight])


def check_windows(windows: Windows, now_ms: int) -> None:
    """Check that the dates rise from now on. Rejects: BadWindows."""
    require(now_ms < min(windows.roll_until_ms, windows.commit_until_ms), BadWindows)
    require_rising(windows)


def require_rising(windows: Windows) -> None:
    """Reject with BadWindows dates that do not rise, each part's by themselves."""
    dates = dates_of(windows)
    roll, ceremony, voting = dates[:_ROLL], dates[_ROLL:_SET_UP], dates[_SET_UP:]
    require(_rises((*roll, *voting)) and _rises((*ceremony, *voting)), BadWindows)


def dates_of(windows: Windows) -> tuple[int, ...]:
    """Return all dates in the order of the manifest: roll, ceremony, tokens and ballots."""
    return (
        windows.roll_until_ms,
        windows.objections_until_ms,
        windows.keys_until_ms,
        windows.commit_until_ms,
        windows.reveal_until_ms,
        windows.deal_until_ms,
        windows.complain_until_ms,
        windows.answer_until_ms,
        windows.issue_from_ms,
        windows.request_until_ms,
        windows.issue_until_ms,
        windows.cast_from_ms,
        windows.cast_until_ms,
        windows.decrypt_until_ms,
    )


def _rises(dates: tuple[int, ...]) -> bool:
    return all([dates[place - 1] < dates[place] for place in range(1, len(dates))])
