"""Voting: one part confirms the right to vote once, another counts ballots that nobody can read."""
