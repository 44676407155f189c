"""Voting: one part confirms the right to vote once, the other counts ballots nobody can read.

The methods, and the question where an election stands, are in the parts imported here.
"""

from contracts.voting import (
    box,
    issuance,
    key_ceremony,
    manifest,
    opening,
    registry,
    roll,
    stage,
    tally,
)
from contracts.voting.declaration import contract

# Importing a part declares its methods.
__all__ = (
    "box",
    "contract",
    "issuance",
    "key_ceremony",
    "manifest",
    "opening",
    "registry",
    "roll",
    "stage",
    "tally",
)
