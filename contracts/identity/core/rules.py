"""The rules of identity: texts without personal data, levels, times, and who may act now."""

from contracts.identity.core.messages import (
    ACTIVE,
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
    SUBJECT_CLOSED,
    SUPERSEDED,
    SUSPENDED,
    YEAR_S,
    BadLevel,
    BadLevelTable,
    BadSlug,
    EvidenceMissing,
    EvidenceSpent,
    ExpiryOutOfBounds,
    MatchForAnother,
    MatchUse,
    NodeInactive,
    PadLimit,
    PersonalData,
    ReuseLimit,
    ServiceAsked,
    UnknownAttestation,
    UnknownAttestationKind,
    UnknownErrorCode,
    UnknownNode,
    UnknownSubject,
    WrongRole,
)
from contracts.identity.core.state import (
    Attestation,
    LevelTable,
    Node,
    Progress,
    Service,
    Terms,
    attestations,
    attestations_of,
    error_codes,
    last_table,
    level_tables,
    nodes,
    open_disputes,
    spent_evidence,
    subjects,
)
from contracts.sdk import Context, ForeignSite, PublicKey, Signature, require
from contracts.sdk.passkeys import is_at_home
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import holds_citizen_number, is_distinct, is_slug

_HTTPS = "https://"
_ADDRESS_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/[]"

