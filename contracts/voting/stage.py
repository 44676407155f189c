"""Where an election stands, computed from heights and from what is there; nothing is stored."""

from contracts.sdk import Context
from contracts.voting.access import manifest_of
from contracts.voting.fields import Manifest
from contracts.voting.state import cancelled, closings, openings, results, shares_held

CANCELLED = "cancelled"
VOID = "void"  # not opened in time; nobody can vote in it
ROLL = "roll"
OBJECTIONS = "objections"
PREPARING = "preparing"
OPEN = "open"
REQUESTING = "requesting"
ISSUING = "issuing"
WAITING = "waiting"
CASTING = "casting"
CLOSED = "closed"
DECRYPTING = "decrypting"
DECRYPTED = "decrypted"
TALLIED = "tallied"
WITHHELD = "withheld"  # too few ballots for a result that keeps votes secret
UNRECOVERABLE = "unrecoverable"  # too few trustees delivered; the votes are lost, not re-keyed


def stage_of(ctx: Context, election_id: str) -> str:
    """Return the stage at this height. Rejects: UnknownElection."""
    manifest = manifest_of(ctx, election_id)
    if cancelled.has(ctx, election_id):
        return CANCELLED
    if not openings.has(ctx, election_id):
        return _before_opening(ctx.height, manifest)
    if ctx.height < manifest.windows.cast_until:
        return _before_close(ctx.height, manifest)
    return _after_close(ctx, election_id, manifest)


def _before_opening(height: int, manifest: Manifest) -> str:
    windows = manifest.windows
    if height < windows.roll_until:
        return ROLL
    if height < windows.objections_until:
        return OBJECTIONS
    return PREPARING if height < windows.issue_from else VOID


def _before_close(height: int, manifest: Manifest) -> str:
    windows = manifest.windows
    if height < windows.issue_from:
        return OPEN
    if height < windows.request_until:
        return REQUESTING
    if height < windows.issue_until:
        return ISSUING
    return WAITING if height < windows.cast_from else CASTING


def _after_close(ctx: Context, election_id: str, manifest: Manifest) -> str:
    if results.has(ctx, election_id):
        return TALLIED
    closing = closings.get(ctx, election_id, None)
    if closing is not None and closing.ballots < manifest.class_size_min:
        return WITHHELD
    if shares_held.get(ctx, election_id, 0) >= manifest.trustees.needed:
        return DECRYPTED
    if ctx.height >= manifest.windows.decrypt_until:
        return UNRECOVERABLE
    return CLOSED if closing is None else DECRYPTING
