"""Tokens: requested under a name, answered in the open, and useless for finding the ballot.

Registrars post their own keys once the roll is frozen. All of them answer the same blinded element;
when answers are closed, those k whose answers cover most requests of a class sign for it.
"""

from contracts.sdk import Context, ForeignSite, anyone, emit, replace, require
from contracts.sdk.bls import decode_g1, unchecked_g1, unchecked_g2
from contracts.sdk.bls_blind import Signed, first_bad_answer, is_key_proven, summed_key
from contracts.sdk.crypto import digest, verify_any
from contracts.sdk.passkeys import is_at_home
from contracts.voting.core.messages import (
    SETS_MAX,
    ElectionId,
    Limit,
    Manifest,
    MissingRegistrarKey,
    NoSigningSet,
    RollNotFrozen,
    UnknownVoter,
    VoterRef,
    WrongClass,
)
from contracts.voting.core.rules import (
    acts_for_part,
    issue_span,
    keys_span,
    manifest_of,
    note,
    note_act,
    preparing,
    request_span,
    require_in,
    require_registrars,
    running,
    sets_span,
    windows_of,
)
from contracts.voting.core.state import (
    SigningSet,
    closed,
    contract,
    roll_contexts,
    signer_keys,
    signing_sets,
    totals,
    voters,
)
from contracts.voting.crypto.tokens import (
    AnswerStatement,
    answers_seed,
    key_labels,
    mask_of,
    ranked_sets,
    sets_of,
)
from contracts.voting.roll.handlers import totals_of
from contracts.voting.tokens.messages import (
    AlreadyAnswered,
    AlreadyRequested,
    BadBlindSignature,
    BadVoterSignature,
    CloseIssuing,
    IssueTokens,
    IssuingAlreadyClosed,
    KeyExists,
    KeyReused,
    KeysRegistered,
    NotVoterKey,
    RefuseToken,
    RegisterKeys,
    RequestToken,
    SigningSetFixed,
    TokenRefused,
    TokenRequested,
    TokensIssued,
    UnknownReason,
    UnknownRegistrar,
    UnknownRequest,
    UnprovenKey,
    WrongKeyCount,
    request_statement,
)
from contracts.voting.tokens.state import (
    Answer,
    Coverage,
    Request,
    RequestPage,
    Unanswered,
    UnansweredPage,
    answered,
    answers,
    coverage,
    requests,
    seen_keys,
)


def by_registrar(ctx: Context, msg: RegisterKeys | IssueTokens | RefuseToken) -> bool:
    """Only who acts for the agency that is the registrar of this number, but the official."""
    return acts_for_part(ctx, manifest_of(ctx, msg.election_id), registrar_of(ctx, msg))


def registrar_of(ctx: Context, msg: RegisterKeys | IssueTokens | RefuseToken) -> str:
    """Return the agency that is the registrar of a number. Rejects: UnknownRegistrar."""
    agencies = manifest_of(ctx, msg.election_id).registrars.agencies
    require(msg.registrar <= len(agencies), UnknownRegistrar, registrar=msg.registrar)
    return agencies[msg.registrar - 1]


@contract.execute(RegisterKeys, allow=by_registrar)
def register_keys(ctx: Context, msg: RegisterKeys) -> None:
    """Take a registrar's keys, once; no key serves twice, in whatever election."""
    preparing(ctx, msg.election_id)
    require_in(ctx, keys_span(windows_of(ctx, msg.election_id)))
    place = (msg.election_id, msg.registrar)
    require(not signer_keys.has(ctx, (*place, 0)), KeyExists)

    for class_id, posted in enumerate(msg.keys):
        fingerprint = digest("voting/signer-key", posted.key)
        require(not seen_keys.has(ctx, fingerprint), KeyReused, class_id=class_id)
        seen_keys.save(ctx, fingerprint, msg.election_id)
        signer_keys.save(ctx, (*place, class_id), posted.key)
    note_act(ctx, msg.election_id, registrar_of(ctx, msg))
    emit(ctx, KeysRegistered(msg.election_id, msg.registrar))


@contract.precheck(RegisterKeys)
def check_keys(ctx: Context, msg: RegisterKeys) -> None:
    """Check that there is a key for each class, and that its owner knows what is behind it."""
    manifest = manifest_of(ctx, msg.election_id)
    agencies = manifest.registrars.agencies
    require(msg.registrar <= len(agencies), UnknownRegistrar, registrar=msg.registrar)
    wanted = len(manifest.classes)
    require(len(msg.keys) == wanted, WrongKeyCount, count=len(msg.keys), wanted=wanted)
    roll = roll_contexts.load(ctx, msg.election_id, absent=RollNotFrozen)
    for class_id, posted in enumerate(msg.keys):
        labels = key_labels(roll, (class_id, msg.registrar), agencies[msg.registrar - 1])
        is_proven = is_key_proven(labels, posted.key, posted.proof)
        require(is_proven, UnprovenKey, registrar=msg.registrar, class_id=class_id)


