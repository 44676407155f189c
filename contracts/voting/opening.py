"""The opening: roll, registrars' keys and the trustees' key become the election's one context."""

from contracts.sdk import Context, anyone, emit, require
from contracts.sdk.group import add_all
from contracts.voting.access import election_of, preparing
from contracts.voting.ceremony_errors import TooFewQualified
from contracts.voting.declaration import contract
from contracts.voting.dkg import (
    Commitments,
    Dealing,
    election_key,
    transcript_hash,
    verification_key,
)
from contracts.voting.errors import RollNotFrozen
from contracts.voting.events import ElectionOpened
from contracts.voting.fields import Manifest
from contracts.voting.key_ceremony import points_of, qualified_dealings
from contracts.voting.log import note
from contracts.voting.manifest import manifest_bytes
from contracts.voting.registry import class_moduli
from contracts.voting.setup_messages import CreateElection, OpenElection
from contracts.voting.state import (
    ClassKeys,
    Opening,
    Qualified,
    class_keys,
    freezes,
    openings,
)
from contracts.voting.transcript import ElectionParts, election_context, qualified_entry
from contracts.voting.windows import open_span, require_in

Keys = tuple[tuple[bytes, ...], ...]  # moduli: a row for each class, by registrar


@contract.execute(OpenElection, allow=anyone)
def open_election(ctx: Context, msg: OpenElection) -> None:
    """Fix the election's context and key, once everything of them is there."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, open_span(manifest.windows))
    freeze = freezes.load(ctx, msg.election_id, absent=RollNotFrozen)
    require(freeze.root is not None, RollNotFrozen)
    keys = _keys(ctx, msg.election_id, manifest)
    parts = qualified_dealings(ctx, msg.election_id, manifest)
    needed = manifest.trustees.needed
    require(len(parts) >= needed, TooFewQualified, count=len(parts), needed=needed)

    opening = _opening(ctx, msg.election_id, manifest, (keys, parts, freeze.root or b""))
    openings.save(ctx, msg.election_id, opening)
    for class_id, row in enumerate(keys):
        class_keys.save(ctx, (msg.election_id, class_id), ClassKeys(row))
    note(ctx, msg.election_id)
    numbers = tuple([one.trustee for one in opening.qualified])
    emit(ctx, ElectionOpened(msg.election_id, opening.context, opening.key, numbers))


def _keys(ctx: Context, election_id: str, manifest: Manifest) -> Keys:
    classes = range(len(manifest.classes))
    return tuple([class_moduli(ctx, election_id, manifest, class_id) for class_id in classes])


def _opening(
    ctx: Context,
    election_id: str,
    manifest: Manifest,
    prepared: tuple[Keys, tuple[Dealing, ...], bytes],
) -> Opening:
    keys, parts, root = prepared
    election = election_of(ctx, election_id)
    summed = (_summed(parts),)
    qualified = tuple(
        [Qualified(part.trustee, verification_key(summed, part.trustee).encoded) for part in parts]
    )
    key = election_key(summed).encoded
    ceremony = transcript_hash(election.setup_context, parts)
    registrars = range(len(manifest.registrars.agencies))
    context = election_context(
        ElectionParts(
            ctx.chain_id,
            manifest.suite,
            manifest_bytes(CreateElection(election_id, election.agency, manifest)),
            root,
            tuple([row[place] for place in registrars for row in keys]),
            manifest.registrars.needed,
            len(manifest.registrars.agencies),
            tuple([qualified_entry(one.trustee, one.verification_key) for one in qualified]),
            manifest.trustees.needed,
            ceremony,
            key,
        )
    )
    return Opening(context, key, qualified, root, ceremony, ctx.height)


def _summed(parts: tuple[Dealing, ...]) -> Commitments:
    """Return the commitments of the sum of all polynomials: fewer multiplications afterwards."""
    rows = [points_of(part) for part in parts]
    return tuple([add_all(column) for column in zip(*rows, strict=True)])
