"""Tokens: each voter's one request, and what registrars answered.

Source: docs/voting.md, tokens and record.
"""

from collections import Counter

from verifier import pairing
from verifier.election import Act, Election, Request, Signers
from verifier.encoding import pack
from verifier.fields import ID_CHARS
from verifier.refusal import Refused, require
from verifier.signatures import BY_ANY_KEY, KEY_BYTES, is_signed_by_account
from verifier.tokens import ANSWERS_MAX, ELEMENT_BYTES, best_set, check_answers

REASONS = ("identity-suspended", "roll-dispute", "court-order", "duplicate-person", "technical")


def request_token(election: Election, act: Act) -> None:
    """Take a voter's only request, signed by a key of the voter."""
    row = act.row(6, election)
    windows = election.windows
    opening = election.running(act, (windows.issue_from_ms, windows.request_until_ms))
    require(not election.manifest.has_rings, "rings sign in this election, not registrars")
    reference, class_id = row.data("voter_ref", 64), election.class_of(row)
    blinded = row.data("blinded", ELEMENT_BYTES)
    key, signature = row.data("key", *KEY_BYTES), row.data("signature", *BY_ANY_KEY)
    require(election.voters.get(reference) == class_id, "not on the roll in this class")
    require(reference not in election.requests, "the voter has requested before")
    said = [election.chain_id, opening.context, election.election_id, reference, class_id]
    is_voters = is_signed_by_account(key, "voting/request", pack([*said, blinded]), signature)
    require(is_voters, "the voter's signature is wrong")
    pairing.element(blinded, "blinded")
    require(key not in election.request_keys, "signed by a key that signed for another voter")
    request = Request(reference, class_id, act.height, blinded)
    election.request_keys[key] = election.requests[reference] = request
    election.totals[class_id].requested += 1


def issue_tokens(election: Election, act: Act) -> None:
    """Take a registrar's blind signatures, all of which must be those of what was asked."""
    row = act.row(4, election)
    registrar, class_id = election.registrar_of(row), election.class_of(row)
    _issuing(election, act, registrar)
    key = election.keys.get((registrar, class_id))
    if key is None:
        raise Refused("the registrar posted no keys in time")
    answers = []
    for each in row.rows("answers", 1, ANSWERS_MAX, 2):
        reference, signature = each.data("voter_ref", 64), each.data("signature", ELEMENT_BYTES)
        request = _requested(election, reference)
        require(request.class_id == class_id, "a request of another class")
        require(not request.has_signed(registrar), "the registrar has signed before")
        request.signed |= 1 << registrar
        request.refused &= ~(1 << registrar)
        answers.append((reference, request.blinded, signature))
    act.check_later(check_answers, key, answers, f"key of registrar {registrar}")


def refuse_token(election: Election, act: Act) -> None:
    """Take note of a refusal and its reason."""
    row = act.row(4, election)
    reference, registrar = row.data("voter_ref", 64), election.registrar_of(row)
    _issuing(election, act, registrar)
    request = _requested(election, reference)
    require(row.text("reason", ID_CHARS) in REASONS, "an unknown reason")
    is_first = not request.has_signed(registrar) and not request.has_refused(registrar)
    require(is_first, "the registrar has answered before")
    request.refused |= 1 << registrar


def close_issuing(election: Election, act: Act) -> None:
    """Fix who signs for each class: those whose answers cover most of its requests."""
    act.row(1, election)
    windows, manifest = election.windows, election.manifest
    opening = election.running(act, (windows.issue_until_ms, windows.cast_until_ms))
    require(not manifest.has_rings, "rings sign in this election, not registrars")
    require(election.issuing_closed is None, "it is fixed already who signs")
    election.issuing_closed = act.height
    for class_id, totals in enumerate(election.totals):
        mine = (one for one in election.requests.values() if one.class_id == class_id)
        answered = Counter(one.signed for one in mine)
        if not answered:
            continue
        keys = {one: election.keys[one, class_id] for one in opening.registrars}
        chosen, key, covered = best_set(opening.registrars, manifest.tokens_needed, answered, keys)
        election.signers[class_id] = Signers(chosen, key)
        totals.covered = covered
    for request in election.requests.values():
        request.blinded = b""


def _issuing(election: Election, act: Act, registrar: int) -> None:
    windows = election.windows
    election.running(act, (windows.issue_from_ms, windows.issue_until_ms))
    election.acts_for_registrar(act, registrar)


def _requested(election: Election, reference: bytes) -> Request:
    """Return what a voter asked for. Raises Refused."""
    request = election.requests.get(reference)
    if request is None:
        raise Refused("nobody has requested this")
    return request
