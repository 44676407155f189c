"""The words of `sapha agency`: what a user can write, and what is sent or where it is done."""

from typing import Any

from commands.framework.kinds import ADDRESS, NUMBER, SPAN
from commands.framework.places import Place, commands, contracts
from commands.framework.tree import Leaf
from commands.framework.words import Word
from commands.menu.words import COMMON, WAYS, listed, sends, signs

_messages = contracts.governance.messages
WORDS = {
    "name": Word("Name, such as officers-max.", sample="officers-max"),
    "number": Word("Number of the proposal.", NUMBER, low=1),
    "proposal": Word("Number of the proposal.", NUMBER, low=1),
    "administrator": Word("Administrator: an address, or the name of a key.", ADDRESS),
    "kinds": Word("Kinds, such as bank idp.", sample="bank"),
    "--after": Word("Executed so long after now, at the soonest.", SPAN),
    "--days": Word("Expires after so many days.", NUMBER, low=1, high=30),
    "--name-th": Word("Name in Thai.", sample="ธนาคารกสิกรไทย"),
    "--name-en": Word("Name in English.", sample="Kasikornbank"),
}


def proposes(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that proposes the change which a function makes."""
    usage = f"{usage} [--after] [--days=7]"
    return signs(name, does, usage, text, via=commands.proposing.proposes, **more)


propose = listed(
    "Propose a change to the member agencies.",
    f"""
proposes {_messages.Admission}: admit agency_id administrator kinds... --name-th --name-en
    Propose to admit an agency.
proposes {_messages.StatusChange}: suspend agency_id
    Propose to suspend an agency: nobody acts for it then.
    = status suspended
proposes {_messages.StatusChange}: reinstate agency_id
    Propose to reinstate a suspended agency.
    = status active
proposes {_messages.KindsChange}: kinds agency_id kinds...
    Propose these kinds for an agency, instead of those it has.
proposes {_messages.ParameterChange}: parameter name value
    Propose a value for a parameter.
    value NUMBER  The value, within the parameter's bounds.
proposes {_messages.AdministratorChange}: administrator agency_id to
    Propose to put an agency under another account.
    to ADDRESS name=administrator  An address, or the name of a key.
""",
    ways=WAYS | {"proposes": proposes},
)


def votes(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that sends a vote, or writes it to a file, and says how the votes stand."""
    return sends(name, does, usage, text, via=commands.proposing.votes, **more)


app = listed(
    "Agencies, and what their members decide.",
    f"""
asks {commands.agency.list_agencies}: list
    List all agencies; members vote.
asks {commands.agency.show}: show agency_id
    Show an agency and its officers.
asks {commands.agency.parameter}: parameter name
    Show what a parameter is now.
asks {commands.agency.proposals}: proposals [--after=0]
    List up to 100 proposals in order of their numbers.
    --after NUMBER low=0  Begin after this number.
asks {commands.agency.proposal}: proposal number
    Show a proposal and the votes that count now.
votes {_messages.Vote}: vote proposal is_yes
    Vote on a proposal for the agency that the account administers.
    > 7 yes --key dopa-admin
    is_yes YES_OR_NO choices=yes,no  yes or no; a vote is final.
sends {_messages.Execute}: execute proposal
    Have a carried proposal done; any account may.
sends {_messages.Withdraw}: withdraw proposal
    Take back a proposal of the agency that the account administers.
sends {_messages.ChangeAdministrator}: hand-over agency_id administrator
    Put an agency under another account; the present administrator signs.
""",
    groups={"propose": propose},
    ways=WAYS | {"votes": votes},
    words=WORDS | COMMON,
)
