"""Tests of the contents beside the ledger."""