SKEW_S = 30  # how far an IdP's clock may be ahead of block time
HOLD_S = 72 * 3600
HOLD_IN_PERSON_S = 24 * 3600
HOLD_DISPUTED_S = 7 * DAY_S  # of guardians' recovery, once a reported key objected
VETO_REST_S = 7 * DAY_S  # after a recovery was stopped, before another start but one in person
POLICY_REST_S = 7 * DAY_S  # of a new recovery policy, before it is in force
LINK_REST_S = 7 * DAY_S  # of a link, before its IdP reports a key or begins a recovery by itself
REPORT_REST_S = 7 * DAY_S  # of an IdP whose report was lifted, before it reports that key again
APPROVAL_S_MAX = 7 * DAY_S  # how far ahead the word of a guardian or second agency may end
OVERLAP_S_MAX = DAY_S
EVIDENCE_AGE_S_MAX = DAY_S  # of the face match that a recovery rests on
DELEGATION_S_MAX = YEAR_S
TAG_S_MAX = 30 * DAY_S  # how far ahead the certificate of a tag may end
REQUESTS_A_MINUTE_MAX = 600
ISSUERS_MAX = 100  # of attestations of a kind, that are looked at for a subject
ATTESTATIONS_A_DAY = 10_000  # of an issuer for which the supervisor set no other number
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
    (PadLimit(230, 1), PadLimit(300, 2)),
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
# Why an IdP or a source cannot answer; more are the supervisor's to register.
FIRST_ERROR_CODES = (
    ("idp", "no-contact"),
    ("idp", "unknown-person"),
    ("idp", "no-time-left"),
    ("idp", "internal"),
    ("as", "no-record"),
    ("as", "not-available"),
    ("as", "internal"),
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


def require_clean_names(texts: tuple[str, ...]) -> None:
    """Reject with PersonalData a name or an address that holds a citizen's number."""
    require(not any([holds_citizen_number(text, is_name=True) for text in texts]), PersonalData)


def require_slugs(texts: tuple[str, ...]) -> None:
    """Check names that the contract gives a meaning. Rejects: PersonalData, BadSlug."""
    require_clean_names(texts)
    for text in texts:
        require(is_slug(text, more="."), BadSlug)


def is_https(address: str) -> bool:
    """Whether `address` is https:// and then a host, a port, a path: nothing that hides a host."""
    rest = address[len(_HTTPS) :]
    is_plain = all([letter in _ADDRESS_LETTERS for letter in rest])
    return address[: len(_HTTPS)] == _HTTPS and rest[:1] not in ("", "/") and is_plain


def is_client_address(address: str) -> bool:
    """Whether an application is reached there: https://, or http:// to the same machine."""
    for here in ("http://127.0.0.1", "http://[::1]"):
        rest = address[len(here) :]
        if address[: len(here)] == here and rest[:1] in ("", "/", ":"):
            return is_https(_HTTPS + address[len("http://") :])
    return is_https(address)


def require_error_code(ctx: Context, side: str, code: str) -> None:
    """Reject with UnknownErrorCode what is no registered code of IdPs or sources in use."""
    require_clean((code,))
    require(error_codes.get(ctx, (side, code), False), UnknownErrorCode, side=side)


def sources_of(asked: ServiceAsked, service: Service) -> tuple[str, ...]:
    """Return the sources that may release what is asked of a service."""
    return asked.sources if len(asked.sources) > 0 else service.sources


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
    stated = tuple([limit.ial for limit in table.pads])
    require(is_distinct(stated), BadLevelTable)
    require(all([ial in table.ials for ial in stated]), BadLevelTable)
    strong = [limit for limit in table.pads if limit.ial >= EVIDENCE_FROM_IAL]
    require(all([limit.pad_level_min > 0 for limit in strong]), BadLevelTable)


def pad_level_min(table: LevelTable, ial: int) -> int:
    """Return the least PAD level of the face match behind a proofing; never 0 from IAL 2.3 on."""
    least = sum([limit.pad_level_min for limit in table.pads if limit.ial == ial])
    return max(least, 1) if ial >= EVIDENCE_FROM_IAL else least


def reuse_age_max(table: LevelTable, aal: int) -> int:
    """Return how many seconds a sign-on at `aal` may be reused; 0 for never."""
    return sum([limit.age_s_max for limit in table.reuse if limit.aal == aal])


def seconds_of_kind(kind: str) -> int:
    """Return how long an attestation of this kind may last."""
    if kind == PROOFING:
        return 10 * YEAR_S
    return 90 * DAY_S if kind == FVS else 5 * YEAR_S


def issuer_kind(kind: str) -> str:
    """Return the kind of agency that may issue such an attestation.

    Rejects: UnknownAttestationKind.
    """
    require(kind in (PROOFING, ATTRIBUTE, FVS, GUARDIAN), UnknownAttestationKind)
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


def require_home(ctx: Context, key: PublicKey, signature: Signature) -> None:
    """Reject with ForeignSite what a passkey signed elsewhere than its record says."""
    require(is_at_home(ctx, key, signature), ForeignSite)


def outcome(terms: Terms, progress: Progress, accepts: int) -> str:
    """Return the state that answers so far, `accepts` of which count now, make of an open request.

    A reject fails it at once, as CONFLICT after an accept; enough accepts confirm it; it is
    errored when those who are left cannot be enough.
    """
    if progress.rejects > 0:
        return CONFLICT if progress.accepts > 0 else REJECTED
    if accepts >= terms.min_idp:
        return CONFIRMED
    lost = progress.errors + progress.accepts - accepts
    return ERRORED if lost > len(terms.idps) - terms.min_idp else OPEN


def state_at(terms: Terms, progress: Progress, now: int) -> str:
    """Return the state of a request at a time: unsettled ones expire by themselves."""
    is_over = progress.state in UNSETTLED and now >= terms.expires_at
    return EXPIRED if is_over else progress.state


ROLE = "identity"
SUPERVISOR = "supervisor"


def is_known(ctx: Context, agency: str) -> bool:
    """Whether governance knows an active agency of a kind that may be a node."""
    return any([is_of_kind(ctx, agency, kind) for kind in NODE_KINDS])


def acting_node(ctx: Context, agency: str, kind: str) -> Node:
    """Return the active node of an agency of this kind.

    Rejects: UnknownNode, NodeInactive, WrongRole.
    """
    node = nodes.load(ctx, agency, absent=UnknownNode)
    require(node.status == NODE_ACTIVE, NodeInactive)
    require(is_of_kind(ctx, agency, kind), WrongRole)
    return node


def signs_for(ctx: Context, agency: str, key: PublicKey) -> bool:
    """Whether `key` is one of the agency's node, which is active, and has not ended."""
    node = nodes.get(ctx, agency, None)
    if node is None or node.status != NODE_ACTIVE or not is_known(ctx, agency):
        return False
    live = [held for held in node.keys if held.ends_at == 0 or held.ends_at > now_s(ctx)]
    return any([held.key == key for held in live])


def is_acting(ctx: Context, agency: str, kind: str) -> bool:
    """Whether node and agency are active, and the agency of this kind."""
    node = nodes.get(ctx, agency, None)
    return node is not None and node.status == NODE_ACTIVE and is_of_kind(ctx, agency, kind)


def may_give(ctx: Context, idp: str, node: Node, ial: int, aal: int) -> bool:
    """Whether the IdP acts now and its limits reach these levels."""
    return is_acting(ctx, idp, "idp") and node.max_ial >= ial and node.max_aal >= aal


def do_work_together(ctx: Context, rp: str, idp: str, namespace: str) -> bool:
    """Whether the relying party has the namespace and both whitelists pass."""
    asking = nodes.get(ctx, rp, None)
    answering = nodes.get(ctx, idp, None)
    if asking is None or answering is None or namespace not in asking.namespaces:
        return False
    passes_asking = len(asking.whitelist) == 0 or idp in asking.whitelist
    return passes_asking and (len(answering.whitelist) == 0 or rp in answering.whitelist)


def active_table(ctx: Context) -> LevelTable:
    """Return the level table in force: the last, or the one before while that is ahead."""
    last = last_table.get(ctx)
    table = level_tables.load(ctx, last, absent=BadLevel)
    if table.activates_at <= now_s(ctx):
        return table
    return level_tables.load(ctx, last - 1, absent=BadLevel)


def require_levels(ctx: Context, ial: int, aal: int) -> None:
    """Reject with BadLevel levels that are not in the table in force; IAL 0 is no proofing."""
    table = active_table(ctx)
    require(ial == 0 or ial in table.ials, BadLevel, field="ial", level=ial)
    require(aal in table.aals, BadLevel, field="aal", level=aal)


def is_usable(ctx: Context, found: Attestation) -> bool:
    """Whether an attestation counts now: active, not expired, its issuer and subject in order.

    A face match that it rests on and that was suspended or revoked takes it along.
    """
    if found.status != ACTIVE or now_s(ctx) >= found.expires_at:
        return False
    if subjects.load(ctx, found.sid, absent=UnknownSubject).status == SUBJECT_CLOSED:
        return False
    if found.evidence is not None:
        evidence = attestations.load(ctx, found.evidence, absent=UnknownAttestation)
        if evidence.status in (SUSPENDED, REVOKED):
            return False
    node = nodes.get(ctx, found.issuer, None)
    if node is None or node.max_ial < found.ial:
        return False
    return is_acting(ctx, found.issuer, issuer_kind(found.kind))


def attestation_for(ctx: Context, att_id: bytes, sid: bytes) -> Attestation:
    """Return an attestation of this subject. Rejects: UnknownAttestation."""
    found = attestations.load(ctx, att_id, absent=UnknownAttestation)
    require(found.sid == sid, UnknownAttestation)
    return found


def unspent_match(ctx: Context, att_id: bytes, sid: bytes, use: MatchUse) -> Attestation:
    """Return a face match of the subject that counts, was made for this use and served none yet.

    Rejects: UnknownAttestation, EvidenceMissing, MatchForAnother, EvidenceSpent.
    """
    found = attestation_for(ctx, att_id, sid)
    require(found.kind == FVS and is_usable(ctx, found), EvidenceMissing)
    require(found.match_for == use, MatchForAnother)
    require(not spent_evidence.has(ctx, att_id), EvidenceSpent)
    return found


def listed_attestations(ctx: Context, sid: bytes, kind: str) -> tuple[bytes, ...]:
    """Return a subject's attestations of a kind that may count, by issuers in order."""
    page = attestations_of.page(ctx, (sid, kind), limit=ISSUERS_MAX)
    return tuple([att_id for _, listed in page for att_id in listed])


def effective_ial_of(ctx: Context, sid: bytes) -> int:
    """Return the highest IAL of usable proofings, the lowest while a dispute is open; else 0."""
    listed = listed_attestations(ctx, sid, PROOFING)
    proofings = [attestation_for(ctx, att_id, sid) for att_id in listed]
    levels = [found.ial for found in proofings if is_usable(ctx, found)]
    if len(levels) == 0:
        return 0
    return min(levels) if open_disputes.get(ctx, sid, 0) > 0 else max(levels)
