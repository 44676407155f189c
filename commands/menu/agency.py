"""The words of `sapha agency`: what a user can write, and what is sent or where it is done."""

from typing import Any

from commands.framework.kinds import ADDRESS, NUMBER, YES_OR_NO
from commands.framework.places import Place, commands, contracts
from commands.framework.tree import Group, Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, sends, signs

_messages = contracts.governance.messages
WORDS = {
    "name": Word("Name, such as officers-max.", sample="officers-max"),
    "number": Word("Number of the proposal.", NUMBER, low=1),
    "proposal": Word("Number of the proposal.", NUMBER, low=1),
    "administrator": Word("Administrator: an address, or the name of a key.", ADDRESS),
    "kinds": Word("Kinds, such as bank idp.", sample="bank"),
    "--in-blocks": Word("Executed so many blocks from now, at the soonest.", NUMBER, low=1),
    "--days": Word("Expires after so many days.", NUMBER, low=1, high=30),
    "--name-th": Word("Name in Thai.", sample="ธนาคารกสิกรไทย"),
    "--name-en": Word("Name in English.", sample="Kasikornbank"),
}


def _proposes(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that proposes the change which a function makes."""
    usage = f"{usage} [--in-blocks] [--days=7]"
    return signs(name, does, usage, text, via=commands.proposing.proposes, **more)


propose = Group(
    "Propose a change to the member agencies.",
    _proposes(
        "admit",
        _messages.Admission,
        "agency_id administrator kinds... --name-th --name-en",
        "Propose to admit an agency.",
    ),
    _proposes(
        "suspend",
        _messages.StatusChange,
        "agency_id",
        "Propose to suspend an agency: nobody acts for it then.",
        fixed={"status": "suspended"},
    ),
    _proposes(
        "reinstate",
        _messages.StatusChange,
        "agency_id",
        "Propose to reinstate a suspended agency.",
        fixed={"status": "active"},
    ),
    _proposes(
        "kinds",
        _messages.KindsChange,
        "agency_id kinds...",
        "Propose these kinds for an agency, instead of those it has.",
    ),
    _proposes(
        "parameter",
        _messages.ParameterChange,
        "name value",
        "Propose a value for a parameter.",
        words={"value": Word("The value, within the parameter's bounds.", NUMBER)},
    ),
    _proposes(
        "administrator",
        _messages.AdministratorChange,
        "agency_id to",
        "Propose to put an agency under another account.",
        words={"to": Word("An address, or the name of a key.", ADDRESS, name="administrator")},
    ),
)
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
    sends(
        "vote",
        _messages.Vote,
        "proposal is_yes",
        "Vote on a proposal for the agency that the account administers.",
        example="7 yes --key dopa-admin",
        words={"is_yes": Word("yes or no; a vote is final.", YES_OR_NO, choices=("yes", "no"))},
    ),
    sends(
        "execute",
        _messages.Execute,
        "proposal",
        "Have a carried proposal done; any account may.",
    ),
    sends(
        "withdraw",
        _messages.Withdraw,
        "proposal",
        "Take back a proposal of the agency that the account administers.",
    ),
    sends(
        "hand-over",
        _messages.ChangeAdministrator,
        "agency_id administrator",
        "Put an agency under another account; the present administrator signs.",
    ),
    groups={"propose": propose},
    words=WORDS | COMMON,
)
