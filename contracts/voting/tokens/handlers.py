"""Tokens: requested under a name, answered in the open, and useless for finding the ballot.

Registrars sign with fresh RSA-3072 keys, one for each class, shown to be sound.
"""

from contracts.sdk import Context, emit, replace, require
from contracts.sdk.crypto import digest, verify
from contracts.sdk.rsa import has_roots, is_usable_modulus
from contracts.voting.core.messages import (
    ElectionId,
    Limit,
    Manifest,
    NotOpen,
    UnknownClass,
    UnknownVoter,
    VoterRef,
    WrongClass,
)
from contracts.voting.core.rules import (
    acts_for,
    issue_span,
    keys_span,
    manifest_of,
    note,
    preparing,
    request_span,
    require_in,
    running,
)
from contracts.voting.core.state import class_keys, contract, totals, voters
from contracts.voting.crypto.tokens import is_answer, is_request
from contracts.voting.roll.handlers import totals_of
from contracts.voting.tokens.messages import (
    AlreadyAnswered,
    AlreadyRequested,
    BadBlinded,
    BadBlindSignature,
    BadRegistrarKey,
    BadVoterSignature,
    IssueToken,
    KeyExists,
    KeyRegistered,
    KeyReused,
    MissingRegistrarKey,
    NotVoterKey,
    RefuseToken,
    RegisterKey,
    RequestToken,
    TokenIssued,
    TokenRefused,
    TokenRequested,
    UnknownReason,
    UnknownRegistrar,
    UnknownRequest,
    request_statement,
)
from contracts.voting.tokens.state import (
    Answer,
    Request,
    RequestPage,
    answers,
    moduli,
    registrar_keys,
    requests,
    signatures,
)


def by_registrar(ctx: Context, msg: RegisterKey | IssueToken | RefuseToken) -> bool:
    """Only who acts for the agency that is the registrar of this number."""
    agencies = manifest_of(ctx, msg.election_id).registrars.agencies
    require(msg.registrar <= len(agencies), UnknownRegistrar, registrar=msg.registrar)
    return acts_for(ctx, agencies[msg.registrar - 1])


@contract.execute(RegisterKey, allow=by_registrar)
def register_key(ctx: Context, msg: RegisterKey) -> None:
    """Register a key for one class, once; no key serves twice, in whatever election."""
    manifest = preparing(ctx, msg.election_id)
    require_in(ctx, keys_span(manifest.windows))
    require(msg.class_id < len(manifest.classes), UnknownClass, class_id=msg.class_id)
    key = (msg.election_id, msg.registrar, msg.class_id)
    require(not registrar_keys.has(ctx, key), KeyExists)
    fingerprint = digest("voting/modulus", msg.modulus)
    require(not moduli.has(ctx, fingerprint), KeyReused)

    registrar_keys.save(ctx, key, msg.modulus)
    moduli.save(ctx, fingerprint, msg.election_id)
    note(ctx, msg.election_id)
    emit(ctx, KeyRegistered(msg.election_id, msg.registrar, msg.class_id))


@contract.precheck(RegisterKey)
def check_key(_ctx: Context, msg: RegisterKey) -> None:
    """Check size and factors of the modulus, and the roots of its challenges."""
    require(is_usable_modulus(msg.modulus), BadRegistrarKey, field="modulus")
    require(has_roots(msg.modulus, msg.proof), BadRegistrarKey, field="proof")


def class_moduli(
    ctx: Context, election_id: str, manifest: Manifest, class_id: int
) -> tuple[bytes, ...]:
    """Return the keys of a class, by registrar. Rejects: MissingRegistrarKey."""
    return tuple(
        [
            registrar_keys.load(ctx, (election_id, place + 1, class_id), absent=MissingRegistrarKey)
            for place in range(len(manifest.registrars.agencies))
        ]
    )


REASONS = ("identity-suspended", "roll-dispute", "court-order", "duplicate-person", "technical")

_KEYS, _STATUS = 4, 3  # places in the record of a subject


