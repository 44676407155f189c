"""Tokens: requested under a name, answered in the open, and useless for finding the ballot.

A request cannot be made twice, and a lost answer is read again from the chain; so nobody needs, and
nobody gets, a second token.
"""

from contracts.sdk import Context, emit, replace, require
from contracts.sdk.crypto import verify
from contracts.voting.access import manifest_of, running
from contracts.voting.box_errors import (
    AlreadyAnswered,
    AlreadyRequested,
    BadBlinded,
    BadBlindSignature,
    BadVoterSignature,
    NotVoterKey,
    UnknownReason,
    UnknownRequest,
    WrongClass,
)
from contracts.voting.declaration import contract
from contracts.voting.errors import NotOpen, UnknownRegistrar, UnknownVoter
from contracts.voting.events import TokenIssued, TokenRefused, TokenRequested
from contracts.voting.log import note
from contracts.voting.registry import by_registrar
from contracts.voting.roll import totals_of
from contracts.voting.state import (
    Answer,
    Request,
    answers,
    class_keys,
    requests,
    signatures,
    totals,
    voters,
)
from contracts.voting.token_messages import (
    IssueToken,
    RefuseToken,
    RequestToken,
    request_statement,
)
from contracts.voting.tokens import is_answer, is_request
from contracts.voting.windows import issue_span, request_span, require_in

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