def registrars_with_keys(ctx: Context, election_id: str, manifest: Manifest) -> tuple[int, ...]:
    """Return the numbers of the registrars that posted their keys, rising."""
    numbers = [place + 1 for place in range(len(manifest.registrars.agencies))]
    return tuple([one for one in numbers if signer_keys.has(ctx, (election_id, one, 0))])


REASONS = ("identity-suspended", "roll-dispute", "court-order", "duplicate-person", "technical")


def with_voter_key(ctx: Context, msg: RequestToken) -> bool:
    """Anyone may send what a key of the voter signs, once, while tokens are requested."""
    running(ctx, msg.election_id)
    require_registrars(ctx, msg.election_id)
    require_in(ctx, request_span(windows_of(ctx, msg.election_id)))
    place = (msg.election_id, msg.voter_ref)
    voter = voters.load(ctx, place, absent=UnknownVoter)
    require(voter.class_id == msg.class_id, WrongClass)
    require(_is_key_of(ctx, voter.sid, msg.key), NotVoterKey)
    require(is_at_home(ctx, msg.key, msg.signature), ForeignSite)
    require(not requests.has(ctx, place), AlreadyRequested)
    return True


@contract.execute(RequestToken, allow=with_voter_key)
def request_token(ctx: Context, msg: RequestToken) -> None:
    """Record a voter's only request, whoever sends it."""
    place = (msg.election_id, msg.voter_ref)

    requests.save(ctx, place, Request(msg.class_id, msg.blinded))
    before = totals_of(ctx, msg.election_id, msg.class_id)
    after = replace(before, requested=before.requested + 1)
    totals.save(ctx, (msg.election_id, msg.class_id), after)
    note(ctx, msg.election_id)
    emit(ctx, TokenRequested(msg.election_id, msg.voter_ref, msg.class_id))


@contract.precheck(RequestToken, vouches=True)
def check_request(ctx: Context, msg: RequestToken) -> None:
    """Check the voter's signature, and that what is to be signed is an element of the group."""
    opening = running(ctx, msg.election_id)
    statement = request_statement(ctx.chain_id, opening.context, msg)
    require(verify_any(msg.key, *statement, msg.signature), BadVoterSignature)
    decode_g1(msg.blinded)


@contract.execute(IssueTokens, allow=by_registrar)
def issue_tokens(ctx: Context, msg: IssueTokens) -> None:
    """Record a registrar's blind signatures, also after it refused."""
    running(ctx, msg.election_id)
    require_in(ctx, issue_span(windows_of(ctx, msg.election_id)))
    mine, counts = mask_of((msg.registrar,)), _counts(ctx, msg.election_id, msg.class_id)
    for answer in msg.answers:
        place = (msg.election_id, answer.voter_ref)
        earlier = answers.get(ctx, (*place, msg.registrar), None)
        require(earlier is None or earlier.blind_signature is None, AlreadyAnswered)
        answers.save(ctx, (*place, msg.registrar), Answer(answer.signature, None))

        before = answered.get(ctx, place, 0)
        answered.save(ctx, place, before + mine)
        counts[before] -= 1
        counts[before + mine] += 1
    counts[0] = 0  # who was not answered covers nothing, and is not counted
    coverage.save(ctx, (msg.election_id, msg.class_id), Coverage(tuple(counts)))
    note_act(ctx, msg.election_id, registrar_of(ctx, msg))
    emit(ctx, TokensIssued(msg.election_id, msg.registrar, msg.class_id, len(msg.answers)))


@contract.precheck(IssueTokens)
def check_issue(ctx: Context, msg: IssueTokens) -> None:
    """Check in one equation that all answers are the key's of what was asked; name a bad one."""
    opening = running(ctx, msg.election_id)
    key = signer_keys.load(
        ctx, (msg.election_id, msg.registrar, msg.class_id), absent=MissingRegistrarKey
    )
    signed = []
    for answer in msg.answers:
        place = (msg.election_id, answer.voter_ref)
        request = requests.load(ctx, place, absent=UnknownRequest)
        require(request.class_id == msg.class_id, WrongClass)
        hidden, given = unchecked_g1(request.blinded), decode_g1(answer.signature)
        signed.append(Signed(hashed=hidden, signature=given))
    named = (opening.context, msg.class_id, msg.registrar, key)
    blinded = tuple([one.hashed.encoded for one in signed])
    given_bytes = tuple([one.signature.encoded for one in signed])
    references = tuple([answer.voter_ref for answer in msg.answers])
    seed = answers_seed(AnswerStatement(ctx.chain_id, *named), references, (blinded, given_bytes))
    bad = first_bad_answer(unchecked_g2(key), seed, signed)
    if bad is not None:
        voter = references[bad].hex()
        raise BadBlindSignature("", registrar=msg.registrar, voter_ref=voter)