def with_voter_key(ctx: Context, msg: RequestToken) -> bool:
    """Anyone may send what a key of the voter signs, once, while tokens are requested."""
    running(ctx, msg.election_id)
    require_in(ctx, request_span(manifest_of(ctx, msg.election_id).windows))
    place = (msg.election_id, msg.voter_ref)
    voter = voters.load(ctx, place, absent=UnknownVoter)
    require(voter.class_id == msg.class_id, WrongClass)
    require(_is_key_of(ctx, voter.sid, msg.key), NotVoterKey)
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
    """Check the voter's signature, and that every registrar can answer its message."""
    opening = running(ctx, msg.election_id)
    statement = request_statement(ctx.chain_id, opening.context, msg)
    require(verify(msg.key, *statement, msg.signature), BadVoterSignature)
    moduli = class_keys.load(ctx, (msg.election_id, msg.class_id), absent=WrongClass).moduli
    require(len(msg.blinded) == len(moduli), BadBlinded)
    for blinded, modulus in zip(msg.blinded, moduli, strict=True):
        require(is_request(blinded, modulus), BadBlinded)


@contract.execute(IssueToken, allow=by_registrar)
def issue_token(ctx: Context, msg: IssueToken) -> None:
    """Record a registrar's blind signature, also after it refused."""
    running(ctx, msg.election_id)
    manifest = manifest_of(ctx, msg.election_id)
    require_in(ctx, issue_span(manifest.windows))
    place = (msg.election_id, msg.voter_ref)
    request = requests.load(ctx, place, absent=UnknownRequest)
    earlier = answers.get(ctx, (*place, msg.registrar), None)
    require(earlier is None or earlier.blind_signature is None, AlreadyAnswered)

    answers.save(ctx, (*place, msg.registrar), Answer(msg.blind_signature, None))
    if signatures.add(ctx, place, 1) == manifest.registrars.needed:
        before = totals_of(ctx, msg.election_id, request.class_id)
        after = replace(before, issued=before.issued + 1)
        totals.save(ctx, (msg.election_id, request.class_id), after)
    note(ctx, msg.election_id)
    emit(ctx, TokenIssued(msg.election_id, msg.voter_ref, msg.registrar))


@contract.precheck(IssueToken)
def check_issue(ctx: Context, msg: IssueToken) -> None:
    """Check that the answer is the key's signature of what was asked."""
    place = (msg.election_id, msg.voter_ref)
    request = requests.load(ctx, place, absent=UnknownRequest)
    keys = class_keys.load(ctx, (msg.election_id, request.class_id), absent=NotOpen).moduli
    require(msg.registrar <= len(keys), UnknownRegistrar, registrar=msg.registrar)
    blinded = request.blinded[msg.registrar - 1]
    is_right = is_answer(blinded, msg.blind_signature, keys[msg.registrar - 1])
    require(is_right, BadBlindSignature, registrar=msg.registrar)


@contract.execute(RefuseToken, allow=by_registrar)
def refuse_token(ctx: Context, msg: RefuseToken) -> None:
    """Record that a registrar refuses, and why, for all to see."""
    running(ctx, msg.election_id)
    require_in(ctx, issue_span(manifest_of(ctx, msg.election_id).windows))
    require(msg.reason in REASONS, UnknownReason)
    place = (msg.election_id, msg.voter_ref)
    require(requests.has(ctx, place), UnknownRequest)
    require(not answers.has(ctx, (*place, msg.registrar)), AlreadyAnswered)

    answers.save(ctx, (*place, msg.registrar), Answer(None, msg.reason))
    note(ctx, msg.election_id)
    emit(ctx, TokenRefused(msg.election_id, msg.voter_ref, msg.registrar, msg.reason))


def _is_key_of(ctx: Context, sid: bytes, key: bytes) -> bool:
    """Whether identity says that the key is the subject's now, and the subject not frozen."""
    subject = ctx.call("identity").subject(sid)
    if subject is None or subject[_STATUS] != "active":
        return False
    return any([held[0] == key for held in subject[_KEYS]])


contract.expose(
    "registrar_key",
    registrar_keys,
    ("election_id", "registrar", "class_id"),
    "The modulus of a registrar for a class.",
)


contract.expose("request", requests, ("election_id", "reference"), "A voter's request for tokens.")


@contract.query
def requests_page(
    ctx: Context, election_id: ElectionId, after: VoterRef | None, limit: Limit
) -> RequestPage:
    """Who requested tokens, in order of references, after `after` when given."""
    last = None if after is None else (election_id, after)
    page = requests.page(ctx, (election_id,), after=last, limit=limit)
    return tuple([key[1] for key, _ in page])


contract.expose(
    "answer",
    answers,
    ("election_id", "reference", "registrar"),
    "A registrar's answer to a request.",
)
