"""Vouching off the ledger."""
