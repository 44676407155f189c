"""Wallets: opened, attested, delegated, recovered."""
