"""The two offices: what the authority and the official decide together."""
