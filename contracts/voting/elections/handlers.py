"""Elections: a manifest is checked as a whole, hashed, never changed; and opened.

The opening makes one context of roll, registrars' keys and the trustees' key.
"""

from contracts.sdk import Context, anyone, array_of, emit, encode, require
from contracts.sdk.group import add_all
from contracts.sdk.labels import titles_of
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import is_distinct, is_slug
from contracts.voting.ceremony.handlers import points_of, qualified_dealings
from contracts.voting.core.messages import (
    ElectionId,
    English,
    Manifest,
    Registrars,
    Trustees,
    UnknownClass,
)
from contracts.voting.core.rules import (
    AUTHORITY,
    REGISTRAR,
    TRUSTEE,
    acts_for,
    check_windows,
    election_of,
    manifest_of,
    note,
    open_span,
    preparing,
    require_in,
)
from contracts.voting.core.state import (
    ClassKeys,
    Election,
    Opening,
    Qualified,
    cancelled,
    class_keys,
    class_size_least,
    contract,
    elections,
    freezes,
    manifests,
    openings,
)
from contracts.voting.crypto.ballots import ballot_bytes, check_size
from contracts.voting.crypto.dkg import (
    Commitments,
    Dealing,
    election_key,
    transcript_hash,
    verification_key,
)
from contracts.voting.crypto.questions import Contest, check_contest, check_labels, choice_count
from contracts.voting.crypto.transcript import (
    SUITE_ED25519,
    ElectionParts,
    election_context,
    qualified_entry,
    setup_context,
)
from contracts.voting.elections.messages import (
    BadQuorum,
    BadSlug,
    CancelElection,
    CreateElection,
    ElectionCreated,
    ElectionExists,
    ElectionGivenUp,
    ElectionOpened,
    GroupsTooSmall,
    ManifestTooLarge,
    OpenElection,
    RepeatedId,
    RollNotFrozen,
    TooFewQualified,
    UnknownSuite,
    WrongKind,
    WrongTranslation,
)
from contracts.voting.roll.handlers import by_authority
from contracts.voting.tokens.handlers import class_moduli

# A spoiled ballot is the largest message: beside ciphertexts and proofs, it holds an opening of 32
# bytes for each ciphertext, and the tokens. The rest is headers and the envelope.
TRANSACTION_BYTES_MAX = 65_536
_CHOICE_BYTES = 38
_TOKEN_BYTES = 424
_REST_BYTES = 1_024
MANIFEST_BYTES_MAX = 32_768


def by_new_authority(ctx: Context, msg: CreateElection) -> bool:
    """Only who acts for `agency`, which must be an active election authority."""
    return is_of_kind(ctx, msg.agency, AUTHORITY) and acts_for(ctx, msg.agency)


@contract.execute(CreateElection, allow=by_new_authority)
def create_election(ctx: Context, msg: CreateElection) -> None:
    """Found an election under a manifest that is complete and never changes."""
    require_slug(msg.election_id)
    require(not elections.has(ctx, msg.election_id), ElectionExists)
    written = manifest_bytes(msg)
    require(len(written) <= MANIFEST_BYTES_MAX, ManifestTooLarge, bytes=len(written))
    check_manifest(ctx, msg.manifest)

    setup = setup_context(ctx.chain_id, msg.manifest.suite, written)
    elections.save(ctx, msg.election_id, Election(msg.agency, ctx.height, setup))
    manifests.save(ctx, msg.election_id, msg.manifest)
    note(ctx, msg.election_id)
    emit(ctx, ElectionCreated(msg.election_id, msg.agency, setup))


@contract.execute(CancelElection, allow=by_authority)
def cancel_election(ctx: Context, msg: CancelElection) -> None:
    """Give an election up for ever, before it opens; afterwards nobody can."""
    preparing(ctx, msg.election_id)

    cancelled.save(ctx, msg.election_id, msg.reason)
    note(ctx, msg.election_id)
    emit(ctx, ElectionGivenUp(msg.election_id, msg.reason))


