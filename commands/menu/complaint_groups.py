"""The groups within `sapha complaint`: what a user can write, and where it is done."""

from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.complaint_words import WORDS
from commands.menu.words import COMMON, signs

transfer = Group(
    "Hand a case over to another agency.",
    signs(
        "offer",
        commands.complaint.officer.offer,
        "case to --reason --as --reading-key",
        "Offer a case to an agency and wrap its content for it; you hold it until that accepts.",
        via=commands.complaint.acting.by_officer,
    ),
    signs(
        "accept",
        commands.complaint.officer.accept_offer,
        "case --as --reading-key",
        "Take over a case that is offered.",
        via=commands.complaint.acting.by_officer,
    ),
    signs(
        "reject",
        commands.complaint.officer.reject_offer,
        "case --reason --as --reading-key",
        "Decline a case that is offered.",
        via=commands.complaint.acting.by_officer,
    ),
    signs(
        "cancel",
        commands.complaint.officer.cancel_offer,
        "case --as --reading-key",
        "Take an offer back.",
        via=commands.complaint.acting.by_officer,
    ),
    words=WORDS | COMMON,
)
joint = Group(
    "Work on a case together.",
    signs(
        "invite",
        commands.complaint.officer.invite,
        "case who --as --reading-key",
        "Ask an agency to work on a case too, and wrap its content for it.",
        via=commands.complaint.acting.by_officer,
        words={"who": Word("Id of an agency, such as khet-bangrak.")},
    ),
    signs(
        "join",
        commands.complaint.officer.join,
        "case --as --reading-key",
        "Agree to work on another agency's case.",
        via=commands.complaint.acting.by_officer,
    ),
    signs(
        "remove",
        commands.complaint.officer.remove,
        "case [who=] --as --reading-key",
        "End an agency's part in a case, or its invitation.",
        via=commands.complaint.acting.by_officer,
        words={"who": Word("The agency; without it your own.")},
    ),
    words=WORDS | COMMON,
)
hold = Group(
    "Legal holds, which forbid erasure.",
    signs(
        "place",
        commands.complaint.supervisor.place,
        "case --basis --as --reading-key",
        "Forbid erasure.",
        via=commands.complaint.acting.by_supervisor,
        words={"--basis": Word("Legal basis, in a-z, 0-9 and hyphens.")},
    ),
    signs(
        "lift",
        commands.complaint.supervisor.lift,
        "case --as --reading-key",
        "End the legal hold that this agency placed.",
        via=commands.complaint.acting.by_supervisor,
    ),
    words=WORDS | COMMON,
)
