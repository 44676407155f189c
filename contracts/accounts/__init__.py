"""Accounts: which keys, and how many of them, may act for an address."""
