"""Rings: keys posted under a name, and tokens that say no more than "one of these".

The roll is frozen first, then each voter posts one key for ever; the opening puts the keys of a
class in order, and the election's context covers them.
"""

from contracts.sdk import Context, ForeignSite, PublicKey, emit, replace, require
from contracts.sdk.crypto import digest, verify_any
from contracts.sdk.passkeys import is_at_home
from contracts.voting.core.messages import (
    CLASSES_MAX,
    RING_MAX,
    ElectionId,
    Limit,
    Manifest,
    RingTooSmall,
    RollNotFrozen,
    UnknownVoter,
    VoterRef,
    WrongClass,
)
from contracts.voting.core.rules import (
    has_rings,
    keys_span,
    manifest_of,
    note,
    preparing,
    require_in,
    require_rings,
    running,
    windows_of,
)
from contracts.voting.core.state import Ring, contract, rings, roll_contexts, totals, voters
from contracts.voting.crypto.rings import (
    RingStatement,
    is_own_key,
    is_ring_signature,
    key_labels,
    ring_root,
    tag_of,
)
from contracts.voting.crypto.transcript import numbered_key
from contracts.voting.rings.messages import (
    AlreadyJoined,
    JoinRing,
    RingClosed,
    RingJoined,
    TagTaken,
    UnknownRing,
    UnprovenRingKey,
    joining_statement,
)
from contracts.voting.rings.state import MemberPage, RingMember, ring_members, tags
from contracts.voting.roll.handlers import totals_of
from contracts.voting.tokens.messages import BadVoterSignature, KeyReused, NotVoterKey
from contracts.voting.tokens.state import seen_keys

KEY_BYTES = 32
_PAGE = 500
_PAGES_MAX = 4  # CLASSES_MAX times RING_MAX voters, and one page that is not full


def with_voter_key(ctx: Context, msg: JoinRing) -> bool:
    """Anyone may send what a key of the voter signs, once, while the frozen roll takes keys."""
    preparing(ctx, msg.election_id)
    require_rings(ctx, msg.election_id)
    require_in(ctx, keys_span(windows_of(ctx, msg.election_id)))
    place = (msg.election_id, msg.voter_ref)
    voter = voters.load(ctx, place, absent=UnknownVoter)
    require(voter.class_id == msg.class_id, WrongClass)
    require(bool(ctx.call("identity").holds_key(voter.sid, msg.key)), NotVoterKey)
    require(is_at_home(ctx, msg.key, msg.signature), ForeignSite)
    require(not ring_members.has(ctx, place), AlreadyJoined)
    return True


@contract.execute(JoinRing, allow=with_voter_key)
def join_ring(ctx: Context, msg: JoinRing) -> None:
    """Record a voter's only key, whoever sends it; no key serves twice, in whatever election."""
    fingerprint = digest("voting/ring-key", msg.ring_key)
    require(not seen_keys.has(ctx, fingerprint), KeyReused, class_id=msg.class_id)

    seen_keys.save(ctx, fingerprint, msg.election_id)
    place = (msg.election_id, msg.voter_ref)
    ring_members.save(ctx, place, RingMember(msg.class_id, msg.ring_key))
    before = totals_of(ctx, msg.election_id, msg.class_id)
    after = replace(before, requested=before.requested + 1)
    totals.save(ctx, (msg.election_id, msg.class_id), after)
    note(ctx, msg.election_id)
    emit(ctx, RingJoined(msg.election_id, msg.voter_ref, msg.class_id))


@contract.precheck(JoinRing, vouches=True)
def check_joining(ctx: Context, msg: JoinRing) -> None:
    """Check the voter's signature, and that the key is its own."""
    roll = roll_contexts.load(ctx, msg.election_id, absent=RollNotFrozen)
    statement = joining_statement(ctx.chain_id, roll, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadVoterSignature)
    labels = key_labels(roll, msg.voter_ref, msg.class_id, msg.ring_key)
    require(is_own_key(labels, msg.ring_key, msg.proof), UnprovenRingKey)


