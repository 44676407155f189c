"""The words of `sapha officer`: what a user can write, and what is sent."""

from commands.framework.kinds import ADDRESS
from commands.framework.places import commands, contracts
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, sends

_messages = contracts.governance.messages
WORDS = {
    "officer": Word("The officer: an address, or the name of a key.", ADDRESS),
    "roles": Word("Roles, such as identity.", sample="identity"),
}

app = Group(
    "Add, suspend and remove officers of an agency.",
    asks("show", commands.officer.show, "agency_id officer", "Show an officer's roles and status."),
    sends(
        "add",
        _messages.AddOfficer,
        "agency_id officer roles...",
        "Make an account an officer of the agency in these roles.",
    ),
    sends(
        "roles",
        _messages.SetRoles,
        "agency_id officer roles...",
        "Give an officer these roles instead of those it has.",
    ),
    sends(
        "suspend",
        _messages.SetOfficerStatus,
        "agency_id officer",
        "Stop an officer from acting until it is reinstated.",
        fixed={"status": "suspended"},
    ),
    sends(
        "reinstate",
        _messages.SetOfficerStatus,
        "agency_id officer",
        "Let a suspended officer act again.",
        fixed={"status": "active"},
    ),
    sends(
        "remove",
        _messages.RemoveOfficer,
        "agency_id officer",
        "End an officer's work for the agency.",
    ),
    words=WORDS | COMMON,
)