def check_manifest(ctx: Context, manifest: Manifest) -> None:
    """Check everything that a manifest says, against itself and against governance.

    Rejects: UnknownSuite, BadWindows, BadQuorum, RepeatedId, WrongKind, GroupsTooSmall,
    UnknownClass, BadContest, LooksAlike, BallotTooLarge, ManifestTooLarge, WrongTranslation.
    """
    require(manifest.suite == SUITE_ED25519, UnknownSuite, suite=manifest.suite)
    check_windows(manifest.windows, ctx.height)
    check_registrars(manifest.registrars)
    check_trustees(manifest.trustees)
    check_classes(ctx, manifest)
    check_contests(manifest)
    for agencies, kind in (
        (manifest.registrars.agencies, REGISTRAR),
        (manifest.trustees.agencies, TRUSTEE),
    ):
        require(is_distinct(agencies), RepeatedId, kind=kind)
        for agency in agencies:
            require(is_of_kind(ctx, agency, kind), WrongKind, agency=agency, kind=kind)


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


def check_registrars(registrars: Registrars) -> None:
    """Check the threshold of tokens. Rejects: BadQuorum.

    With n registrars, f of them cheating, two sets of k for one voter take 2k signatures and at
    most n + f can be had; a token from nothing takes k cheats.
    """
    count, needed, faulty = len(registrars.agencies), registrars.needed, registrars.faulty
    is_single = 2 * needed > count + faulty
    is_sound = needed <= count and faulty < needed and is_single
    require(is_sound, BadQuorum, count=count, needed=needed, faulty=faulty)


def check_trustees(trustees: Trustees) -> None:
    """Check the threshold of decryption, two at least, and that each trustee has its own key.

    Rejects: BadQuorum, RepeatedId.
    """
    count = len(trustees.agencies)
    require(len(trustees.encryption_keys) == count, BadQuorum, count=count, field="encryption_keys")
    require(is_distinct(trustees.encryption_keys), RepeatedId, field="encryption_keys")
    require(2 <= trustees.needed <= count, BadQuorum, count=count, needed=trustees.needed)


def check_contests(manifest: Manifest) -> None:
    """Check the questions, their English texts, and that a ballot fits in a transaction.

    Rejects: BadContest, LooksAlike, BallotTooLarge, ManifestTooLarge, WrongTranslation.
    """
    for contest in manifest.contests:
        check_contest(contest)
    check_size(manifest.contests)
    size = spoil_bytes(manifest)
    require(size <= TRANSACTION_BYTES_MAX, ManifestTooLarge, bytes=size, most=TRANSACTION_BYTES_MAX)
    require(len(manifest.english) == len(manifest.contests), WrongTranslation)
    for contest, english in zip(manifest.contests, manifest.english, strict=True):
        require(_is_translated(contest, english), WrongTranslation)
        check_labels("options", english.options)
        check_labels("grades", english.grades)
    for field, labels in _titles(manifest):
        check_labels(field, labels)


def _titles(manifest: Manifest) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names that stand side by side besides options, and what they name."""
    return (
        ("title_th", (manifest.title_th,)),
        ("title_en", (manifest.title_en,)),
        ("contests", titles_of(manifest.contests)),
        ("english", titles_of(manifest.english)),
        ("classes", tuple([one.name_th for one in manifest.classes])),
        ("classes", tuple([one.name_en for one in manifest.classes])),
    )


def spoil_bytes(manifest: Manifest) -> int:
    """Return what the transaction that opens a ballot takes, at most."""
    choices = sum([choice_count(contest) for contest in manifest.contests])
    tokens = manifest.registrars.needed
    beside = _CHOICE_BYTES * choices + _TOKEN_BYTES * tokens + _REST_BYTES
    return ballot_bytes(manifest.contests) + beside


def require_slug(text: str) -> None:
    """Reject with BadSlug what is not a-z, 0-9 and hyphens, beginning with a letter."""
    require(is_slug(text), BadSlug)


def manifest_bytes(msg: CreateElection) -> bytes:
    """Return the canonical manifest: the arguments of `create_election`, as they were sent."""
    return encode(array_of(msg))


def _is_translated(contest: Contest, english: English) -> bool:
    options = len(english.options) == len(contest.options)
    return options and len(english.grades) == len(contest.grades)


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


@contract.query
def manifest(ctx: Context, election_id: ElectionId) -> Manifest:
    """The manifest of an election. Rejects: UnknownElection."""
    return manifest_of(ctx, election_id)


contract.expose(
    "opening",
    openings,
    ("election_id",),
    "The context (ctx_E) and the key of an election that was opened.",
)