def close_rings(
    ctx: Context, election_id: str, manifest: Manifest
) -> tuple[tuple[bytes, ...], ...]:
    """Fix the ring of each class, in order of voters' references; return their rows of ctx_E.

    A ring of too few takes no ballots. Rejects: RingTooSmall when all are.
    """
    keys = _posted_keys(ctx, election_id, len(manifest.classes))
    least = manifest.class_size_min
    largest = max([len(ring) for ring in keys])
    require(largest >= least, RingTooSmall, members=largest, least=least)
    rows = []
    for class_id, ring in enumerate(keys):
        root = ring_root(tuple(ring)) if len(ring) > 0 else digest("merkle-empty", b"")
        rings.save(ctx, (election_id, class_id), Ring(root, b"".join(ring)))
        before = totals_of(ctx, election_id, class_id)
        covered = len(ring) if len(ring) >= least else 0
        totals.save(ctx, (election_id, class_id), replace(before, covered=covered))
        emit(ctx, RingClosed(election_id, class_id, root, len(ring)))
        rows.append((numbered_key(len(ring), root),))
    return tuple(rows)


def is_ring_token(ctx: Context, place: tuple[str, int], voter_key: PublicKey, token: bytes) -> bool:
    """Whether a member of the ring of `place`, election and class, signed for a pseudonym.

    Rejects: UnknownRing, RingTooSmall, BadPoint, BadScalar.
    """
    ring = rings.load(ctx, place, absent=UnknownRing)
    keys = keys_of(ring)
    least = manifest_of(ctx, place[0]).class_size_min
    require(len(keys) >= least, RingTooSmall, members=len(keys), least=least)
    context = running(ctx, place[0]).context
    statement = RingStatement(context, place[1], ring.root, keys, voter_key)
    return is_ring_signature(statement, token)


def keys_of(ring: Ring) -> tuple[bytes, ...]:
    """Return the keys of a ring in order."""
    places = range(min(RING_MAX, len(ring.keys) // KEY_BYTES))
    return tuple([ring.keys[KEY_BYTES * at : KEY_BYTES * (at + 1)] for at in places])


def named_token(ctx: Context, election_id: str, token: bytes) -> bytes:
    """Return what a ballot's proofs are tied to of a token: all of it, or a ring's tag."""
    return tag_of(token) if has_rings(ctx, election_id) else token


def take_tag(ctx: Context, election_id: str, voter_key: PublicKey, token: bytes) -> None:
    """Keep the pseudonym that shows a tag first, where rings sign. Rejects: TagTaken."""
    if not has_rings(ctx, election_id):
        return
    place = (election_id, tag_of(token))
    holder = tags.get(ctx, place, voter_key)
    require(holder == voter_key, TagTaken)
    tags.save(ctx, place, voter_key)


def _posted_keys(ctx: Context, election_id: str, classes: int) -> list[list[bytes]]:
    """Return the keys of each class, in order of voters' references."""
    keys: list[list[bytes]] = [[] for _ in range(min(classes, CLASSES_MAX))]
    after: tuple[str, bytes] | None = None
    for _ in range(_PAGES_MAX):
        page = ring_members.page(ctx, (election_id,), after=after, limit=_PAGE)
        for _key, member in page:
            keys[member.class_id].append(member.key)
        if len(page) < _PAGE:
            return keys
        after = page[-1][0]
    return keys


contract.expose(
    "ring_member", ring_members, ("election_id", "reference"), "A voter's one-time key."
)


contract.expose(
    "ring",
    rings,
    ("election_id", "class_id"),
    "The ring of a class; nothing before the opening.",
)


@contract.query
def ring_page(
    ctx: Context, election_id: ElectionId, after: VoterRef | None, limit: Limit
) -> MemberPage:
    """Who has posted a key, in order of references, after `after` when given."""
    last = None if after is None else (election_id, after)
    page = ring_members.page(ctx, (election_id,), after=last, limit=limit)
    return tuple([key[1] for key, _ in page])
