"""The relay: takes letters that are sealed to it, and sends what is in them on mixed.

Services say what of theirs a relay takes; elections do in `client.voting.ballot_kind`.
"""
