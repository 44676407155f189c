"""Who may call, as governance says; and what every part loads first."""

from contracts.sdk import Context, require
from contracts.sdk.roles import has_role
from contracts.voting.errors import (
    AlreadyOpen,
    ElectionCancelled,
    NotOpen,
    UnknownElection,
)
from contracts.voting.fields import Manifest
from contracts.voting.state import (
    Election,
    Opening,
    cancelled,
    elections,
    manifests,
    openings,
)

ROLE = "voting"
AUTHORITY = "election-authority"
REGISTRAR = "registrar"
TRUSTEE = "trustee"

# What `preparing` rejects with.
PREPARING = (UnknownElection, ElectionCancelled, AlreadyOpen)


def acts_for(ctx: Context, agency: str) -> bool:
    """Whether the sender is the agency's administrator, or an officer with the role voting."""
    return has_role(ctx, ctx.sender, agency, ROLE)


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


def running(ctx: Context, election_id: str) -> Opening:
    """Return the opening of an election. Rejects: UnknownElection, NotOpen."""
    election_of(ctx, election_id)
    return openings.load(ctx, election_id, absent=NotOpen)