@contract.execute(RefuseToken, allow=by_registrar)
def refuse_token(ctx: Context, msg: RefuseToken) -> None:
    """Record that a registrar refuses, and why, for all to see; it counts as no answer."""
    running(ctx, msg.election_id)
    require_in(ctx, issue_span(windows_of(ctx, msg.election_id)))
    require(msg.reason in REASONS, UnknownReason)
    place = (msg.election_id, msg.voter_ref)
    require(requests.has(ctx, place), UnknownRequest)
    require(not answers.has(ctx, (*place, msg.registrar)), AlreadyAnswered)

    answers.save(ctx, (*place, msg.registrar), Answer(None, msg.reason))
    note_act(ctx, msg.election_id, registrar_of(ctx, msg))
    emit(ctx, TokenRefused(msg.election_id, msg.voter_ref, msg.registrar, msg.reason))


@contract.execute(CloseIssuing, allow=anyone)
def close_issuing(ctx: Context, msg: CloseIssuing) -> None:
    """Fix who signs for each class that has requests: the k whose answers cover most of them.

    A class without requests has nobody who signs for it, and no ballots.
    """
    opening = running(ctx, msg.election_id)
    manifest = manifest_of(ctx, msg.election_id)
    require_registrars(ctx, msg.election_id)
    require_in(ctx, sets_span(windows_of(ctx, msg.election_id)))
    require(not closed.has(ctx, msg.election_id), IssuingAlreadyClosed)

    closed.save(ctx, msg.election_id, ctx.height)
    for class_id in range(len(manifest.classes)):
        before = totals_of(ctx, msg.election_id, class_id)
        if before.requested > 0:
            covered, chosen = _best_set(ctx, msg.election_id, class_id, opening.registrars)
            signing_sets.save(ctx, (msg.election_id, class_id), chosen)
            after = replace(before, covered=covered)
            totals.save(ctx, (msg.election_id, class_id), after)
            named = (msg.election_id, class_id, chosen.registrars, covered)
            emit(ctx, SigningSetFixed(*named))
    note(ctx, msg.election_id)


def _best_set(
    ctx: Context, election_id: str, class_id: int, registrars: tuple[int, ...]
) -> tuple[int, SigningSet]:
    """Return the set that covers most requests, whose keys do not cancel. Rejects: NoSigningSet."""
    needed = manifest_of(ctx, election_id).registrars.needed
    counts = enumerate(_counts(ctx, election_id, class_id))
    signed = {mask: count for mask, count in counts if count > 0}
    for covered, chosen in ranked_sets(registrars, needed, signed):
        keys = [
            unchecked_g2(
                signer_keys.load(ctx, (election_id, one, class_id), absent=MissingRegistrarKey)
            )
            for one in chosen
        ]
        key = summed_key(keys)
        if key is not None:
            return covered, SigningSet(chosen, key.encoded)
    raise NoSigningSet("", class_id=class_id)  # the keys of every set cancel


def _counts(ctx: Context, election_id: str, class_id: int) -> list[int]:
    """Return how many requests of a class were signed by exactly whom, by their bits."""
    found = coverage.get(ctx, (election_id, class_id), None)
    if found is not None:
        return list(found.counts)
    count = len(manifest_of(ctx, election_id).registrars.agencies)
    return [0 for _ in range(min(SETS_MAX, sets_of(count)))]


def _is_key_of(ctx: Context, sid: bytes, key: bytes) -> bool:
    """Whether identity says that the key is the subject's now, and the subject not frozen."""
    return bool(ctx.call("identity").holds_key(sid, key))


registrar_key = contract.expose(
    "registrar_key",
    signer_keys,
    ("election_id", "registrar", "class_id"),
    "The key of a registrar for a class.",
)


contract.expose("request", requests, ("election_id", "reference"), "A voter's request for a token.")


contract.expose(
    "signing_set",
    signing_sets,
    ("election_id", "class_id"),
    "Who signs for a class, and the sum of their keys; nothing while answers are open.",
)


@contract.query
def requests_page(
    ctx: Context, election_id: ElectionId, after: VoterRef | None, limit: Limit
) -> RequestPage:
    """Who requested a token, in order of references, after `after` when given."""
    last = None if after is None else (election_id, after)
    page = requests.page(ctx, (election_id,), after=last, limit=limit)
    return tuple([key[1] for key, _ in page])


@contract.query
def unanswered_page(
    ctx: Context, election_id: ElectionId, after: VoterRef | None, limit: Limit
) -> UnansweredPage:
    """Requests in order of references, each with the registrars that have left it out.

    They are of all registrars until answers are closed, and of those that sign for the class then.
    """
    opening = running(ctx, election_id)
    last = None if after is None else (election_id, after)
    lines = []
    for key, request in requests.page(ctx, (election_id,), after=last, limit=limit):
        fixed = signing_sets.get(ctx, (election_id, request.class_id), None)
        asked = opening.registrars if fixed is None else fixed.registrars
        done = answered.get(ctx, key, 0)
        missing = [one for one in asked if done >> (one - 1) & 1 == 0]
        lines.append(Unanswered(key[1], tuple(missing)))
    return tuple(lines)


contract.expose(
    "answer",
    answers,
    ("election_id", "reference", "registrar"),
    "A registrar's answer to a request.",
)
