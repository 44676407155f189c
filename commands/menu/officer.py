"""The words of `sapha officer`: what a user can write, and what is sent."""

from commands.framework.kinds import ADDRESS
from commands.framework.places import commands, contracts
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

_messages = contracts.governance.messages
WORDS = {
    "officer": Word("The officer: an address, or the name of a key.", ADDRESS),
    "roles": Word("Roles, such as identity.", sample="identity"),
}

app = listed(
    "Add, suspend and remove officers of an agency.",
    f"""
asks {commands.officer.show}: show agency_id officer
    Show an officer's roles and status.
sends {_messages.AddOfficer}: add agency_id officer roles...
    Make an account an officer of the agency in these roles.
sends {_messages.SetRoles}: roles agency_id officer roles...
    Give an officer these roles instead of those it has.
sends {_messages.SetOfficerStatus}: suspend agency_id officer
    Stop an officer from acting until it is reinstated.
    = status suspended
sends {_messages.SetOfficerStatus}: reinstate agency_id officer
    Let a suspended officer act again.
    = status active
sends {_messages.RemoveOfficer}: remove agency_id officer
    End an officer's work for the agency.
""",
    words=WORDS | COMMON,
)
