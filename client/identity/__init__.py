"""Digital identity for programs: the roles, the citizen's wallet, and what stays off the chain."""
