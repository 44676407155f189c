"""The groups within `sapha complaint`: what a user can write, and where it is done."""

from commands.framework.places import commands, contracts
from commands.menu.complaint_words import COMPLAINT_WAYS, WORDS
from commands.menu.words import COMMON, listed

_commands, _contract = commands.complaint, contracts.complaints
_WORDS = COMMON | WORDS
transfer = listed(
    "Hand a case over to another agency.",
    f"""
officer {_commands.officer.offer}: offer case to --reason
    Offer a case to an agency and wrap its content for it; you hold it until that accepts.
sends {_commands.officer.accept_offer}: accept case
    Take over a case that is offered.
sends {_commands.officer.reject_offer}: reject case --reason
    Decline a case that is offered.
sends {_commands.officer.cancel_offer}: cancel case
    Take an offer back.
""",
    ways=COMPLAINT_WAYS,
    words=_WORDS,
)
joint = listed(
    "Work on a case together.",
    f"""
officer {_commands.officer.invite}: invite case who
    Ask an agency to work on a case too, and wrap its content for it.
sends {_contract.transfers.messages.AcceptJoint}: join case --as
    Agree to work on another agency's case.
sends {_commands.officer.remove}: remove case [who=] --as
    End an agency's part in a case, or its invitation.
    who  The agency; without it your own.
""",
    ways=COMPLAINT_WAYS,
    words=_WORDS,
)
hold = listed(
    "Legal holds, which forbid erasure.",
    f"""
sends {_contract.erasures.messages.PlaceHold}: place case --basis --as
    Forbid erasure.
sends {_contract.erasures.messages.LiftHold}: lift case --as
    End the legal hold that this agency placed.
""",
    ways=COMPLAINT_WAYS,
    words=_WORDS,
)
