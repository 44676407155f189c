"""Voting for programs: the voter's, the registrar's and the trustee's side of an election."""
