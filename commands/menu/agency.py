"""The words of `sapha agency`: what a user can write, and where it is done."""

from commands.framework.kinds import NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, signs

WORDS = {
    "name": Word("Name, such as officers-max."),
    "number": Word("Number of the proposal.", NUMBER, low=1),
    "kinds": Word("Kinds, such as bank idp."),
    "--in-blocks": Word("Executed so many blocks from now, at the soonest.", NUMBER, low=1),
    "--days": Word("Expires after so many days.", NUMBER, low=1, high=30),
}

app = Group(
    "Agencies, and what their members decide.",
    asks("list", commands.agency.list_agencies, "", "List all agencies; members vote."),
    asks("show", commands.agency.show, "agency_id", "Show an agency and its officers."),
    asks("parameter", commands.agency.parameter, "name", "Show what a parameter is now."),
    asks(
        "proposals",
        commands.agency.proposals,
        "[--after=0]",
        "List up to 100 proposals in order of their numbers.",
        words={"--after": Word("Begin after this number.", NUMBER, low=0)},
    ),
    asks(
        "proposal",
        commands.agency.proposal,
        "number",
        "Show a proposal and the votes that count now.",
    ),
    signs(
        "vote",
        commands.agency.vote,
        "number said",
        "Vote on a proposal for the agency that the account administers.",
        words={"said": Word("A vote is final.", choices=("yes", "no"))},
    ),
    signs(
        "execute",
        commands.agency.execute,
        "number",
        "Have a carried proposal done; any account may.",
    ),
    signs(
        "withdraw",
        commands.agency.withdraw,
        "number",
        "Take back a proposal of the agency that the account administers.",
    ),
    signs(
        "hand-over",
        commands.agency.hand_over,
        "agency_id to",
        "Put an agency under another account; the present administrator signs.",
        words={"to": Word("The next administrator: an address, or a key.")},
    ),
    groups={
        "propose": Group(
            "Propose a change to the member agencies.",
            signs(
                "admit",
                commands.proposing.admit,
                "agency_id administrator kinds... --name-th --name-en [--in-blocks] [--days=7]",
                "Propose to admit an agency.",
                words={
                    "administrator": Word("An address, or the name of a key."),
                    "--name-th": Word("Name in Thai."),
                    "--name-en": Word("Name in English."),
                },
            ),
            signs(
                "suspend",
                commands.proposing.suspend,
                "agency_id [--in-blocks] [--days=7]",
                "Propose to suspend an agency: nobody acts for it then.",
            ),
            signs(
                "reinstate",
                commands.proposing.reinstate,
                "agency_id [--in-blocks] [--days=7]",
                "Propose to reinstate a suspended agency.",
            ),
            signs(
                "kinds",
                commands.proposing.kinds,
                "agency_id kinds... [--in-blocks] [--days=7]",
                "Propose these kinds for an agency, instead of those it has.",
            ),
            signs(
                "parameter",
                commands.proposing.parameter,
                "name value [--in-blocks] [--days=7]",
                "Propose a value for a parameter.",
                words={"value": Word("The value, within the parameter's bounds.", NUMBER)},
            ),
            signs(
                "administrator",
                commands.proposing.administrator,
                "agency_id to [--in-blocks] [--days=7]",
                "Propose to put an agency under another account.",
                words={"to": Word("An address, or the name of a key.")},
            ),
        )
    },
    words=WORDS | COMMON,
)
