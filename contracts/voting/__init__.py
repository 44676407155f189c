"""Voting: one part confirms the right to vote once, another counts ballots that nobody can read."""

# Whichever part is imported first, the methods are declared in one order.
from contracts.voting import contract

__all__ = ("contract",)
