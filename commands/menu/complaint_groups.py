"""The groups within `sapha complaint`: what a user can write, and where it is done."""

from commands.framework.listing import leaves
from commands.framework.places import contracts
from commands.framework.tree import Group
from commands.menu.complaint_words import COMPLAINT_WAYS, WORDS
from commands.menu.words import COMMON

_TRANSFER = """
officer commands.complaint.officer.offer: offer case to --reason
    Offer a case to an agency and wrap its content for it; you hold it until that accepts.
sends commands.complaint.officer.accept_offer: accept case
    Take over a case that is offered.
sends commands.complaint.officer.reject_offer: reject case --reason
    Decline a case that is offered.
sends commands.complaint.officer.cancel_offer: cancel case
    Take an offer back.
"""
_JOINT = """
officer commands.complaint.officer.invite: invite case who
    Ask an agency to work on a case too, and wrap its content for it.
sends transfers.messages.AcceptJoint: join case --as
    Agree to work on another agency's case.
sends commands.complaint.officer.remove: remove case [who=] --as
    End an agency's part in a case, or its invitation.
    who  The agency; without it your own.
"""
_HOLD = """
sends erasures.messages.PlaceHold: place case --basis --as
    Forbid erasure.
sends erasures.messages.LiftHold: lift case --as
    End the legal hold that this agency placed.
"""


def _group(about: str, listing: str) -> Group:
    members = leaves(listing, COMPLAINT_WAYS, contracts.complaints)
    return Group(about, *members, words=COMMON | WORDS)


transfer = _group("Hand a case over to another agency.", _TRANSFER)
joint = _group("Work on a case together.", _JOINT)
hold = _group("Legal holds, which forbid erasure.", _HOLD)
