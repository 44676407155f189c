"""Consent: granted, withdrawn, and data under it."""
