"""Tests, in folders that mirror the sources."""
