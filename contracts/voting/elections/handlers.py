"""Elections: a manifest is checked as a whole, hashed, never changed; and opened.

The opening makes one context of roll, registrars' keys and the trustees' key.
"""

from contracts.sdk import Context, anyone, array_of, emit, encode, require
from contracts.sdk.group import add_all
from contracts.sdk.labels import titles_of
from contracts.sdk.roles import has_role, is_of_kind
from contracts.sdk.words import is_distinct, is_slug
from contracts.voting.ceremony.handlers import points_of, qualified_dealings
from contracts.voting.core.messages import (
    RING_TOKEN_BYTES_MAX,
    ElectionId,
    English,
    Manifest,
    MissingRegistrarKey,
    RollNotFrozen,
)
from contracts.voting.core.rules import (
    AUTHORITY,
    OFFICIAL,
    REGISTRAR,
    ROLE,
    TRUSTEE,
    acts_for,
    acts_for_authority,
    check_classes,
    check_windows,
    election_of,
    manifest_of,
    note,
    note_act,
    open_span,
    preparing,
    require_in,
    take_part,
    windows_of,
)
from contracts.voting.core.state import (
    Election,
    Opening,
    Qualified,
    annulled,
    cancelled,
    contract,
    elections,
    freezes,
    manifests,
    openings,
    roll_contexts,
    signer_keys,
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
    TOKENS_BLIND_BLS,
    TOKENS_RING,
    ElectionParts,
    election_context,
    numbered_key,
    setup_context,
)
from contracts.voting.elections.messages import (
    AnotherAuthority,
    BadQuorum,
    BadSeats,
    BadSlug,
    CancelElection,
    CreateElection,
    EditionNotOver,
    ElectionCreated,
    ElectionExists,
    ElectionGivenUp,
    ElectionOpened,
    ManifestTooLarge,
    NotSeparated,
    OpenElection,
    RepeatedId,
    TooFewQualified,
    TooFewRegistrars,
    UnknownSuite,
    UnknownTokenScheme,
    WrongKind,
    WrongTranslation,
)
from contracts.voting.rings.handlers import close_rings
from contracts.voting.tokens.handlers import registrars_with_keys

# A spoiled ballot is the largest message: beside ciphertexts and proofs, it holds an opening of 32
# bytes for each ciphertext. The rest is headers, the token and the envelope.
TRANSACTION_BYTES_MAX = 65_536
_CHOICE_BYTES = 38
_REST_BYTES = 1_024
MANIFEST_BYTES_MAX = 32_768

EDITION_FIRST, EDITION_DIGITS = 2, 3  # of those that a name has again
DIGITS = "0123456789"


def by_new_authority(ctx: Context, msg: CreateElection) -> bool:
    """Only who acts for `agency`, which must be an active election authority."""
    return is_of_kind(ctx, msg.agency, AUTHORITY) and acts_for(ctx, msg.agency)


@contract.execute(CreateElection, allow=by_new_authority)
def create_election(ctx: Context, msg: CreateElection) -> None:
    """Found an election under a manifest that is complete and never changes."""
    check_name(ctx, msg)
    require(not elections.has(ctx, msg.election_id), ElectionExists)
    written = manifest_bytes(msg)
    require(len(written) <= MANIFEST_BYTES_MAX, ManifestTooLarge, bytes=len(written))
    check_separation(ctx, msg.agency, msg.manifest)
    check_manifest(ctx, msg.manifest)

    schemes = (msg.manifest.suite, msg.manifest.token_scheme)
    setup = setup_context(ctx.chain_id, schemes, written)
    elections.save(ctx, msg.election_id, Election(msg.agency, ctx.height, setup))
    manifests.save(ctx, msg.election_id, msg.manifest)
    take_part(ctx, msg.election_id, msg.manifest.official, OFFICIAL)
    note_act(ctx, msg.election_id, msg.agency)
    emit(ctx, ElectionCreated(msg.election_id, msg.agency, setup))


def by_authority(ctx: Context, msg: CancelElection) -> bool:
    """Only who acts for the election's agency, which must be an election authority."""
    return acts_for_authority(ctx, msg.election_id)


