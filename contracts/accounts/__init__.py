"""Accounts with m-of-n keys and key rotation."""
