"""Tokens: each voter's one request, and what registrars answered.

Source: docs/voting.md, tokens and record.
"""

from verifier.election import Act, Election
from verifier.encoding import pack
from verifier.fields import ID_CHARS
from verifier.ledger import is_signed
from verifier.manifest import REGISTRARS_MAX
from verifier.refusal import require
from verifier.tokens import MODULUS_BYTES, answers, can_be_signed

REASONS = ("identity-suspended", "roll-dispute", "court-order", "duplicate-person", "technical")


def request_token(election: Election, act: Act) -> None:
    """Take a voter's only request, signed by a key of the voter."""
    row = act.row(6, election)
    windows = election.manifest.windows
    opening = election.running(act, (windows.issue_from, windows.request_until))
    reference, class_id = row.data("voter_ref", 32), election.class_of(row)
    blinded = row.datas("blinded", 1, REGISTRARS_MAX, MODULUS_BYTES)
    key, signature = row.data("key", 32), row.data("signature", 64)
    require(election.voters.get(reference) == class_id, "not on the roll in this class")
    require(reference not in election.requests, "the voter has requested before")
    said = [election.chain_id, opening.context, election.election_id, reference, class_id]
    statement = pack([*said, list(blinded)])
    is_voters = is_signed(key, "voting/request", statement, signature)
    require(is_voters, "the voter's signature is wrong")
    require(len(blinded) == len(election.manifest.registrars), "not one message a registrar")
    for registrar, message in enumerate(blinded, start=1):
        is_usable = can_be_signed(message, election.keys[registrar, class_id])
        require(is_usable, f"the message for registrar {registrar} cannot be signed")
    election.requests[reference] = (class_id, blinded)
    election.totals[class_id].requested += 1


def issue_token(election: Election, act: Act) -> None:
    """Take a registrar's blind signature, which must be that of what was asked."""
    row = act.row(4, election)
    place = _answered(election, act, (row.data("voter_ref", 32), election.registrar_of(row)))
    signature = row.data("blind_signature", MODULUS_BYTES)
    require(election.answers.get(place) is not True, "the registrar has signed before")
    reference, registrar = place
    class_id, blinded = election.requests[reference]
    is_right = answers(blinded[registrar - 1], signature, election.keys[registrar, class_id])
    require(is_right, "the blind signature is wrong")
    election.answers[place] = True
    numbers = range(1, len(election.manifest.registrars) + 1)
    signed = sum(election.answers.get((reference, one)) is True for one in numbers)
    if signed == election.manifest.tokens_needed:
        election.totals[class_id].issued += 1


def refuse_token(election: Election, act: Act) -> None:
    """Take note of a refusal and its reason."""
    row = act.row(4, election)
    place = _answered(election, act, (row.data("voter_ref", 32), election.registrar_of(row)))
    require(row.text("reason", ID_CHARS) in REASONS, "an unknown reason")
    require(place not in election.answers, "the registrar has answered before")
    election.answers[place] = False


def _answered(election: Election, act: Act, place: tuple[bytes, int]) -> tuple[bytes, int]:
    windows = election.manifest.windows
    election.running(act, (windows.issue_from, windows.issue_until))
    require(place[0] in election.requests, "nobody has requested this")
    return place