@contract.execute(CancelElection, allow=by_authority)
def cancel_election(ctx: Context, msg: CancelElection) -> None:
    """Give an election up for ever, before it opens; afterwards nobody can."""
    preparing(ctx, msg.election_id)

    cancelled.save(ctx, msg.election_id, msg.reason)
    note_act(ctx, msg.election_id, election_of(ctx, msg.election_id).agency)
    emit(ctx, ElectionGivenUp(msg.election_id, msg.reason))


def check_name(ctx: Context, msg: CreateElection) -> None:
    """Check an election's id: a name, and after a dot the edition, from 2, of one given up before.

    Rejects: BadSlug, UnknownElection, EditionNotOver, AnotherAuthority.
    """
    name, dot, edition = msg.election_id.partition(".")
    require_slug(name)
    if dot == "":
        return
    number = edition_number(edition)
    before = name if number == EDITION_FIRST else f"{name}.{number - 1}"
    is_over = annulled.has(ctx, before) or cancelled.has(ctx, before)
    earlier = election_of(ctx, before)
    require(is_over, EditionNotOver, before=before)
    require(earlier.agency == msg.agency, AnotherAuthority, authority=earlier.agency)


def edition_number(text: str) -> int:
    """Return the number that names an edition: from 2, no zero ahead. Rejects: BadSlug."""
    require(0 < len(text) <= EDITION_DIGITS and text[:1] != "0", BadSlug)
    number = 0
    for letter in text:
        digit = DIGITS.find(letter)
        require(digit >= 0, BadSlug)
        number = 10 * number + digit
    require(number >= EDITION_FIRST, BadSlug)
    return number


def check_manifest(ctx: Context, manifest: Manifest) -> None:
    """Check everything that a manifest says, against itself and against governance.

    Rejects: UnknownSuite, UnknownTokenScheme, BadWindows, BadQuorum, RepeatedId, WrongKind,
    GroupsTooSmall, UnknownClass, BadContest, LooksAlike, BallotTooLarge, ManifestTooLarge,
    WrongTranslation, BadSeats.
    """
    require(manifest.suite == SUITE_ED25519, UnknownSuite, suite=manifest.suite)
    scheme = manifest.token_scheme
    require(scheme in (TOKENS_BLIND_BLS, TOKENS_RING), UnknownTokenScheme, token_scheme=scheme)
    check_windows(manifest.windows, ctx.block_time_ms)
    check_thresholds(manifest)
    check_classes(ctx, manifest)
    check_contests(manifest)
    check_seating(manifest)
    for agencies, kind in (
        (manifest.registrars.agencies, REGISTRAR),
        (manifest.trustees.agencies, TRUSTEE),
    ):
        require(is_distinct(agencies), RepeatedId, kind=kind)
        for agency in agencies:
            require(is_of_kind(ctx, agency, kind), WrongKind, agency=agency, kind=kind)


def check_thresholds(manifest: Manifest) -> None:
    """Check that two or more trustees, and registrars, are needed; a ring has no registrars.

    Rejects: BadQuorum.
    """
    parts = [(manifest.trustees.needed, len(manifest.trustees.agencies))]
    registrars = manifest.registrars
    if manifest.token_scheme == TOKENS_RING:
        none = (registrars.needed, len(registrars.agencies))
        require(none == (0, 0), BadQuorum, count=none[1], needed=none[0])
    else:
        parts.append((registrars.needed, len(registrars.agencies)))
    for needed, count in parts:
        require(2 <= needed <= count, BadQuorum, count=count, needed=needed)


def check_separation(ctx: Context, authority: str, manifest: Manifest) -> None:
    """Check that nobody is on two sides: who confirms the right to vote, and who opens the box.

    No agency is registrar and trustee, the authority is neither, and the official acts neither for
    the authority nor for a trustee. Rejects: NotSeparated.
    """
    registrars, trustees = manifest.registrars.agencies, manifest.trustees.agencies
    for agency in (authority, *registrars):
        require(agency not in trustees, NotSeparated, agency=agency, part=TRUSTEE)
    require(authority not in registrars, NotSeparated, agency=authority, part=REGISTRAR)
    for agency in (authority, *trustees):
        is_inside = has_role(ctx, manifest.official, agency, ROLE)
        require(not is_inside, NotSeparated, agency=agency, part="official")


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


