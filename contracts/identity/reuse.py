"""The five conditions under which an earlier sign-on answers another request. Read-only.

Each returns the error of the first thing that stands against it, or None. All are judged at block
time, so a revocation earlier in the same block counts. Source: the reuse rule of README.md.
"""

from contracts.identity.access import (
    active_table,
    attestation_for,
    do_work_together,
    effective_ial_of,
    is_acting,
    is_in_hold,
    is_usable,
)
from contracts.identity.errors import InHold, NotWhitelisted, SubjectFrozen, UnknownSubject
from contracts.identity.fields import FROZEN, MODE_FRESH, MODE_REUSE_OK
from contracts.identity.request_errors import (
    FreshRequired,
    KeyInactive,
    ProofingInactive,
    Stale,
    StepUpRequired,
)
from contracts.identity.rules import has_key, now_s, reuse_age_max
from contracts.identity.state import Session, Terms, purposes, subjects
from contracts.sdk import Context, Refusal

Obstacle = Refusal | None
Obstacles = tuple[Obstacle, Obstacle, Obstacle, Obstacle, Obstacle]


def reuse_obstacles(ctx: Context, session: Session, terms: Terms) -> Obstacles:
    """Return what stands against each of the five conditions, None where it holds."""
    return (
        _proofing(ctx, session, terms),
        _sign_on(ctx, session, terms),
        _purpose(ctx, terms),
        _subject(ctx, session),
        _parties(ctx, session, terms),
    )


def is_live_session(ctx: Context, session: Session) -> bool:
    """Whether a session may be used: not ended, not expired, no recovery since."""
    if session.is_ended or now_s(ctx) >= session.expires_at:
        return False
    return subjects.load(ctx, session.sid, absent=UnknownSubject).epoch == session.epoch


def _proofing(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """1. The proofing counts now, and is strong enough."""
    proofing = attestation_for(ctx, session.att_id, session.sid)
    if not is_usable(ctx, proofing):
        return ProofingInactive
    # Differs from the proofing's own IAL only while a dispute caps it.
    ial = min(proofing.ial, effective_ial_of(ctx, session.sid))
    return None if ial >= terms.min_ial else StepUpRequired


def _sign_on(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """2. The sign-on is strong enough, its key is active, and it is fresh enough."""
    if session.aal < terms.min_aal:
        return StepUpRequired
    if not has_key(subjects.load(ctx, session.sid, absent=UnknownSubject), session.key):
        return KeyInactive
    most = min(terms.max_age_s, reuse_age_max(active_table(ctx), session.aal))
    is_fresh = most > 0 and now_s(ctx) <= session.auth_time + most
    return None if is_fresh else Stale


def _purpose(ctx: Context, terms: Terms) -> Obstacle:
    """3. The purpose and the relying party permit it."""
    if not purposes.get(ctx, terms.purpose, False) or terms.mode == MODE_FRESH:
        return FreshRequired
    return None if terms.mode == MODE_REUSE_OK else StepUpRequired


def _subject(ctx: Context, session: Session) -> Obstacle:
    """4. The subject is not frozen, and no recovery of it is under way."""
    if subjects.load(ctx, session.sid, absent=UnknownSubject).status == FROZEN:
        return SubjectFrozen
    return InHold if is_in_hold(ctx, session.sid) else None


def _parties(ctx: Context, session: Session, terms: Terms) -> Obstacle:
    """5. The relying party is permitted the namespace, and both whitelists pass."""
    subject = subjects.load(ctx, session.sid, absent=UnknownSubject)
    is_same = subject.namespace == terms.namespace and is_acting(ctx, terms.rp, "rp")
    do_pass = do_work_together(ctx, terms.rp, session.idp, terms.namespace)
    return None if is_same and do_pass else NotWhitelisted
