"""Voting: one part confirms the right to vote once, the other counts ballots nobody can read.

The contract that the modules of this folder declare their methods and queries on.
"""

from contracts.sdk import Contract

contract = Contract("voting", version=1)
