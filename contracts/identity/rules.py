"""The pure rules of identity: texts without personal data, levels, times, states of a request."""

from contracts.identity.errors import (
    BadLevelTable,
    BadSlug,
    ExpiryOutOfBounds,
    PersonalData,
    UnknownWord,
)
from contracts.identity.fields import (
    ATTRIBUTE,
    DAY_S,
    FVS,
    GUARDIAN,
    NODE_ACTIVE,
    NODE_PENDING,
    NODE_RETIRED,
    NODE_SUSPENDED,
    PROOFING,
    REVOKED,
    SUPERSEDED,
    YEAR_S,
    ReuseLimit,
)
from contracts.identity.state import LevelTable, Progress, Subject, Terms
from contracts.sdk import Context, PublicKey, require
from contracts.sdk.words import holds_citizen_number, is_distinct, is_slug

SKEW_S = 30  # how far an IdP's clock may be ahead of block time
HOLD_S = 72 * 3600
OVERLAP_S_MAX = DAY_S
EVIDENCE_AGE_S_MAX = DAY_S  # of the face match that a recovery rests on
DELEGATION_S_MAX = YEAR_S
REQUESTS_A_MINUTE_MAX = 600
EVIDENCE_FROM_IAL = 230
GUARDIANS_NEEDED = 2
GUARDIAN_AAL_CAP = 100  # two guardians know the person, not how the new key is kept

# Policy numbers, not law: AAL 1 half a day, 2.1 eight hours, 2.2 one hour, 3 fresh each time.
FIRST_TABLE = LevelTable(
    1,
    (110, 120, 130, 210, 220, 230, 300),
    (100, 210, 220, 300),
    (
        ReuseLimit(100, 12 * 3600),
        ReuseLimit(210, 8 * 3600),
        ReuseLimit(220, 3600),
        ReuseLimit(300, 0),
    ),
    0,
)
FIRST_PURPOSES = (
    ("login", True),
    ("kyc", True),
    ("account-opening", True),
    ("tax", True),
    ("benefit", True),
    ("health", True),
    ("payment", False),
    ("voting", False),
    ("key-change", False),
    ("guardian", False),
)
ALWAYS_FRESH = ("payment", "voting", "key-change", "guardian")

NODE_KINDS = ("idp", "rp", "as", "fvs", "registrar", "supervisor")

OPEN = "open"
CONFIRMED = "confirmed"
REJECTED = "rejected"
CONFLICT = "conflict"
ERRORED = "errored"
DATA_PENDING = "data_pending"
COMPLETED = "completed"
CLOSED = "closed"
CANCELLED = "cancelled"
EXPIRED = "expired"
UNSETTLED = (OPEN, CONFIRMED, DATA_PENDING)  # these expire, and may be cancelled


def require_clean(texts: tuple[str, ...]) -> None:
    """Reject with PersonalData when a text holds a citizen's number."""
    require(not any([holds_citizen_number(text) for text in texts]), PersonalData)


def require_slugs(texts: tuple[str, ...]) -> None:
    """Check names that the contract gives a meaning. Rejects: PersonalData, BadSlug."""
    require_clean(texts)
    for text in texts:
        require(is_slug(text, more="."), BadSlug)


def require_word(word: str, words: tuple[str, ...], field: str) -> None:
    """Reject with UnknownWord what is not one of `words`."""
    require(word in words, UnknownWord, field=field)


def now_s(ctx: Context) -> int:
    """Return block time in whole seconds."""
    return ctx.block_time_ms // 1000


def require_ahead(ctx: Context, expires_at: int, seconds_max: int) -> None:
    """Reject with ExpiryOutOfBounds what is not ahead by at most `seconds_max`."""
    now = now_s(ctx)
    require(now < expires_at <= now + seconds_max, ExpiryOutOfBounds, latest=now + seconds_max)


def check_table(table: LevelTable) -> None:
    """Check that levels rise and limits are of its AALs. Rejects: BadLevelTable."""
    for levels in (table.ials, table.aals):
        require(list(levels) == sorted(levels) and is_distinct(levels), BadLevelTable)
        require(levels[0] > 0, BadLevelTable)
    limited = tuple([limit.aal for limit in table.reuse])
    require(is_distinct(limited), BadLevelTable)
    require(all([aal in table.aals for aal in limited]), BadLevelTable)


def reuse_age_max(table: LevelTable, aal: int) -> int:
    """Return how many seconds a sign-on at `aal` may be reused; 0 for never."""
    return sum([limit.age_s_max for limit in table.reuse if limit.aal == aal])


def seconds_of_kind(kind: str) -> int:
    """Return how long an attestation of this kind may last."""
    if kind == PROOFING:
        return 10 * YEAR_S
    return 90 * DAY_S if kind == FVS else 5 * YEAR_S


def issuer_kind(kind: str) -> str:
    """Return the kind of agency that may issue such an attestation. Rejects: UnknownWord."""
    require_word(kind, (PROOFING, ATTRIBUTE, FVS, GUARDIAN), "kind")
    if kind == PROOFING:
        return "idp"
    return "fvs" if kind == FVS else "as"


def may_node_become(before: str, after: str) -> bool:
    """Whether a node's status may change so: pending, active and suspended in turn, retired."""
    if before == NODE_PENDING:
        return after in (NODE_ACTIVE, NODE_RETIRED)
    if before == NODE_ACTIVE:
        return after in (NODE_SUSPENDED, NODE_RETIRED)
    return before == NODE_SUSPENDED and after in (NODE_ACTIVE, NODE_RETIRED)


def is_final(status: str) -> bool:
    """Whether an attestation's status never changes again."""
    return status in (REVOKED, SUPERSEDED)


def has_key(subject: Subject, key: PublicKey) -> bool:
    """Whether `key` is one of the subject's present keys."""
    return any([held.key == key for held in subject.keys])


def outcome(terms: Terms, progress: Progress) -> str:
    """Return the state that answers so far make of an open request.

    A reject fails it at once, as CONFLICT after an accept; enough accepts confirm it; it is
    errored when those who are left cannot be enough.
    """
    if progress.rejects > 0:
        return CONFLICT if progress.accepts > 0 else REJECTED
    if progress.accepts >= terms.min_idp:
        return CONFIRMED
    return ERRORED if progress.errors > len(terms.idps) - terms.min_idp else OPEN


def state_at(terms: Terms, progress: Progress, now: int) -> str:
    """Return the state of a request at a time: unsettled ones expire by themselves."""
    is_over = progress.state in UNSETTLED and now >= terms.expires_at
    return EXPIRED if is_over else progress.state