def check_seating(manifest: Manifest) -> None:
    """Check that each contest has a number of seats, of options at most. Rejects: BadSeats."""
    seats = manifest.seating.seats
    require(len(seats) == len(manifest.contests), BadSeats, contests=len(manifest.contests))
    for contest, count in zip(manifest.contests, seats, strict=True):
        require(count <= len(contest.options), BadSeats, seats=count, options=len(contest.options))


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
    token = RING_TOKEN_BYTES_MAX if manifest.token_scheme == TOKENS_RING else 0
    return ballot_bytes(manifest.contests) + _CHOICE_BYTES * choices + _REST_BYTES + token


def require_slug(text: str) -> None:
    """Reject with BadSlug what is not a-z, 0-9 and hyphens, beginning with a letter."""
    require(is_slug(text), BadSlug)


def manifest_bytes(msg: CreateElection) -> bytes:
    """Return the canonical manifest: the arguments of `create_election`, as they were sent."""
    return encode(array_of(msg))


def _is_translated(contest: Contest, english: English) -> bool:
    options = len(english.options) == len(contest.options)
    return options and len(english.grades) == len(contest.grades)


@contract.execute(OpenElection, allow=anyone)
def open_election(ctx: Context, msg: OpenElection) -> None:
    """Fix the election's context and key, once everything of them is there.

    Registrars or voters that posted no keys and trustees that did not come through are left out.
    """
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, open_span(windows_of(ctx, msg.election_id)))
    freeze = freezes.load(ctx, msg.election_id, absent=RollNotFrozen)
    require(freeze.root is not None, RollNotFrozen)
    registrars = registrars_with_keys(ctx, msg.election_id, manifest)
    needed = manifest.registrars.needed
    require(len(registrars) >= needed, TooFewRegistrars, count=len(registrars), needed=needed)
    parts = qualified_dealings(ctx, msg.election_id, manifest)
    needed = manifest.trustees.needed
    require(len(parts) >= needed, TooFewQualified, count=len(parts), needed=needed)

    opening = _opening(ctx, msg.election_id, manifest, (registrars, parts, freeze.root or b""))
    openings.save(ctx, msg.election_id, opening)
    note(ctx, msg.election_id)
    numbers = tuple([one.trustee for one in opening.qualified])
    emit(
        ctx,
        ElectionOpened(msg.election_id, opening.context, opening.key, numbers, registrars),
    )


def _opening(
    ctx: Context,
    election_id: str,
    manifest: Manifest,
    prepared: tuple[tuple[int, ...], tuple[Dealing, ...], bytes],
) -> Opening:
    registrars, parts, root = prepared
    summed = (_summed(parts),)
    qualified = tuple(
        [Qualified(part.trustee, verification_key(summed, part.trustee).encoded) for part in parts]
    )
    key = election_key(summed).encoded
    ceremony = transcript_hash(election_of(ctx, election_id).setup_context, parts)
    context = election_context(
        ElectionParts(
            roll=roll_contexts.load(ctx, election_id, absent=RollNotFrozen),
            registrars=_rows(ctx, election_id, manifest, registrars),
            signatures_needed=manifest.registrars.needed,
            registrar_count=len(manifest.registrars.agencies),
            qualified=tuple([numbered_key(one.trustee, one.verification_key) for one in qualified]),
            shares_needed=manifest.trustees.needed,
            dkg=ceremony,
            key=key,
        )
    )
    return Opening(context, key, qualified, registrars, root, ceremony, ctx.height)


def _rows(
    ctx: Context, election_id: str, manifest: Manifest, registrars: tuple[int, ...]
) -> tuple[tuple[bytes, ...], ...]:
    """Return what the context holds of each class: registrars' keys, or its ring."""
    if manifest.token_scheme == TOKENS_RING:
        return close_rings(ctx, election_id, manifest)
    classes = range(len(manifest.classes))
    return tuple([_key_row(ctx, election_id, class_id, registrars) for class_id in classes])


def _key_row(
    ctx: Context, election_id: str, class_id: int, registrars: tuple[int, ...]
) -> tuple[bytes, ...]:
    """Return the keys of a class as the context holds them."""
    return tuple(
        [
            numbered_key(
                one,
                signer_keys.load(ctx, (election_id, one, class_id), absent=MissingRegistrarKey),
            )
            for one in registrars
        ]
    )


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
