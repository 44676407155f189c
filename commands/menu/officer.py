"""The words of `sapha officer`: what a user can write, and where it is done."""

from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, signs

WORDS = {
    "officer": Word("The officer: an address, or the name of a key."),
    "roles": Word("Roles, such as identity."),
}

app = Group(
    "Add, suspend and remove officers of an agency.",
    asks("show", commands.officer.show, "agency_id officer", "Show an officer's roles and status."),
    signs(
        "add",
        commands.officer.add,
        "agency_id officer roles...",
        "Make an account an officer of the agency in these roles.",
    ),
    signs(
        "roles",
        commands.officer.roles,
        "agency_id officer roles...",
        "Give an officer these roles instead of those it has.",
    ),
    signs(
        "suspend",
        commands.officer.suspend,
        "agency_id officer",
        "Stop an officer from acting until it is reinstated.",
    ),
    signs(
        "reinstate",
        commands.officer.reinstate,
        "agency_id officer",
        "Let a suspended officer act again.",
    ),
    signs(
        "remove",
        commands.officer.remove,
        "agency_id officer",
        "End an officer's work for the agency.",
    ),
    words=WORDS | COMMON,
)
